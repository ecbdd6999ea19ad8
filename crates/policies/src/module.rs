//! [`Module`]: how a policy is written, and how the modules of a [`Family`] become a checked set.

use std::collections::BTreeMap;

use iam::{
    Applies, AwsManagedPolicyError, ComputeType, ComputeTypeError, Errors, LogicalId, LogicalIdError,
    ManagedPolicy, PolicyDocument, PolicyDocumentError, PolicyKind, PolicyName, PolicyNameError, PolicySet,
    PolicySetErrors, Sid,
};

use crate::grant::{Grant, GrantError};

/// One policy module: its names, where it applies, and its statements for values of the type `V`.
pub(crate) struct Module<V> {
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
    pub(crate) grants: fn(&V) -> Vec<Grant>,
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
    pub(crate) const fn compute_type(&self) -> Option<&'static str> {
        match self {
            Self::Always => None,
            Self::AlwaysAsDefault(name) | Self::When(name) => Some(name),
        }
    }
}

/// What the policies of one set share: how they are named.
pub(crate) struct Family {
    /// What every policy's name begins with.
    pub(crate) name_prefix: &'static str,
    /// What every policy's logical id begins with.
    pub(crate) logical_id_prefix: &'static str,
    /// The description of a policy of that name. It is create-only: another wording would make CloudFormation
    /// replace the policy, which it cannot under a fixed name.
    pub(crate) description: fn(&PolicyName) -> String,
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
    /// An AWS managed policy that the set has is not on record.
    #[error(transparent)]
    AwsManaged(#[from] AwsManagedPolicyError),
    /// The policies make no set.
    #[error(transparent)]
    Set(#[from] PolicySetErrors),
}

/// Every reason why the policies cannot be made for a target.
pub type BundleErrors = Errors<BundleError>;

impl Family {
    /// The set of these modules for values, in order; every error is reported.
    pub(crate) fn policy_set<'m, V: 'm>(
        &self,
        modules: impl IntoIterator<Item = &'m Module<V>>,
        values: &V,
    ) -> Result<PolicySet, BundleErrors> {
        let mut errors = Vec::new();
        let mut policies = Vec::new();
        for module in modules {
            match self.managed_policy(module, values) {
                Ok(policy) => policies.push(policy),
                Err(more) => errors.extend(more),
            }
        }
        Errors::unless_empty(errors, ())?;
        PolicySet::new(policies).map_err(|errors| BundleError::from(errors).into())
    }

    fn managed_policy<V>(&self, module: &Module<V>, values: &V) -> Result<ManagedPolicy, Vec<BundleError>> {
        let mut statements = Vec::new();
        let mut any_resource = BTreeMap::new();
        let mut errors = Vec::new();
        for grant in (module.grants)(values) {
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
        self.named(module, document, any_resource).map_err(|error| vec![error])
    }

    fn named<V>(
        &self,
        module: &Module<V>,
        document: PolicyDocument,
        any_resource: BTreeMap<Sid, String>,
    ) -> Result<ManagedPolicy, BundleError> {
        let name = PolicyName::new(format!("{}{}", self.name_prefix, module.label))?;
        let applies = match module.attached {
            Attached::Always => Applies::Always,
            Attached::AlwaysAsDefault(own) => Applies::Default(ComputeType::new(own)?),
            Attached::When(own) => Applies::When(ComputeType::new(own)?),
        };
        Ok(ManagedPolicy {
            label: PolicyName::new(module.label)?,
            file_stem: module.file_stem.to_owned(),
            logical_id: LogicalId::new(format!("{}{}", self.logical_id_prefix, module.logical_id))?,
            description: (self.description)(&name),
            scope: module.scope.to_owned(),
            applies,
            any_resource,
            name,
            document,
        })
    }
}
