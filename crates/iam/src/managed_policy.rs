//! [`ManagedPolicy`]: a policy document with everything an account and a reader call it by.

use std::collections::BTreeMap;

use crate::compute_type::ComputeType;
use crate::document::PolicyDocument;
use crate::name::{LogicalId, PolicyName};
use crate::sid::Sid;

/// The most characters a managed policy may have, white space not counted.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
pub const MANAGED_POLICY_SIZE_LIMIT: usize = 6144;

/// In which accounts a policy is attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applies {
    /// In every account.
    Always,
    /// In every account, as the policy of the default compute type.
    Default(ComputeType),
    /// Only where `ComputeTypes` includes this one.
    When(ComputeType),
}

impl Applies {
    /// The compute type the policy belongs to.
    pub const fn compute_type(&self) -> Option<&ComputeType> {
        match self {
            Self::Always => None,
            Self::Default(compute_type) | Self::When(compute_type) => Some(compute_type),
        }
    }
}

/// One managed policy of a [`crate::PolicySet`], which checks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// The policy's name, such as `IaCRole-ABCA-Infrastructure`; an account's name has more around it.
    pub name: PolicyName,
    /// The last part of the name, by which the policy is listed: `Infrastructure`.
    pub label: PolicyName,
    /// The artifact's file name without `.json`: `infrastructure`.
    pub file_stem: String,
    /// The resource's id in the template: `IaCRoleABCAInfrastructure`.
    pub logical_id: LogicalId,
    /// The policy's `Description`, which CloudFormation cannot change afterwards.
    pub description: String,
    /// What the policy is for, in a few words of Markdown.
    pub scope: String,
    /// Where it is attached.
    pub applies: Applies,
    /// Why a statement is on `*`, for the statements that are and say so.
    pub any_resource: BTreeMap<Sid, String>,
    /// What it says.
    pub document: PolicyDocument,
}

/// Why IAM would refuse a managed policy, or a reader could not speak of its statements.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ManagedPolicyError {
    /// Over [`MANAGED_POLICY_SIZE_LIMIT`].
    #[error("it has {size} characters, {over} over IAM's limit of {MANAGED_POLICY_SIZE_LIMIT}: move a statement to another policy", over = size - MANAGED_POLICY_SIZE_LIMIT)]
    TooLarge {
        /// The size as IAM counts it.
        size: usize,
    },
    /// A managed policy must state the current version.
    #[error("its `Version` must be `2012-10-17`")]
    OldVersion,
    /// A statement without an id.
    #[error("statement #{0} has no `Sid`")]
    NoSid(usize),
}

impl ManagedPolicy {
    /// The characters left below IAM's limit.
    pub fn characters_left(&self) -> usize {
        MANAGED_POLICY_SIZE_LIMIT.saturating_sub(self.document.size())
    }

    pub(crate) fn check(&self) -> Result<(), ManagedPolicyError> {
        if self.document.version() != Some(crate::Version::V2012) {
            return Err(ManagedPolicyError::OldVersion);
        }
        if let Some(position) = self.document.statements().iter().position(|s| s.sid.is_none()) {
            return Err(ManagedPolicyError::NoSid(position));
        }
        match self.document.size() {
            size if size > MANAGED_POLICY_SIZE_LIMIT => Err(ManagedPolicyError::TooLarge { size }),
            _ => Ok(()),
        }
    }
}
