//! [`ConditionKey`]: what a condition can compare, and the type of its value.

use std::fmt;

use crate::table::{self, CONDITION_KEYS, ConditionKeyRow, GLOBAL_KEYS};

/// The condition keys that belong to no service: most begin with `aws:`, and any request may have them.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
pub fn global_condition_keys() -> impl ExactSizeIterator<Item = ConditionKey> {
    (0..GLOBAL_KEYS).map(ConditionKey)
}

/// A condition key.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#context_keys_table>
#[derive(Clone, Copy)]
pub struct ConditionKey(usize);

impl ConditionKey {
    pub(crate) fn at(place: usize) -> Self {
        Self(place)
    }

    /// The keys of a list of the table.
    pub(crate) fn list(place: u32) -> impl ExactSizeIterator<Item = Self> {
        table::list(place).iter().map(|place| Self(table::index(*place)))
    }

    fn row(self) -> &'static ConditionKeyRow {
        const NONE: &ConditionKeyRow = &ConditionKeyRow(0, ValueType::String);
        CONDITION_KEYS.get(self.0).unwrap_or(NONE)
    }

    /// The name, which may hold a variable: `aws:ResourceTag/${TagKey}`, in some services `<key>` or `tag-key`.
    pub fn name(self) -> &'static str {
        table::text(self.row().0)
    }

    /// Whether a key of a policy or a request is this one, in any case and with anything for a variable.
    pub fn is_named(self, key: &str) -> bool {
        let name = self.name();
        let before = name.split_once("${").or_else(|| name.split_once('<')).map_or_else(
            || name.strip_suffix("tag-key").filter(|before| before.ends_with('/')),
            |(before, _)| Some(before),
        );
        let Some(before) = before else { return name.eq_ignore_ascii_case(key) };
        key.len() > before.len()
            && key.get(..before.len()).is_some_and(|start| start.eq_ignore_ascii_case(before))
    }

    /// The type of the value in a request.
    pub fn value_type(self) -> ValueType {
        self.row().1
    }
}

/// Keys are equal that have the same name: services list `aws:TagKeys` each for themselves.
impl PartialEq for ConditionKey {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for ConditionKey {}

impl fmt::Debug for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ConditionKey").field(&self.name()).field(&self.value_type()).finish()
    }
}

/// The type of a condition key's value, which decides the operators that make sense.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueType {
    /// One ARN.
    ARN,
    /// Any number of ARNs.
    ArrayOfARN,
    /// Any number of `true` or `false`.
    ArrayOfBool,
    /// Any number of texts.
    ArrayOfString,
    /// `true` or `false`.
    Bool,
    /// A time.
    Date,
    /// An IP address.
    IPAddress,
    /// A number.
    Numeric,
    /// A text.
    String,
}

impl ValueType {
    /// The name that AWS uses: `ArrayOfString`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ARN => "ARN",
            Self::ArrayOfARN => "ArrayOfARN",
            Self::ArrayOfBool => "ArrayOfBool",
            Self::ArrayOfString => "ArrayOfString",
            Self::Bool => "Bool",
            Self::Date => "Date",
            Self::IPAddress => "IPAddress",
            Self::Numeric => "Numeric",
            Self::String => "String",
        }
    }

    /// Whether a request may have any number of values: conditions then need `ForAllValues` or `ForAnyValue`.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    pub const fn is_multivalued(self) -> bool {
        matches!(self, Self::ArrayOfARN | Self::ArrayOfBool | Self::ArrayOfString)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
