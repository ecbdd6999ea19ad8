//! Cleans the handler permissions of CloudFormation: they are written by hand and hold what IAM does not know.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use super::cfn_lint::{Existing, PHASES, RawHandlers, Tagging};
use super::facts::Services;

/// What is written of each resource type.
pub(super) type Handlers = BTreeMap<String, TypeFacts>;

/// Phase (a place in [`PHASES`]) to permissions.
pub(super) type Phases = BTreeMap<usize, BTreeSet<Permission>>;

/// What is written of a resource type.
pub(super) struct TypeFacts {
    pub(super) phases: Phases,
    pub(super) tagging: Option<Tagging>,
}

/// One permission of a handler: `prefix:name`, where the name may hold wildcards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Permission {
    pub(super) prefix: String,
    pub(super) name: String,
    /// Whether an action of that name exists, or one that the wildcard matches.
    pub(super) known: bool,
}

/// What the strings of the schemas were.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// How many name an action, in any case.
    pub(super) known: usize,
    /// Those among them, each once, that the reference spells in another case.
    pub(super) wrong_case: BTreeSet<String>,
    /// The patterns that match an action, each once.
    pub(super) wildcards: BTreeSet<String>,
    /// Those that name or match no action, each once.
    pub(super) unknown: BTreeSet<String>,
    /// How many are empty, or no `prefix:name` at all.
    pub(super) dropped: usize,
}

/// The names by which a permission is recognised.
pub(super) struct Known<'a> {
    pub(super) services: &'a Services,
    pub(super) existing: &'a Existing,
}

/// Cleans the handlers of one resource type; the counts are added to `counts`.
pub(super) fn clean(raw: &RawHandlers, known: &Known<'_>, counts: &mut Counts) -> Result<Phases> {
    let mut phases = BTreeMap::new();
    for (phase, permissions) in raw {
        let Some(place) = PHASES.iter().position(|known| known == phase) else {
            bail!("unknown handler `{phase}`: known are {}", PHASES.join(", "));
        };
        let permissions: BTreeSet<_> =
            permissions.iter().filter_map(|text| known.permission(text, counts)).collect();
        if !permissions.is_empty() {
            phases.insert(place, permissions);
        }
    }
    Ok(phases)
}

impl Known<'_> {
    fn permission(&self, text: &str, counts: &mut Counts) -> Option<Permission> {
        let parts = text.trim().split_once(':').filter(|(prefix, name)| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            let count = |text: &str, ok: &dyn Fn(char) -> bool| !text.is_empty() && text.chars().all(ok);
            count(prefix, &plain) && count(name, &|c| plain(c) || c == '*')
        });
        let Some((given_prefix, given_name)) = parts else {
            counts.dropped += 1;
            return None;
        };
        let prefix = given_prefix.to_ascii_lowercase();
        if given_name.contains('*') {
            let known = self.any(&prefix, |name| matches(&given_name.to_ascii_lowercase(), name));
            let seen = if known { &mut counts.wildcards } else { &mut counts.unknown };
            seen.insert(text.to_owned());
            return Some(Permission { prefix, name: given_name.to_owned(), known });
        }
        let lower = given_name.to_ascii_lowercase();
        let listed = self.services.get(&prefix).and_then(|service| service.actions.get(&lower));
        if let Some(action) = listed {
            counts.known += 1;
            if prefix != given_prefix || action.name != given_name {
                counts.wrong_case.insert(text.to_owned());
            }
            return Some(Permission { prefix, name: action.name.clone(), known: true });
        }
        let known = self.existing.get(&prefix).is_some_and(|names| names.contains(&lower));
        if known {
            counts.known += 1;
        } else {
            counts.unknown.insert(text.to_owned());
        }
        // No source has another spelling: the one of the schema stays, with the prefix of a service that exists.
        let prefix = if known { prefix } else { given_prefix.to_owned() };
        Some(Permission { prefix, name: given_name.to_owned(), known })
    }

    /// Whether any action of the service satisfies `test`, which is given names in lower case.
    fn any(&self, prefix: &str, test: impl Fn(&str) -> bool) -> bool {
        let listed = self.services.get(prefix).into_iter().flat_map(|service| service.actions.keys());
        let existing = self.existing.get(prefix).into_iter().flatten();
        listed.chain(existing).any(|name| test(name))
    }
}

/// Whether `pattern`, in which `*` stands for any text, matches all of `text`.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(rest) = text.strip_prefix(head) else {
        return false;
    };
    rest.char_indices().map(|(i, _)| i).chain([rest.len()]).any(|i| matches(tail, rest.split_at(i).1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refresh_data::facts::{ActionFacts, ServiceFacts};

    /// Cleans one permission where `s3:GetObject`, `s3:ListBucket` are listed and `lambda:createwebfunction` exists.
    fn one(text: &str) -> (Option<(String, bool)>, Counts) {
        let actions = ["GetObject", "ListBucket"].map(|name| {
            let facts = ActionFacts { name: name.to_owned(), ..ActionFacts::default() };
            (name.to_ascii_lowercase(), facts)
        });
        let service = ServiceFacts { actions: actions.into(), ..ServiceFacts::default() };
        let services = BTreeMap::from([("s3".to_owned(), service)]);
        let existing =
            BTreeMap::from([("lambda".to_owned(), BTreeSet::from(["createwebfunction".to_owned()]))]);
        let raw = BTreeMap::from([("create".to_owned(), vec![text.to_owned()])]);
        let mut counts = Counts::default();
        let known = Known { services: &services, existing: &existing };
        let phases = clean(&raw, &known, &mut counts).unwrap();
        let permission = phases.get(&0).and_then(|permissions| permissions.first());
        (permission.map(|p| (format!("{}:{}", p.prefix, p.name), p.known)), counts)
    }

    #[test]
    fn each_kind_of_string_is_told_apart() {
        /// How a string is counted.
        #[derive(Debug, PartialEq)]
        enum As {
            Known,
            WrongCase,
            Wildcard,
            Unknown,
            Dropped,
        }
        for (text, permission, counted) in [
            ("s3:GetObject", Some(("s3:GetObject", true)), As::Known),
            (" s3:GetObject ", Some(("s3:GetObject", true)), As::Known),
            ("S3:GetObject", Some(("s3:GetObject", true)), As::WrongCase),
            ("s3:getobject", Some(("s3:GetObject", true)), As::WrongCase),
            ("s3:Get*", Some(("s3:Get*", true)), As::Wildcard),
            ("s3:*", Some(("s3:*", true)), As::Wildcard),
            ("s3:Gett*", Some(("s3:Gett*", false)), As::Unknown),
            ("s3:HeadObject", Some(("s3:HeadObject", false)), As::Unknown),
            ("s3:REST.PUT.OBJECT", Some(("s3:REST.PUT.OBJECT", false)), As::Unknown),
            ("efs:CreateFileSystem", Some(("efs:CreateFileSystem", false)), As::Unknown),
            ("Lambda:CreateWebFunction", Some(("lambda:CreateWebFunction", true)), As::Known),
            ("", None, As::Dropped),
            ("s3", None, As::Dropped),
            ("s3:Get Object", None, As::Dropped),
        ] {
            let (got, counts) = one(text);
            let got = got.as_ref().map(|(name, known)| (name.as_str(), *known));
            let got_counted = match (
                counts.known,
                counts.wrong_case.len(),
                counts.wildcards.len(),
                counts.unknown.len(),
                counts.dropped,
            ) {
                (1, 0, 0, 0, 0) => As::Known,
                (1, 1, 0, 0, 0) => As::WrongCase,
                (0, 0, 1, 0, 0) => As::Wildcard,
                (0, 0, 0, 1, 0) => As::Unknown,
                (0, 0, 0, 0, 1) => As::Dropped,
                other => panic!("`{text}` is counted as {other:?}"),
            };
            assert_eq!((got, got_counted), (permission, counted), "for `{text}`");
        }
    }

    #[test]
    fn an_unknown_phase_is_refused() {
        let raw = BTreeMap::from([("import".to_owned(), Vec::new())]);
        let known = Known { services: &BTreeMap::new(), existing: &BTreeMap::new() };
        let error = clean(&raw, &known, &mut Counts::default()).unwrap_err().to_string();
        assert_eq!(error, "unknown handler `import`: known are create, read, update, delete, list");
    }

    #[test]
    fn a_star_matches_any_text() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("get*", "getobject", true),
            ("get*", "get", true),
            ("*object", "getobject", true),
            ("get*object", "getbucket", false),
            ("g*t*t", "getobject", true),
            ("get", "getobject", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "`{pattern}` on `{text}`");
        }
    }
}
