//! Whatever the policies and the request: no panic, and what must hold of every answer.

#![no_main]

use fuzz::{ActionText, ArnText, ContextText, StatementText, document, principal};
use iam::{
    ArnPattern, Context, Covering, Decision, Evaluator, PolicyDocument, PolicyKind, PrincipalType, Request,
    RequestPrincipal, TrustEvaluator,
};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// Policies, and what is asked of them.
#[derive(Arbitrary, Debug)]
struct Case {
    own: Vec<StatementText>,
    more: Vec<StatementText>,
    boundary: Option<Vec<StatementText>>,
    scp: Option<Vec<StatementText>>,
    added: StatementText,
    is_old: bool,
    action: ActionText,
    resource: ArnText,
    wildcards_are_characters: bool,
    context: ContextText,
    asked: ArnText,
    principal: u8,
}

/// The policies of one case; a list is reversed where that is asked for.
struct Policies {
    own: Option<PolicyDocument>,
    more: Option<PolicyDocument>,
    boundary: Option<PolicyDocument>,
    scp: Option<PolicyDocument>,
}

impl Policies {
    fn new(case: &Case, is_reversed: bool) -> Self {
        let read = |statements: &[StatementText]| {
            let mut statements: Vec<Value> =
                statements.iter().take(4).map(|statement| statement.to_json(None)).collect();
            if is_reversed {
                statements.reverse();
            }
            document(&statements, PolicyKind::Identity, case.is_old)
        };
        let optional = |statements: &Option<Vec<StatementText>>| statements.as_deref().and_then(read);
        Self {
            own: read(&case.own),
            more: read(&case.more),
            boundary: optional(&case.boundary),
            scp: optional(&case.scp),
        }
    }

    fn evaluator(&self, added: Option<&PolicyDocument>) -> Evaluator {
        let identity = [("Own", self.own.as_ref()), ("More", self.more.as_ref()), ("Added", added)];
        let identity = identity.into_iter().filter_map(|(name, policy)| Some((name, policy?)));
        let mut evaluator = Evaluator::new(identity);
        if let Some(boundary) = &self.boundary {
            evaluator = evaluator.with_boundary("Boundary", boundary);
        }
        if let Some(scp) = &self.scp {
            evaluator = evaluator.with_scp_level([("Scp", scp)]);
        }
        evaluator
    }
}

fuzz_target!(|case: Case| {
    let resource = case.resource.resource(case.wildcards_are_characters);
    let Ok(request) = Request::new(&case.action.action(), &resource) else { return };
    let request = request.with_context(case.context.context());
    let policies = Policies::new(&case, false);
    let evaluator = policies.evaluator(None);
    decided_alike(&case, &request, &evaluator, &policies);
    one_resource_is_covered_as_it_is_decided(&evaluator, &request);
    a_sample_is_answered_as_its_pattern(&evaluator, &case, &request);
    patterns_agree_with_requests(&case, &request);
    trust(&case, &request);
});

/// The decision without the statement that it names.
fn kind(decision: Decision<'_>) -> u8 {
    match decision {
        Decision::Allowed { .. } => 0,
        Decision::DeniedByStatement { .. } => 1,
        Decision::DeniedByScp { .. } => 2,
        Decision::DeniedByBoundary => 3,
        Decision::DeniedByDefault => 4,
    }
}

/// An explanation decides as a decision does; order does not matter; a Deny allows nothing.
fn decided_alike(case: &Case, request: &Request, evaluator: &Evaluator, policies: &Policies) {
    let decision = evaluator.decide(request);
    let explanation = evaluator.explain(request);
    assert_eq!(explanation.decision, decision);
    for miss in explanation.nearest.iter().flat_map(|nearest| &nearest.mismatches) {
        assert!(!miss.to_string().is_empty());
    }
    let reversed = Policies::new(case, true);
    assert_eq!(kind(reversed.evaluator(None).decide(request)), kind(decision), "statements reversed");
    let deny = document(&[case.added.to_json(Some("Deny"))], PolicyKind::Identity, case.is_old);
    if let Some(deny) = deny {
        let denied = policies.evaluator(Some(&deny));
        assert!(decision.is_allowed() || !denied.decide(request).is_allowed(), "a Deny allows");
    }
}

/// The pattern that stands for one resource.
fn pattern_of(resource: &str) -> Option<ArnPattern> {
    if resource == "*" {
        return Some(ArnPattern::any());
    }
    let at = resource.match_indices(':').nth(4)?.0 + 1;
    let (head, name) = resource.split_at(at);
    // Wildcards can be written as characters in the last part only.
    if head.contains(['*', '?']) {
        return None;
    }
    let escaped: String = name
        .chars()
        .map(|c| if matches!(c, '*' | '?' | '$') { format!("${{{c}}}") } else { c.to_string() })
        .collect();
    ArnPattern::parse(&format!("{head}{escaped}")).ok()
}

fn one_resource_is_covered_as_it_is_decided(evaluator: &Evaluator, request: &Request) {
    let Some(pattern) = pattern_of(request.resource()) else { return };
    let covering = evaluator.cover(request.action(), &pattern, request.context());
    let expected = match evaluator.decide(request) {
        Decision::Allowed { by } => Covering::Full { by: vec![by] },
        Decision::DeniedByStatement { by } => Covering::Not { denied: Some(by) },
        _ => Covering::Not { denied: None },
    };
    assert_eq!(covering, expected, "one resource");
}

/// Where wildcards stand for texts without colons, a sample is answered as its pattern is.
fn a_sample_is_answered_as_its_pattern(evaluator: &Evaluator, case: &Case, request: &Request) {
    let Ok(pattern) = ArnPattern::parse(&case.asked.text()) else { return };
    let covering = evaluator.cover(request.action(), &pattern, request.context());
    if pattern.is_any() || pattern.as_str().contains('$') || pattern.as_str().matches(':').count() < 5 {
        return;
    }
    for (many, one) in [("", "a"), ("a", "b"), ("b", "a"), ("ab", "/"), ("/ab", "é")] {
        let resource = pattern.as_str().replace('*', many).replace('?', one);
        let Ok(sample) = Request::new(request.action(), &resource) else { continue };
        let is_allowed = evaluator.decide(&sample.with_context(request.context().clone())).is_allowed();
        match &covering {
            Covering::Full { .. } => assert!(is_allowed, "`{resource}` is covered by {covering:?}"),
            Covering::Not { .. } => assert!(!is_allowed, "`{resource}` is not covered"),
            Covering::Partly { .. } => {}
        }
    }
}

/// What a pattern matches is matched by each pattern that covers it, and is common to those that match it.
fn patterns_agree_with_requests(case: &Case, request: &Request) {
    let patterns: Vec<ArnPattern> = case
        .own
        .iter()
        .flat_map(StatementText::resources)
        .chain([case.asked.text()])
        .filter_map(|text| ArnPattern::parse(&text).ok())
        .take(6)
        .collect();
    let matches: Vec<bool> = patterns.iter().map(|pattern| is_matched(pattern, request)).collect();
    for (one, one_matches) in patterns.iter().zip(&matches) {
        assert!(one.covers(one) && one.overlaps(one), "`{one}` and itself");
        for (other, other_matches) in patterns.iter().zip(&matches) {
            if one.covers(other) {
                assert!(*one_matches || !other_matches, "`{one}` covers `{other}`");
                assert!(one.overlaps(other), "`{one}` covers and does not overlap `{other}`");
            }
            assert!(one.overlaps(other) || !(*one_matches && *other_matches), "`{one}` overlaps `{other}`");
            assert!(one.overlaps(other) || !one.overlaps_part_by_part(other));
        }
    }
}

fn is_matched(pattern: &ArnPattern, request: &Request) -> bool {
    let statement = serde_json::json!({ "Effect": "Allow", "Action": "*", "Resource": pattern.as_str() });
    let policy = document(&[statement], PolicyKind::Identity, false).expect("the pattern is one");
    Evaluator::new([("One", &policy)]).decide(request).is_allowed()
}

/// A trust policy answers alike in any order, and to nobody with nothing.
fn trust(case: &Case, request: &Request) {
    let context: Context = request.context().clone();
    let mut statements: Vec<Value> = case.own.iter().take(4).map(StatementText::to_trust_json).collect();
    let Some(policy) = document(&statements, PolicyKind::Trust, case.is_old) else { return };
    statements.reverse();
    let reversed = document(&statements, PolicyKind::Trust, case.is_old).expect("the same statements");
    let assume = Request::new("sts:AssumeRole", "*").expect("a request").with_context(context);
    assert!(!TrustEvaluator::new("Role", &policy).decide(&assume).is_allowed(), "nobody is allowed");
    let (kind_of, name) = principal(case.principal);
    let kind_of = PrincipalType::ALL.into_iter().find(|own| own.as_str() == kind_of).expect("a kind");
    let asker = RequestPrincipal::new(kind_of, name).expect("a principal");
    let assume = assume.with_principal(asker);
    let evaluator = TrustEvaluator::new("Role", &policy);
    assert_eq!(evaluator.explain(&assume).decision, evaluator.decide(&assume));
    let other = TrustEvaluator::new("Role", &reversed);
    assert_eq!(kind(other.decide(&assume)), kind(evaluator.decide(&assume)), "statements reversed");
}
