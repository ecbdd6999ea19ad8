//! [`AccountId`]: the account in an ARN.

use std::fmt;
use std::str::FromStr;

/// A 12-digit account id.
///
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId(String);

/// Why a text is no [`AccountId`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no account id: it has 12 digits")]
pub struct AccountIdError(String);

impl AccountId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountId {
    type Err = AccountIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AccountIdError(text.to_owned()))
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_has_twelve_digits() {
        assert_eq!("000000000000".parse::<AccountId>().as_ref().map(AccountId::as_str), Ok("000000000000"));
        for bad in ["", "12345678901", "1234567890123", "12345678901a", "1234-5678-9012"] {
            assert_eq!(bad.parse::<AccountId>(), Err(AccountIdError(bad.to_owned())));
        }
    }
}
