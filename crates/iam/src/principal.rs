//! [`Principal`]: who a trust policy speaks of.

use std::collections::BTreeMap;
use std::fmt;

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

/// One principal of a kind, by the form that IAM wants; whether it exists only IAM knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PrincipalName(String);

/// Why a text names no principal of a kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{name}` is no `{kind}` principal: write {form}", kind = kind.as_str())]
pub struct PrincipalNameError {
    name: String,
    kind: PrincipalType,
    form: &'static str,
}

impl PrincipalName {
    /// Reads a principal of that kind.
    ///
    /// An account inside an ARN may be a placeholder such as `ACCOUNT_ID`, as documents for people have it.
    pub fn new(kind: PrincipalType, text: impl Into<String>) -> Result<Self, PrincipalNameError> {
        let name = text.into();
        let (is_one, form) = match kind {
            PrincipalType::Aws => (
                is_aws(&name),
                "`*`, a 12-digit account id, the ARN of an account, user, role or session without wildcards, \
                 or a unique id",
            ),
            PrincipalType::CanonicalUser => (is_word(&name), "a canonical user id"),
            PrincipalType::Federated => {
                (is_provider(&name), "a provider's domain, or the ARN of a SAML or OIDC provider")
            }
            PrincipalType::Service => (is_domain(&name), "a service such as `lambda.amazonaws.com`"),
        };
        if is_one { Ok(Self(name)) } else { Err(PrincipalNameError { name, kind, form }) }
    }

    /// The principal as the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PrincipalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_aws(name: &str) -> bool {
    let is_account = name.len() == 12 && name.bytes().all(|b| b.is_ascii_digit());
    // The ids that IAM shows for a principal that is gone, such as `AROAEXAMPLE…`.
    let is_unique_id = name.len() >= 16 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    name == "*" || is_account || is_unique_id || is_arn(name, &["iam", "sts"])
}

/// `arn:partition:service::account:resource`, without wildcards.
fn is_arn(name: &str, services: &[&str]) -> bool {
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, service, "", account, resource] => {
            partition.starts_with("aws")
                && services.contains(service)
                && is_word(account)
                && !resource.is_empty()
                && !resource.contains(['*', '?'])
                && !resource.chars().any(char::is_control)
        }
        _ => false,
    }
}

fn is_provider(name: &str) -> bool {
    is_domain(name) || is_arn(name, &["iam"]) || name.split_once('/').is_some_and(|(host, _)| is_domain(host))
}

fn is_domain(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    name.contains('.') && name.split('.').all(is_label)
}

/// Everyone, or named principals by kind; each list holds at least one.
///
/// `NotPrincipal` has no place here: a role's trust policy cannot have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// `*`: everyone.
    Any,
    /// Principals by kind.
    Named(BTreeMap<PrincipalType, Vec<PrincipalName>>),
}
