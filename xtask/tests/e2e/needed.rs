//! An account without the stack: preflight says which command bootstraps it.

use crate::account::Account;

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn preflight_of_an_account_without_the_stack_says_the_command() {
    let account = Account::new();
    let environment = account.environment();
    // Without an argument: the caller's account and the configured region.
    let ran = account.xtask(&["preflight"]).exits(3);
    for text in [
        "there is no bootstrap stack".to_owned(),
        format!("run `cargo xtask bootstrap {environment} --compute-types agentcore`"),
    ] {
        assert!(ran.stdout().contains(&text), "no `{text}` in {}", ran.stdout());
    }
    // And the annotations of a workflow.
    let ran = account.xtask(&["preflight", &environment, "--format", "github"]).exits(3);
    let title = environment.replace(':', "%3A");
    let line = format!("::error title={title}::there is no bootstrap stack\n");
    assert!(ran.stdout().contains(&line), "no `{line}` in {}", ran.stdout());
}
