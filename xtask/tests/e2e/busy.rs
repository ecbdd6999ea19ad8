//! A stack that somebody else works on. `LocalStack` is done at once, so a stand-in for `aws` says it is not.

use crate::account::Account;

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn a_stack_in_progress_is_left_alone() {
    let account = Account::new();
    let environment = account.environment();
    account.cdk_bootstrap(None, &["--no-execute"]).exits(0);
    let before = account.stack("CDKToolkit");
    let say = |status: &str| {
        format!(
            "case \"$2\" in describe-stacks) \"$AWS\" \"$@\" | \
             sed 's/\"StackStatus\": \"[A-Z_]*\"/\"StackStatus\": \"{status}\"/'; exit 0 ;; esac"
        )
    };
    for (status, text) in [
        (
            "UPDATE_IN_PROGRESS",
            "the stack is busy (UPDATE_IN_PROGRESS): wait until CloudFormation is done with it",
        ),
        ("ROLLBACK_COMPLETE", "the stack is in ROLLBACK_COMPLETE and can only be deleted"),
    ] {
        account.stand_in(&say(status));
        let ran = account.xtask(&["bootstrap", &environment]).exits(1);
        assert!(ran.stderr().contains(text), "{status}: no `{text}` in {}", ran.stderr());
        let reads = ["cloudformation describe-stacks", "sts get-caller-identity"];
        assert_eq!(account.calls(), reads, "{status}");
    }
    account.stand_in(&say("UPDATE_IN_PROGRESS"));
    let ran = account.xtask(&["preflight", &environment]).exits(1);
    assert!(ran.stdout().contains("could not tell"), "{}", ran.stdout());
    assert_eq!(account.stack("CDKToolkit"), before);
}
