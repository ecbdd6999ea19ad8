//! The statements on `*`: which of their actions could name resources, by the service reference.

use std::collections::BTreeSet;

use iam::{ManagedPolicy, PolicySet, Statement};
use iam_reference::ActionFacts;
use serde::Serialize;

/// One statement whose resource is `*`.
#[derive(Debug, Serialize)]
pub(crate) struct OpenStatement {
    services: String,
    sid: String,
    actions: usize,
    /// Actions that take no resource, so that only `*` grants them.
    without_resources: Actions,
    /// Actions whose resources have ids that AWS makes up: tags or the account could limit them.
    with_ids: Actions,
    /// Actions whose resources have names, which could limit them.
    with_names: Actions,
    reason: String,
}

/// Actions in a cell of the table, and in the list below it.
#[derive(Debug, Serialize)]
struct Actions {
    count: usize,
    /// The names without their prefixes, or how many of a wildcard; empty when there is none.
    names: String,
}

/// What an action can be limited to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    Nothing,
    Ids,
    Names,
}

/// Every statement on `*`, in order.
pub(crate) fn open_statements(set: &PolicySet) -> Vec<OpenStatement> {
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
    let mut granted = Vec::new();
    for pattern in statement.action.patterns() {
        let Some(service) = iam_reference::service(pattern.service()) else { continue };
        services.insert(service.name());
        let matched = service.actions().filter(|action| pattern.matches(action.as_str()));
        granted.extend(matched.map(|action| (pattern.as_str(), pattern.has_wildcard(), action)));
    }
    let actions = |limit: Limit| {
        let found: Vec<_> = granted.iter().filter(|(.., action)| limit_of(*action) == limit).collect();
        // A wildcard stands for too many to name.
        let mut names: Vec<String> = found
            .iter()
            .filter(|(_, wildcard, _)| !wildcard)
            .map(|(.., action)| format!("`{action}`", action = action.as_str()))
            .collect();
        let patterns: BTreeSet<&str> =
            found.iter().filter(|(_, wildcard, _)| *wildcard).map(|(pattern, ..)| *pattern).collect();
        names.extend(patterns.into_iter().map(|pattern| {
            let count = found.iter().filter(|(own, ..)| *own == pattern).count();
            format!("{count} of `{pattern}`")
        }));
        Actions { count: found.len(), names: names.join(", ") }
    };
    let reason = statement.sid.as_ref().and_then(|sid| policy.any_resource.get(sid));
    OpenStatement {
        services: services.into_iter().collect::<Vec<_>>().join(", "),
        sid: statement.sid.as_ref().map(ToString::to_string).unwrap_or_default(),
        actions: granted.len(),
        without_resources: actions(Limit::Nothing),
        with_ids: actions(Limit::Ids),
        with_names: actions(Limit::Names),
        reason: reason.cloned().unwrap_or_default(),
    }
}

fn limit_of(action: ActionFacts) -> Limit {
    let mut types = action.resources().map(|resource| resource.resource_type().has_generated_id());
    match types.next() {
        None => Limit::Nothing,
        Some(first) if first && types.all(|generated| generated) => Limit::Ids,
        Some(_) => Limit::Names,
    }
}
