//! Accounts that were never bootstrapped.

use std::collections::BTreeSet;

use policies::{Target, policy_set};

use crate::account::Account;

/// What `bootstrap.toml` says in one of these tests.
struct Wanted<'a> {
    qualifier: &'a str,
    toolkit_stack: &'a str,
    compute_types: &'a [&'a str],
}

impl Wanted<'_> {
    fn write(&self, account: &Account) {
        let Self { qualifier, compute_types, .. } = self;
        account.workspace.write(
            "bootstrap.toml",
            &format!(
                "stack-name = \"backgroundagent-dev\"\nqualifier = \"{qualifier}\"\n\
                 partition = \"aws\"\ncompute-types = {compute_types:?}\n"
            ),
        );
    }

    /// Asserts that the account has the policies of these compute types, says so, and has nothing else.
    #[track_caller]
    fn assert_in_place(&self, account: &Account) {
        let Self { qualifier, toolkit_stack, compute_types } = self;
        let target =
            Target::new("backgroundagent-dev", qualifier, "aws", compute_types.iter().copied()).unwrap();
        let set = policy_set(&target).unwrap();
        let applies = |policy: &&iam::ManagedPolicy| {
            policy.applies.compute_type().is_none_or(|of| compute_types.contains(&of.as_str()))
        };
        let policies: Vec<_> = set.policies().iter().filter(applies).collect();

        let stack = account.stack(toolkit_stack);
        assert_eq!(stack.status, "CREATE_COMPLETE");
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
        ];
        for (key, value) in expected_parameters {
            assert_eq!(stack.parameters.get(key), Some(&value), "parameter {key}");
        }

        let role = account.execution_role(qualifier);
        let arns = policies.iter().map(|policy| account.policy_arn(qualifier, policy.name.as_str()));
        assert_eq!(account.attached(&role), arns.collect::<BTreeSet<_>>(), "attached to the execution role");
        assert_eq!(account.inline(&role), BTreeSet::new(), "inline in the execution role");
        for policy in policies {
            let arn = account.policy_arn(qualifier, policy.name.as_str());
            assert_eq!(account.document(&arn), policy.document, "{arn}");
        }
    }
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn the_default_has_four_policies() {
    let account = Account::new();
    let wanted =
        Wanted { qualifier: "hnb659fds", toolkit_stack: "CDKToolkit", compute_types: &["agentcore"] };
    wanted.write(&account);
    account.xtask(&["bootstrap", &account.environment()]).exits(0);
    wanted.assert_in_place(&account);
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn ecs_of_the_target_file_adds_the_fifth() {
    let account = Account::new();
    let wanted =
        Wanted { qualifier: "hnb659fds", toolkit_stack: "CDKToolkit", compute_types: &["agentcore", "ecs"] };
    wanted.write(&account);
    account.xtask(&["bootstrap", &account.environment()]).exits(0);
    wanted.assert_in_place(&account);
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn names_and_arns_follow_another_qualifier_and_stack_name() {
    let account = Account::new();
    let wanted = Wanted { qualifier: "team1", toolkit_stack: "Team1Toolkit", compute_types: &["agentcore"] };
    wanted.write(&account);
    let options = ["--qualifier", "team1", "--toolkit-stack-name", "Team1Toolkit"];
    let environment = account.environment();
    let args = [&["bootstrap", environment.as_str()], options.as_slice()].concat();
    account.xtask(&args).exits(0);
    wanted.assert_in_place(&account);
    let bucket = format!("cdk-team1-assets-{}-{}", account.id, account.region);
    assert_eq!(account.stack("Team1Toolkit").outputs.get("BucketName"), Some(&bucket));
}
