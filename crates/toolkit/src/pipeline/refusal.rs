//! [`PipelineRefusal`]: why a pipeline would not be deployed or deleted, said before anything is touched.

use iam::{AccountId, Errors, Region};

use crate::identity::Holder;
use crate::refusal::Refusal;

/// One reason, with the way out.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PipelineRefusal {
    /// What holds for any stack, and what was changed by hand.
    #[error(transparent)]
    Stack(#[from] Refusal),
    /// The stack is of somebody else's.
    #[error("the stack `{0}` is not a pipeline's: choose another name with `--stack-name`")]
    NotOurs(String),
    /// The role's or user's name is taken: roles and users are of the account, stacks of one region.
    #[error(
        "there is a {holder} already, and no stack of that name in {region}: where a stack in another region made it, \
         name that with `--region`, else choose another name with `--stack-name`"
    )]
    NameTaken {
        /// The role or user.
        holder: Holder,
        /// Where the stack was looked for.
        region: Region,
    },
    /// A policy's name is taken.
    #[error(
        "there is a policy `{0}` already, and no stack that made it: delete it, or choose another name with `--stack-name`"
    )]
    PolicyTaken(String),
    /// The role or user could change itself.
    #[error(
        "the name `{name}` is one of those with the stack's prefix `{prefix}`, so that the pipeline could give itself any permission: \
         choose another name with `--stack-name`"
    )]
    WithinReach {
        /// The stack's name.
        name: String,
        /// The prefix.
        prefix: String,
    },
    /// The policies are for another account.
    #[error(
        "in mode `direct` the policies are for account {expected}, and the credentials for {found}: choose a profile for \
         {expected}, or set `accounts` in `[pipeline]`"
    )]
    OtherAccount {
        /// The account that the policies name.
        expected: AccountId,
        /// The account of the credentials.
        found: AccountId,
    },
    /// The identity provider is not there.
    #[error(
        "the account has no identity provider `{0}`: make it once, with `aws iam create-open-id-connect-provider --url \
         https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com`, or name another with \
         `--oidc-provider-arn`"
    )]
    NoProvider(String),
    /// The role or user is gone, and CloudFormation does not make it again.
    #[error(
        "there is no {0}, which the stack made and somebody deleted: run `cargo xtask pipeline delete`, then the same \
         command again"
    )]
    Gone(Holder),
    /// A policy is gone, and CloudFormation does not make it again.
    #[error(
        "there is no policy `{0}`, which the stack made and somebody deleted: run `cargo xtask pipeline delete`, then the \
         same command again"
    )]
    PolicyGone(String),
    /// A user with access keys cannot be deleted.
    #[error(
        "the user `{user}` has {count} access key{s}, and a user with keys cannot be deleted: see that nobody uses \
         {them}, then delete {them} with `aws iam list-access-keys --user-name {user}` and `aws iam delete-access-key`",
        s = if *count == 1 { "" } else { "s" },
        them = if *count == 1 { "it" } else { "them" }
    )]
    AccessKeys {
        /// The user's name.
        user: String,
        /// How many.
        count: usize,
    },
}

/// Every reason.
pub type PipelineRefusals = Errors<PipelineRefusal>;
