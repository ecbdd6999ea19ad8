//! What to know of an answer: that AWS would not be asked like this, or would know more, or asks other policies too.

use std::collections::BTreeMap;

use serde::Serialize;

use super::policies::Policies;
use super::report::Answer;

mod asked;
mod context;
mod others;

/// One row per code, so that the enum and its list cannot differ.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// The kinds of warnings; `docs/SIMULATE.md` explains each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub(super) enum Code {
            $($(#[$doc])* $name),+
        }

        #[cfg(test)]
        const ALL: &[Code] = &[$(Code::$name),+];
    };
}

codes! {
    /// No reference knows the action.
    UnknownAction,
    /// An ARN for an action that takes none.
    NoResourceTypes,
    /// An ARN of a type that the action does not take.
    OtherResourceType,
    /// No ARN for an action that takes one.
    ResourceNeeded,
    /// A wildcard in the resource of a request.
    WildcardInResource,
    /// No reference knows a condition key of the request.
    UnknownConditionKey,
    /// More values than a condition key can have in a request.
    SeveralValues,
    /// The answer hangs on a condition key that the request does not have.
    MissingConditionKey,
    /// Another compute type attaches a policy that would allow it.
    ComputeType,
    /// A level of SCPs without an `Allow`.
    SilentScpLevel,
    /// SCPs for a caller that they do not affect.
    ScpNotInForce,
    /// Caller and resource are in different accounts.
    CrossAccount,
    /// The resource has a policy that always has a say.
    ResourcePolicy,
    /// The caller is a session.
    SessionPolicy,
    /// The trust policy allows, and the caller's own policies have a say.
    CallersPolicy,
}

/// What to know of some answers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Warning {
    pub(super) code: Code,
    pub(super) message: String,
    /// The requests that it is about, from 0.
    pub(super) requests: Vec<usize>,
}

/// Everything to know of the answers, each once, in the order of the requests.
pub(super) fn warnings(answers: &[Answer<'_>], policies: &Policies) -> Vec<Warning> {
    let mut found: BTreeMap<(Code, String), Vec<usize>> = BTreeMap::new();
    let mut known_keys = context::KnownKeys::default();
    for (place, answer) in answers.iter().enumerate() {
        let mut keep = |code, message| {
            let requests = found.entry((code, message)).or_default();
            if requests.last() != Some(&place) {
                requests.push(place);
            }
        };
        asked::check(answer, policies, &mut keep);
        context::check(answer, policies, &mut known_keys, &mut keep);
        others::check(answer, policies, &mut keep);
    }
    let warnings = found.into_iter();
    let mut warnings: Vec<Warning> =
        warnings.map(|((code, message), requests)| Warning { code, message, requests }).collect();
    warnings.sort_by_key(|warning| warning.requests.first().copied());
    warnings
}

impl Warning {
    /// The message, and which actions it is about where not all are meant and it does not say so.
    pub(super) fn text(&self, answers: &[Answer<'_>]) -> String {
        const MOST: usize = 3;
        let mut actions: Vec<&str> = Vec::new();
        for answer in self.requests.iter().filter_map(|place| answers.get(*place)) {
            if !actions.contains(&answer.asked.request.action()) {
                actions.push(answer.asked.request.action());
            }
        }
        let Self { message, requests, .. } = self;
        if requests.len() == answers.len() || actions.iter().any(|action| message.contains(action)) {
            return message.clone();
        }
        let more =
            if actions.len() > MOST { format!(" and {} more", actions.len() - MOST) } else { String::new() };
        let named: Vec<String> = actions.iter().take(MOST).map(|action| format!("`{action}`")).collect();
        format!("{}{more}: {message}", named.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_documented_and_no_other() {
        let page = include_str!("../../../docs/SIMULATE.md");
        let (_, table) = page.split_once("| Code |").expect("the page has a table of codes");
        let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        let documented: BTreeSet<&str> = rows.filter_map(|row| row.split('`').nth(1)).collect();
        let names: Vec<_> = ALL.iter().map(|code| serde_json::to_value(code).unwrap()).collect();
        let codes: BTreeSet<&str> = names.iter().filter_map(serde_json::Value::as_str).collect();
        assert_eq!(documented, codes);
        assert_eq!(codes.len(), ALL.len());
    }
}
