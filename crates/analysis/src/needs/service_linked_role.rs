//! `iam:CreateServiceLinkedRole`: the role that a service makes for itself, with the permissions of the caller.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-service-linked-role.html>

use iam::{ArnPattern, Context};

use super::authorization::AUTHORIZATION;
use super::given::Given;
use super::place::{context, role_arn};
use crate::template::Scope;

/// The role's ARN, and the service that the request tells.
pub(super) fn asked(given: &Given<'_>, scope: &Scope) -> (ArnPattern, Context) {
    let named = given.texts("AWSServiceName").into_iter().find(|service| !service.contains('*'));
    let by_type = AUTHORIZATION.service_linked(&given.resource.kind);
    let (service, role) = match (&named, by_type) {
        // What a suffix makes of the name is the service's own affair.
        (Some(service), _) => (service.as_str(), "*"),
        (None, Some(role)) => (role.service, role.name),
        (None, None) => return (role_arn(scope, "aws-service-role/*"), Context::default()),
    };
    (role_arn(scope, &format!("aws-service-role/{service}/{role}")), context("iam:AWSServiceName", service))
}
