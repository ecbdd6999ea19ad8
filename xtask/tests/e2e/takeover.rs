//! Stacks that are not as ours: refused, and taken over when told to.

use std::collections::BTreeSet;

use crate::account::{ADMINISTRATOR, Account};
use crate::wanted::DEFAULT;

/// Asserts that a plain bootstrap is refused with these words and changes nothing, and that `--adopt` takes the
/// stack over.
#[track_caller]
fn assert_taken_over(account: &Account, refusal: &str, taken_away: &[&str]) {
    let environment = account.environment();
    let role = account.execution_role("hnb659fds");
    let before = account.stack("CDKToolkit");
    assert_eq!(account.iam().attached(&role), BTreeSet::from([ADMINISTRATOR.to_owned()]), "at first");

    let refused = account.xtask(&["bootstrap", &environment]).exits(1);
    assert!(refused.stderr().contains(refusal), "{}", refused.stderr());
    assert_eq!(account.stack("CDKToolkit"), before, "the refused run changed the stack");
    assert_eq!(
        account.iam().attached(&role),
        BTreeSet::from([ADMINISTRATOR.to_owned()]),
        "after the refusal"
    );

    let plan = account.xtask(&["bootstrap", &environment, "--adopt", "--plan"]).exits(10);
    for taken_away in taken_away {
        assert!(plan.stdout().contains(taken_away), "no `{taken_away}` in {}", plan.stdout());
    }
    assert_eq!(account.stack("CDKToolkit"), before, "`--plan` changed the stack");

    account.xtask(&["bootstrap", &environment, "--adopt"]).exits(0);
    DEFAULT.assert_in_place(account);
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn a_stock_stack_is_taken_over_only_when_told_to() {
    let account = Account::new();
    account.cdk_bootstrap(None, &[]).exits(0);
    assert_taken_over(
        &account,
        "the stack has the variant `AWS CDK: Default Resources`, not `ABCA: Least-Privilege Bootstrap`",
        &[
            "taken away: the variant `AWS CDK: Default Resources` is taken over",
            "- detach arn:aws:iam::aws:policy/AdministratorAccess",
        ],
    );
    account.xtask(&["bootstrap", &account.environment()]).exits(0);
    DEFAULT.assert_in_place(&account);
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn stored_administrators_are_cleared_only_when_told_to() {
    let account = Account::new();
    let environment = account.environment();
    account
        .xtask(&["bootstrap", &environment, "--cloudformation-execution-policies", ADMINISTRATOR])
        .exits(0);
    let stored = account.stack("CDKToolkit").parameters;
    assert_eq!(stored["CloudFormationExecutionPolicies"], ADMINISTRATOR);
    assert_eq!(stored["BootstrapVariant"], policies::BOOTSTRAP_VARIANT);
    let cleared =
        "taken away: the stored execution policies arn:aws:iam::aws:policy/AdministratorAccess are cleared";
    assert_taken_over(
        &account,
        "the stack stores CloudFormationExecutionPolicies `arn:aws:iam::aws:policy/AdministratorAccess`",
        &[cleared, "- detach arn:aws:iam::aws:policy/AdministratorAccess"],
    );
}
