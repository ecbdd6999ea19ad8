//! The target in force: `bootstrap.toml`, overridden by flags.

use std::path::Path;

use anyhow::Context as _;
use clap::Args;
use policies::{PipelineKeys, PipelineTarget, Target};
use serde::Deserialize;

use crate::UsageError;
use crate::project::TARGET_FILE;

/// Values that take the place of those in `bootstrap.toml`.
#[derive(Clone, Debug, Default, Args)]
pub struct TargetArgs {
    /// The stack that CloudFormation may deploy
    #[arg(long, value_name = "NAME", help_heading = "Target")]
    pub stack_name: Option<String>,
    /// The bootstrap's qualifier: 1 to 10 letters and digits
    #[arg(long, value_name = "QUALIFIER", help_heading = "Target")]
    pub qualifier: Option<String>,
    /// The partition of the accounts: aws, aws-cn, aws-us-gov, …
    #[arg(long, value_name = "PARTITION", help_heading = "Target")]
    pub partition: Option<String>,
    /// The compute backends that get a policy by default, comma-separated
    #[arg(long, value_name = "TYPES", help_heading = "Target")]
    pub compute_types: Option<String>,
}

/// The file `bootstrap.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct TargetFile {
    stack_name: String,
    qualifier: String,
    partition: String,
    compute_types: Vec<String>,
    pipeline: Option<PipelineTable>,
}

/// The table `[pipeline]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PipelineTable {
    mode: String,
    accounts: Vec<String>,
    regions: Vec<String>,
    repository: Option<String>,
    stack_prefix: Option<String>,
    load_balancer_prefix: Option<String>,
    cluster_prefix: Option<String>,
    service_prefix: Option<String>,
    staging_bucket_prefix: Option<String>,
    trust: PipelineTrustTable,
}

/// The table `[pipeline.trust]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PipelineTrustTable {
    github_repository: Option<String>,
    branch: Option<String>,
    environment: Option<String>,
    #[serde(default)]
    user: bool,
}

impl TargetArgs {
    /// The target in force.
    pub fn resolve(&self, root: &Path) -> anyhow::Result<Target> {
        self.resolved(read(root)?)
    }

    /// The target in force, and the pipeline that `[pipeline]` describes; none without that table.
    pub fn resolve_with_pipeline(&self, root: &Path) -> anyhow::Result<(Target, Option<PipelineTarget>)> {
        let mut file = read(root)?;
        let keys = file.pipeline.take().map(PipelineKeys::from);
        let target = self.resolved(file)?;
        let pipeline = keys.map(|keys| PipelineTarget::new(&target, &keys)).transpose();
        Ok((target, pipeline.with_context(|| TARGET_FILE.to_owned())?))
    }

    fn resolved(&self, file: TargetFile) -> anyhow::Result<Target> {
        // By itself first, so that each error is told of where it stands.
        target(&file).with_context(|| TARGET_FILE.to_owned())?;
        let overridden = TargetFile {
            stack_name: self.stack_name.clone().unwrap_or(file.stack_name),
            qualifier: self.qualifier.clone().unwrap_or(file.qualifier),
            partition: self.partition.clone().unwrap_or(file.partition),
            compute_types: self.compute_types.as_deref().map_or(file.compute_types, split),
            pipeline: None,
        };
        target(&overridden).map_err(|error| UsageError(flags(&error.to_string())).into())
    }
}

fn read(root: &Path) -> anyhow::Result<TargetFile> {
    let text = std::fs::read_to_string(root.join(TARGET_FILE))
        .with_context(|| format!("cannot read `{TARGET_FILE}`"))?;
    toml::from_str(&text).with_context(|| TARGET_FILE.to_owned())
}

impl From<PipelineTable> for PipelineKeys {
    fn from(table: PipelineTable) -> Self {
        Self {
            mode: table.mode,
            accounts: table.accounts,
            regions: table.regions,
            repository: table.repository,
            stack_prefix: table.stack_prefix,
            load_balancer_prefix: table.load_balancer_prefix,
            cluster_prefix: table.cluster_prefix,
            service_prefix: table.service_prefix,
            staging_bucket_prefix: table.staging_bucket_prefix,
            github_repository: table.trust.github_repository,
            branch: table.trust.branch,
            environment: table.trust.environment,
            user: table.trust.user,
        }
    }
}

fn target(file: &TargetFile) -> Result<Target, policies::TargetErrors> {
    let compute_types = file.compute_types.iter().map(String::as_str);
    Target::new(&file.stack_name, &file.qualifier, &file.partition, compute_types)
}

fn split(list: &str) -> Vec<String> {
    list.split(',').map(|item| item.trim().to_owned()).collect()
}

/// Errors name the keys of the file; a flag is written with two hyphens before the same name.
fn flags(errors: &str) -> String {
    errors.lines().map(|line| format!("--{line}")).collect::<Vec<_>>().join("\n")
}
