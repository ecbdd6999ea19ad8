//! [`ConditionTest`]: one key of a `Condition` under one operator, compiled.

use std::cmp::Ordering;

use crate::condition::{Condition, ConditionKey};
use crate::date::Date;
use crate::operator::{ConditionOperator, Operator, SetQualifier};

use super::pattern::{Pattern, Wildcards};
use super::request::Context;
use super::value::{IpRange, Number, boolean, bytes};

/// An operator, a key and the policy's values for it.
#[derive(Clone, Debug)]
pub(super) struct ConditionTest {
    /// The operator with its qualifiers.
    pub(super) operator: ConditionOperator,
    /// The key as the policy writes it.
    pub(super) key: ConditionKey,
    /// The values as the policy writes them.
    pub(super) values: Vec<String>,
    key_in_lower_case: Box<str>,
    is_negated: bool,
    matchers: Box<[Matcher]>,
}

/// What a value of the policy matches; a value that its operator cannot read matches nothing.
#[derive(Clone, Debug)]
enum Matcher {
    Text(Pattern),
    TextIgnoringCase(Pattern),
    Bool(Pattern),
    Number(Comparison, Number),
    Date(Comparison, Date),
    Bytes(Vec<u8>),
    Ip(IpRange),
    IsNull(bool),
    Nothing,
}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// How an operator reads a value of the policy.
#[derive(Clone, Copy)]
enum Reading {
    Text(Wildcards),
    TextIgnoringCase,
    Bool,
    Number(Comparison),
    Date(Comparison),
    Bytes,
    Ip,
    Null,
}

/// How an operator reads its values, and whether it is a negated one.
fn reading(operator: Operator) -> (Reading, bool) {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    use Operator as O;
    match operator {
        O::StringEquals => (Reading::Text(Wildcards::None), false),
        O::StringNotEquals => (Reading::Text(Wildcards::None), true),
        O::StringEqualsIgnoreCase => (Reading::TextIgnoringCase, false),
        O::StringNotEqualsIgnoreCase => (Reading::TextIgnoringCase, true),
        O::StringLike => (Reading::Text(Wildcards::Anywhere), false),
        O::StringNotLike => (Reading::Text(Wildcards::Anywhere), true),
        O::NumericEquals => (Reading::Number(Equal), false),
        O::NumericNotEquals => (Reading::Number(Equal), true),
        O::NumericLessThan => (Reading::Number(Less), false),
        O::NumericLessThanEquals => (Reading::Number(LessOrEqual), false),
        O::NumericGreaterThan => (Reading::Number(Greater), false),
        O::NumericGreaterThanEquals => (Reading::Number(GreaterOrEqual), false),
        O::DateEquals => (Reading::Date(Equal), false),
        O::DateNotEquals => (Reading::Date(Equal), true),
        O::DateLessThan => (Reading::Date(Less), false),
        O::DateLessThanEquals => (Reading::Date(LessOrEqual), false),
        O::DateGreaterThan => (Reading::Date(Greater), false),
        O::DateGreaterThanEquals => (Reading::Date(GreaterOrEqual), false),
        O::Bool => (Reading::Bool, false),
        O::BinaryEquals => (Reading::Bytes, false),
        O::IpAddress => (Reading::Ip, false),
        O::NotIpAddress => (Reading::Ip, true),
        O::ArnEquals | O::ArnLike => (Reading::Text(Wildcards::Arn), false),
        O::ArnNotEquals | O::ArnNotLike => (Reading::Text(Wildcards::Arn), true),
        O::Null => (Reading::Null, false),
    }
}

impl Matcher {
    /// Reads a value; policy variables count with string, ARN and Boolean operators only.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    fn compile(reading: Reading, value: &str, variables: bool) -> Self {
        let literal = || Pattern::lower(value, Wildcards::None, variables);
        let read = match reading {
            Reading::Text(wildcards) => Some(Self::Text(Pattern::lower(value, wildcards, variables))),
            Reading::TextIgnoringCase => Some(Self::TextIgnoringCase(literal())),
            Reading::Bool => Some(Self::Bool(literal())),
            Reading::Number(how) => Number::parse(value).map(|own| Self::Number(how, own)),
            Reading::Date(how) => Date::parse(value).map(|own| Self::Date(how, own)),
            Reading::Bytes => bytes(value).map(Self::Bytes),
            Reading::Ip => IpRange::parse(value).map(Self::Ip),
            Reading::Null => boolean(value).map(Self::IsNull),
        };
        read.unwrap_or(Self::Nothing)
    }

    /// Whether a value of the request matches.
    fn matches(&self, value: &str, context: &Context) -> bool {
        match self {
            Self::Text(pattern) => pattern.matches(value, context),
            Self::TextIgnoringCase(pattern) => {
                let asked = || value.chars().flat_map(char::to_lowercase);
                pattern.text(context).is_some_and(|own| own.chars().flat_map(char::to_lowercase).eq(asked()))
            }
            Self::Bool(pattern) => {
                let own = pattern.text(context).and_then(|own| boolean(&own));
                own.is_some() && own == boolean(value)
            }
            Self::Number(how, own) => Number::parse(value).is_some_and(|asked| how.holds(asked.cmp(own))),
            Self::Date(how, own) => Date::parse(value).is_some_and(|asked| how.holds(asked.cmp(own))),
            Self::Bytes(own) => bytes(value).is_some_and(|asked| asked == *own),
            Self::Ip(own) => IpRange::parse(value).is_some_and(|asked| own.holds(asked)),
            Self::IsNull(_) | Self::Nothing => false,
        }
    }
}

impl ConditionTest {
    /// The tests of a `Condition`, all of which must hold.
    pub(super) fn compile(condition: &Condition, variables: bool) -> Box<[Self]> {
        let keys = condition
            .operators()
            .flat_map(|(operator, keys)| keys.iter().map(move |(key, values)| (operator, key, values)));
        keys.map(|(operator, key, values)| {
            let (reading, is_negated) = reading(operator.operator);
            let matchers = values.iter().map(|value| Matcher::compile(reading, value, variables));
            Self {
                operator,
                key: key.clone(),
                values: values.clone(),
                key_in_lower_case: key.as_str().to_lowercase().into(),
                is_negated,
                matchers: matchers.collect(),
            }
        })
        .collect()
    }

    /// Whether the request passes.
    ///
    /// The policy's values are alternatives (for a negated operator none may match). A missing key fails a
    /// plain test and passes a negated one, one with `IfExists`, and `ForAllValues`; it fails `ForAnyValue`, with
    /// `IfExists` too: a set operator applies the whole operator after its colon to one value at a time.
    /// Without a set operator a key with several values counts as `ForAnyValue` does, and a negated
    /// test as the opposite of its plain one; the User Guide leaves that case open.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>
    pub(super) fn holds(&self, context: &Context) -> bool {
        let values = self.asked(context);
        if self.operator.operator == Operator::Null {
            let absent = is_null(values);
            return self.matchers.iter().any(|m| matches!(m, Matcher::IsNull(wanted) if *wanted == absent));
        }
        let any = |value: &String| self.matchers.iter().any(|matcher| matcher.matches(value, context));
        match self.operator.set {
            None if values.is_empty() && self.operator.if_exists() => true,
            None => values.iter().any(any) != self.is_negated,
            Some(SetQualifier::ForAllValues) => {
                is_null(values) || values.iter().all(|value| any(value) != self.is_negated)
            }
            Some(SetQualifier::ForAnyValue) => {
                !is_null(values) && values.iter().any(|value| any(value) != self.is_negated)
            }
        }
    }

    /// The request's values of the key; none when it is missing.
    pub(super) fn asked<'c>(&self, context: &'c Context) -> &'c [String] {
        context.values(&self.key_in_lower_case)
    }
}

/// Whether a key "resolves to a null data set, such as an empty string", or is missing.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
fn is_null(values: &[String]) -> bool {
    values.iter().all(String::is_empty)
}
