//! `--no-execute`: a change set is left to be looked at.

use crate::account::Account;
use crate::wanted::DEFAULT;

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn no_execute_leaves_a_change_set_and_changes_nothing() {
    let account = Account::new();
    let environment = account.environment();

    // Of a new stack there is only the name; a plain run goes on from there.
    account.xtask(&["bootstrap", &environment, "--no-execute"]).exits(0);
    assert_eq!(account.stack("CDKToolkit").status, "REVIEW_IN_PROGRESS");
    assert_eq!(account.change_sets("CDKToolkit").len(), 1);
    account.xtask(&["bootstrap", &environment]).exits(0);
    DEFAULT.assert_in_place(&account);

    let before = account.stack("CDKToolkit");
    let options = ["--no-execute", "--compute-types", "agentcore,ecs"];
    account.xtask(&[&["bootstrap", environment.as_str()], options.as_slice()].concat()).exits(0);
    assert_eq!(account.stack("CDKToolkit"), before);
    DEFAULT.assert_in_place(&account);
    // Beside those of the CDK CLI, which were executed.
    let mut left = account.change_sets("CDKToolkit");
    left.retain(|name| name.starts_with("abca-bootstrap-"));
    let [left] = left.as_slice() else { panic!("not one change set: {left:?}") };
    let described = account.aws(&[
        "cloudformation",
        "describe-change-set",
        "--stack-name",
        "CDKToolkit",
        "--change-set-name",
        left,
    ]);
    assert_eq!(described["ExecutionStatus"], "AVAILABLE", "{described}");
    let changes = described["Changes"].as_array().unwrap().iter().map(|change| {
        let change = &change["ResourceChange"];
        (change["Action"].as_str().unwrap(), change["LogicalResourceId"].as_str().unwrap())
    });
    let mut changes: Vec<_> = changes.collect();
    changes.sort_unstable();
    assert_eq!(changes, [("Add", "IaCRoleABCAComputeEcs"), ("Modify", "CloudFormationExecutionRole")]);
}
