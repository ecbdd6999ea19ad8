//! The names in `[pipeline]` of `bootstrap.toml`: what each may hold, so that no ARN says more than it seems to.

use std::fmt;

/// A text that a rule holds for, with the error that says the rule.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $error:ident, $rule:literal, $holds:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        #[doc = concat!("Why a text is no [`", stringify!($name), "`].")]
        #[derive(Debug, thiserror::Error, PartialEq, Eq)]
        #[error($rule)]
        pub struct $error(String);

        impl $name {
            /// Reads a name.
            pub fn new(text: &str) -> Result<Self, $error> {
                let holds: fn(&str) -> bool = $holds;
                if holds(text) { Ok(Self(text.to_owned())) } else { Err($error(text.to_owned())) }
            }

            /// The name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// What names begin with, before a hyphen: letters, digits and inner hyphens, 63 at most.
    ///
    /// CloudFormation begins the names that it makes up with the stack's name and a hyphen.
    NamePrefix,
    NamePrefixError,
    "`{0}` is no prefix: it takes letters, digits and inner hyphens, at most 63; the hyphen that follows it in names \
     is added",
    |text| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (1..=63).contains(&text.len())
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text.bytes().all(inner)
    }
);

name!(
    /// The name of an image repository of Amazon ECR, with its namespaces.
    ///
    /// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html>
    RepositoryName,
    RepositoryNameError,
    "`{0}` is no repository name: Amazon ECR takes lower-case letters and digits, with single `.`, `_`, `-` and `/` \
     between them, 2 to 256 characters",
    |text| {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        (2..=256).contains(&text.len()) && text.split(['.', '_', '-', '/']).all(is_word)
    }
);

name!(
    /// A repository on GitHub, as the tokens of its workflows name it: `owner/name`, or `owner@id/name@id` where they
    /// hold the ids too, as those of every repository do that was made since July 2026.
    ///
    /// <https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims>
    GitHubRepository,
    GitHubRepositoryError,
    "`{0}` is no repository on GitHub: write `owner/name`, or `owner@OWNER_ID/name@REPOSITORY_ID` where its tokens \
     hold the ids",
    |text| {
        let in_owner = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
        let in_name = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        let is_id = |id: &str| (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
        text.split_once('/').is_some_and(|(owner, name)| {
            let (owner, name, ids) = match (owner.split_once('@'), name.split_once('@')) {
                (Some((owner, owner_id)), Some((name, id))) => (owner, name, vec![owner_id, id]),
                _ => (owner, name, Vec::new()),
            };
            (1..=39).contains(&owner.len())
                && (1..=100).contains(&name.len())
                && owner.bytes().all(in_owner)
                && name.bytes().all(in_name)
                && ids.into_iter().all(is_id)
        })
    }
);

name!(
    /// A branch (without `refs/heads/`), or an environment on GitHub: which runs of a repository's workflows are meant.
    ///
    /// It stands in a condition that compares character by character, where `$` alone has a meaning of its own, and in
    /// a claim whose parts colons separate.
    RefName,
    RefNameError,
    "`{0}` is not taken: write a name, without `refs/heads/`, of at most 255 characters, none of them `$`, `:`, `*`, \
     `?` or a control character",
    |text| {
        (1..=255).contains(&text.chars().count())
            && text.trim() == text
            && !text.starts_with("refs/")
            && !text.chars().any(|c| c.is_control() || "$:*?".contains(c))
    }
);
