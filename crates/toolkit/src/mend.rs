//! What mends a change that somebody made behind CloudFormation's back: a bootstrap does not, as CloudFormation
//! compares templates and not accounts.

use crate::verify::Finding;

/// What the commands need to know besides the finding.
#[derive(Clone, Copy, Debug)]
pub struct Mend<'a> {
    /// The execution role's name.
    pub role: &'a str,
    /// The folder of the policies as they should be.
    pub policies: &'a str,
    /// The profile of the AWS configuration, if one was given.
    pub profile: Option<&'a str>,
}

impl Finding {
    /// The commands that undo the change; none where a bootstrap is what helps, or nothing simple does.
    pub fn mending(&self, mend: &Mend<'_>) -> Vec<String> {
        let Mend { role, policies, profile } = mend;
        let command = match self {
            Self::NotAttached { arn } => format!("attach-role-policy --role-name {role} --policy-arn {arn}"),
            Self::Attached { arn } => format!("detach-role-policy --role-name {role} --policy-arn {arn}"),
            Self::Inline { name } => format!("delete-role-policy --role-name {role} --policy-name {name}"),
            Self::Boundary { expected: None, .. } => {
                format!("delete-role-permissions-boundary --role-name {role}")
            }
            Self::Boundary { expected: Some(arn), .. } => {
                format!("put-role-permissions-boundary --role-name {role} --permissions-boundary {arn}")
            }
            // A policy has five versions at most: with five, one of `list-policy-versions` has to go first.
            Self::Document { arn, file, .. } => format!(
                "create-policy-version --policy-arn {arn} --set-as-default \
                 --policy-document 'file://{policies}/{file}'"
            ),
            Self::Trust { expected, .. } => {
                format!("update-assume-role-policy --role-name {role} --policy-document '{expected}'")
            }
            Self::NoStack
            | Self::StackStatus { .. }
            | Self::Output { .. }
            | Self::Parameter { .. }
            | Self::NoRole { .. }
            | Self::NoPolicy { .. } => return Vec::new(),
        };
        let profile = profile.map(|profile| format!(" --profile {profile}")).unwrap_or_default();
        vec![format!("aws iam {command}{profile}")]
    }
}
