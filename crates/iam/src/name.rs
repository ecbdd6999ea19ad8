//! Names that CloudFormation and IAM give to a managed policy.

use std::fmt;

/// The name of a managed policy: 1 to 128 letters, digits and `+=,.@_-`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyName(String);

/// Why a text is no [`PolicyName`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PolicyNameError {
    /// Longer than IAM allows.
    #[error("policy name `{name}` has {len} characters; IAM takes at most {max}", len = name.len(), max = PolicyName::MAX_LEN)]
    TooLong {
        /// The name.
        name: String,
    },
    /// A character that IAM refuses, or none at all.
    #[error("policy name `{0}` is not valid: IAM takes letters, digits and `+=,.@_-`, at least one")]
    BadCharacter(String),
}

impl PolicyName {
    /// The most characters a policy name may have.
    pub const MAX_LEN: usize = 128;

    /// Reads a policy name.
    pub fn new(text: impl Into<String>) -> Result<Self, PolicyNameError> {
        let text = text.into();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b);
        if text.is_empty() || !text.bytes().all(allowed) {
            return Err(PolicyNameError::BadCharacter(text));
        }
        if text.len() > Self::MAX_LEN {
            return Err(PolicyNameError::TooLong { name: text });
        }
        Ok(Self(text))
    }

    /// The name as IAM shows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The logical id of a resource in a CloudFormation template: ASCII letters and digits.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogicalId(String);

/// Why a text is no [`LogicalId`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no logical id: CloudFormation takes ASCII letters and digits, 1 to 255 of them")]
pub struct LogicalIdError(String);

impl LogicalId {
    /// Reads a logical id.
    pub fn new(text: impl Into<String>) -> Result<Self, LogicalIdError> {
        let text = text.into();
        let well_formed = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if well_formed { Ok(Self(text)) } else { Err(LogicalIdError(text)) }
    }

    /// The id as the template writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_name_ends_at_128_characters() {
        assert!(PolicyName::new("a".repeat(128)).is_ok());
        let error = PolicyName::new("a".repeat(129)).unwrap_err();
        assert!(error.to_string().contains("has 129 characters; IAM takes at most 128"), "{error}");
        for bad in ["", "a b", "a/b", "ä"] {
            assert_eq!(PolicyName::new(bad), Err(PolicyNameError::BadCharacter(bad.to_owned())));
        }
    }

    #[test]
    fn a_logical_id_takes_letters_and_digits() {
        assert!(LogicalId::new("IaCRoleABCAInfrastructure").is_ok());
        for bad in ["", "a-b", "a b"] {
            assert_eq!(LogicalId::new(bad), Err(LogicalIdError(bad.to_owned())));
        }
    }
}
