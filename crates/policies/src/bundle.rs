//! The bundle: which policy modules there are, and [`policy_set`], which makes them a checked set.

use std::collections::BTreeMap;

use iam::{
    Applies, ComputeType, ComputeTypeError, Errors, LogicalId, LogicalIdError, ManagedPolicy, PolicyDocument,
    PolicyDocumentError, PolicyKind, PolicyName, PolicyNameError, PolicySet, PolicySetErrors, Sid,
};

use crate::grant::{Grant, GrantError};
use crate::target::Target;

/// The policy modules, in the order in which policies are listed everywhere. A new module is one line here.
const MODULES: &[Module] = &[
    crate::infrastructure::MODULE,
    crate::application::MODULE,
    crate::observability::MODULE,
    crate::compute_agentcore::MODULE,
    crate::compute_ecs::MODULE,
];

/// What every policy's name begins with.
const NAME_PREFIX: &str = "IaCRole-ABCA-";

/// What every policy's logical id begins with.
const LOGICAL_ID_PREFIX: &str = "IaCRoleABCA";

/// One policy module: its names, where it applies, and its statements for a target.
pub(crate) struct Module {
    /// The last part of the policy's name, such as `Compute-ECS`.
    pub(crate) label: &'static str,
    /// The artifact's file name without `.json`, such as `compute-ecs`.
    pub(crate) file_stem: &'static str,
    /// The last part of the logical id, such as `ComputeEcs`.
    pub(crate) logical_id: &'static str,
    /// What the policy is for, in a few words of Markdown.
    pub(crate) scope: &'static str,
    /// Where it is attached.
    pub(crate) attached: Attached,
    /// Its statements, in order.
    pub(crate) grants: fn(&Target) -> Vec<Grant>,
}

/// Where a module's policy is attached.
pub(crate) enum Attached {
    /// Everywhere.
    Always,
    /// Everywhere, as the policy of this compute type, the default one.
    AlwaysAsDefault(&'static str),
    /// Only where `ComputeTypes` includes this one.
    When(&'static str),
}

impl Attached {
    const fn compute_type(&self) -> Option<&'static str> {
        match self {
            Self::Always => None,
            Self::AlwaysAsDefault(name) | Self::When(name) => Some(name),
        }
    }
}

/// Why a policy cannot be made for a target.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BundleError {
    /// One statement is wrong.
    #[error("policy `{policy}`, statement `{sid}`: {error}")]
    Statement {
        /// The policy's label.
        policy: &'static str,
        /// The statement's id.
        sid: &'static str,
        /// What is wrong with it.
        error: GrantError,
    },
    /// The statements make no policy.
    #[error("policy `{policy}`: {error}")]
    Document {
        /// The policy's label.
        policy: &'static str,
        /// What is wrong with them.
        error: Errors<PolicyDocumentError>,
    },
    /// The policy's name is none that IAM takes.
    #[error(transparent)]
    Name(#[from] PolicyNameError),
    /// The policy's logical id is none that CloudFormation takes.
    #[error(transparent)]
    LogicalId(#[from] LogicalIdError),
    /// The module's compute type is none that the template's parameter takes.
    #[error(transparent)]
    ComputeType(#[from] ComputeTypeError),
    /// The policies make no set.
    #[error(transparent)]
    Set(#[from] PolicySetErrors),
}

/// Every reason why the policies cannot be made for a target.
pub type BundleErrors = Errors<BundleError>;

/// The managed policies for a target: all of them, in order; [`Applies`] says which the account attaches.
///
/// Errors when a value of the target makes a policy that IAM would refuse, a long stack name one over the
/// size limit for example; every error is reported.
pub fn policy_set(target: &Target) -> Result<PolicySet, BundleErrors> {
    let mut errors = Vec::new();
    let mut policies = Vec::new();
    for module in MODULES {
        match managed_policy(module, target) {
            Ok(policy) => policies.push(policy),
            Err(more) => errors.extend(more),
        }
    }
    Errors::unless_empty(errors, ())?;
    PolicySet::new(policies).map_err(|errors| BundleError::from(errors).into())
}

fn managed_policy(module: &Module, target: &Target) -> Result<ManagedPolicy, Vec<BundleError>> {
    let mut statements = Vec::new();
    let mut any_resource = BTreeMap::new();
    let mut errors = Vec::new();
    for grant in (module.grants)(target) {
        let sid = grant.sid();
        let reason = grant.any_resource_reason();
        match grant.statement() {
            Ok(statement) => {
                any_resource.extend(statement.sid.clone().zip(reason.map(str::to_owned)));
                statements.push(statement);
            }
            Err(error) => errors.push(BundleError::Statement { policy: module.label, sid, error }),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let document = PolicyDocument::new(PolicyKind::Identity, statements)
        .map_err(|error| vec![BundleError::Document { policy: module.label, error }])?;
    named(module, document, any_resource).map_err(|error| vec![error])
}

fn named(
    module: &Module,
    document: PolicyDocument,
    any_resource: BTreeMap<Sid, String>,
) -> Result<ManagedPolicy, BundleError> {
    let name = PolicyName::new(format!("{NAME_PREFIX}{}", module.label))?;
    let applies = match module.attached {
        Attached::Always => Applies::Always,
        Attached::AlwaysAsDefault(own) => Applies::Default(ComputeType::new(own)?),
        Attached::When(own) => Applies::When(ComputeType::new(own)?),
    };
    Ok(ManagedPolicy {
        label: PolicyName::new(module.label)?,
        file_stem: module.file_stem.to_owned(),
        logical_id: LogicalId::new(format!("{LOGICAL_ID_PREFIX}{}", module.logical_id))?,
        // Create-only: another wording would make CloudFormation replace the policy, which it cannot
        // under a fixed name.
        description: format!("ABCA Bootstrap: {name} permissions for CloudFormation execution role"),
        scope: module.scope.to_owned(),
        applies,
        any_resource,
        name,
        document,
    })
}

/// The compute types there are, in the order of the modules, each once.
pub(crate) fn compute_types() -> Vec<ComputeType> {
    let mut types: Vec<ComputeType> = Vec::new();
    for compute_type in
        MODULES.iter().filter_map(|m| m.attached.compute_type()).filter_map(known_compute_type)
    {
        if !types.contains(&compute_type) {
            types.push(compute_type);
        }
    }
    types
}

/// The compute types whose policy is attached in every account.
pub(crate) fn default_compute_types() -> Vec<ComputeType> {
    MODULES
        .iter()
        .filter_map(|module| match module.attached {
            Attached::AlwaysAsDefault(name) => known_compute_type(name),
            _ => None,
        })
        .collect()
}

/// A module's compute type; an ill-formed one is an error of [`policy_set`].
fn known_compute_type(name: &'static str) -> Option<ComputeType> {
    ComputeType::new(name).ok()
}
