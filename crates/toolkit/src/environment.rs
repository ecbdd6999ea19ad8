//! [`Environment`]: an account and a region.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A 12-digit account id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId(String);

/// A region such as `us-east-1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region(String);

/// Where a bootstrap stack is: an account and a region, written `aws://ACCOUNT/REGION`.
///
/// <https://docs.aws.amazon.com/cdk/v2/guide/environments.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Environment {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
}

/// Why a text is no environment, account or region.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EnvironmentError {
    /// Not of the form `aws://…/…`.
    #[error("`{0}` is no environment: write `aws://ACCOUNT/REGION`")]
    Form(String),
    /// Not twelve digits.
    #[error("`{0}` is no account id: it has 12 digits")]
    Account(String),
    /// Not of a region's form.
    #[error("`{0}` is no region: write one such as `us-east-1`")]
    Region(String),
}

impl AccountId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Region {
    /// The region's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Environment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for AccountId {
    type Err = EnvironmentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(EnvironmentError::Account(text.to_owned()))
        }
    }
}

impl FromStr for Region {
    type Err = EnvironmentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('-').collect();
        let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        match parts.as_slice() {
            [words @ .., number] if words.len() >= 2 && words.iter().all(is_word) && is_number(number) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(EnvironmentError::Region(text.to_owned())),
        }
    }
}

impl FromStr for Environment {
    type Err = EnvironmentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = || EnvironmentError::Form(text.to_owned());
        let (account, region) =
            text.strip_prefix("aws://").and_then(|rest| rest.split_once('/')).ok_or_else(form)?;
        Ok(Self { account: account.parse()?, region: region.parse()? })
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "aws://{}/{}", self.account, self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_are_read_and_written_the_same() {
        for good in ["aws://123456789012/us-east-1", "aws://000000000000/us-gov-west-1"] {
            assert_eq!(good.parse::<Environment>().map(|e| e.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "123456789012/us-east-1",
            "aws://123456789012",
            "aws://unknown-account/us-east-1",
            "aws://12345678901/us-east-1",
            "aws://123456789012/",
            "aws://123456789012/useast1",
            "aws://123456789012/us-east-1/x",
        ] {
            assert!(bad.parse::<Environment>().is_err(), "`{bad}` is no environment");
        }
    }
}
