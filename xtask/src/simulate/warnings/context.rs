//! Whether an answer hangs on condition keys that the request does not have, and whether AWS has those that it has.

use std::collections::{BTreeMap, BTreeSet};

use iam::{Decision, Effect, Mismatch, Request, StatementRef};
use iam_reference::{
    ConditionKey, Service, ValueType, global_condition_keys, nearest_condition_key, services,
};

use super::super::policies::Policies;
use super::super::report::Answer;
use super::Code;

/// The types of the condition keys that were looked up: requests have many keys in common.
#[derive(Default)]
pub(super) struct KnownKeys(BTreeMap<String, BTreeSet<ValueType>>);

pub(super) fn check(
    answer: &Answer<'_>,
    policies: &Policies,
    known: &mut KnownKeys,
    keep: &mut impl FnMut(Code, String),
) {
    let request = &answer.asked.request;
    for (key, values) in answer.asked.context.entries() {
        let types = known.0.entry(key.to_owned()).or_insert_with(|| value_types(key));
        if values.len() > 1 && !types.is_empty() && !types.iter().any(|own| own.is_multivalued()) {
            keep(
                Code::SeveralValues,
                format!(
                    "`{key}` has one value in a request to AWS, and was given {}: ask once with each",
                    values.len()
                ),
            );
        }
        if types.is_empty() && !is_of_provider(key) {
            let hint = match nearest_condition_key(key) {
                Some(nearest) => format!("is it `{nearest}`?"),
                None => "AWS may not have it".to_owned(),
            };
            keep(Code::UnknownConditionKey, format!("`{key}` is in no reference of condition keys: {hint}"));
        }
    }
    let mut missing = |statement: StatementRef<'_>, does: &str, keys: &[&str]| {
        let given: Vec<String> = keys.iter().map(|key| format!("--context {key}=VALUE")).collect();
        let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let message = format!(
            "{statement} {does}, and the request has no {}, which AWS may fill in: give {}",
            keys.join(", "),
            given.join(" "),
        );
        keep(Code::MissingConditionKey, message);
    };
    match answer.explanation.decision {
        Decision::Allowed { by } | Decision::DeniedByStatement { by } => {
            let keys = absent_keys(by, request);
            if !keys.is_empty() {
                let does = if by.statement.effect == Effect::Allow { "allows" } else { "denies" };
                missing(by, &format!("{does} under a condition that a missing key passes"), &keys);
            }
        }
        Decision::DeniedByDefault | Decision::DeniedByBoundary | Decision::DeniedByScp { .. } => {
            if let Some(nearest) = &answer.explanation.nearest
                && let Some(keys) = keys_in_want(&nearest.mismatches)
            {
                missing(nearest.statement, "would allow under a condition", &keys);
            }
        }
    }
    if answer.explanation.decision.is_allowed() {
        for denial in policies.latent_denials(request) {
            if let Some(keys) = keys_in_want(&denial.mismatches) {
                missing(denial.statement, "would deny under a condition", &keys);
            }
        }
    }
}

/// The keys of a statement's conditions that the request does not have.
fn absent_keys<'a>(by: StatementRef<'a>, request: &Request) -> Vec<&'a str> {
    let keys = by.statement.condition.operators().flat_map(|(_, keys)| keys.keys());
    let absent = keys.filter(|key| request.context().get(key).is_none());
    absent.map(iam::ConditionKey::as_str).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The missing keys, where nothing else keeps a statement from matching.
fn keys_in_want<'a>(mismatches: &[Mismatch<'a>]) -> Option<Vec<&'a str>> {
    let keys = mismatches.iter().map(|mismatch| match mismatch {
        Mismatch::Condition { key, asked: [], .. } => Some(*key),
        _ => None,
    });
    let keys: Option<BTreeSet<&str>> = keys.collect();
    keys.map(|keys| keys.into_iter().collect())
}

/// Whether a key begins with the domain of an identity provider, which may have any keys.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>
fn is_of_provider(key: &str) -> bool {
    key.split(':').next().is_some_and(|provider| provider.contains('.'))
}

/// The types that the reference gives a condition key; none when it has no such key.
fn value_types(key: &str) -> BTreeSet<ValueType> {
    let all = global_condition_keys().chain(services().iter().flat_map(Service::condition_keys));
    all.filter(|known| known.is_named(key)).map(ConditionKey::value_type).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_in_any_case_and_with_any_tag() {
        for (key, expected) in [
            ("aws:SourceIp", true),
            ("AWS:sourceip", true),
            ("aws:RequestTag/team", true),
            ("aws:RequestTag/", false),
            ("aws:RequestTag", false),
            ("s3:ExistingObjectTag/team", true),
            ("s3:ExistingObjectTag/", false),
            ("ssm:resourceTag/team", true),
            ("iam:PassedToService", true),
            ("iam:PassToService", false),
            ("sub", false),
        ] {
            assert_eq!(!value_types(key).is_empty(), expected, "`{key}`");
        }
    }

    #[test]
    fn the_keys_of_an_identity_provider_begin_with_its_domain() {
        assert!(is_of_provider("token.actions.githubusercontent.com:sub"));
        assert!(is_of_provider("oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE:aud"));
        assert!(!is_of_provider("iam:PassedToService"));
    }
}
