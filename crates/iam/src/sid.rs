//! [`Sid`]: the identifier of a statement.

use std::fmt;

/// A statement's identifier: one or more ASCII letters and digits.
///
/// IAM wants it unique within a policy and refuses every other character.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sid(String);

/// Why a text is no [`Sid`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no statement id: IAM takes ASCII letters and digits only")]
pub struct SidError(String);

impl Sid {
    /// Reads a statement id.
    pub fn new(text: impl Into<String>) -> Result<Self, SidError> {
        let text = text.into();
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(text))
        } else {
            Err(SidError(text))
        }
    }

    /// The id as the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
