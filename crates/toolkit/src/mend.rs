//! What mends a change that somebody made behind CloudFormation's back: an update of the stack does not, as
//! CloudFormation compares templates and not accounts.

use std::borrow::Cow;

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
        let of = format!("--{kind}-name {}", shell_word(holder.name()));
        let command = match self {
            Self::NotAttached { arn } => format!("attach-{kind}-policy {of} --policy-arn {arn}"),
            Self::Attached { arn } => format!("detach-{kind}-policy {of} --policy-arn {arn}"),
            Self::Inline { name } => format!("delete-{kind}-policy {of} --policy-name {}", shell_word(name)),
            Self::InGroup { name } => {
                format!("remove-user-from-group {of} --group-name {}", shell_word(name))
            }
            Self::Boundary { expected: None, .. } => format!("delete-{kind}-permissions-boundary {of}"),
            Self::Boundary { expected: Some(arn), .. } => {
                format!("put-{kind}-permissions-boundary {of} --permissions-boundary {arn}")
            }
            // A policy has five versions at most: with five, one of `list-policy-versions` has to go first.
            Self::Document { arn, file, .. } => format!(
                "create-policy-version --policy-arn {arn} --set-as-default --policy-document {}",
                shell_word(&format!("file://{policies}/{file}"))
            ),
            Self::Trust { expected, .. } => {
                format!("update-assume-role-policy {of} --policy-document {}", shell_word(expected))
            }
            Self::NotThere(_) | Self::NoPolicy { .. } => return Vec::new(),
        };
        let profile =
            profile.map(|profile| format!(" --profile {}", shell_word(profile))).unwrap_or_default();
        vec![format!("aws iam {command}{profile}")]
    }
}

/// A text as a shell takes it for one word, in a command that somebody is to run: without quotes where it needs none.
pub fn shell_word(text: &str) -> Cow<'_, str> {
    // No argument holds the one character that cannot be quoted, NUL.
    shlex::try_quote(text).unwrap_or(Cow::Borrowed("''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_hold_texts_as_one_word() {
        let holder = Holder::Role("pipeline-web".to_owned());
        let mend = Mend { holder: &holder, policies: "/my policies", profile: Some("a b") };
        let expected = "{\"sub\":\"repo:a/b:environment:bob's; rm x\"}".to_owned();
        let trust = IdentityFinding::Trust { differences: Vec::new(), expected: expected.clone() };
        let document = IdentityFinding::Document {
            arn: "arn:aws:iam::111122223333:policy/p".to_owned(),
            file: "p.json".to_owned(),
            differences: Vec::new(),
        };
        for (finding, word) in [(trust, expected.as_str()), (document, "file:///my policies/p.json")] {
            let [command] = finding.mending(&mend).try_into().unwrap();
            let words = shlex::split(&command).unwrap();
            assert!(words.iter().any(|one| one == word), "no word `{word}` in {command}");
            assert_eq!(words.last().map(String::as_str), Some("a b"), "{command}");
        }
        assert_eq!(shell_word("pipeline-web"), "pipeline-web");
    }
}
