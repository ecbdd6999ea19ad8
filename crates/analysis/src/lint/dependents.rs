//! Actions that need another one which nobody grants.

use std::collections::BTreeSet;

use iam::ActionBlock;

use super::services::granted;
use super::{At, Placed, Policy, Sink, WithFix as _, is_allow};
use crate::code::Code;
use crate::policy_source::{Attachment, PolicyUse};

/// Looks through what one role has. Where some of its policies are not at hand, they may grant what is missing.
pub(super) fn check(attachment: &Attachment, policies: &[Policy<'_>], sink: &mut Sink) {
    if attachment.others > 0 || attachment.is_partial {
        return;
    }
    let own: Vec<(usize, &Policy<'_>, &Placed)> = attachment
        .policies
        .iter()
        .filter_map(|position| Some((*position, policies.get(*position)?)))
        .filter(|(_, policy)| policy.source.usage != PolicyUse::Trust)
        .flat_map(|(position, policy)| policy.statements.iter().map(move |placed| (position, policy, placed)))
        .filter(|(_, _, placed)| is_allow(placed))
        .collect();
    if own.iter().any(|(_, policy, placed)| placed.is_opaque_action(policy)) {
        return;
    }
    let grants = |action: &str| {
        own.iter().any(|(_, _, placed)| {
            let listed = placed.statement.action.patterns().iter().any(|pattern| pattern.matches(action));
            listed == matches!(placed.statement.action, ActionBlock::Action(_))
        })
    };
    for (position, policy, placed) in &own {
        if !matches!(placed.statement.action, ActionBlock::Action(_)) {
            continue;
        }
        sink.position = *position;
        for granted in granted(placed.statement.action.patterns()) {
            let missing: BTreeSet<&str> = granted
                .actions
                .iter()
                .flat_map(|action| action.dependent_actions())
                .map(iam_reference::ActionFacts::as_str)
                .filter(|action| !grants(action))
                .collect();
            if missing.is_empty() {
                continue;
            }
            let missing =
                missing.into_iter().map(|action| format!("`{action}`")).collect::<Vec<_>>().join(", ");
            let message =
                format!("for some of its uses it needs more, which no policy of the set grants: {missing}");
            let at = At::action(&placed.statement, granted.pattern);
            let finding = policy.finding(placed, Code::MissingDependentAction, at, message);
            sink.push(
                finding.with_fix("grant what it needs, or accept the finding where those uses do not occur"),
            );
        }
    }
}
