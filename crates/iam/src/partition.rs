//! [`Partition`]: one of the separate worlds of AWS.

use std::fmt;
use std::str::FromStr;

/// A partition, the second part of every ARN.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Partition(&'static str);

/// Why a text is no [`Partition`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no partition `{0}`: write one of {valid}", valid = Partition::NAMES.join(", "))]
pub struct PartitionError(String);

impl Partition {
    /// The commercial regions.
    pub const AWS: Self = Self("aws");

    /// The partitions that AWS runs.
    const NAMES: [&str; 8] =
        ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"];

    /// The partition as ARNs write it.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl FromStr for Partition {
    type Err = PartitionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::NAMES.into_iter().find(|name| *name == text);
        known.map(Self).ok_or_else(|| PartitionError(text.to_owned()))
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
