//! [`PipelineTargetError`]: why keys of `[pipeline]` make no pipeline.

use iam::{AccountIdError, Errors, RegionError};

use super::name::{GitHubRepositoryError, NamePrefixError, RefNameError, RepositoryNameError};

/// One reason why keys make no [`PipelineTarget`]; the key is named as in `bootstrap.toml`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PipelineTargetError {
    /// No mode that there is.
    #[error("pipeline.mode: there is no mode `{0}`: write `roles` or `direct`")]
    Mode(String),
    /// No account id.
    #[error("pipeline.accounts: {0}")]
    Account(#[from] AccountIdError),
    /// No region.
    #[error("pipeline.regions: {0}")]
    Region(#[from] RegionError),
    /// A list without items.
    #[error("pipeline.{0}: the list is empty: name what the pipeline deploys to")]
    Empty(&'static str),
    /// One item, given again.
    #[error("pipeline.{key}: `{item}` stands twice")]
    Repeated {
        /// The list.
        key: &'static str,
        /// The item.
        item: String,
    },
    /// Without the bootstrap's roles there is no way into another account.
    #[error(
        "pipeline.accounts: in mode `direct` the pipeline deploys to the one account that it is in, not to {0}: name \
         one account, or take mode `roles`"
    )]
    SeveralAccounts(usize),
    /// No repository name.
    #[error("pipeline.repository: {0}")]
    Repository(#[from] RepositoryNameError),
    /// No prefix.
    #[error("pipeline.{key}: {error}")]
    Prefix {
        /// Which one.
        key: &'static str,
        /// What is wrong with it.
        error: NamePrefixError,
    },
    /// The bootstrap's roles would have such names.
    #[error(
        "pipeline.stack-prefix: `{0}` is what the names of the bootstrap's roles begin with, which a pipeline could then \
         change: name the app's stack"
    )]
    BootstrapPrefix(String),
    /// A bucket's name has no capitals.
    #[error("pipeline.staging-bucket-prefix: `{0}`: the name of a bucket has no capitals")]
    BucketPrefix(String),
    /// No repository on GitHub.
    #[error("pipeline.trust.github-repository: {0}")]
    GitHubRepository(#[from] GitHubRepositoryError),
    /// No branch, or no environment.
    #[error("pipeline.trust.{key}: {error}")]
    RefName {
        /// Which of the two.
        key: &'static str,
        /// What is wrong with it.
        error: RefNameError,
    },
    /// Not one of the two kinds.
    #[error(
        "pipeline.trust: say who the pipeline is: either `github-repository` with one of `branch` and `environment`, \
         or `user = true`"
    )]
    Trust,
}

/// Every reason why keys make no [`PipelineTarget`].
pub type PipelineTargetErrors = Errors<PipelineTargetError>;
