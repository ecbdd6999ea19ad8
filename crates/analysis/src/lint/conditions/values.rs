//! Condition values that are none of what their operator compares, so that they match nothing.

use std::collections::BTreeMap;
use std::net::IpAddr;

use iam::{ConditionKey, ConditionOperator, Operator};

use super::super::{At, Placed, Policy, Sink};
use crate::code::Code;

pub(super) fn check(
    policy: &Policy<'_>,
    placed: &Placed,
    (operator, keys): (ConditionOperator, &BTreeMap<ConditionKey, Vec<String>>),
    sink: &mut Sink,
) {
    let name = operator.to_string();
    let Some((is_one, what)) = wanted(operator.operator) else { return };
    let block = placed.pointer.join("Condition").join(&name);
    for (key, values) in keys {
        let list = block.join(key.as_str());
        for value in values {
            let place = policy.source.document.item(&list, value);
            // A policy variable, or a text that only the deployment knows, may be anything.
            let is_known =
                !value.contains("${") && !policy.source.has_holes(&place) && !policy.source.is_opaque(&place);
            if is_known && !is_one(value) {
                let message = format!("`{value}` of `{key}` is no {what}, which is what `{name}` compares");
                let at = At { element: "Condition", text: None, action: None };
                let mut finding = policy.finding(placed, Code::OperatorTypeMismatch, at, message);
                finding.place = policy.place(&place, Some(&placed.label));
                sink.push(finding);
            }
        }
    }
}

/// Whether a text is what an operator compares.
type IsOne = fn(&str) -> bool;

/// What an operator compares, where a text can fail to be one. A date that is none is refused by IAM already.
fn wanted(operator: Operator) -> Option<(IsOne, &'static str)> {
    let name = operator.as_str();
    match operator {
        Operator::Bool | Operator::Null => Some((is_bool, "`true` or `false`")),
        Operator::IpAddress | Operator::NotIpAddress => Some((is_ip_range, "IP address or range")),
        _ if name.starts_with("Numeric") => Some((is_number, "number")),
        _ => None,
    }
}

fn is_bool(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn is_ip_range(text: &str) -> bool {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
}
