//! Several environments in one run.

use crate::account::Account;
use crate::wanted::DEFAULT;

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn one_that_fails_does_not_hide_the_other() {
    let account = Account::new();
    let (good, bad) = (account.environment(), "aws://999999999999/us-east-1");
    let ran = account.xtask(&["bootstrap", bad, &good]).exits(1);
    DEFAULT.assert_in_place(&account);
    let done = format!("{good}: bootstrapped");
    assert!(ran.stdout().contains(&done), "no `{done}` in {}", ran.stdout());
    for text in [
        format!("{bad}: the credentials are for account {}: choose a profile for 999999999999", account.id),
        "1 of 2 environments failed".to_owned(),
    ] {
        assert!(ran.stderr().contains(&text), "no `{text}` in {}", ran.stderr());
    }
}
