//! The bundle: which policy modules there are, and [`policy_set`], which makes them a checked set.

use iam::{ComputeType, PolicySet};

use crate::module::{Attached, BundleErrors, Family};
use crate::target::Target;

/// A policy module of the bundle.
pub(crate) type Module = crate::module::Module<Target>;

/// The policy modules, in the order in which policies are listed everywhere. A new module is one line here.
const MODULES: &[Module] = &[
    crate::infrastructure::MODULE,
    crate::application::MODULE,
    crate::observability::MODULE,
    crate::compute_agentcore::MODULE,
    crate::compute_ecs::MODULE,
];

/// How the policies of the bundle are named.
const FAMILY: Family = Family {
    name_prefix: "IaCRole-ABCA-",
    logical_id_prefix: "IaCRoleABCA",
    description: |name| format!("ABCA Bootstrap: {name} permissions for CloudFormation execution role"),
};

/// The managed policies for a target: all of them, in order; [`Applies`] says which the account attaches.
///
/// Errors when a value of the target makes a policy that IAM would refuse, a long stack name one over the
/// size limit for example; every error is reported.
pub fn policy_set(target: &Target) -> Result<PolicySet, BundleErrors> {
    FAMILY.policy_set(MODULES, target)
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
