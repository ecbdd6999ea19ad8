//! Accounts that were never bootstrapped.

use crate::account::Account;
use crate::wanted::{DEFAULT, WITH_ECS, Wanted};

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn the_default_has_four_policies() {
    let account = Account::new();
    let ran = account.xtask(&["bootstrap", &account.environment()]).exits(0);
    DEFAULT.assert_in_place(&account);
    // What the CDK CLI says of administrators is set right.
    let said = ran.stderr();
    let (_, after) = said.split_once("Using default execution policy of").unwrap_or_else(|| panic!("{said}"));
    assert!(after.contains("What the CDK CLI says of AdministratorAccess is not so"), "{said}");
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn ecs_of_the_target_file_adds_the_fifth() {
    let account = Account::new();
    WITH_ECS.write(&account);
    account.xtask(&["bootstrap", &account.environment()]).exits(0);
    WITH_ECS.assert_in_place(&account);
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn names_and_arns_follow_another_qualifier_and_stack_name() {
    let account = Account::new();
    // `bootstrap.toml` says the default, the command line another.
    let wanted = Wanted { qualifier: "team1", toolkit_stack: "Team1Toolkit", ..DEFAULT };
    let options = ["--qualifier", "team1", "--toolkit-stack-name", "Team1Toolkit"];
    let environment = account.environment();
    account.xtask(&[&["bootstrap", environment.as_str()], options.as_slice()].concat()).exits(0);
    wanted.assert_in_place(&account);
    let bucket = format!("cdk-team1-assets-{}-{}", account.id, account.region);
    assert_eq!(account.stack("Team1Toolkit").outputs.get("BucketName"), Some(&bucket));
    let documents: String = account.iam().documents().into_values().collect();
    assert!(documents.contains("role/cdk-team1-"), "no role of the qualifier in {documents}");
    assert!(!documents.contains("hnb659fds"), "the default qualifier in {documents}");
    account.xtask(&[&["preflight", environment.as_str()], options.as_slice()].concat()).exits(0);
}
