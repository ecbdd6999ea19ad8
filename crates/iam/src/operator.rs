//! [`ConditionOperator`]: how a condition compares, with its qualifiers.

use std::fmt;
use std::str::FromStr;

/// One row per operator, so that the enum, its spelling and its list cannot differ.
macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// A condition operator, without qualifiers.
        ///
        /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Operator { $($(#[$doc])* $name),+ }

        impl Operator {
            /// Every operator, in the order of the User Guide.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The operator as policies write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }
        }
    };
}

operators! {
    /// Exact match of strings.
    StringEquals,
    /// Negated exact match of strings.
    StringNotEquals,
    /// Exact match of strings, ignoring case.
    StringEqualsIgnoreCase,
    /// Negated exact match of strings, ignoring case.
    StringNotEqualsIgnoreCase,
    /// Match of strings with `*` and `?`.
    StringLike,
    /// Negated match of strings with `*` and `?`.
    StringNotLike,
    /// Equal numbers.
    NumericEquals,
    /// Unequal numbers.
    NumericNotEquals,
    /// Less than.
    NumericLessThan,
    /// Less than or equal.
    NumericLessThanEquals,
    /// Greater than.
    NumericGreaterThan,
    /// Greater than or equal.
    NumericGreaterThanEquals,
    /// The same date and time.
    DateEquals,
    /// Another date and time.
    DateNotEquals,
    /// Before.
    DateLessThan,
    /// At or before.
    DateLessThanEquals,
    /// After.
    DateGreaterThan,
    /// At or after.
    DateGreaterThanEquals,
    /// A Boolean value.
    Bool,
    /// Equal bytes, base64-encoded.
    BinaryEquals,
    /// Inside an IP range.
    IpAddress,
    /// Outside an IP range.
    NotIpAddress,
    /// Match of ARNs, segment by segment.
    ArnEquals,
    /// The same as `ArnEquals`.
    ArnLike,
    /// Negated match of ARNs.
    ArnNotEquals,
    /// The same as `ArnNotEquals`.
    ArnNotLike,
    /// Whether the key is absent.
    Null,
}

/// How a condition treats a key with several values in the request.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetQualifier {
    /// Every value of the request matches; true when there is none.
    ForAllValues,
    /// At least one value of the request matches; false when there is none.
    ForAnyValue,
}

impl SetQualifier {
    /// The qualifier as policies write it, without the colon.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ForAllValues => "ForAllValues",
            Self::ForAnyValue => "ForAnyValue",
        }
    }
}

/// An operator with its qualifiers, such as `ForAnyValue:StringLikeIfExists`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConditionOperator {
    /// How the values compare.
    pub operator: Operator,
    /// What several values in the request mean.
    pub set: Option<SetQualifier>,
    /// Whether an absent key counts as a match, but for `ForAnyValue`; IAM has no such form of `Null`.
    if_exists: bool,
}

/// Why a text is no [`ConditionOperator`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no condition operator of IAM's")]
pub struct ConditionOperatorError(String);

impl ConditionOperator {
    /// The operator with the suffix `IfExists`; `None` for `Null`, which has no such form.
    #[must_use]
    pub fn with_if_exists(self) -> Option<Self> {
        (self.operator != Operator::Null).then_some(Self { if_exists: true, ..self })
    }

    /// Whether an absent key counts as a match. Behind `ForAnyValue`, which wants a value, it does not.
    pub fn if_exists(self) -> bool {
        self.if_exists
    }
}

impl From<Operator> for ConditionOperator {
    fn from(operator: Operator) -> Self {
        Self { operator, set: None, if_exists: false }
    }
}

impl FromStr for ConditionOperator {
    type Err = ConditionOperatorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ConditionOperatorError(text.to_owned());
        let (set, rest) = match text.split_once(':') {
            None => (None, text),
            Some(("ForAllValues", rest)) => (Some(SetQualifier::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(SetQualifier::ForAnyValue), rest),
            Some(_) => return Err(error()),
        };
        let (name, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |name| (name, true));
        let operator = Operator::ALL.iter().copied().find(|op| op.as_str() == name).ok_or_else(error)?;
        let plain = Self { operator, set, if_exists: false };
        if if_exists { plain.with_if_exists().ok_or_else(error) } else { Ok(plain) }
    }
}

impl fmt::Display for ConditionOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(set) = self.set {
            write!(f, "{}:", set.as_str())?;
        }
        f.write_str(self.operator.as_str())?;
        if self.if_exists { f.write_str("IfExists") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_read_with_every_qualifier_and_written_the_same() {
        for operator in Operator::ALL {
            for set in ["", "ForAllValues:", "ForAnyValue:"] {
                for suffix in ["", "IfExists"] {
                    let text = format!("{set}{}{suffix}", operator.as_str());
                    let read = text.parse::<ConditionOperator>();
                    if *operator == Operator::Null && !suffix.is_empty() {
                        assert!(read.is_err(), "IAM has no `{text}`");
                    } else {
                        assert_eq!(read.map(|op| op.to_string()), Ok(text));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_operator_is_refused() {
        for text in
            ["", "StringEqual", "stringequals", "ForSome:StringEquals", "StringEqualsIfExist", "IfExists"]
        {
            assert_eq!(text.parse::<ConditionOperator>(), Err(ConditionOperatorError(text.to_owned())));
        }
    }
}
