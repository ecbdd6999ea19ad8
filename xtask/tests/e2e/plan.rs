//! `--plan`: what would happen, and nothing happens.

use crate::account::Account;
use crate::wanted::DEFAULT;

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn it_says_by_its_exit_code_whether_something_would_change() {
    let account = Account::new();
    let environment = account.environment();
    let plan =
        |options: &[&str]| account.xtask(&[&["bootstrap", "--plan", environment.as_str()], options].concat());

    let ran = plan(&[]).exits(10);
    let create = format!("{environment}: create stack CDKToolkit\n");
    assert!(ran.stdout().starts_with(&create), "{}", ran.stdout());
    let described = account.try_aws(&["cloudformation", "describe-stacks", "--stack-name", "CDKToolkit"]);
    assert!(described.stderr().contains("does not exist"), "`--plan` made a stack: {}", described.stdout());

    account.xtask(&["bootstrap", &environment]).exits(0);
    let stack = account.stack("CDKToolkit");

    let ran = plan(&[]).exits(0);
    assert!(ran.stdout().contains("nothing to do for stack CDKToolkit"), "{}", ran.stdout());

    let ran = plan(&["-c", "ComputeTypes=agentcore,ecs"]).exits(10);
    let ecs = account.policy_arn("hnb659fds", "IaCRole-ABCA-Compute-ECS");
    for text in ["  ComputeTypes: `agentcore` -> `agentcore,ecs`\n".to_owned(), format!("  + attach {ecs}\n")]
    {
        assert!(ran.stdout().contains(&text), "no `{text}` in {}", ran.stdout());
    }

    let ran = plan(&["--qualifier", "team1"]).exits(1);
    let other = "the stack has the qualifier `hnb659fds`, not `team1`";
    assert!(ran.stderr().contains(other), "no `{other}` in {}", ran.stderr());

    assert_eq!(account.stack("CDKToolkit"), stack, "`--plan` changed the stack");
    assert_eq!(account.change_sets("CDKToolkit"), Vec::<String>::new(), "`--plan` left a change set");
    DEFAULT.assert_in_place(&account);
}
