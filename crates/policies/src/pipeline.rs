//! The pipeline that runs `cdk deploy`: its policies, in either of two ways, and who may act as it.
//!
//! The policies have the same shape as those of the execution role, and are not part of their bundle: they have no
//! version, and belong to a role or user of their own.

use iam::{AwsManagedPolicy, PolicyDocument, PolicySet};

use crate::module::{BundleError, BundleErrors, Family};
use crate::trust::TrustPolicyError;

mod assume_roles;
mod fargate_stack;
mod image_push;
mod name;
mod staging_bucket;
mod target;
mod target_error;
mod trust;
mod values;

pub use name::{
    GitHubRepository, GitHubRepositoryError, NamePrefix, NamePrefixError, RefName, RefNameError,
    RepositoryName, RepositoryNameError,
};
pub use target::{GitHubRuns, PipelineKeys, PipelineMode, PipelineTarget, PipelineTrust};
pub use target_error::{PipelineTargetError, PipelineTargetErrors};
pub use trust::oidc_provider_arn;
pub use values::PipelineParameter;

use values::Values;

/// A policy module of a pipeline.
type Module = crate::module::Module<Values>;

/// The policies of mode `roles`. A new module is one line here.
const MODULES_BY_ROLES: &[Module] = &[assume_roles::MODULE];

/// The policies of mode `direct`.
const MODULES_OF_ITS_OWN: &[Module] = &[staging_bucket::MODULE, fargate_stack::MODULE];

/// The policy of a pipeline with an image repository, in either mode.
const MODULE_FOR_IMAGES: Module = image_push::MODULE;

/// How the policies of a pipeline are named.
const FAMILY: Family = Family {
    name_prefix: "CDKPipeline-",
    logical_id_prefix: "CDKPipeline",
    description: |name| format!("CDK Pipeline: {name} permissions for who runs cdk deploy"),
};

/// The AWS managed policies that a pipeline has in mode `direct`.
const AWS_MANAGED: [&str; 2] = ["AWSCloudFormationReadOnlyAccess", "AmazonVPCReadOnlyAccess"];

/// The policies of a pipeline in its mode, in order: those of the mode, then the one for images where it has a repository
/// to push to.
///
/// Errors when the values make a policy that IAM would refuse, so many accounts and regions that it is over the size
/// limit for example; every error is reported.
pub fn pipeline_policy_set(target: &PipelineTarget) -> Result<PolicySet, BundleErrors> {
    set_of(target, &Values::of(target))
}

/// The trust policy of the role that is the pipeline; none for a user. `provider` is the ARN of GitHub's OIDC provider in
/// the account of the role: see [`oidc_provider_arn`].
pub fn pipeline_trust_policy(
    target: &PipelineTarget,
    provider: &str,
) -> Result<Option<PolicyDocument>, TrustPolicyError> {
    trust::policy(&Values::of(target), provider)
}

/// A pipeline's documents for a template: parameters stand where accounts differ.
#[derive(Clone, Debug)]
pub struct PipelineTemplate {
    /// The policies, with `${Name}` in the place of each parameter's value.
    pub set: PolicySet,
    /// The trust policy in the same way, with [`PipelineTemplate::provider`] in it; none for a user.
    pub trust: Option<PolicyDocument>,
    /// What stands in the place of the provider's ARN.
    pub provider: String,
    /// The parameters that stand in any of them, in order.
    pub parameters: Vec<PipelineParameter>,
}

/// The documents of [`pipeline_policy_set`] and [`pipeline_trust_policy`] with parameters: with the default of each in
/// its place they are the same.
pub fn pipeline_template(target: &PipelineTarget) -> Result<PipelineTemplate, PipelineTemplateError> {
    let (values, mut parameters) = Values::parameters(target);
    let set = set_of(target, &values)?;
    let provider = trust::unknown_provider(target.partition);
    let trust = trust::policy(&values, &provider)?;
    let documents = set.policies().iter().map(|policy| &policy.document).chain(&trust);
    let texts: Vec<String> = documents.map(PolicyDocument::to_minified).collect();
    parameters.retain(|parameter| {
        let place = format!("${{{}}}", parameter.name);
        texts.iter().any(|text| text.contains(&place))
    });
    Ok(PipelineTemplate { set, trust, provider, parameters })
}

/// Why there are no documents for a template.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PipelineTemplateError {
    /// The policies cannot be made.
    #[error(transparent)]
    Set(#[from] BundleErrors),
    /// The trust policy cannot be made.
    #[error(transparent)]
    Trust(#[from] TrustPolicyError),
}

/// The names that a pipeline's policies have, in whichever mode.
pub fn pipeline_policy_names() -> impl Iterator<Item = String> {
    let modules = MODULES_BY_ROLES.iter().chain(MODULES_OF_ITS_OWN).chain([&MODULE_FOR_IMAGES]);
    modules.map(|module| format!("{}{}", FAMILY.name_prefix, module.label))
}

fn set_of(target: &PipelineTarget, values: &Values) -> Result<PolicySet, BundleErrors> {
    let of_mode = match target.mode {
        PipelineMode::Roles => MODULES_BY_ROLES,
        PipelineMode::Direct => MODULES_OF_ITS_OWN,
    };
    let of_images = target.repository.is_some().then_some(&MODULE_FOR_IMAGES);
    let set = FAMILY.policy_set(of_mode.iter().chain(of_images), values)?;
    if target.mode == PipelineMode::Roles {
        return Ok(set);
    }
    let aws_managed =
        AWS_MANAGED.iter().map(|name| AwsManagedPolicy::named(name)).collect::<Result<Vec<_>, _>>();
    let aws_managed = aws_managed.map_err(BundleError::from)?;
    set.with_aws_managed(aws_managed).map_err(|errors| BundleError::from(errors).into())
}
