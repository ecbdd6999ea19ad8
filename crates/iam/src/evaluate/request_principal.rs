//! [`RequestPrincipal`]: who makes a request, and whom a trust policy's `Principal` names.

use std::fmt;

use crate::principal::{Principal, PrincipalName, PrincipalType};

/// One principal that makes a request.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPrincipal {
    kind: PrincipalType,
    name: String,
    /// Partition and account of an AWS principal whose ARN says them, or the account alone.
    account: Option<(Option<String>, String)>,
    /// The name of the role, without path, of a role or of one of its sessions.
    role: Option<String>,
}

/// Why a text is no principal that makes a request.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RequestPrincipalError {
    /// Everyone asks nothing.
    #[error("`*` is no principal that makes a request: name an account, user, role or session")]
    Everyone,
    /// Not of the form that the kind wants.
    #[error(transparent)]
    Name(#[from] crate::PrincipalNameError),
}

impl RequestPrincipal {
    /// Reads a principal of that kind: for AWS an account id, the ARN of a root user, user, role or session,
    /// or a unique id.
    pub fn new(kind: PrincipalType, text: &str) -> Result<Self, RequestPrincipalError> {
        let name = PrincipalName::new(kind, text)?;
        if name.as_str() == "*" {
            return Err(RequestPrincipalError::Everyone);
        }
        let aws = (kind == PrincipalType::Aws).then_some(text);
        Ok(Self {
            kind,
            name: text.to_owned(),
            account: aws
                .and_then(account)
                .map(|(partition, account)| (partition.map(str::to_owned), account.to_owned())),
            role: aws.and_then(role).map(str::to_owned),
        })
    }

    /// The principal's kind.
    pub fn kind(&self) -> PrincipalType {
        self.kind
    }

    /// The principal as it was written.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Whether a policy's `Principal` names this one.
    ///
    /// An account, as id or as `…:root`, names everyone in it; a role names its sessions too; `*` names
    /// everyone, also under `AWS`.
    pub(super) fn is_named_by(&self, principal: &Principal) -> bool {
        match principal {
            Principal::Any => true,
            Principal::Named(by_kind) => by_kind
                .iter()
                .any(|(kind, names)| names.iter().any(|name| self.is_named_as(*kind, name.as_str()))),
        }
    }

    fn is_named_as(&self, kind: PrincipalType, name: &str) -> bool {
        if kind == PrincipalType::Aws && name == "*" {
            return true;
        }
        if kind != self.kind {
            return false;
        }
        self.name == name || kind == PrincipalType::Aws && (self.is_in(name) || self.is_session_of(name))
    }

    /// Whether the name is the account of this principal.
    fn is_in(&self, name: &str) -> bool {
        let whole_account = !name.starts_with("arn:") || resource(name) == Some("root");
        match (account(name), &self.account) {
            (Some((partition, id)), Some((own_partition, own_id))) if whole_account => {
                id == own_id
                    && partition.zip(own_partition.as_deref()).is_none_or(|(one, other)| one == other)
            }
            _ => false,
        }
    }

    /// Whether the name is a role and this principal one of its sessions.
    fn is_session_of(&self, name: &str) -> bool {
        let is_session = self.name.contains(":assumed-role/");
        let names_role = !name.contains(":assumed-role/");
        let same_account = account(name).is_some_and(|(partition, id)| {
            self.account.as_ref().is_some_and(|(own, own_id)| own.as_deref() == partition && own_id == id)
        });
        is_session && names_role && same_account && role(name).is_some() && role(name) == self.role.as_deref()
    }
}

impl fmt::Display for RequestPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Partition and account of an ARN, or an account id by itself.
fn account(name: &str) -> Option<(Option<&str>, &str)> {
    if !name.starts_with("arn:") {
        let is_id = name.len() == 12 && name.bytes().all(|b| b.is_ascii_digit());
        return is_id.then_some((None, name));
    }
    let mut parts = name.split(':');
    let partition = parts.nth(1)?;
    Some((Some(partition), parts.nth(2)?))
}

/// What stands after the fifth colon of an ARN.
fn resource(name: &str) -> Option<&str> {
    name.splitn(6, ':').nth(5)
}

/// The role's name in the ARN of a role or of a session.
fn role(name: &str) -> Option<&str> {
    match resource(name)?.split_once('/')? {
        ("role", path_and_name) => path_and_name.rsplit('/').next(),
        ("assumed-role", role_and_session) => role_and_session.split('/').next(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/deploy/ci";

    fn is_named(request: (PrincipalType, &str), policy: (PrincipalType, &str)) -> bool {
        let named = Principal::Named(BTreeMap::from([(
            policy.0,
            vec![PrincipalName::new(policy.0, policy.1).unwrap()],
        )]));
        RequestPrincipal::new(request.0, request.1).unwrap().is_named_by(&named)
    }

    #[test]
    fn accounts_roles_and_sessions_are_named_as_iam_does() {
        use PrincipalType::{Aws, Federated, Service};
        let table = [
            ((Aws, SESSION), (Aws, "*"), true),
            ((Service, "lambda.amazonaws.com"), (Aws, "*"), true),
            ((Aws, SESSION), (Aws, "123456789012"), true),
            ((Aws, SESSION), (Aws, "arn:aws:iam::123456789012:root"), true),
            ((Aws, SESSION), (Aws, "arn:aws-cn:iam::123456789012:root"), false),
            ((Aws, SESSION), (Aws, "999999999999"), false),
            ((Aws, SESSION), (Aws, "arn:aws:iam::123456789012:user/x:root"), false),
            ((Aws, SESSION), (Aws, "arn:aws:iam::999999999999:root"), false),
            ((Aws, "arn:aws:sts::123456789012:federated-user/bob"), (Aws, "123456789012"), true),
            (
                (Aws, "arn:aws:sts::123456789012:federated-user/bob"),
                (Aws, "arn:aws:iam::123456789012:user/bob"),
                false,
            ),
            (
                (Aws, "arn:aws:iam::123456789012:role/deploy"),
                (Aws, "arn:aws:iam::123456789012:role/deploy"),
                true,
            ),
            ((Aws, "arn:aws:iam::123456789012:role/deploy"), (Aws, "arn:aws:iam::123456789012:root"), true),
            ((Aws, "arn:aws:sts::123456789012:assumed-role/other/ci"), (Aws, SESSION), false),
            ((Aws, "AROAEXAMPLE123456789"), (Aws, "AROAEXAMPLE123456789"), true),
            ((Aws, "AROAEXAMPLE123456789"), (Aws, "123456789012"), false),
            ((Aws, SESSION), (Aws, "arn:aws:iam::123456789012:role/a/path/deploy"), true),
            ((Aws, SESSION), (Aws, "arn:aws:iam::123456789012:role/other"), false),
            ((Aws, SESSION), (Aws, "arn:aws:iam::999999999999:role/deploy"), false),
            ((Aws, SESSION), (Aws, SESSION), true),
            ((Aws, "arn:aws:iam::123456789012:role/deploy"), (Aws, SESSION), false),
            ((Aws, "arn:aws:iam::123456789012:user/bob"), (Aws, "arn:aws:iam::123456789012:user/Bob"), false),
            ((Aws, "123456789012"), (Aws, "arn:aws:iam::123456789012:root"), true),
            ((Service, "lambda.amazonaws.com"), (Service, "lambda.amazonaws.com"), true),
            ((Service, "lambda.amazonaws.com"), (Service, "ecs.amazonaws.com"), false),
            ((Federated, "accounts.google.com"), (Federated, "accounts.google.com"), true),
            ((Federated, "accounts.google.com"), (Service, "accounts.google.com"), false),
        ];
        for (request, policy, expected) in table {
            assert_eq!(is_named(request, policy), expected, "{request:?} under {policy:?}");
        }
    }

    #[test]
    fn nobody_asks_as_everyone() {
        assert_eq!(RequestPrincipal::new(PrincipalType::Aws, "*"), Err(RequestPrincipalError::Everyone));
        assert!(RequestPrincipal::new(PrincipalType::Service, "lambda").is_err());
    }
}
