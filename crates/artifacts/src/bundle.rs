//! [`Bundle`]: everything the artifacts are made from, besides the default template.

use iam::{ComputeType, Partition, PolicyDocument, PolicySet};

/// A policy set with what the template and the docs page say of it.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The policies, in order.
    pub set: PolicySet,
    /// The bundle's version, such as `1.2.0`.
    pub version: String,
    /// The template's `BootstrapVariant`.
    pub variant: String,
    /// The trust policy that a role of one's own would need to take the policies.
    pub trust_policy: PolicyDocument,
    /// The stack that the policies let CloudFormation deploy.
    pub stack_name: String,
    /// The bootstrap's qualifier.
    pub qualifier: String,
    /// The partition of the accounts.
    pub partition: Partition,
    /// The default of `ComputeTypes`, at least one unless no policy has a compute type.
    pub compute_types: Vec<ComputeType>,
}
