//! [`PolicyDocument`]: a whole policy.

use std::collections::BTreeSet;

use crate::sid::Sid;
use crate::statement::Statement;

/// The version of the policy language.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`: without policy variables; what a policy without `Version` means.
    V2008,
    /// `2012-10-17`: the current one.
    V2012,
}

impl Version {
    /// The version as policies write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

/// What a policy is attached to, which decides the elements it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    /// Managed and inline policies, permissions boundaries and SCPs: resources, no principals.
    Identity,
    /// A role's trust policy: principals, no resources.
    Trust,
}

/// A policy that IAM accepts.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDocument {
    version: Option<Version>,
    id: Option<String>,
    statements: Vec<Statement>,
}

/// Why statements make no policy that IAM accepts.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PolicyDocumentError {
    /// No statement at all.
    #[error("a policy needs at least one statement")]
    Empty,
    /// `Action` or `NotAction` without a pattern.
    #[error("statement `{0}` names no action")]
    NoAction(String),
    /// An identity policy's statement without a resource.
    #[error("statement `{0}` names no resource: write `Resource` or `NotResource`")]
    NoResource(String),
    /// A trust policy's statement without a principal.
    #[error("statement `{0}` names no principal: a trust policy says who may assume the role")]
    NoPrincipal(String),
    /// A principal where there is none to name.
    #[error("statement `{0}` names a principal, which an identity policy cannot")]
    HasPrincipal(String),
    /// A resource where the role itself is the resource.
    #[error("statement `{0}` names a resource, which a trust policy cannot")]
    HasResource(String),
    /// An action other than the role's own `sts` ones.
    #[error("statement `{sid}`: a trust policy takes `sts` actions only, not `{action}`")]
    NotSts {
        /// The statement.
        sid: String,
        /// The action.
        action: String,
    },
    /// Two statements with one id.
    #[error("two statements have the id `{0}`: IAM wants it unique within a policy")]
    DuplicateSid(Sid),
}

impl PolicyDocument {
    /// A policy of the current version from statements of that kind.
    pub fn new(kind: PolicyKind, statements: Vec<Statement>) -> Result<Self, PolicyDocumentError> {
        Self::with(Some(Version::V2012), None, kind, statements).map_err(|(_, error)| error)
    }

    /// A policy with the elements that were read; the error comes with the position of its statement.
    pub(crate) fn with(
        version: Option<Version>,
        id: Option<String>,
        kind: PolicyKind,
        statements: Vec<Statement>,
    ) -> Result<Self, (Option<usize>, PolicyDocumentError)> {
        if statements.is_empty() {
            return Err((None, PolicyDocumentError::Empty));
        }
        let mut sids = BTreeSet::new();
        for (position, statement) in statements.iter().enumerate() {
            check(kind, statement, position).map_err(|error| (Some(position), error))?;
            if let Some(sid) = &statement.sid
                && !sids.insert(sid)
            {
                return Err((Some(position), PolicyDocumentError::DuplicateSid(sid.clone())));
            }
        }
        Ok(Self { version, id, statements })
    }

    /// The version, if the policy states one.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// The policy's `Id`, which few policies have.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The statements, at least one, in the order of the policy.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The statement with that id.
    pub fn statement(&self, sid: &str) -> Option<&Statement> {
        self.statements.iter().find(|s| s.sid.as_ref().is_some_and(|own| own.as_str() == sid))
    }

    /// The policy's size as IAM counts it: characters of the JSON text without white space between tokens.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
    pub fn size(&self) -> usize {
        self.to_minified().chars().count()
    }
}

fn check(kind: PolicyKind, statement: &Statement, position: usize) -> Result<(), PolicyDocumentError> {
    use PolicyDocumentError as E;
    let label = || statement.label(position);
    if statement.action.patterns().is_empty() {
        return Err(E::NoAction(label()));
    }
    let has_resource = statement.resource.as_ref().is_some_and(|block| !block.patterns().is_empty());
    match kind {
        PolicyKind::Identity if statement.principal.is_some() => Err(E::HasPrincipal(label())),
        PolicyKind::Identity if !has_resource => Err(E::NoResource(label())),
        PolicyKind::Trust if statement.resource.is_some() => Err(E::HasResource(label())),
        PolicyKind::Trust if statement.principal.is_none() => Err(E::NoPrincipal(label())),
        PolicyKind::Identity => Ok(()),
        PolicyKind::Trust => {
            let foreign = |a: &&crate::ActionPattern| {
                !matches!(a.service(), "*") && !a.service().eq_ignore_ascii_case("sts")
            };
            match statement.action.patterns().iter().find(foreign) {
                None => Ok(()),
                Some(action) => Err(E::NotSts { sid: label(), action: action.to_string() }),
            }
        }
    }
}
