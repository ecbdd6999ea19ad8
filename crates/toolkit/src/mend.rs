//! What mends a change that somebody made behind CloudFormation's back: a bootstrap does not, as CloudFormation
//! compares templates and not accounts.

use crate::verify::Finding;

impl Finding {
    /// The command that undoes the change, for the execution role of that name; `None` where a bootstrap is what
    /// helps, or nothing simple does.
    pub fn mending(&self, role: &str) -> Option<String> {
        match self {
            Self::NotAttached { arn } => Some(attach(role, arn)),
            Self::Attached { arn } => Some(detach(role, arn)),
            Self::Inline { name } => {
                Some(format!("aws iam delete-role-policy --role-name {role} --policy-name {name}"))
            }
            Self::Boundary { expected: None, .. } => {
                Some(format!("aws iam delete-role-permissions-boundary --role-name {role}"))
            }
            Self::Boundary { expected: Some(arn), .. } => Some(format!(
                "aws iam put-role-permissions-boundary --role-name {role} --permissions-boundary {arn}"
            )),
            Self::Document { arn, file, .. } => Some(format!(
                "aws iam create-policy-version --policy-arn {arn} --set-as-default \
                 --policy-document file://bootstrap/policies/{file}"
            )),
            Self::NoStack
            | Self::StackStatus { .. }
            | Self::Output { .. }
            | Self::Parameter { .. }
            | Self::NoRole { .. }
            | Self::NoPolicy { .. } => None,
        }
    }
}

pub(crate) fn attach(role: &str, arn: &str) -> String {
    format!("aws iam attach-role-policy --role-name {role} --policy-arn {arn}")
}

pub(crate) fn detach(role: &str, arn: &str) -> String {
    format!("aws iam detach-role-policy --role-name {role} --policy-arn {arn}")
}
