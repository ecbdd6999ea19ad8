//! [`Refusal`]: why a bootstrap would not do what was asked for, said before anything is touched.

use iam::Errors;
use semver::Version;

/// One reason, with the way out.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// CloudFormation works on the stack.
    #[error(
        "the stack is busy ({0}): wait until CloudFormation is done with it, then run the same command again"
    )]
    Busy(String),
    /// The stack's creation failed.
    #[error(
        "the stack is in {0} and can only be deleted: look at its events, delete it, then run the same command again"
    )]
    MustBeDeleted(String),
    /// An update's rollback failed.
    #[error(
        "the stack is in UPDATE_ROLLBACK_FAILED: run `aws cloudformation continue-update-rollback`, then the same command again"
    )]
    ContinueRollback,
    /// The stack is of another variant.
    #[error(
        "the stack has the variant `{found}`, not `{ours}`; the CDK CLI would leave it alone and report success: give `--adopt` to take it over"
    )]
    OtherVariant {
        /// The stack's variant.
        found: String,
        /// Ours.
        ours: String,
    },
    /// The stack stores execution policies.
    #[error(
        "the stack stores CloudFormationExecutionPolicies `{0}`, which win over the policies of the template: give `--adopt` to clear them, or `--cloudformation-execution-policies` to keep them"
    )]
    StoredExecutionPolicies(String),
    /// The stack stores compute types that there are no policies for.
    #[error(
        "the stack stores ComputeTypes `{found}`, and `{unknown}` is none of {allowed}: give `--compute-types` with what it shall be"
    )]
    StoredComputeTypes {
        /// The stored list.
        found: String,
        /// The first item that is not allowed.
        unknown: String,
        /// What is allowed.
        allowed: String,
    },
    /// The stack's template is newer than ours.
    #[error(
        "the stack is at bootstrap version {found}, ours is {ours}; the CDK CLI would leave it alone and report success: take a newer checkout, or give `--force` to downgrade"
    )]
    NewerBootstrap {
        /// The stack's version.
        found: u32,
        /// Ours.
        ours: u32,
    },
    /// The account has a newer bundle.
    #[error(
        "the account has the policies of version {found}, ours is {ours}: take a checkout of version {found} or newer"
    )]
    NewerPolicies {
        /// The account's version.
        found: Version,
        /// Ours.
        ours: Version,
    },
    /// Somebody changed a role or user behind CloudFormation's back.
    #[error(
        "somebody changed {who}, which CloudFormation does not see and would not mend:\n  {}\nrun this \
         first:\n  {}",
        changes.join("\n  "),
        commands.join("\n  ")
    )]
    Drift {
        /// What was changed: `the execution role`.
        who: &'static str,
        /// What was changed, a sentence each.
        changes: Vec<String>,
        /// The commands that undo it.
        commands: Vec<String>,
    },
    /// The stack is for another qualifier.
    #[error(
        "the stack has the qualifier `{found}`, not `{ours}`; another one would replace its bucket and repository: give `--qualifier {found}`, or another `--toolkit-stack-name`"
    )]
    OtherQualifier {
        /// The stack's qualifier.
        found: String,
        /// Ours.
        ours: String,
    },
    /// The CDK CLI cannot carry these options on the way that has to be taken.
    #[error(
        "this stack has to be changed by a change set alone (it trusts other accounts, or stores unknown compute types, \
         which the CDK CLI refuses), and that cannot carry {0}: run without, and set it in the stack by other means"
    )]
    OptionsNeedTheCli(String),
    /// An account is both trusted and not.
    #[error("account `{0}` is in both `--trust` and `--untrust`")]
    TrustedAndUntrusted(String),
    /// The template is too large for an account without a bucket.
    #[error("the template has {bytes} bytes, over the 51200 that a new account takes")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
}

/// Every reason.
pub type Refusals = Errors<Refusal>;
