//! What the scenarios stand on: the server does what an AWS would where it matters to them.

use std::collections::BTreeSet;

use crate::account::{ADMINISTRATOR, Account};

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn the_cdk_cli_by_itself_makes_administrators_and_accounts_do_not_see_each_other() {
    let account = Account::new();
    account.cdk_bootstrap(None, &[]).exits(0);
    let role = account.execution_role("hnb659fds");
    assert_eq!(account.iam().attached(&role), BTreeSet::from([ADMINISTRATOR.to_owned()]));

    let other = Account::new();
    let ran = other.try_aws(&["cloudformation", "describe-stacks", "--stack-name", "CDKToolkit"]);
    assert!(ran.stderr().contains("(ValidationError)"), "{}", ran.stderr());
    assert!(ran.stderr().contains("does not exist"), "{}", ran.stderr());
}

/// The launcher mends this: `LocalStack` by itself fails in the condition over the list.
#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn a_list_parameter_changes_on_a_living_stack() {
    let account = Account::new();
    account.xtask(&["generate"]).exits(0);
    let template = account.workspace.path("bootstrap/bootstrap-template.yaml");
    account.cdk_bootstrap(Some(&template), &[]).exits(0);
    let before = account.stack("CDKToolkit").parameters;
    let role = account.execution_role("hnb659fds");
    for (compute_types, attached) in [("agentcore,ecs", 5), ("agentcore", 4)] {
        let stack = account.update("CDKToolkit", &[("ComputeTypes", compute_types)]);
        assert_eq!(stack.status, "UPDATE_COMPLETE");
        let mut expected = before.clone();
        expected.insert("ComputeTypes".to_owned(), compute_types.to_owned());
        assert_eq!(stack.parameters, expected);
        assert_eq!(account.iam().attached(&role).len(), attached, "policies for {compute_types}");
    }
}
