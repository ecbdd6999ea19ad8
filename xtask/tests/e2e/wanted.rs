//! What a bootstrapped account should have, compared with what is read back from its stack and from IAM.

use std::collections::BTreeSet;

use iam::{PolicyDocument, PolicyKind};
use policies::{Target, policy_set};

use crate::account::Account;

/// What a bootstrap was asked for.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) stack_name: &'a str,
    pub(crate) qualifier: &'a str,
    pub(crate) toolkit_stack: &'a str,
    pub(crate) compute_types: &'a [&'a str],
    /// Comma-separated, as the stack's parameter has them.
    pub(crate) trusted: &'a str,
}

/// What `bootstrap.toml` of a new workspace says.
pub(crate) const DEFAULT: Wanted<'_> = Wanted {
    stack_name: "backgroundagent-dev",
    qualifier: "hnb659fds",
    toolkit_stack: "CDKToolkit",
    compute_types: &["agentcore"],
    trusted: "",
};

/// The default, with ECS.
pub(crate) const WITH_ECS: Wanted<'_> = Wanted { compute_types: &["agentcore", "ecs"], ..DEFAULT };

impl Wanted<'_> {
    /// Writes it to the workspace's `bootstrap.toml`.
    pub(crate) fn write(&self, account: &Account) {
        let Self { stack_name, qualifier, compute_types, .. } = self;
        account.workspace.write(
            "bootstrap.toml",
            &format!(
                "stack-name = \"{stack_name}\"\nqualifier = \"{qualifier}\"\n\
                 partition = \"aws\"\ncompute-types = {compute_types:?}\n"
            ),
        );
    }

    /// Asserts that the account has the policies of these compute types, says so, and has nothing else.
    #[track_caller]
    pub(crate) fn assert_in_place(&self, account: &Account) {
        let Self { stack_name, qualifier, toolkit_stack, compute_types, trusted } = self;
        let target = Target::new(stack_name, qualifier, "aws", compute_types.iter().copied()).unwrap();
        let set = policy_set(&target).unwrap();
        let applies = |policy: &&iam::ManagedPolicy| {
            policy.applies.compute_type().is_none_or(|of| compute_types.contains(&of.as_str()))
        };
        let policies: Vec<_> = set.policies().iter().filter(applies).collect();

        let stack = account.stack(toolkit_stack);
        let status = stack.status.as_str();
        assert!(matches!(status, "CREATE_COMPLETE" | "UPDATE_COMPLETE"), "the stack is in {status}");
        let expected_outputs = [
            ("BootstrapVersion", "33".to_owned()),
            ("BootstrapPolicyVersion", policies::BOOTSTRAP_VERSION.to_string()),
            ("BootstrapPolicyHash", set.hash().to_string()),
            ("BootstrapPolicySet", policies.iter().map(|p| p.label.as_str()).collect::<Vec<_>>().join(",")),
        ];
        for (key, value) in expected_outputs {
            assert_eq!(stack.outputs.get(key), Some(&value), "output {key}");
        }
        let expected_parameters = [
            ("BootstrapVariant", policies::BOOTSTRAP_VARIANT.to_owned()),
            ("CloudFormationExecutionPolicies", String::new()),
            ("ComputeTypes", compute_types.join(",")),
            ("Qualifier", (*qualifier).to_owned()),
            ("TrustedAccounts", (*trusted).to_owned()),
        ];
        for (key, value) in expected_parameters {
            assert_eq!(stack.parameters.get(key), Some(&value), "parameter {key}");
        }

        let role = account.execution_role(qualifier);
        let arns = policies.iter().map(|policy| account.policy_arn(qualifier, policy.name.as_str()));
        let iam = account.iam();
        assert_eq!(iam.attached(&role), arns.collect::<BTreeSet<_>>(), "attached to the execution role");
        assert_eq!(iam.inline(&role), BTreeSet::new(), "inline in the execution role");
        let documents = iam.documents();
        for policy in policies {
            let arn = account.policy_arn(qualifier, policy.name.as_str());
            let document = documents.get(&arn).unwrap_or_else(|| panic!("no policy {arn}"));
            let document = PolicyDocument::parse(document, PolicyKind::Identity)
                .unwrap_or_else(|error| panic!("{arn}: {error} in {document}"));
            assert_eq!(document, policy.document, "{arn}");
        }
    }
}
