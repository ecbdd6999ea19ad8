//! Which condition values IAM refuses when a policy is stored.

use crate::date::Date;
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
    if !is_date || value.contains("${") || Date::parse(value).is_some() {
        return Ok(());
    }
    Err(ConditionValueError { value: value.to_owned(), operator })
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
