//! The five policies: bytes of the reference, statements, services, sizes. For `Target::reference()`, whatever
//! `bootstrap.toml` says.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

#[path = "common/golden.rs"]
mod golden;

use std::collections::BTreeSet;

use golden::{fixtures, normalized, reference};
use iam::Sha256Digest;

#[test]
fn every_json_artifact_has_the_recorded_bytes() {
    for (policy, golden) in fixtures(&reference()) {
        let written = Sha256Digest::of_bytes(policy.document.to_artifact().as_bytes());
        assert_eq!(written.to_string(), golden.sha256, "{}.json", policy.file_stem);
    }
}

#[test]
fn every_document_says_what_is_recorded() {
    for (policy, golden) in fixtures(&reference()) {
        let written = serde_json::from_str(&policy.document.to_artifact()).unwrap();
        let (written, golden) = (normalized(written), normalized(golden.policy_document));
        assert!(written == golden, "{}:\n{written:#}\ninstead of\n{golden:#}", policy.name);
    }
}

#[test]
fn statements_stand_in_order_on_the_services_that_are_recorded() {
    for (policy, golden) in fixtures(&reference()) {
        let statements = policy.document.statements();
        let sids: Vec<_> = statements.iter().enumerate().map(|(i, statement)| statement.label(i)).collect();
        assert_eq!(sids, golden.sids, "{}", policy.name);
        let services: BTreeSet<_> = statements
            .iter()
            .flat_map(|s| s.action.patterns())
            .map(|action| action.service().to_owned())
            .collect();
        assert_eq!(services.into_iter().collect::<Vec<_>>(), golden.services, "{}", policy.name);
    }
}

#[test]
fn statement_ids_are_unique_over_all_policies() {
    let set = reference();
    let mut seen = BTreeSet::new();
    for (policy, golden) in fixtures(&set) {
        for sid in golden.sids {
            assert!(seen.insert(sid.clone()), "`{sid}` of {} stands in another policy too", policy.name);
        }
    }
}

#[test]
fn sizes_are_as_recorded_with_characters_left() {
    for (policy, golden) in fixtures(&reference()) {
        let size = policy.document.size();
        assert_eq!(size, golden.characters, "{}", policy.name);
        assert_eq!(policy.characters_left(), iam::MANAGED_POLICY_SIZE_LIMIT - size, "{}", policy.name);
        assert!(policy.characters_left() > 0, "{} is full", policy.name);
    }
}

#[test]
fn only_the_two_actions_of_the_reference_are_unlisted_and_each_has_its_reason() {
    let set = reference();
    let unlisted: Vec<_> = set.unlisted_actions().iter().map(|grant| grant.action.to_string()).collect();
    assert_eq!(unlisted, ["apigateway:TagResource", "apigateway:UntagResource"]);
    for policy in set.policies() {
        for action in policy.document.statements().iter().flat_map(|s| s.action.patterns()) {
            let known = action.has_wildcard() || iam_reference::exists(action.as_str());
            assert_ne!(known, action.unlisted_reason().is_some(), "{action} in {}", policy.name);
        }
    }
}

#[test]
fn every_statement_on_every_resource_says_why() {
    for policy in reference().policies() {
        for statement in policy.document.statements() {
            let is_open =
                statement.resource.iter().flat_map(iam::ResourceBlock::patterns).any(iam::ArnPattern::is_any);
            let has_reason = statement.sid.as_ref().is_some_and(|sid| policy.any_resource.contains_key(sid));
            assert_eq!(is_open, has_reason, "{}, statement {}", policy.name, statement.label(0));
        }
    }
}
