//! [`PipelineTarget`]: who deploys what from where, as `[pipeline]` of `bootstrap.toml` says it.

use std::fmt;
use std::str::FromStr;

use iam::{AccountId, Errors, Partition, Region};

use super::name::{GitHubRepository, NamePrefix, NamePrefixError, RefName, RepositoryName};
use super::target_error::{PipelineTargetError, PipelineTargetErrors};
use crate::target::{Qualifier, StackName, Target};

/// How the pipeline deploys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PipelineMode {
    /// By assuming the roles of the CDK's bootstrap.
    Roles,
    /// With permissions of its own, as pipelines did before there were such roles.
    Direct,
}

impl PipelineMode {
    /// Both modes.
    pub const ALL: [Self; 2] = [Self::Roles, Self::Direct];

    /// The mode as `bootstrap.toml` writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::Direct => "direct",
        }
    }
}

impl fmt::Display for PipelineMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who the pipeline is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PipelineTrust {
    /// A role that workflows of a repository on GitHub assume, without any long-lived key.
    GitHub {
        /// The repository.
        repository: GitHubRepository,
        /// Which of its runs.
        runs: GitHubRuns,
    },
    /// An IAM user.
    User,
}

/// Which runs of a repository's workflows are meant.
///
/// <https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitHubRuns {
    /// Those on a branch, without an environment.
    Branch(RefName),
    /// Those in an environment.
    Environment(RefName),
}

/// The keys of `[pipeline]`, as they stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PipelineKeys {
    /// `roles` or `direct`.
    pub mode: String,
    /// The accounts that are deployed to.
    pub accounts: Vec<String>,
    /// The regions that are deployed to.
    pub regions: Vec<String>,
    /// The image repository that the pipeline pushes to.
    pub repository: Option<String>,
    /// What names of the stack begin with.
    pub stack_prefix: Option<String>,
    /// What names of load balancers and target groups begin with.
    pub load_balancer_prefix: Option<String>,
    /// What names of clusters begin with.
    pub cluster_prefix: Option<String>,
    /// What names of services begin with.
    pub service_prefix: Option<String>,
    /// What the name of the bucket for assets begins with.
    pub staging_bucket_prefix: Option<String>,
    /// The repository whose workflows are the pipeline.
    pub github_repository: Option<String>,
    /// The branch whose workflows are meant.
    pub branch: Option<String>,
    /// The environment whose workflows are meant.
    pub environment: Option<String>,
    /// Whether the pipeline is an IAM user.
    pub user: bool,
}

/// A pipeline that runs `cdk deploy`: what it may reach, and who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineTarget {
    pub(super) mode: PipelineMode,
    pub(super) partition: Partition,
    pub(super) qualifier: Qualifier,
    pub(super) accounts: Vec<AccountId>,
    pub(super) regions: Vec<Region>,
    pub(super) repository: Option<RepositoryName>,
    pub(super) stack: NamePrefix,
    pub(super) load_balancer: NamePrefix,
    pub(super) cluster: NamePrefix,
    pub(super) service: NamePrefix,
    pub(super) staging_bucket: NamePrefix,
    pub(super) trust: PipelineTrust,
}

/// The bucket of the CDK's first bootstrap, as it was in 2020.
const STAGING_BUCKET: &str = "cdktoolkit-stagingbucket";

impl PipelineTarget {
    /// Reads the keys; every value that breaks a rule is reported. Qualifier and partition are the target's. The
    /// stack's prefix is the target's application unless it is given, and the other prefixes are the stack's.
    pub fn new(target: &Target, keys: &PipelineKeys) -> Result<Self, PipelineTargetErrors> {
        let mut errors = Vec::new();
        let mode = PipelineMode::ALL.into_iter().find(|mode| mode.as_str() == keys.mode);
        if mode.is_none() {
            errors.push(PipelineTargetError::Mode(keys.mode.clone()));
        }
        let accounts = list("accounts", &keys.accounts, &mut errors);
        let regions = list("regions", &keys.regions, &mut errors);
        if mode == Some(PipelineMode::Direct) && keys.accounts.len() > 1 {
            errors.push(PipelineTargetError::SeveralAccounts(keys.accounts.len()));
        }
        let repository = keys.repository.as_deref().map(RepositoryName::new).transpose();
        let repository = repository.map_err(|error| errors.push(error.into())).ok();
        let mut prefix = |key, text: &str| {
            NamePrefix::new(text)
                .map_err(|error| errors.push(PipelineTargetError::Prefix { key, error }))
                .ok()
        };
        let application = target.stack_name().application();
        let stack = prefix("stack-prefix", keys.stack_prefix.as_deref().unwrap_or(application));
        let mut or_stack = |key, given: &Option<String>| match given {
            Some(text) => prefix(key, text),
            None => stack.clone(),
        };
        let load_balancer = or_stack("load-balancer-prefix", &keys.load_balancer_prefix);
        let cluster = or_stack("cluster-prefix", &keys.cluster_prefix);
        let service = or_stack("service-prefix", &keys.service_prefix);
        if let Some(prefix) = stack.as_ref().filter(|prefix| reaches_bootstrap(prefix, target.qualifier())) {
            errors.push(PipelineTargetError::BootstrapPrefix(prefix.to_string()));
        }
        let staging_bucket = keys.staging_bucket_prefix.as_deref().unwrap_or(STAGING_BUCKET);
        let staging_bucket = bucket_prefix(staging_bucket).map_err(|error| errors.push(error)).ok();
        let trust = trust(keys, &mut errors);
        let complete = || {
            Some(Self {
                mode: mode?,
                partition: target.partition(),
                qualifier: target.qualifier().clone(),
                accounts,
                regions,
                repository: repository?,
                stack: stack?,
                load_balancer: load_balancer?,
                cluster: cluster?,
                service: service?,
                staging_bucket: staging_bucket?,
                trust: trust?,
            })
        };
        complete().filter(|_| errors.is_empty()).ok_or_else(|| Errors::of(errors))
    }

    /// How it deploys.
    pub fn mode(&self) -> PipelineMode {
        self.mode
    }

    /// The same pipeline in another mode. In mode `direct` it deploys to the first of its accounts alone.
    #[must_use]
    pub fn in_mode(&self, mode: PipelineMode) -> Self {
        let mut other = Self { mode, ..self.clone() };
        if mode == PipelineMode::Direct {
            other.accounts.truncate(1);
        }
        other
    }

    /// The pipeline in mode `direct` that deploys this one stack: in the stack's partition, account and region, and with
    /// prefixes as they are derived from the stack's name.
    ///
    /// Errors when no prefix can be derived, as the name is too long.
    pub fn for_stack(
        &self,
        stack: &StackName,
        partition: Partition,
        account: AccountId,
        region: Region,
    ) -> Result<Self, NamePrefixError> {
        let prefix = NamePrefix::new(stack.application())?;
        Ok(Self {
            mode: PipelineMode::Direct,
            partition,
            accounts: vec![account],
            regions: vec![region],
            stack: prefix.clone(),
            load_balancer: prefix.clone(),
            cluster: prefix.clone(),
            service: prefix,
            ..self.clone()
        })
    }

    /// The same pipeline with another bucket for assets, by what its name begins with.
    ///
    /// Errors when no bucket can be called so.
    pub fn with_staging_bucket(self, prefix: &str) -> Result<Self, PipelineTargetErrors> {
        let staging_bucket = bucket_prefix(prefix).map_err(|error| Errors::of(vec![error]))?;
        Ok(Self { staging_bucket, ..self })
    }

    /// The same pipeline with a repository that it pushes images to.
    #[must_use]
    pub fn with_repository(self, repository: RepositoryName) -> Self {
        Self { repository: Some(repository), ..self }
    }

    /// The same pipeline, deploying to the first of its accounts and the first of its regions alone.
    #[must_use]
    pub fn in_first_environment(mut self) -> Self {
        self.accounts.truncate(1);
        self.regions.truncate(1);
        self
    }

    /// The partition of its accounts.
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// The accounts that it deploys to, at least one; in mode `direct` exactly one.
    pub fn accounts(&self) -> &[AccountId] {
        &self.accounts
    }

    /// The regions that it deploys to, at least one.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// What names of the stack begin with, before a hyphen.
    pub fn stack_prefix(&self) -> &NamePrefix {
        &self.stack
    }

    /// What the name of the bucket for assets begins with, before a hyphen.
    pub fn staging_bucket_prefix(&self) -> &NamePrefix {
        &self.staging_bucket
    }

    /// The image repository that it pushes to, if there is one.
    pub fn repository(&self) -> Option<&RepositoryName> {
        self.repository.as_ref()
    }

    /// Who it is.
    pub fn trust(&self) -> &PipelineTrust {
        &self.trust
    }
}

/// Whether roles of the bootstrap, `cdk-QUALIFIER-…`, are among the names with a prefix.
fn reaches_bootstrap(prefix: &NamePrefix, qualifier: &Qualifier) -> bool {
    let (own, bootstrap) = (format!("{prefix}-"), format!("cdk-{qualifier}-"));
    own.starts_with(&bootstrap) || bootstrap.starts_with(&own)
}

fn bucket_prefix(text: &str) -> Result<NamePrefix, PipelineTargetError> {
    let key = "staging-bucket-prefix";
    let prefix = NamePrefix::new(text).map_err(|error| PipelineTargetError::Prefix { key, error })?;
    if prefix.as_str().bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(PipelineTargetError::BucketPrefix(text.to_owned()));
    }
    Ok(prefix)
}

/// The items of a list, each read by itself; none at all and one twice are errors too.
fn list<T>(key: &'static str, given: &[String], errors: &mut Vec<PipelineTargetError>) -> Vec<T>
where
    T: FromStr + PartialEq + fmt::Display,
    PipelineTargetError: From<T::Err>,
{
    if given.is_empty() {
        errors.push(PipelineTargetError::Empty(key));
    }
    let mut items: Vec<T> = Vec::new();
    for text in given {
        match text.parse::<T>() {
            Ok(item) if items.contains(&item) => {
                errors.push(PipelineTargetError::Repeated { key, item: item.to_string() });
            }
            Ok(item) => items.push(item),
            Err(error) => errors.push(error.into()),
        }
    }
    items
}

fn trust(keys: &PipelineKeys, errors: &mut Vec<PipelineTargetError>) -> Option<PipelineTrust> {
    let repository = keys
        .github_repository
        .as_deref()
        .map(|repository| GitHubRepository::new(repository).map_err(|error| errors.push(error.into())).ok());
    let mut ref_name = |key, text: &Option<String>| {
        let read = text.as_deref().map(RefName::new)?;
        Some(read.map_err(|error| errors.push(PipelineTargetError::RefName { key, error })).ok())
    };
    let branch = ref_name("branch", &keys.branch);
    let environment = ref_name("environment", &keys.environment);
    let runs = match (branch, environment) {
        (Some(branch), None) => Some(branch.map(GitHubRuns::Branch)),
        (None, Some(environment)) => Some(environment.map(GitHubRuns::Environment)),
        _ => None,
    };
    match (repository, runs, keys.user) {
        (Some(repository), Some(runs), false) => {
            Some(PipelineTrust::GitHub { repository: repository?, runs: runs? })
        }
        (None, None, true) if keys.branch.is_none() && keys.environment.is_none() => {
            Some(PipelineTrust::User)
        }
        _ => {
            errors.push(PipelineTargetError::Trust);
            None
        }
    }
}
