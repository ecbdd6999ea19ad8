//! [`Principal`]: who a trust policy speaks of.

use std::collections::BTreeMap;

/// The kinds of principals.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalType {
    /// Accounts, users, roles and sessions.
    Aws,
    /// A canonical user id, of Amazon S3.
    CanonicalUser,
    /// An identity provider.
    Federated,
    /// An AWS service.
    Service,
}

impl PrincipalType {
    /// Every kind, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::Aws, Self::CanonicalUser, Self::Federated, Self::Service];

    /// The key as policies write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::CanonicalUser => "CanonicalUser",
            Self::Federated => "Federated",
            Self::Service => "Service",
        }
    }
}

/// Everyone, or named principals by kind; each list holds at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// `*`: everyone.
    Any,
    /// Principals by kind.
    Named(BTreeMap<PrincipalType, Vec<String>>),
}

/// Whether a statement speaks of these principals or of all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrincipalBlock {
    /// These principals.
    Principal(Principal),
    /// Everyone but these.
    NotPrincipal(Principal),
}

impl PrincipalBlock {
    /// The name of the policy element.
    pub const fn element(&self) -> &'static str {
        match self {
            Self::Principal(_) => "Principal",
            Self::NotPrincipal(_) => "NotPrincipal",
        }
    }

    /// The principals named, whichever way they are meant.
    pub const fn principal(&self) -> &Principal {
        match self {
            Self::Principal(principal) | Self::NotPrincipal(principal) => principal,
        }
    }
}
