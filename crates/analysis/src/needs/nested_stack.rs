//! Nested stacks: what creating and updating one takes besides the actions on the stack itself.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html>

use iam::ArnPattern;
use iam_reference::Phase;

use super::Executor;
use super::given::Given;
use super::place::{parsed, part, role_arn};
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
    let Scope { partition, region, account, .. } = scope;
    let [partition, region, account] = [partition, region, account].map(|known| part(known.as_ref()));
    Some(match given {
        Some(arn) => parsed(
            &arn.replace("${AWS::Partition}", partition)
                .replace("${AWS::Region}", region)
                .replace("${AWS::AccountId}", account),
        ),
        None => role_arn(scope, &format!("cdk-*-cfn-exec-role-{account}-{region}")),
    })
}

/// The object that the child's template is; `None` when the URL is not one of S3.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
pub(super) fn template_object(given: &Given<'_>, scope: &Scope) -> Option<ArnPattern> {
    let url = given.texts("TemplateURL").into_iter().next()?;
    let rest = url.strip_prefix("https://")?;
    let (host, path) = rest.split_once('/')?;
    let partition = part(scope.partition.as_ref());
    let object = match host.split_once(".s3") {
        Some((bucket, _)) => format!("{bucket}/{path}"),
        None if host.starts_with("s3") => path.to_owned(),
        None => return None,
    };
    Some(parsed(&format!("arn:{partition}:s3:::{object}")))
}
