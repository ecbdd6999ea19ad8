//! What a source says about a service, in one shape for every source: rows before they are merged and written.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

/// Services by prefix.
pub(super) type Services = BTreeMap<String, ServiceFacts>;

/// A service as one source, or the union of sources, describes it. The keys of the maps are lower case.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ServiceFacts {
    /// The name that AWS documentation uses, such as `Amazon S3`.
    pub(super) name: String,
    pub(super) actions: BTreeMap<String, ActionFacts>,
    pub(super) resource_types: BTreeMap<String, ResourceTypeFacts>,
    pub(super) condition_keys: BTreeMap<String, ConditionKeyFacts>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ActionFacts {
    pub(super) name: String,
    pub(super) levels: BTreeSet<AccessLevel>,
    /// By the lower-case name of the resource type.
    pub(super) resources: BTreeMap<String, ResourceUse>,
    pub(super) condition_keys: BTreeSet<String>,
    /// Actions that the caller needs as well, as `service:Name`.
    pub(super) dependent: BTreeSet<String>,
}

/// That an action works on a resource type.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ResourceUse {
    pub(super) name: String,
    pub(super) required: bool,
    /// The condition keys that apply when the action works on this resource type.
    pub(super) condition_keys: BTreeSet<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ResourceTypeFacts {
    pub(super) name: String,
    pub(super) arns: Vec<String>,
    pub(super) condition_keys: BTreeSet<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct ConditionKeyFacts {
    pub(super) name: String,
    pub(super) value_type: String,
}

/// An access level of the service authorization reference, in the order in which letters are written.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AccessLevel {
    List,
    Read,
    Write,
    PermissionsManagement,
    Tagging,
}

impl AccessLevel {
    /// The letter in `actions.txt`.
    pub(super) fn letter(self) -> char {
        match self {
            Self::List => 'L',
            Self::Read => 'R',
            Self::Write => 'W',
            Self::PermissionsManagement => 'P',
            Self::Tagging => 'T',
        }
    }
}

/// Reads an access level; the reference combines some: `Tagging, Write`.
pub(super) fn parse_levels(text: &str) -> Result<BTreeSet<AccessLevel>> {
    text.split(',')
        .map(|level| {
            Ok(match level.trim() {
                "List" => AccessLevel::List,
                "Read" => AccessLevel::Read,
                "Write" => AccessLevel::Write,
                "Permissions management" => AccessLevel::PermissionsManagement,
                "Tagging" => AccessLevel::Tagging,
                other => bail!("unknown access level `{other}` in `{text}`"),
            })
        })
        .collect()
}

/// Reads the ARN patterns of a resource type; the reference joins two in one with a comma.
pub(super) fn parse_arns(text: &str) -> Result<Vec<String>> {
    text.split(',')
        .map(str::trim)
        .map(|arn| {
            if arn.starts_with("arn:") && arn.splitn(6, ':').count() == 6 && !arn.contains([' ', '|']) {
                Ok(arn.to_owned())
            } else {
                bail!("`{arn}` is no ARN pattern (`arn:partition:service:region:account:resource`)")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combined_access_levels_are_split() {
        let levels = parse_levels("Tagging, Write").unwrap();
        assert_eq!(levels.into_iter().collect::<Vec<_>>(), [AccessLevel::Write, AccessLevel::Tagging]);
        let levels = parse_levels("Permissions management").unwrap();
        assert_eq!(levels.into_iter().collect::<Vec<_>>(), [AccessLevel::PermissionsManagement]);
    }

    #[test]
    fn an_unknown_access_level_is_refused() {
        let error = parse_levels("Write, Admin").unwrap_err().to_string();
        assert_eq!(error, "unknown access level `Admin` in `Write, Admin`");
    }

    #[test]
    fn two_joined_arns_become_two_patterns() {
        let arns =
            parse_arns("arn:${Partition}:lex:::bot/${Id}, arn:${Partition}:lex:::bot:${Name}").unwrap();
        assert_eq!(arns, ["arn:${Partition}:lex:::bot/${Id}", "arn:${Partition}:lex:::bot:${Name}"]);
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        for text in ["", "bucket", "arn:aws:s3", "arn:${Partition}:lex:::bot/a b"] {
            assert!(parse_arns(text).is_err(), "`{text}` was taken for an ARN pattern");
        }
    }
}
