//! Deciding requests: [`Evaluator`] answers as IAM's documented logic does, without asking AWS.
//!
//! Modelled are identity-based policies, a permissions boundary, service control policies and, by itself, a
//! role's trust policy. Not modelled are resource-based policies beyond trust, resource control policies and
//! session policies; a request that one of these would decide is answered without it.
//!
//! [`Evaluator::cover`] answers for all resources that a pattern stands for. That question, and those of one
//! pattern to another ([`crate::ArnPattern::covers`], [`crate::ActionPattern::covers`]), are questions about
//! languages: `language` and `automaton` answer them exactly.

mod asked;
mod automaton;
mod compiled;
mod condition_test;
mod containment;
mod cover;
mod cover_closely;
mod decision;
mod glob;
mod group;
mod language;
mod pattern;
mod request;
mod request_principal;
mod value;
mod variable;

pub use cover::Covering;
pub use decision::{Decision, Explanation, Mismatch, NearMiss, PolicyType, StatementRef};
pub use request::{Context, Request, RequestError};
pub use request_principal::{RequestPrincipal, RequestPrincipalError};

use crate::document::PolicyDocument;
use crate::policy_set::PolicySet;

use group::PolicyGroup;

/// The policies that apply to one principal, compiled once for many requests.
///
/// ```
/// use iam::{Decision, Evaluator, PolicyDocument, PolicyKind, Request};
///
/// let document = PolicyDocument::parse(
///     r#"{ "Version": "2012-10-17", "Statement": {
///         "Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::bucket/*"
///     } }"#,
///     PolicyKind::Identity,
/// )?;
/// let evaluator = Evaluator::new([("Reader", &document)]);
/// let read = Request::new("s3:GetObject", "arn:aws:s3:::bucket/a/b")?;
/// assert!(matches!(evaluator.decide(&read), Decision::Allowed { by } if by.policy == "Reader"));
///
/// let write = Request::new("s3:PutObject", "arn:aws:s3:::bucket/a/b")?;
/// let explanation = evaluator.explain(&write);
/// assert_eq!(explanation.decision, Decision::DeniedByDefault);
/// let nearest = explanation.nearest.ok_or("no statement speaks of s3")?;
/// assert_eq!(nearest.statement.to_string(), "statement `Read` of identity-based policy `Reader`");
/// assert_eq!(nearest.mismatches[0].to_string(), "`Action` does not list `s3:PutObject`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Evaluator {
    identity: PolicyGroup,
    boundary: Option<PolicyGroup>,
    scp_levels: Vec<PolicyGroup>,
}

impl Evaluator {
    /// Compiles identity-based policies, each with its name; the order names the statement that is blamed or
    /// thanked, and changes no answer.
    pub fn new<'p>(identity: impl IntoIterator<Item = (&'p str, &'p PolicyDocument)>) -> Self {
        let identity = PolicyGroup::new(PolicyType::Identity, identity);
        Self { identity, boundary: None, scp_levels: Vec::new() }
    }

    /// Compiles every policy of a set, whatever compute types it is attached for, and the AWS managed ones beside.
    pub fn of_policy_set(set: &PolicySet) -> Self {
        Self::new(set.documents())
    }

    /// Under a permissions boundary, in place of one given before.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
    #[must_use]
    pub fn with_boundary(self, name: &str, boundary: &PolicyDocument) -> Self {
        Self { boundary: Some(PolicyGroup::new(PolicyType::Boundary, [(name, boundary)])), ..self }
    }

    /// Under the service control policies of one more level: the root, an organizational unit on the path,
    /// or the account. Each level has to allow a request, by any of its policies.
    ///
    /// SCPs do not touch the management account or service-linked roles: give none for those.
    ///
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
    #[must_use]
    pub fn with_scp_level<'p>(
        mut self,
        scps: impl IntoIterator<Item = (&'p str, &'p PolicyDocument)>,
    ) -> Self {
        self.scp_levels.push(PolicyGroup::new(PolicyType::Scp, scps));
        self
    }

    /// Answers a request: an explicit deny of any policy first, then every level of SCPs, the identity-based
    /// policies and the boundary must allow it, and the first of them that does not is named.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
    pub fn decide(&self, request: &Request) -> Decision<'_> {
        let mut silent_level = None;
        for (level, scps) in self.scp_levels.iter().enumerate() {
            let found = scps.find(request);
            if let Some(by) = found.deny {
                return Decision::DeniedByStatement { by: scps.place(by) };
            }
            if found.allow.is_none() && silent_level.is_none() {
                silent_level = Some(level);
            }
        }
        let identity = self.identity.find(request);
        if let Some(by) = identity.deny {
            return Decision::DeniedByStatement { by: self.identity.place(by) };
        }
        let mut boundary_allows = true;
        if let Some(boundary) = &self.boundary {
            let found = boundary.find(request);
            if let Some(by) = found.deny {
                return Decision::DeniedByStatement { by: boundary.place(by) };
            }
            boundary_allows = found.allow.is_some();
        }
        match (silent_level, identity.allow) {
            (Some(level), _) => Decision::DeniedByScp { level },
            (None, None) => Decision::DeniedByDefault,
            (None, Some(_)) if !boundary_allows => Decision::DeniedByBoundary,
            (None, Some(by)) => Decision::Allowed { by: self.identity.place(by) },
        }
    }

    /// Answers a request, and says what came nearest to allowing it where nothing did.
    pub fn explain<'a>(&'a self, request: &'a Request) -> Explanation<'a> {
        let decision = self.decide(request);
        let should_have_allowed = match decision {
            Decision::Allowed { .. } | Decision::DeniedByStatement { .. } => None,
            Decision::DeniedByScp { level } => self.scp_levels.get(level),
            Decision::DeniedByBoundary => self.boundary.as_ref(),
            Decision::DeniedByDefault => Some(&self.identity),
        };
        Explanation { decision, nearest: should_have_allowed.and_then(|group| group.nearest(request)) }
    }

    /// Every `Deny` that does not apply only because the request lacks condition keys, which AWS may fill in: with
    /// them the answer could be another.
    pub fn latent_denials<'a>(&'a self, request: &'a Request) -> Vec<NearMiss<'a>> {
        let groups = self.scp_levels.iter().chain([&self.identity]).chain(&self.boundary);
        groups.flat_map(|group| group.latent_denials(request)).collect()
    }
}

/// A role's trust policy, compiled once for many requests to assume the role.
///
/// Its answer is the trust policy's own. Where it names an account and not the principal itself, IAM also
/// wants an identity-based policy of that principal to allow the call: ask an [`Evaluator`] for that.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Clone, Debug)]
pub struct TrustEvaluator(PolicyGroup);

impl TrustEvaluator {
    /// Compiles a trust policy, with the name to blame or thank: the role's.
    pub fn new(name: &str, trust_policy: &PolicyDocument) -> Self {
        Self(PolicyGroup::new(PolicyType::Trust, [(name, trust_policy)]))
    }

    /// Answers a request, whose resource is the role; without a principal nobody asks, and nobody is allowed.
    pub fn decide(&self, request: &Request) -> Decision<'_> {
        let found = self.0.find(request);
        match (found.deny, found.allow) {
            (Some(by), _) => Decision::DeniedByStatement { by: self.0.place(by) },
            (None, Some(by)) => Decision::Allowed { by: self.0.place(by) },
            (None, None) => Decision::DeniedByDefault,
        }
    }

    /// Answers a request, and says what came nearest to allowing it where nothing did.
    pub fn explain<'a>(&'a self, request: &'a Request) -> Explanation<'a> {
        let decision = self.decide(request);
        let nearest = (decision == Decision::DeniedByDefault).then(|| self.0.nearest(request)).flatten();
        Explanation { decision, nearest }
    }

    /// Every `Deny` that does not apply only because the request lacks condition keys, which AWS may fill in.
    pub fn latent_denials<'a>(&'a self, request: &'a Request) -> Vec<NearMiss<'a>> {
        self.0.latent_denials(request).collect()
    }
}
