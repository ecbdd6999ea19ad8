//! Services and actions that AWS does not define.

use iam_reference::{exists, nearest_action, nearest_service, service};

use super::services::Granted;
use super::{At, Placed, Policy, Sink, WithFix as _};
use crate::code::Code;

pub(super) fn check(policy: &Policy<'_>, placed: &Placed, granted: &[Granted<'_>], sink: &mut Sink) {
    for Granted { pattern, actions } in granted {
        let text = pattern.as_str();
        if !actions.is_empty()
            || pattern.service() == "*"
            || exists(text)
            || policy.is_placeholder(placed, text)
        {
            continue;
        }
        let (code, message, nearest) = if service(pattern.service()).is_none() {
            let message = format!("no service has the prefix `{}`", pattern.service());
            let nearest = nearest_action(text).map(ToOwned::to_owned);
            (
                Code::UnknownService,
                message,
                nearest.or_else(|| {
                    nearest_service(pattern.service()).map(|it| format!("{it}:{}", pattern.name()))
                }),
            )
        } else if pattern.has_wildcard() {
            (Code::WildcardWithoutMatch, "the wildcard stands for no action".to_owned(), None)
        } else {
            (
                Code::UnknownAction,
                "no source knows this action".to_owned(),
                nearest_action(text).map(ToOwned::to_owned),
            )
        };
        let at = At::action(&placed.statement, pattern);
        let mut finding = policy.finding(placed, code, at, message);
        if let Some(nearest) = nearest {
            finding = finding.with_fix(format!("write `{nearest}`, if that is meant"));
        }
        sink.push(finding);
    }
}
