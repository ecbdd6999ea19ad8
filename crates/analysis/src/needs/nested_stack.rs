//! Nested stacks: what creating and updating one takes besides the actions on the stack itself.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html>

use iam::ArnPattern;
use iam_reference::Phase;

use super::Executor;
use super::given::Given;
use super::place::{object, object_of_url, parsed, part, role_arn};
use crate::template::Scope;

/// The phases in which the template is read and the role passed on.
pub(super) const PHASES: [Phase; 2] = [Phase::Create, Phase::Update];

/// The service that the execution role is passed to.
pub(super) const SERVICE: &str = "cloudformation.amazonaws.com";

/// Whether a resource type is a nested stack.
pub(super) fn is_nested_stack(kind: &str) -> bool {
    kind == "AWS::CloudFormation::Stack"
}

/// The role that the parent is deployed with, which is passed to the child; none when the caller's credentials are
/// used for both.
///
/// Without a manifest that says which it is, the one that the CDK bootstraps.
pub(super) fn execution_role(executor: Executor<'_>, scope: &Scope) -> Option<ArnPattern> {
    let Executor::Role(given) = executor else { return None };
    let [region, account] = [&scope.region, &scope.account].map(|known| part(known.as_ref()));
    let bootstrapped = || role_arn(scope, &format!("cdk-*-cfn-exec-role-{account}-{region}"));
    Some(given.map_or_else(bootstrapped, |arn| parsed(&scope.filled(arn))))
}

/// The object that the child's template is; `None` when the URL is not one of S3.
pub(super) fn template_object(given: &Given<'_>, scope: &Scope) -> Option<ArnPattern> {
    let url = given.texts("TemplateURL").into_iter().next()?;
    let (bucket, key) = object_of_url(&url)?;
    Some(object(scope, &bucket, &key))
}
