//! [`PolicyDocument`]: a whole policy.

use std::collections::BTreeSet;

use crate::errors::Errors;
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
    pub fn new(kind: PolicyKind, statements: Vec<Statement>) -> Result<Self, Errors<PolicyDocumentError>> {
        let errors = check_all(kind, &statements, |at| at).into_iter().map(|(_, error)| error).collect();
        Errors::unless_empty(errors, Self { version: Some(Version::V2012), id: None, statements })
    }

    /// A policy of what was read and checked.
    pub(crate) fn of_checked(
        version: Option<Version>,
        id: Option<String>,
        statements: Vec<Statement>,
    ) -> Self {
        Self { version, id, statements }
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

/// Where an error is: a statement's position, and the element of it, if there is one to name.
pub(crate) type Place = Option<(usize, Option<&'static str>)>;

/// Everything that is wrong with statements of that kind; a statement without id is called by its `position`.
pub(crate) fn check_all(
    kind: PolicyKind,
    statements: &[Statement],
    position: impl Fn(usize) -> usize,
) -> Vec<(Place, PolicyDocumentError)> {
    if statements.is_empty() {
        return vec![(None, PolicyDocumentError::Empty)];
    }
    let mut errors = Vec::new();
    let mut sids = BTreeSet::new();
    for (at, statement) in statements.iter().enumerate() {
        let found = check(kind, statement, position(at));
        errors.extend(found.into_iter().map(|(element, error)| (Some((at, element)), error)));
        if let Some(sid) = &statement.sid
            && !sids.insert(sid)
        {
            errors.push((Some((at, Some("Sid"))), PolicyDocumentError::DuplicateSid(sid.clone())));
        }
    }
    errors
}

/// Everything that is wrong with one statement, with the element it is in.
fn check(
    kind: PolicyKind,
    statement: &Statement,
    position: usize,
) -> Vec<(Option<&'static str>, PolicyDocumentError)> {
    use PolicyDocumentError as E;
    let label = || statement.label(position);
    let mut errors = Vec::new();
    if statement.action.patterns().is_empty() {
        errors.push((Some(statement.action.element()), E::NoAction(label())));
    }
    match (kind, &statement.resource) {
        (PolicyKind::Identity, None) => errors.push((None, E::NoResource(label()))),
        (PolicyKind::Identity, Some(block)) if block.patterns().is_empty() => {
            errors.push((Some(block.element()), E::NoResource(label())));
        }
        (PolicyKind::Trust, Some(block)) => errors.push((Some(block.element()), E::HasResource(label()))),
        (PolicyKind::Identity, Some(_)) | (PolicyKind::Trust, None) => {}
    }
    match (kind, &statement.principal) {
        (PolicyKind::Identity, Some(_)) => errors.push((Some("Principal"), E::HasPrincipal(label()))),
        (PolicyKind::Trust, None) => errors.push((None, E::NoPrincipal(label()))),
        (PolicyKind::Identity, None) | (PolicyKind::Trust, Some(_)) => {}
    }
    if kind == PolicyKind::Trust {
        let foreign =
            |a: &&crate::ActionPattern| a.service() != "*" && !a.service().eq_ignore_ascii_case("sts");
        errors.extend(statement.action.patterns().iter().filter(foreign).map(|action| {
            (Some(statement.action.element()), E::NotSts { sid: label(), action: action.to_string() })
        }));
    }
    errors
}
