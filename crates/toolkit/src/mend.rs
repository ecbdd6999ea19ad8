//! What mends a change that somebody made behind CloudFormation's back: an update of the stack does not, as
//! CloudFormation compares templates and not accounts.

use crate::identity::{Holder, IdentityFinding};
use crate::verify::Finding;

/// What the commands need to know besides the finding.
#[derive(Clone, Copy, Debug)]
pub struct Mend<'a> {
    /// The role or user.
    pub holder: &'a Holder,
    /// The folder of the policies as they should be.
    pub policies: &'a str,
    /// The profile of the AWS configuration, if one was given.
    pub profile: Option<&'a str>,
}

impl Finding {
    /// The commands that undo the change; none where a bootstrap is what helps, or nothing simple does.
    pub fn mending(&self, mend: &Mend<'_>) -> Vec<String> {
        match self {
            Self::Role(finding) => finding.mending(mend),
            Self::NoStack | Self::StackStatus { .. } | Self::Output { .. } | Self::Parameter { .. } => {
                Vec::new()
            }
        }
    }
}

impl IdentityFinding {
    /// The commands that undo the change; none where nothing simple does.
    pub fn mending(&self, mend: &Mend<'_>) -> Vec<String> {
        let Mend { holder, policies, profile } = mend;
        let kind = holder.kind();
        let of = format!("--{kind}-name {}", holder.name());
        let command = match self {
            Self::NotAttached { arn } => format!("attach-{kind}-policy {of} --policy-arn {arn}"),
            Self::Attached { arn } => format!("detach-{kind}-policy {of} --policy-arn {arn}"),
            Self::Inline { name } => format!("delete-{kind}-policy {of} --policy-name {name}"),
            Self::InGroup { name } => format!("remove-user-from-group {of} --group-name {name}"),
            Self::Boundary { expected: None, .. } => format!("delete-{kind}-permissions-boundary {of}"),
            Self::Boundary { expected: Some(arn), .. } => {
                format!("put-{kind}-permissions-boundary {of} --permissions-boundary {arn}")
            }
            // A policy has five versions at most: with five, one of `list-policy-versions` has to go first.
            Self::Document { arn, file, .. } => format!(
                "create-policy-version --policy-arn {arn} --set-as-default \
                 --policy-document 'file://{policies}/{file}'"
            ),
            Self::Trust { expected, .. } => {
                format!("update-assume-role-policy {of} --policy-document '{expected}'")
            }
            Self::NotThere(_) | Self::NoPolicy { .. } => return Vec::new(),
        };
        let profile = profile.map(|profile| format!(" --profile {profile}")).unwrap_or_default();
        vec![format!("aws iam {command}{profile}")]
    }
}
