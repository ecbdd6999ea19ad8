//! [`Decision`]: what policies answer to a request, and why.

use std::fmt;

use crate::operator::ConditionOperator;
use crate::sid::Sid;
use crate::statement::Statement;

/// What a policy counts as in a decision.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#access_policy-types>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyType {
    /// An identity-based policy.
    Identity,
    /// A permissions boundary.
    Boundary,
    /// A service control policy of AWS Organizations.
    Scp,
    /// A role's trust policy.
    Trust,
}

impl PolicyType {
    /// The type in the words of the User Guide.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Scp => "service control policy",
            Self::Trust => "trust policy",
        }
    }
}

impl fmt::Display for PolicyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A statement and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementRef<'a> {
    /// What its policy counts as.
    pub policy_type: PolicyType,
    /// The policy's name.
    pub policy: &'a str,
    /// The statement's place in the policy, counted from 0.
    pub position: usize,
    /// The statement's id, if it has one.
    pub sid: Option<&'a Sid>,
    /// The statement itself.
    pub statement: &'a Statement,
}

impl fmt::Display for StatementRef<'_> {
    /// ``statement `Sid` of identity-based policy `Name` ``; `#0`, the place from 0, stands in for a missing id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sid {
            Some(sid) => write!(f, "statement `{sid}` of {} `{}`", self.policy_type, self.policy),
            None => write!(f, "statement `#{}` of {} `{}`", self.position, self.policy_type, self.policy),
        }
    }
}

/// The answer to a request.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// Allowed by this statement, the first that does.
    Allowed {
        /// The statement of an identity-based policy or of the trust policy.
        by: StatementRef<'a>,
    },
    /// An explicit deny, whatever else allows it.
    DeniedByStatement {
        /// The statement, of whichever policy.
        by: StatementRef<'a>,
    },
    /// An implicit deny: on this level of the organization no SCP allows it.
    DeniedByScp {
        /// The level, counted from 0 in the order in which levels were given.
        level: usize,
    },
    /// An implicit deny: the permissions boundary does not allow it.
    DeniedByBoundary,
    /// An implicit deny: no identity-based policy, or not the trust policy, allows it.
    DeniedByDefault,
}

impl Decision<'_> {
    /// Whether the request is allowed.
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allowed { .. })
    }
}

/// A decision, and for an implicit deny the statement that came nearest to allowing the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation<'a> {
    /// The decision.
    pub decision: Decision<'a>,
    /// The nearest statement of the policies that should have allowed it; none when no statement speaks of
    /// the action's service.
    pub nearest: Option<NearMiss<'a>>,
}

/// A statement that does not match a request, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss<'a> {
    /// The statement.
    pub statement: StatementRef<'a>,
    /// Everything that does not match, at least one, in the order in which a statement is written.
    pub mismatches: Vec<Mismatch<'a>>,
}

/// One element of a statement that does not match a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch<'a> {
    /// `Principal`.
    Principal {
        /// Who asks, if the request says so.
        asked: Option<&'a str>,
    },
    /// `Action` or `NotAction`.
    Action {
        /// The element's name.
        element: &'static str,
        /// The request's action.
        asked: &'a str,
    },
    /// `Resource` or `NotResource`.
    Resource {
        /// The element's name.
        element: &'static str,
        /// The element's patterns.
        patterns: Vec<&'a str>,
        /// The request's resource.
        asked: &'a str,
    },
    /// A key of `Condition`.
    Condition {
        /// The operator with its qualifiers.
        operator: ConditionOperator,
        /// The key as the policy writes it.
        key: &'a str,
        /// The policy's values.
        wanted: &'a [String],
        /// The request's values; none when the key is missing.
        asked: &'a [String],
    },
}

impl fmt::Display for Mismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Principal { asked: Some(asked) } => write!(f, "`Principal` does not name `{asked}`"),
            Self::Principal { asked: None } => f.write_str("the request names no principal"),
            Self::Action { element: "NotAction", asked } => write!(f, "`NotAction` leaves out `{asked}`"),
            Self::Action { element, asked } => write!(f, "`{element}` does not list `{asked}`"),
            Self::Resource { element: "NotResource", patterns, asked } => {
                write!(f, "`NotResource` leaves out `{asked}`: it is one of {}", list(patterns))
            }
            Self::Resource { element, patterns, asked } => {
                write!(f, "`{element}` does not match `{asked}`: it is {}", list(patterns))
            }
            Self::Condition { operator, key, wanted, asked } => {
                let found = if asked.is_empty() { "nothing".to_owned() } else { list(asked) };
                write!(f, "`{operator}` of `{key}` wants {}, and the request has {found}", list(wanted))
            }
        }
    }
}

fn list(texts: &[impl AsRef<str>]) -> String {
    texts.iter().map(|text| format!("`{}`", text.as_ref())).collect::<Vec<_>>().join(", ")
}
