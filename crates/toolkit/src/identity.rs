//! [`Identity`]: a role or user as it is, and whether that is as it should be.

use std::collections::BTreeMap;
use std::fmt;

use iam::{PolicyDocument, PolicyKind};

use crate::difference::document_differences;

/// A role or user by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A role.
    Role(String),
    /// A user.
    User(String),
}

impl Holder {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Role(name) | Self::User(name) => name,
        }
    }

    /// What it is: `role` or `user`, as the operations of IAM are called.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Role(_) => "role",
            Self::User(_) => "user",
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.kind(), self.name())
    }
}

/// What gives a role or user its permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Managed policies, by ARN.
    pub attached: Vec<String>,
    /// Names of inline policies.
    pub inline: Vec<String>,
    /// Names of the groups that a user is in.
    pub groups: Vec<String>,
    /// A role's trust policy as JSON text.
    pub trust: Option<String>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
}

/// What a role or user should have.
#[derive(Clone, Debug)]
pub struct ExpectedIdentity<'a> {
    /// Who it is.
    pub holder: Holder,
    /// Managed policies, by ARN.
    pub attached: Vec<String>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// A role's trust policy.
    pub trust: Option<&'a PolicyDocument>,
    /// What the policies say that are known here.
    pub documents: Vec<ExpectedDocument<'a>>,
}

/// What a policy should say.
#[derive(Clone, Debug)]
pub struct ExpectedDocument<'a> {
    /// The policy's ARN.
    pub arn: String,
    /// The artifact with its document, in the folder of the policies.
    pub file: String,
    /// What it should say.
    pub document: &'a PolicyDocument,
}

/// One thing about a role or user that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityFinding {
    /// It is not there.
    NotThere(Holder),
    /// A policy is not attached.
    NotAttached {
        /// Its ARN.
        arn: String,
    },
    /// A policy is attached that should not be.
    Attached {
        /// Its ARN.
        arn: String,
    },
    /// It has an inline policy.
    Inline {
        /// Its name.
        name: String,
    },
    /// It is in a group, whose policies it has too.
    InGroup {
        /// The group's name.
        name: String,
    },
    /// It has another boundary.
    Boundary {
        /// The ARN it has.
        found: Option<String>,
        /// The ARN it should have.
        expected: Option<String>,
    },
    /// Others than the template says may assume the role.
    Trust {
        /// How the trust policy differs, a phrase each.
        differences: Vec<String>,
        /// What it should say, as JSON.
        expected: String,
    },
    /// A policy that is attached is not there, or cannot be seen.
    NoPolicy {
        /// Its ARN.
        arn: String,
    },
    /// A policy says something else.
    Document {
        /// The policy's ARN.
        arn: String,
        /// The artifact that has what it should say.
        file: String,
        /// How it differs, a phrase each.
        differences: Vec<String>,
    },
}

impl IdentityFinding {
    /// The finding as a sentence, in which `who` stands for the role or user: `the execution role`.
    pub fn sentence(&self, who: &str) -> String {
        let or_none = |text: &Option<String>| text.clone().map_or("nothing".to_owned(), |t| format!("`{t}`"));
        match self {
            Self::NotThere(holder) => format!("there is no {holder}"),
            Self::NotAttached { arn } => format!("`{arn}` is not attached to {who}"),
            Self::Attached { arn } => format!("`{arn}` is attached to {who} and should not be"),
            Self::Inline { name } => format!("{who} has an inline policy `{name}`"),
            Self::InGroup { name } => format!("{who} is in the group `{name}` and has its policies too"),
            Self::Boundary { found, expected } => {
                format!("{who}'s permissions boundary is {}, not {}", or_none(found), or_none(expected))
            }
            Self::Trust { differences, .. } => {
                format!("{who}'s trust policy differs: {}", differences.join("; "))
            }
            Self::NoPolicy { arn } => format!("there is no policy `{arn}`"),
            Self::Document { arn, differences, .. } => format!("`{arn}` differs: {}", differences.join("; ")),
        }
    }
}

/// Everything about a role or user that is not as it should be. `found` is none where it is not there; `documents` are
/// the default versions of its policies as JSON text, by ARN.
pub fn verify_identity(
    expected: &ExpectedIdentity<'_>,
    found: Option<&Identity>,
    documents: &BTreeMap<String, String>,
) -> Vec<IdentityFinding> {
    let Some(found) = found else { return vec![IdentityFinding::NotThere(expected.holder.clone())] };
    let mut findings = Vec::new();
    let missing = expected.attached.iter().filter(|arn| !found.attached.contains(arn));
    findings.extend(missing.map(|arn| IdentityFinding::NotAttached { arn: arn.clone() }));
    let extra = found.attached.iter().filter(|arn| !expected.attached.contains(arn));
    findings.extend(extra.map(|arn| IdentityFinding::Attached { arn: arn.clone() }));
    findings.extend(found.inline.iter().map(|name| IdentityFinding::Inline { name: name.clone() }));
    findings.extend(found.groups.iter().map(|name| IdentityFinding::InGroup { name: name.clone() }));
    if found.boundary != expected.boundary {
        let (found, expected) = (found.boundary.clone(), expected.boundary.clone());
        findings.push(IdentityFinding::Boundary { found, expected });
    }
    findings.extend(expected.trust.and_then(|trust| verify_trust(trust, found.trust.as_deref())));
    for ExpectedDocument { arn, file, document } in &expected.documents {
        let differences = match documents.get(arn) {
            None => {
                // Said already when it is not attached.
                if found.attached.contains(arn) {
                    findings.push(IdentityFinding::NoPolicy { arn: arn.clone() });
                }
                continue;
            }
            Some(text) => match PolicyDocument::parse(text, PolicyKind::Identity) {
                Ok(found) => document_differences(document, &found),
                Err(errors) => vec![format!("it cannot be read: {errors}")],
            },
        };
        if !differences.is_empty() {
            let (arn, file) = (arn.clone(), file.clone());
            findings.push(IdentityFinding::Document { arn, file, differences });
        }
    }
    findings
}

fn verify_trust(expected: &PolicyDocument, found: Option<&str>) -> Option<IdentityFinding> {
    let differences = match PolicyDocument::parse(found.unwrap_or_default(), PolicyKind::Trust) {
        Ok(found) => document_differences(expected, &found),
        Err(errors) => vec![format!("it cannot be read: {errors}")],
    };
    let expected = expected.to_minified();
    (!differences.is_empty()).then_some(IdentityFinding::Trust { differences, expected })
}
