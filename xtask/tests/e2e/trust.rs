//! Trusted accounts together with our policies, which the CDK CLI refuses.

use crate::account::Account;
use crate::wanted::{DEFAULT, Wanted};

/// Whether the role that deploys may be assumed by this account.
#[track_caller]
fn trusts(account: &Account, other: &str) -> bool {
    let role = format!("cdk-hnb659fds-deploy-role-{}-{}", account.id, account.region);
    account.iam().trust(&role).contains(other)
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn our_policies_stay_with_trusted_accounts() {
    const OTHER: &str = "111122223333";
    let account = Account::new();
    let environment = account.environment();
    let trusting = Wanted { trusted: OTHER, ..DEFAULT };

    account.xtask(&["bootstrap", &environment, "--trust", OTHER]).exits(0);
    trusting.assert_in_place(&account);
    assert!(trusts(&account, OTHER), "the deploy role does not trust {OTHER}");

    // The CDK CLI by itself would refuse from now on.
    account.xtask(&["bootstrap", &environment]).exits(0);
    trusting.assert_in_place(&account);

    account.xtask(&["bootstrap", &environment, "--untrust", OTHER]).exits(0);
    DEFAULT.assert_in_place(&account);
    assert!(!trusts(&account, OTHER), "the deploy role still trusts {OTHER}");
    account.xtask(&["bootstrap", &environment]).exits(0);
    DEFAULT.assert_in_place(&account);
}
