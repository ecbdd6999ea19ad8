//! The stack of a pipeline: what it should be, what a deployment or deletion would change, and whether the account has
//! what was generated. Pure, as everything here: a plan is a function of what was read.

use std::collections::{BTreeMap, BTreeSet};

use iam::{AccountId, Partition, PolicyDocument, PolicySet};

use crate::identity::{
    ExpectedDocument, ExpectedIdentity, Holder, Identity, IdentityFinding, verify_identity,
};
use crate::stack::Stack;

mod plan;
mod refusal;
mod verify;

pub use plan::{DocumentChange, PipelinePlan, plan_pipeline, refuse_deletion};
pub use refusal::{PipelineRefusal, PipelineRefusals};
pub use verify::{PipelineFinding, PipelineVerdict, verify_pipeline};

/// What was generated of a pipeline, as far as an account can be compared with it.
#[derive(Clone, Debug)]
pub struct ExpectedPipeline {
    /// The stack's name, which the role or user has too.
    pub stack_name: String,
    /// What the template says that it is: by that a stack is known for a pipeline's.
    pub description: String,
    /// How it deploys.
    pub mode: String,
    /// The output that names the mode.
    pub mode_output: String,
    /// Who has the policies.
    pub holder: Holder,
    /// The logical id of who has them.
    pub holder_id: String,
    /// The logical id of the user where the pipeline is a role, and of the role where it is a user: a stack may have it
    /// from before.
    pub other_id: String,
    /// The partition in all ARNs.
    pub partition: Partition,
    /// The policies.
    pub set: PolicySet,
    /// The trust policy of a role.
    pub trust: Option<PolicyDocument>,
    /// The values of the template's parameters.
    pub parameters: BTreeMap<String, String>,
    /// The one account that it can be in, if its policies name it; else it can be in any.
    pub account: Option<AccountId>,
    /// What names begin with that the pipeline may change, before a hyphen; its own must not.
    pub forbidden_prefix: Option<String>,
    /// Bytes of the template as it is sent.
    pub body_bytes: usize,
}

/// The state of an account that a pipeline is judged by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PipelineAccount {
    /// The pipeline's stack; `None` where there is none.
    pub stack: Option<Stack>,
    /// The template that the stack has.
    pub template: Option<String>,
    /// The logical ids of the resources in which that template differs from the generated one.
    pub differing: BTreeSet<String>,
    /// The logical ids of the resources that an update would change: these, and those in which a parameter stands that
    /// has another value.
    pub changed: BTreeSet<String>,
    /// The role or user of the pipeline's name; `None` where there is none.
    pub identity: Option<Identity>,
    /// The default version of each policy that should be there and is, by ARN, as JSON text.
    pub documents: BTreeMap<String, String>,
    /// How many access keys the user of the pipeline's name has.
    pub access_keys: usize,
    /// The ARN of the identity provider that the role is to trust and that is not there.
    pub missing_provider: Option<String>,
}

impl ExpectedPipeline {
    /// The ARN of one of its policies in an account.
    pub fn policy_arn(&self, account: &AccountId, label: &str) -> String {
        format!("{}{label}", self.policy_arn_prefix(account))
    }

    /// The ARN of the role or user.
    pub fn principal_arn(&self, account: &AccountId) -> String {
        let Self { partition, holder, .. } = self;
        format!("arn:{partition}:iam::{account}:{}/{}", holder.kind(), holder.name())
    }

    /// What is said in place of the role or user.
    pub const fn who(&self) -> &'static str {
        match self.holder {
            Holder::Role(_) => "the pipeline's role",
            Holder::User(_) => "the pipeline's user",
        }
    }

    fn policy_arn_prefix(&self, account: &AccountId) -> String {
        format!("arn:{}:iam::{account}:policy/{}-", self.partition, self.stack_name)
    }

    /// What the role or user should have.
    fn identity(&self, account: &AccountId) -> ExpectedIdentity<'_> {
        let documents: Vec<_> = self
            .set
            .policies()
            .iter()
            .map(|policy| ExpectedDocument {
                arn: self.policy_arn(account, policy.label.as_str()),
                file: format!("{}.json", policy.file_stem),
                document: &policy.document,
            })
            .collect();
        let own = documents.iter().map(|policy| policy.arn.clone());
        let aws = self.set.aws_managed().iter().map(|policy| policy.arn(self.partition));
        ExpectedIdentity {
            holder: self.holder.clone(),
            attached: own.chain(aws).collect(),
            boundary: None,
            trust: self.trust.as_ref(),
            documents,
        }
    }

    /// Everything about the role or user that is not as it should be, in the order of [`verify_identity`].
    fn findings(&self, account: &AccountId, found: &PipelineAccount) -> Vec<IdentityFinding> {
        verify_identity(&self.identity(account), found.identity.as_ref(), &found.documents)
    }

    /// Whether somebody did it behind CloudFormation's back, so that an update of the stack would leave it as it is. What
    /// an update would change anyway is none.
    fn is_drift(&self, account: &AccountId, found: &PipelineAccount, finding: &IdentityFinding) -> bool {
        let Some(template) = found.template.as_deref().filter(|_| found.has_stack()) else { return false };
        let is_changed = |id: &str| found.changed.contains(id);
        let own = self.policy_arn_prefix(account);
        // The template names its own policies by what follows the stack's name, those of AWS by what follows the partition.
        let is_named = |arn: &str| match arn.strip_prefix(&own) {
            Some(label) => names(template, &format!("${{AWS::StackName}}-{label}")),
            None => arn.split_once(":iam::aws:").is_some_and(|(_, policy)| names(template, policy)),
        };
        match finding {
            IdentityFinding::NotAttached { arn } => is_named(arn),
            IdentityFinding::Attached { arn } => !is_named(arn),
            IdentityFinding::Inline { .. }
            | IdentityFinding::InGroup { .. }
            | IdentityFinding::Boundary { .. } => true,
            IdentityFinding::NotThere(_) | IdentityFinding::Trust { .. } => !is_changed(&self.holder_id),
            IdentityFinding::NoPolicy { arn } | IdentityFinding::Document { arn, .. } => {
                let of_arn =
                    |policy: &&iam::ManagedPolicy| self.policy_arn(account, policy.label.as_str()) == *arn;
                let policy = self.set.policies().iter().find(of_arn);
                !policy.is_some_and(|policy| is_changed(policy.logical_id.as_str()))
            }
        }
    }
}

/// Whether a template has a policy's name, and not only one that begins with it.
fn names(template: &str, policy: &str) -> bool {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    template.split(policy).skip(1).any(|rest| !rest.starts_with(goes_on))
}

impl PipelineAccount {
    /// Whether there is a stack, and not only the name of one that was never made.
    fn has_stack(&self) -> bool {
        self.stack.as_ref().is_some_and(|stack| !stack.stack_status.is_only_reviewed())
    }
}
