//! Runs that end before they are done: the next one finishes what they left.

use crate::account::Account;
use crate::wanted::{DEFAULT, Wanted};

const OTHER: &str = "111122223333";

/// Runs that end in the place where the change set would be executed, with a signal to `xtask` from what stands in
/// for `aws`. Ctrl-C on a terminal reaches both, so that ends without doing anything.
#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn a_run_killed_and_one_interrupted_during_the_change_set_are_finished_by_the_next() {
    let account = Account::new();
    let environment = account.environment();
    let args = ["bootstrap", environment.as_str(), "--trust", OTHER];
    let at_execution = |signal: &str| {
        account.stand_in(&format!(
            "case \"$2\" in execute-change-set) kill -{signal} \"$PPID\"; exit 130 ;; esac"
        ));
    };

    at_execution("KILL");
    let ran = account.xtask(&args);
    assert_eq!(ran.0.status.code(), None, "not killed: {}{}", ran.stdout(), ran.stderr());
    DEFAULT.assert_in_place(&account);
    assert_eq!(account.change_sets("CDKToolkit").len(), 1, "a change set is left");

    at_execution("INT");
    let ran = account.xtask(&args);
    assert_eq!(ran.0.status.code(), Some(130), "{}{}", ran.stdout(), ran.stderr());
    for text in ["interrupted while", "run the same command again, and it finishes what is left"] {
        assert!(ran.stderr().contains(text), "no `{text}` in {}", ran.stderr());
    }
    DEFAULT.assert_in_place(&account);
    assert_eq!(account.change_sets("CDKToolkit").len(), 1, "the one that was left before is gone");

    account.real_aws_again();
    account.xtask(&args).exits(0);
    Wanted { trusted: OTHER, ..DEFAULT }.assert_in_place(&account);
}
