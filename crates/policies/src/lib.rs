//! The least-privilege policies of the CloudFormation execution role, one module each; and those of the pipeline that
//! runs `cdk deploy`.
//!
//! ```
//! use policies::{Target, policy_set};
//!
//! let set = policy_set(&Target::reference())?;
//! let names: Vec<_> = set.policies().iter().map(|policy| policy.name.as_str()).collect();
//! assert_eq!(names.first(), Some(&"IaCRole-ABCA-Infrastructure"));
//! # Ok::<(), policies::BundleErrors>(())
//! ```

mod application;
mod bundle;
mod compute_agentcore;
mod compute_ecs;
mod grant;
mod infrastructure;
mod module;
mod observability;
mod pipeline;
mod target;
mod trust;
mod unlisted;
mod version;

pub use bundle::policy_set;
pub use grant::GrantError;
pub use module::{BundleError, BundleErrors};
pub use pipeline::{
    GitHubRepository, GitHubRepositoryError, GitHubRuns, NamePrefix, NamePrefixError, PipelineKeys,
    PipelineMode, PipelineParameter, PipelineTarget, PipelineTargetError, PipelineTargetErrors,
    PipelineTemplate, PipelineTemplateError, PipelineTrust, RefName, RefNameError, RepositoryName,
    RepositoryNameError, oidc_provider_arn, pipeline_policy_names, pipeline_policy_set, pipeline_template,
    pipeline_trust_policy,
};
pub use target::{Qualifier, QualifierError, StackName, StackNameError, Target, TargetError, TargetErrors};
pub use trust::{TrustPolicyError, trust_policy};
pub use version::{BOOTSTRAP_VERSION, LEDGER, LedgerError, check_ledger};

/// What the template's `BootstrapVariant` says; the CDK CLI refuses to overwrite another variant.
pub const BOOTSTRAP_VARIANT: &str = "ABCA: Least-Privilege Bootstrap";
