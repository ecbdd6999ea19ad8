//! What of a resource's properties cannot be told, where a name or an ARN depends on it.

use std::collections::BTreeSet;

use iam::JsonPointer;

use super::StackInput;
use super::given::Given;
use super::problem::{Problem, ProblemKind};
use crate::template::{Hole, Reduced, ReducedValue};

/// What the names of properties end with that are part of an ARN.
const TELLING: [&str; 12] = [
    "Name",
    "Names",
    "Arn",
    "ARN",
    "Arns",
    "Role",
    "Roles",
    "Bucket",
    "Token",
    "Identifier",
    "Path",
    "Family",
];

/// The problems of a resource's properties.
pub(super) fn of(stack: &StackInput<'_>, given: &Given<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in given.properties() {
        let at = given.resource.properties_pointer().join(&entry.key);
        collect(stack, &entry.key, &at, &entry.value, &mut seen, &mut found);
    }
    found
}

fn collect(
    stack: &StackInput<'_>,
    key: &str,
    at: &JsonPointer,
    value: &Reduced,
    seen: &mut BTreeSet<String>,
    found: &mut Vec<Problem>,
) {
    let mut say = |reason: String| {
        if seen.insert(reason.clone()) {
            found.push(stack.problem(value.line, at.clone(), ProblemKind::Unresolved, reason));
        }
    };
    let is_telling = TELLING.iter().any(|end| key.ends_with(end));
    match &value.value {
        ReducedValue::Unknown(why) => say(why.clone()),
        ReducedValue::Text(text) => {
            for hole in text.holes() {
                match hole {
                    Hole::Unknown(why) => say(why.clone()),
                    Hole::Parameter(name) if is_telling && !is_in_ssm(stack, name) => {
                        say(format!(
                            "the parameter `{name}` has no value: give one with `--parameter {name}=VALUE`"
                        ));
                    }
                    _ => {}
                }
            }
        }
        ReducedValue::List(items) => {
            for item in items {
                collect(stack, key, &at.join(item.index), item, seen, found);
            }
        }
        ReducedValue::Map(entries) => {
            for entry in entries {
                collect(stack, &entry.key, &at.join(&entry.key), &entry.value, seen, found);
            }
        }
        ReducedValue::Null | ReducedValue::Bool(_) | ReducedValue::Number(_) => {}
    }
}

/// What stands in Parameter Store is not known here, whatever is given.
fn is_in_ssm(stack: &StackInput<'_>, name: &str) -> bool {
    stack.template.parameters().get(name).is_some_and(crate::template::Parameter::is_in_ssm)
}
