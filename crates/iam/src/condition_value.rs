//! Which condition values IAM refuses when a policy is stored.

use crate::operator::Operator;

/// Why IAM refuses a value for an operator.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{value}` is no date for `{operator}`: write ISO 8601, such as `2026-01-31T23:59:59Z`, or epoch seconds", operator = operator.as_str())]
pub struct ConditionValueError {
    value: String,
    operator: Operator,
}

/// Checks one value; dates are the only ones that IAM looks at when it stores a policy.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>
pub(crate) fn check(operator: Operator, value: &str) -> Result<(), ConditionValueError> {
    let is_date = operator.as_str().starts_with("Date");
    // A policy variable is filled in at request time.
    if !is_date || value.contains("${") || is_epoch(value) || is_iso_8601(value) {
        return Ok(());
    }
    Err(ConditionValueError { value: value.to_owned(), operator })
}

fn is_epoch(value: &str) -> bool {
    value.parse::<i64>().is_ok_and(|seconds| seconds >= 0) && !value.starts_with('+')
}

/// The W3C profile of ISO 8601: a year, a month or a day, then optionally a time with a zone.
fn is_iso_8601(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let (date, time) = lower.split_once('t').map_or((lower.as_str(), None), |(d, t)| (d, Some(t)));
    is_date(date) && time.is_none_or(is_time)
}

fn is_date(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let parts: Vec<&str> = digits.split('-').collect();
    match parts.as_slice() {
        [year] => number(year, 0, 292_278_993),
        [year, month] => number(year, 0, 292_278_993) && number(month, 1, 12),
        [year, month, day] => number(year, 0, 292_278_993) && number(month, 1, 12) && number(day, 1, 31),
        _ => false,
    }
}

fn is_time(text: &str) -> bool {
    let (clock, zone) = match text.find(['z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let zone_ok = match zone.chars().next() {
        None => true,
        Some('z') => zone.len() == 1,
        Some(_) => is_clock(zone.get(1..).unwrap_or_default()),
    };
    is_clock(clock) && zone_ok
}

/// `hh`, `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`.
fn is_clock(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let parts: Vec<&str> = whole.split(':').collect();
    let parts_ok = match parts.as_slice() {
        [hour] => number(hour, 0, 23),
        [hour, minute] => number(hour, 0, 23) && number(minute, 0, 59),
        [hour, minute, second] => number(hour, 0, 23) && number(minute, 0, 59) && number(second, 0, 59),
        _ => false,
    };
    parts_ok && fraction.is_none_or(|f| parts.len() == 3 && number(f, 0, 999_999_999))
}

fn number(text: &str, min: u32, max: u32) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse().is_ok_and(|n: u32| (min..=max).contains(&n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_checked() {
        for good in [
            "2026",
            "2026-01",
            "2026-01-31",
            "2026-01-31T23:59:59Z",
            "2026-01-31T23:59:59.5+02:00",
            "2026-01-31t23:59z",
            "0",
            "1700000000",
            "${aws:CurrentTime}",
        ] {
            assert_eq!(check(Operator::DateLessThan, good), Ok(()), "{good}");
        }
        for bad in
            ["", "soon", "2026-13-01", "2026-01-32", "2026-01-31T24:00:00Z", "2026-01-31T23:59:59Zulu", "1e9"]
        {
            assert!(check(Operator::DateLessThan, bad).is_err(), "`{bad}` is no date");
        }
        assert_eq!(check(Operator::StringEquals, "soon"), Ok(()));
    }
}
