//! [`Test`]: whether a property is set, and to what.

use super::given::Given;

/// A question about a resource of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Test {
    /// The property: `Code.S3Bucket`; `@DeletionPolicy` for an attribute of the resource, `@Tags` for tags of its own or
    /// of its stack.
    path: &'static str,
    is: Is,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    /// It is there.
    Set,
    /// It is this text.
    Equal(&'static str),
    /// Its text holds this one.
    Holding(&'static str),
}

impl Test {
    /// Reads `Path`, `Path=text` or `Path~text`.
    pub(super) fn parse(text: &'static str) -> Result<Self, String> {
        let (path, is) = match text.split_once(['=', '~']) {
            None => (text, Is::Set),
            Some((path, value)) if text.contains('=') => (path, Is::Equal(value)),
            Some((path, value)) => (path, Is::Holding(value)),
        };
        let is_name = |part: &str| {
            let part = part.strip_prefix('@').unwrap_or(part);
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if path.split('.').all(is_name) && is != Is::Equal("") && is != Is::Holding("") {
            Ok(Self { path, is })
        } else {
            Err(format!("`{text}` is no test: `Property`, `Property=text` or `Property~text`"))
        }
    }

    /// Whether a resource is so. What only the deployment decides counts as set, but as no text.
    pub(super) fn holds(&self, given: &Given<'_>) -> bool {
        match self.is {
            Is::Set => given.is_set(self.path),
            Is::Equal(text) => given.texts(self.path).iter().any(|own| own == text),
            Is::Holding(text) => given.texts(self.path).iter().any(|own| own.contains(text)),
        }
    }

    /// What it asks for, in words: `Property`, or `Property` with its text.
    pub(super) fn words(&self) -> String {
        let name = self.path.trim_start_matches('@');
        match self.is {
            Is::Set => format!("`{name}`"),
            Is::Equal(text) => format!("`{name}` `{text}`"),
            // Colons around the service of an ARN say nothing to a person.
            Is::Holding(text) => format!("`{name}` of `{}`", text.trim_matches(':')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_test_is_refused() {
        for text in ["", "A..B", "A=", "A~", "A b", ".A", "A.B-C"] {
            assert!(Test::parse(text).is_err(), "{text}");
        }
        for (text, words) in [
            ("A", "`A`"),
            ("A.B=s3", "`A.B` `s3`"),
            ("A~apigateway", "`A` of `apigateway`"),
            ("@DeletionPolicy=Snapshot", "`DeletionPolicy` `Snapshot`"),
        ] {
            assert_eq!(Test::parse(text).unwrap().words(), words);
        }
    }
}
