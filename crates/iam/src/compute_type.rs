//! [`ComputeType`]: one value of the template's `ComputeTypes` parameter.

use std::fmt;

/// A compute backend of the platform, such as `agentcore`: lower-case letters, digits and inner hyphens,
/// beginning with a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ComputeType(String);

/// Why a text is no [`ComputeType`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no compute type: it takes lower-case letters, digits and inner hyphens, a letter first")]
pub struct ComputeTypeError(String);

impl ComputeType {
    /// Reads a compute type.
    pub fn new(text: impl Into<String>) -> Result<Self, ComputeTypeError> {
        let text = text.into();
        let well_formed = text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if well_formed { Ok(Self(text)) } else { Err(ComputeTypeError(text)) }
    }

    /// The value as the parameter takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for ComputeType {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for ComputeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
