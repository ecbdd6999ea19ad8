//! [`PolicySet`]: the managed policies that one role or user takes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::action_pattern::ActionPattern;
use crate::aws_managed_policy::AwsManagedPolicy;
use crate::compute_type::ComputeType;
use crate::digest::Sha256Digest;
use crate::document::PolicyDocument;
use crate::errors::Errors;
use crate::managed_policy::{Applies, ManagedPolicy, ManagedPolicyError};
use crate::name::PolicyName;
use crate::sid::Sid;

/// How many managed policies a role or user takes: the account's quota, 10 by default and 20 at most.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entities>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttachmentQuota(usize);

impl AttachmentQuota {
    /// What an account has unless it asked for more.
    pub const DEFAULT: Self = Self(10);
    /// The most an account can ask for.
    pub const MAX: Self = Self(20);

    /// The number of policies.
    pub const fn get(self) -> usize {
        self.0
    }
}

/// Managed policies for one role or user, in order, with everything unique that has to be; and those of AWS that it
/// takes besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySet {
    policies: Vec<ManagedPolicy>,
    aws_managed: Vec<AwsManagedPolicy>,
    quota: AttachmentQuota,
    hash: Sha256Digest,
}

/// Why managed policies make no set.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PolicySetError {
    /// No policy at all.
    #[error("a policy set needs at least one policy")]
    Empty,
    /// More than a role takes.
    #[error(
        "{count} policies, but a role or user takes {quota}: merge policies, or raise the account's quota (20 at most)"
    )]
    TooMany {
        /// Policies in the set.
        count: usize,
        /// The quota in force.
        quota: usize,
    },
    /// One policy by itself is wrong.
    #[error("policy `{policy}`: {error}")]
    Policy {
        /// The policy's name.
        policy: String,
        /// What is wrong.
        error: ManagedPolicyError,
    },
    /// Two policies share what must be unique.
    #[error("policies `{first}` and `{second}` share the {what} `{value}`")]
    Shared {
        /// What is shared: name, label, file name or logical id.
        what: &'static str,
        /// Its value.
        value: String,
        /// The policy that has it first.
        first: String,
        /// The policy that has it again.
        second: String,
    },
    /// One AWS managed policy, given again.
    #[error("the AWS managed policy `{0}` stands twice")]
    RepeatedAwsManaged(PolicyName),
    /// The content has no canonical form.
    #[error("the policies have no canonical JSON: {0}")]
    NoHash(String),
    /// One statement id in two policies.
    #[error(
        "policies `{first}` and `{second}` both have a statement `{sid}`: ids are unique over the whole set"
    )]
    SharedSid {
        /// The id.
        sid: Sid,
        /// The policy that has it first.
        first: String,
        /// The policy that has it again.
        second: String,
    },
}

/// Every reason why managed policies make no set.
pub type PolicySetErrors = Errors<PolicySetError>;

impl PolicySet {
    /// A set for a role with the default quota.
    pub fn new(policies: Vec<ManagedPolicy>) -> Result<Self, PolicySetErrors> {
        Self::with_quota(policies, AttachmentQuota::DEFAULT)
    }

    /// A set for a role of an account with that quota.
    pub fn with_quota(policies: Vec<ManagedPolicy>, quota: AttachmentQuota) -> Result<Self, PolicySetErrors> {
        let mut errors = Vec::new();
        if policies.is_empty() {
            errors.push(PolicySetError::Empty);
        }
        if policies.len() > quota.0 {
            errors.push(PolicySetError::TooMany { count: policies.len(), quota: quota.0 });
        }
        for policy in &policies {
            if let Err(error) = policy.check() {
                errors.push(PolicySetError::Policy { policy: policy.name.to_string(), error });
            }
        }
        errors.extend(shared_names(&policies));
        errors.extend(shared_sids(&policies));
        let hash = content_hash(&policies).map_err(|error| PolicySetError::NoHash(error.to_string()))?;
        Errors::unless_empty(errors, Self { policies, aws_managed: Vec::new(), quota, hash })
    }

    /// The set with AWS managed policies beside its own.
    pub fn with_aws_managed(self, aws_managed: Vec<AwsManagedPolicy>) -> Result<Self, PolicySetErrors> {
        let mut errors = Vec::new();
        let count = self.policies.len() + aws_managed.len();
        if count > self.quota.0 {
            errors.push(PolicySetError::TooMany { count, quota: self.quota.0 });
        }
        let mut seen = BTreeSet::new();
        let repeated = aws_managed.iter().filter(|policy| !seen.insert(policy.name.as_str()));
        errors.extend(repeated.map(|policy| PolicySetError::RepeatedAwsManaged(policy.name.clone())));
        Errors::unless_empty(errors, Self { aws_managed, ..self })
    }

    /// The policies in order, at least one.
    pub fn policies(&self) -> &[ManagedPolicy] {
        &self.policies
    }

    /// The policies that are attached with these compute types, in order.
    pub fn attached(&self, compute_types: &[impl AsRef<str>]) -> impl Iterator<Item = &ManagedPolicy> {
        self.policies.iter().filter(|policy| match &policy.applies {
            Applies::Always | Applies::Default(_) => true,
            Applies::When(own) => compute_types.iter().any(|given| given.as_ref() == own.as_str()),
        })
    }

    /// The AWS managed policies beside them, in order; most sets have none.
    pub fn aws_managed(&self) -> &[AwsManagedPolicy] {
        &self.aws_managed
    }

    /// Every document that the role or user has, by the policy's name: the set's own first.
    pub fn documents(&self) -> impl Iterator<Item = (&str, &PolicyDocument)> {
        let own = self.policies.iter().map(|policy| (policy.name.as_str(), &policy.document));
        own.chain(self.aws_managed.iter().map(|policy| (policy.name.as_str(), &policy.document)))
    }

    /// The compute types that the set's policies belong to, in order, each once.
    pub fn compute_types(&self) -> Vec<&ComputeType> {
        let mut types: Vec<&ComputeType> = Vec::new();
        for compute_type in self.policies.iter().filter_map(|policy| policy.applies.compute_type()) {
            if !types.contains(&compute_type) {
                types.push(compute_type);
            }
        }
        types
    }

    /// The compute types whose policies are attached on request only, in order, each once.
    pub fn optional_compute_types(&self) -> Vec<&ComputeType> {
        let optional = |t: &&ComputeType| {
            self.policies.iter().any(|policy| matches!(&policy.applies, Applies::When(own) if own == *t))
        };
        self.compute_types().into_iter().filter(optional).collect()
    }

    /// The granted actions that no reference knows, each once, with policy, statement and reason.
    pub fn unlisted_actions(&self) -> Vec<UnlistedGrant<'_>> {
        let mut grants = Vec::new();
        for policy in &self.policies {
            for statement in policy.document.statements() {
                for action in statement.action.patterns() {
                    if let Some(reason) = action.unlisted_reason() {
                        grants.push(UnlistedGrant { policy, sid: statement.sid.as_ref(), action, reason });
                    }
                }
            }
        }
        grants
    }

    /// SHA-256 over the canonical JSON of the ordered list of `{name, document}` of the set's own policies: it changes
    /// with every action, resource and condition, and with nothing else.
    pub fn hash(&self) -> Sha256Digest {
        self.hash
    }
}

fn content_hash(policies: &[ManagedPolicy]) -> Result<Sha256Digest, serde_json::Error> {
    #[derive(Serialize)]
    struct Content<'a> {
        name: &'a str,
        document: &'a PolicyDocument,
    }
    let contents: Vec<_> =
        policies.iter().map(|p| Content { name: p.name.as_str(), document: &p.document }).collect();
    Sha256Digest::of_canonical_json(&contents)
}

/// A grant of an action made by [`crate::Action::unlisted`].
#[derive(Clone, Copy, Debug)]
pub struct UnlistedGrant<'a> {
    /// The policy that grants it.
    pub policy: &'a ManagedPolicy,
    /// The statement.
    pub sid: Option<&'a Sid>,
    /// The action.
    pub action: &'a ActionPattern,
    /// Why it is granted although no reference knows it.
    pub reason: &'static str,
}

/// IAM compares policy names without regard to case, and so do some file systems.
fn shared_names(policies: &[ManagedPolicy]) -> Vec<PolicySetError> {
    let mut errors = Vec::new();
    let mut seen: BTreeMap<(&'static str, String), &ManagedPolicy> = BTreeMap::new();
    for policy in policies {
        let values = [
            ("name", policy.name.as_str()),
            ("label", policy.label.as_str()),
            ("file name", policy.file_stem.as_str()),
            ("logical id", policy.logical_id.as_str()),
        ];
        for (what, value) in values {
            if let Some(first) = seen.insert((what, value.to_lowercase()), policy) {
                errors.push(PolicySetError::Shared {
                    what,
                    value: value.to_owned(),
                    first: first.name.to_string(),
                    second: policy.name.to_string(),
                });
            }
        }
    }
    errors
}

fn shared_sids(policies: &[ManagedPolicy]) -> Vec<PolicySetError> {
    let mut errors = Vec::new();
    let mut seen: BTreeMap<&Sid, &ManagedPolicy> = BTreeMap::new();
    for policy in policies {
        for sid in policy.document.statements().iter().filter_map(|s| s.sid.as_ref()) {
            if let Some(first) = seen.insert(sid, policy) {
                let (first, second) = (first.name.to_string(), policy.name.to_string());
                errors.push(PolicySetError::SharedSid { sid: sid.clone(), first, second });
            }
        }
    }
    errors
}
