//! [`Sha256Digest`]: a SHA-256 over canonical JSON.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest; written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sha256Digest([u8; 32]);

/// Why a text is no [`Sha256Digest`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no SHA-256: write 64 lower-case hexadecimal digits")]
pub struct Sha256DigestError(String);

impl Sha256Digest {
    /// The digest of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of a value's canonical JSON text (RFC 8785), which does not depend on the order of keys.
    ///
    /// Errors when the value has no JSON form.
    pub fn of_canonical_json(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json_canonicalizer::to_vec(value).map(|bytes| Self::of_bytes(&bytes))
    }
}

impl FromStr for Sha256Digest {
    type Err = Sha256DigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || Sha256DigestError(text.to_owned());
        let nibble = |b: u8| match b {
            b'0'..=b'9' => Some(b - b'0'),
            b'a'..=b'f' => Some(b - b'a' + 10),
            _ => None,
        };
        let bytes: Vec<u8> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
                _ => None,
            })
            .collect::<Option<_>>()
            .ok_or_else(error)?;
        bytes.try_into().map(Self).map_err(|_| error())
    }
}

impl fmt::Display for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_written_and_read_as_hexadecimal() {
        let empty = Sha256Digest::of_bytes(b"");
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(empty.to_string(), text);
        assert_eq!(text.parse(), Ok(empty));
        for bad in ["", "e3", &text.to_uppercase(), &text[1..]] {
            assert!(bad.parse::<Sha256Digest>().is_err(), "`{bad}`");
        }
    }

    #[test]
    fn canonical_json_does_not_depend_on_the_order_of_keys() {
        let one: serde_json::Value = serde_json::from_str(r#"{"b":1,"a":[true,"\u00e9"]}"#).unwrap();
        let two: serde_json::Value = serde_json::from_str(r#"{ "a": [true, "é"], "b": 1 }"#).unwrap();
        let digest = |v| Sha256Digest::of_canonical_json(&v).unwrap();
        assert_eq!(digest(one.clone()), digest(two));
        assert_eq!(digest(one), Sha256Digest::of_bytes("{\"a\":[true,\"é\"],\"b\":1}".as_bytes()));
    }
}
