//! [`Region`]: the region in an ARN.

use std::fmt;
use std::str::FromStr;

/// A region such as `us-east-1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region(String);

/// Why a text is no [`Region`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no region: write one such as `us-east-1`")]
pub struct RegionError(String);

impl Region {
    /// The region's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Region {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('-').collect();
        let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        match parts.as_slice() {
            [words @ .., number] if words.len() >= 2 && words.iter().all(is_word) && is_number(number) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(RegionError(text.to_owned())),
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_words_and_a_number() {
        for good in ["us-east-1", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1"] {
            assert_eq!(good.parse::<Region>().as_ref().map(Region::as_str), Ok(good));
        }
        for bad in ["", "us-east", "us-east-", "useast1", "US-EAST-1", "us-east-1a", "us--1"] {
            assert_eq!(bad.parse::<Region>(), Err(RegionError(bad.to_owned())));
        }
    }
}
