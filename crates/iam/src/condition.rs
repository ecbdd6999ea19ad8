//! [`Condition`]: when a statement is in effect.

use std::collections::BTreeMap;
use std::fmt;

use crate::condition_value::{self, ConditionValueError};
use crate::operator::ConditionOperator;

/// A condition key such as `aws:PrincipalTag/team`; its case is kept, though IAM ignores it.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConditionKey(String);

/// Why a text is no [`ConditionKey`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no condition key: write one such as `aws:RequestedRegion`")]
pub struct ConditionKeyError(String);

impl ConditionKey {
    /// Reads a key: anything but nothing and control characters. That AWS has it is another question.
    pub fn new(text: impl Into<String>) -> Result<Self, ConditionKeyError> {
        let text = text.into();
        let well_formed = !text.is_empty() && !text.chars().any(char::is_control);
        if well_formed { Ok(Self(text)) } else { Err(ConditionKeyError(text)) }
    }

    /// The key as the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The conditions of a statement: all operators and all keys must match, one value of each key.
///
/// Order has no meaning to IAM, so operators and keys are kept sorted; the values keep their order.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition(BTreeMap<ConditionOperator, BTreeMap<ConditionKey, Vec<String>>>);

impl Condition {
    /// Whether there is nothing to check.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an operator without keys, which matches everything; IAM accepts it.
    pub(crate) fn touch(&mut self, operator: ConditionOperator) {
        self.0.entry(operator).or_default();
    }

    /// Adds `key` under `operator`; values that stand there already are kept before the new ones.
    pub fn add(
        &mut self,
        operator: ConditionOperator,
        key: ConditionKey,
        values: impl IntoIterator<Item = String>,
    ) -> Result<(), ConditionValueError> {
        let values: Vec<String> = values.into_iter().collect();
        for value in &values {
            condition_value::check(operator.operator, value)?;
        }
        self.0.entry(operator).or_default().entry(key).or_default().extend(values);
        Ok(())
    }

    /// The operators in order, each with its keys in order.
    pub fn operators(
        &self,
    ) -> impl Iterator<Item = (ConditionOperator, &BTreeMap<ConditionKey, Vec<String>>)> {
        self.0.iter().map(|(operator, keys)| (*operator, keys))
    }
}
