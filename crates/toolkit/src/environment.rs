//! [`Environment`]: an account and a region.

use std::fmt;
use std::str::FromStr;

use iam::{AccountId, AccountIdError, Region, RegionError};
use serde::{Serialize, Serializer};

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

/// Why a text is no environment.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EnvironmentError {
    /// Not of the form `aws://…/…`.
    #[error("`{0}` is no environment: write `aws://ACCOUNT/REGION`")]
    Form(String),
    /// Not twelve digits.
    #[error(transparent)]
    Account(#[from] AccountIdError),
    /// Not of a region's form.
    #[error(transparent)]
    Region(#[from] RegionError),
}

impl Serialize for Environment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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
