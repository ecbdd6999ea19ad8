//! The statements on `*`: which of their actions could name resources, by the service reference.

use std::collections::BTreeSet;

use iam::{ManagedPolicy, PolicySet, Statement};
use serde::Serialize;

/// Above this many, actions are counted instead of named.
const NAMED: usize = 4;

/// One statement whose resource is `*`.
#[derive(Debug, Serialize)]
pub(super) struct OpenStatement {
    services: String,
    sid: String,
    actions: usize,
    /// Actions that take no resource, so that only `*` grants them.
    without_resources: String,
    /// Actions that take resources and could be narrowed.
    with_resources: String,
    reason: String,
}

/// Every statement on `*`, in order.
pub(super) fn open_statements(set: &PolicySet) -> Vec<OpenStatement> {
    set.policies()
        .iter()
        .flat_map(|policy| policy.document.statements().iter().map(move |statement| (policy, statement)))
        .filter(|(_, statement)| {
            statement
                .resource
                .as_ref()
                .is_some_and(|block| block.patterns().iter().any(iam::ArnPattern::is_any))
        })
        .map(|(policy, statement)| open_statement(policy, statement))
        .collect()
}

fn open_statement(policy: &ManagedPolicy, statement: &Statement) -> OpenStatement {
    let mut services = BTreeSet::new();
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for pattern in statement.action.patterns() {
        let Some(service) = iam_reference::service(pattern.service()) else { continue };
        services.insert(service.name());
        for action in service.actions() {
            if pattern.matches(action.as_str()) {
                if action.resources().len() == 0 { &mut without } else { &mut with }.push(action.as_str());
            }
        }
    }
    OpenStatement {
        services: services.into_iter().collect::<Vec<_>>().join(", "),
        sid: statement.sid.as_ref().map(ToString::to_string).unwrap_or_default(),
        actions: with.len() + without.len(),
        without_resources: named_or_counted(&without),
        with_resources: named_or_counted(&with),
        reason: statement
            .sid
            .as_ref()
            .and_then(|sid| policy.any_resource.get(sid))
            .cloned()
            .unwrap_or_default(),
    }
}

fn named_or_counted(actions: &[&str]) -> String {
    match actions.len() {
        0 => "none".to_owned(),
        1..=NAMED => actions.iter().map(|action| format!("`{action}`")).collect::<Vec<_>>().join(", "),
        count => count.to_string(),
    }
}
