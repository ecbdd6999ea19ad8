//! What holds for all policies and requests.

use iam::{Decision, Evaluator};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::arbitrary::{Asked, asked, policy, statement};
use crate::support::{decide, identity, request};

fn is_allowed(statements: &[Value], asked: &Asked) -> bool {
    decide(&identity(&policy(statements)), &request(asked.action, asked.resource, &asked.context))
}

/// Makes an `Allow` speak of more: of every action, of every resource, or always.
fn widened(statement: &Value, how: usize) -> Value {
    let mut fields = statement.as_object().cloned().unwrap_or_default();
    let (gone, element, value) = match how {
        0 => ("NotAction", "Action", json!("*")),
        1 => ("NotResource", "Resource", json!("*")),
        _ => ("Condition", "Condition", json!({})),
    };
    fields.remove(gone);
    fields.insert(element.to_owned(), value);
    Value::Object(fields)
}

/// The decision without the statement that it names.
fn kind(decision: Decision<'_>) -> &'static str {
    match decision {
        Decision::Allowed { .. } => "allowed",
        Decision::DeniedByStatement { .. } => "denied by statement",
        Decision::DeniedByScp { .. } => "denied by SCP",
        Decision::DeniedByBoundary => "denied by boundary",
        Decision::DeniedByDefault => "denied by default",
    }
}

proptest! {
    // Few statements allow a request: what does not apply is drawn again.
    #![proptest_config(ProptestConfig { cases: 400, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn a_denied_request_stays_denied_when_a_deny_is_added(
        statements in vec(statement(), 1..5), added in statement(), asked in asked(), at in any::<Index>()
    ) {
        prop_assume!(!is_allowed(&statements, &asked));
        let mut deny = added;
        deny["Effect"] = json!("Deny");
        let mut more = statements;
        more.insert(at.index(more.len() + 1), deny);
        prop_assert!(!is_allowed(&more, &asked));
    }

    #[test]
    fn a_wider_allow_never_turns_allowed_into_denied(
        statements in vec(statement(), 1..5), asked in asked(), which in any::<Index>(), how in 0_usize..3
    ) {
        let allows: Vec<usize> = (0..statements.len()).filter(|i| statements[*i]["Effect"] == "Allow").collect();
        prop_assume!(!allows.is_empty() && is_allowed(&statements, &asked));
        let mut wider = statements;
        let place = *which.get(&allows);
        wider[place] = widened(&wider[place], how);
        prop_assert!(is_allowed(&wider, &asked));
    }

    #[test]
    fn the_order_of_statements_and_policies_never_matters(
        (statements, shuffled) in vec(statement(), 1..6)
            .prop_flat_map(|statements| (Just(statements.clone()), Just(statements).prop_shuffle())),
        asked in asked(),
        cut in any::<Index>(),
    ) {
        let request = request(asked.action, asked.resource, &asked.context);
        let one = identity(&policy(&statements));
        let expected = kind(Evaluator::new([("One", &one)]).decide(&request));
        let (first, second) = shuffled.split_at(cut.index(shuffled.len()));
        let parts = [first, second].map(|part| (!part.is_empty()).then(|| identity(&policy(part))));
        let evaluator = Evaluator::new(parts.iter().flatten().map(|part| ("Part", part)));
        prop_assert_eq!(kind(evaluator.decide(&request)), expected);
    }

    #[test]
    fn a_boundary_and_scps_only_take_away(
        statements in vec(statement(), 1..4), limit in vec(statement(), 1..4), asked in asked()
    ) {
        let request = request(asked.action, asked.resource, &asked.context);
        let (own, limit) = (identity(&policy(&statements)), identity(&policy(&limit)));
        let alone = Evaluator::new([("Own", &own)]);
        let both = decide(&own, &request) && decide(&limit, &request);
        let bounded = alone.clone().with_boundary("Boundary", &limit);
        prop_assert_eq!(bounded.decide(&request).is_allowed(), both);
        let under_scp = alone.with_scp_level([("Scp", &limit)]);
        prop_assert_eq!(under_scp.decide(&request).is_allowed(), both);
    }

    #[test]
    fn an_implicit_deny_is_explained(statements in vec(statement(), 1..5), asked in asked()) {
        let request = request(asked.action, asked.resource, &asked.context);
        let document = identity(&policy(&statements));
        let evaluator = Evaluator::new([("Own", &document)]);
        let explanation = evaluator.explain(&request);
        prop_assert_eq!(explanation.decision, evaluator.decide(&request));
        let by_default = explanation.decision == Decision::DeniedByDefault;
        let speaks_of_all = statements.iter().any(|s| s["Effect"] == "Allow" && s["NotAction"].is_array());
        prop_assert!(by_default || explanation.nearest.is_none());
        prop_assert!(!by_default || !speaks_of_all || explanation.nearest.is_some());
        if let Some(nearest) = explanation.nearest {
            prop_assert!(!nearest.mismatches.is_empty(), "{} matches", nearest.statement);
        }
    }
}
