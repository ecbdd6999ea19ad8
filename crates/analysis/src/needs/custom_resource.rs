//! Custom resources: CloudFormation asks the function or topic that their service token names.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html>

use iam::ArnPattern;
use iam_reference::Phase;

use super::given::Given;
use super::place::{arn, parsed};
use crate::template::Scope;

/// The phases in which it is asked; a rollback deletes.
pub(super) const PHASES: [Phase; 3] = [Phase::Create, Phase::Update, Phase::Delete];

/// Whether a resource type is a custom resource.
pub(super) fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource"
}

/// The action that asks it and on what; `is_told` is false when the service token cannot be told.
pub(super) struct Asked {
    pub(super) action: &'static str,
    pub(super) on: ArnPattern,
    pub(super) is_told: bool,
}

/// What CloudFormation calls for a custom resource.
pub(super) fn asked(given: &Given<'_>, scope: &Scope) -> Asked {
    let token = given.texts("ServiceToken").into_iter().next().unwrap_or_default();
    let service = token.split(':').nth(2).unwrap_or_default();
    match service {
        "sns" => Asked { action: "sns:Publish", on: parsed(&token), is_told: true },
        "lambda" => Asked { action: "lambda:InvokeFunction", on: parsed(&token), is_told: true },
        _ => {
            let on = arn(scope, "lambda", "function:*");
            Asked { action: "lambda:InvokeFunction", on, is_told: false }
        }
    }
}
