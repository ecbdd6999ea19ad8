//! How two policy documents differ, statement by statement.

use std::collections::{BTreeMap, BTreeSet};

use iam::{PolicyDocument, Statement};

/// What `found` has or lacks against `expected`, a phrase each, by statement; empty when they say the same.
///
/// The order of actions and resources has no meaning to IAM and is not compared.
pub fn document_differences(expected: &PolicyDocument, found: &PolicyDocument) -> Vec<String> {
    let (expected, found) = (by_label(expected), by_label(found));
    let labels: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    labels
        .into_iter()
        .flat_map(|label| match (expected.get(label), found.get(label)) {
            (Some(_), None) => vec![format!("statement `{label}` is missing")],
            (None, Some(_)) => vec![format!("statement `{label}` is extra")],
            (Some(expected), Some(found)) => statement_differences(expected, found)
                .iter()
                .map(|d| format!("statement `{label}`: {d}"))
                .collect(),
            (None, None) => Vec::new(),
        })
        .collect()
}

fn by_label(document: &PolicyDocument) -> BTreeMap<String, &Statement> {
    document.statements().iter().enumerate().map(|(i, statement)| (statement.label(i), statement)).collect()
}

fn statement_differences(expected: &Statement, found: &Statement) -> Vec<String> {
    let mut differences = Vec::new();
    if expected.effect != found.effect {
        differences.push(format!("effect is {}, not {}", found.effect.as_str(), expected.effect.as_str()));
    }
    if expected.action.element() != found.action.element() {
        differences.push(format!("has `{}`, not `{}`", found.action.element(), expected.action.element()));
    }
    let actions = |s: &Statement| s.action.patterns().iter().map(ToString::to_string).collect();
    differences.extend(set_differences("action", &actions(expected), &actions(found)));
    let resources = |s: &Statement| {
        let blocks = s.resource.iter().flat_map(|block| {
            block.patterns().iter().map(|pattern| match block.element() {
                "Resource" => pattern.to_string(),
                element => format!("{element} {pattern}"),
            })
        });
        blocks.collect()
    };
    differences.extend(set_differences("resource", &resources(expected), &resources(found)));
    let conditions = |s: &Statement| {
        let tests = s.condition.operators().flat_map(|(operator, keys)| {
            keys.iter().map(move |(key, values)| {
                let values: BTreeSet<&String> = values.iter().collect();
                let values = values.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
                format!("{operator} {key} {values}")
            })
        });
        tests.collect()
    };
    differences.extend(set_differences("condition", &conditions(expected), &conditions(found)));
    if expected.principal != found.principal {
        differences.push("names other principals".to_owned());
    }
    differences
}

fn set_differences(what: &str, expected: &BTreeSet<String>, found: &BTreeSet<String>) -> Vec<String> {
    let missing = expected.difference(found).map(|item| format!("{what} `{item}` is missing"));
    let extra = found.difference(expected).map(|item| format!("{what} `{item}` is extra"));
    missing.chain(extra).collect()
}
