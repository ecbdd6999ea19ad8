//! Every condition operator under every qualifier: with a value that it matches, one that it does not, both,
//! and without.

use iam::{Operator, SetQualifier};
use serde_json::{Value, json};

use crate::support::{decide, identity, request};

/// A value for the policy, one of a request that matches it, and one that does not; whether the operator is
/// a negated one. None for `Null`, which compares no values.
fn sample(operator: Operator) -> Option<(&'static str, &'static str, &'static str, bool)> {
    use Operator as O;
    let sample = match operator {
        O::StringEquals => ("a*", "a*", "ab", false),
        O::StringNotEquals => ("a*", "a*", "ab", true),
        O::StringEqualsIgnoreCase => ("aB", "Ab", "aC", false),
        O::StringNotEqualsIgnoreCase => ("aB", "Ab", "aC", true),
        O::StringLike => ("a*", "ab", "ba", false),
        O::StringNotLike => ("a*", "ab", "ba", true),
        O::NumericEquals => ("10", "10.0", "11", false),
        O::NumericNotEquals => ("10", "10.0", "11", true),
        O::NumericLessThan => ("10", "-10", "10", false),
        O::NumericLessThanEquals => ("10", "10", "10.1", false),
        O::NumericGreaterThan => ("10", "10.1", "10", false),
        O::NumericGreaterThanEquals => ("10", "10", "9", false),
        O::DateEquals => ("2026-01-01T00:00:00Z", "1767225600", "2026-01-02", false),
        O::DateNotEquals => ("2026-01-01T00:00:00Z", "1767225600", "2026-01-02", true),
        O::DateLessThan => ("2026-01-01T00:00:00Z", "2025-12-31", "2026-01-01", false),
        O::DateLessThanEquals => ("2026-01-01T00:00:00Z", "2026-01-01", "2026-01-02", false),
        O::DateGreaterThan => ("2026-01-01T00:00:00Z", "2026-01-02", "2026-01-01", false),
        O::DateGreaterThanEquals => ("2026-01-01T00:00:00Z", "2026-01-01", "2025-12-31", false),
        O::Bool => ("true", "TRUE", "false", false),
        O::BinaryEquals => ("QUJD", "QUJD", "qujd", false),
        O::IpAddress => ("10.0.0.0/8", "10.1.2.3", "2001:db8::1", false),
        O::NotIpAddress => ("10.0.0.0/8", "10.1.2.3", "2001:db8::1", true),
        O::ArnEquals | O::ArnLike => ("arn:aws:s3:::a*", "arn:aws:s3:::ab:c", "arn:aws:s3:::b", false),
        O::ArnNotEquals | O::ArnNotLike => ("arn:aws:s3:::a*", "arn:aws:s3:::ab:c", "arn:aws:s3:::b", true),
        O::Null => return None,
    };
    Some(sample)
}

/// Whether a statement under that one condition allows a request with these values of the key.
fn holds(operator: &str, wanted: &str, context: &Value) -> bool {
    let statement = json!({
        "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { operator: { "a:Key": wanted } }
    });
    let document = identity(&json!({ "Version": "2012-10-17", "Statement": statement }));
    decide(&document, &request("a:B", "*", context))
}

#[test]
fn set_operators_and_if_exists_mean_the_same_for_every_operator() {
    for operator in Operator::ALL.iter().copied() {
        let Some((wanted, matching, other, is_negated)) = sample(operator) else { continue };
        for set in [None, Some(SetQualifier::ForAllValues), Some(SetQualifier::ForAnyValue)] {
            for suffix in ["", "IfExists"] {
                let qualifier = set.map(|set| format!("{}:", set.as_str())).unwrap_or_default();
                let text = format!("{qualifier}{}{suffix}", operator.as_str());
                let of_none = match set {
                    None => is_negated || suffix == "IfExists",
                    Some(set) => set == SetQualifier::ForAllValues,
                };
                let mut table = vec![
                    (json!({ "a:Key": matching }), !is_negated),
                    (json!({ "a:Key": other }), is_negated),
                    (json!({}), of_none),
                    (json!({ "a:Key": [] }), of_none),
                ];
                // With several values and no set operator the User Guide leaves the answer open.
                if let Some(set) = set {
                    let any = set == SetQualifier::ForAnyValue;
                    table.push((json!({ "a:Key": [matching, other] }), any));
                    table.push((json!({ "A:KEY": [other, matching] }), any));
                    table.push((json!({ "a:Key": [""] }), !any));
                }
                for (context, expected) in table {
                    assert_eq!(
                        holds(&text, wanted, &context),
                        expected,
                        "`{text}` of `{wanted}` in {context}"
                    );
                }
            }
        }
    }
}

#[test]
fn null_asks_for_a_value_whatever_stands_before_it() {
    for operator in ["Null", "ForAllValues:Null", "ForAnyValue:Null"] {
        for (context, is_null) in [
            (json!({}), true),
            (json!({ "a:Key": [] }), true),
            (json!({ "a:Key": "" }), true),
            (json!({ "a:Key": "x" }), false),
            (json!({ "a:Key": ["", "x"] }), false),
        ] {
            assert_eq!(holds(operator, "true", &context), is_null, "`{operator}` in {context}");
            assert_eq!(holds(operator, "False", &context), !is_null, "`{operator}` in {context}");
        }
    }
}
