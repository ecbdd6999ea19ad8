//! Dynamic references: values that CloudFormation takes from Parameter Store or Secrets Manager.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>

use iam::ArnPattern;

use super::place::{arn, parsed};
use crate::coverage::Certainty;
use crate::template::{Hole, Names, Reduced, ReducedValue, Scope};

/// What resolving a reference takes.
pub(super) struct Resolving {
    pub(super) action: &'static str,
    pub(super) on: ArnPattern,
    pub(super) certainty: Certainty,
    /// The kind of reference: `ssm`.
    pub(super) service: &'static str,
}

/// What resolving the references below a value takes.
pub(super) fn below(value: &Reduced, names: &Names<'_>, scope: &Scope, found: &mut Vec<Resolving>) {
    match &value.value {
        ReducedValue::Text(text) => {
            for hole in text.holes() {
                if let Hole::DynamicReference(inner) = hole {
                    found.extend(resolving(&names.pattern_of(inner), scope));
                }
            }
        }
        ReducedValue::List(items) => {
            for item in items {
                below(item, names, scope, found);
            }
        }
        ReducedValue::Map(entries) => {
            for entry in entries {
                below(&entry.value, names, scope, found);
            }
        }
        _ => {}
    }
}

fn resolving(reference: &str, scope: &Scope) -> Vec<Resolving> {
    let Some((service, name)) = reference.strip_prefix("resolve:").and_then(|rest| rest.split_once(':'))
    else {
        return Vec::new();
    };
    let required = |action, on, service| Resolving { action, on, certainty: Certainty::Required, service };
    match service {
        "ssm" => vec![required("ssm:GetParameters", parameter(name, scope), "ssm")],
        "ssm-secure" => vec![
            required("ssm:GetParameters", parameter(name, scope), "ssm-secure"),
            Resolving {
                action: "kms:Decrypt",
                on: arn(scope, "kms", "key/*"),
                certainty: Certainty::Conditional,
                service: "ssm-secure",
            },
        ],
        "secretsmanager" => {
            vec![required("secretsmanager:GetSecretValue", secret(name, scope), "secretsmanager")]
        }
        _ => Vec::new(),
    }
}

/// A parameter, whose name a version may follow.
pub(super) fn parameter(name: &str, scope: &Scope) -> ArnPattern {
    if name.starts_with("arn:") {
        return parsed(name);
    }
    let name = name.split(':').next().unwrap_or_default();
    arn(scope, "ssm", &format!("parameter/{}", name.trim_start_matches('/')))
}

/// A secret, by its name or ARN, which what to take of it may follow.
fn secret(name: &str, scope: &Scope) -> ArnPattern {
    let whole = [":SecretString", ":SecretBinary"].iter().find_map(|what| name.split_once(what));
    let name = whole.map_or(name, |(name, _)| name);
    match name.strip_prefix("arn:") {
        Some(_) => parsed(name),
        None => arn(
            scope,
            "secretsmanager",
            &format!("secret:{}-??????", name.split(':').next().unwrap_or_default()),
        ),
    }
}
