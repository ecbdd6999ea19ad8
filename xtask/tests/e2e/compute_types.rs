//! Compute types that change on a living stack.

use crate::account::Account;
use crate::wanted::{DEFAULT, WITH_ECS};

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn ecs_comes_and_goes_and_the_other_parameters_stay() {
    let account = Account::new();
    let environment = account.environment();
    // Parameters that the CDK CLI leaves as they are when they are not given again.
    let bucket = format!("my-assets-{}", account.id);
    let options =
        ["--bootstrap-bucket-name", &bucket, "--trust-for-lookup", "111122223333", "--no-deny-external-id"];
    account.xtask(&[&["bootstrap", environment.as_str()], options.as_slice()].concat()).exits(0);
    DEFAULT.assert_in_place(&account);
    let before = account.stack("CDKToolkit").parameters;
    for (name, value) in [
        ("FileAssetsBucketName", bucket.as_str()),
        ("TrustedAccountsForLookup", "111122223333"),
        ("DenyExternalId", "false"),
    ] {
        assert_eq!(before[name], value, "parameter {name}");
    }
    let policies = account.policy_ids();

    for (compute_types, wanted) in [("agentcore,ecs", WITH_ECS), ("agentcore", DEFAULT)] {
        let ran = account.xtask(&[
            "bootstrap",
            &environment,
            "--context",
            &format!("ComputeTypes={compute_types}"),
        ]);
        let ran = ran.exits(0);
        wanted.assert_in_place(&account);
        let mut expected = before.clone();
        expected.insert("ComputeTypes".to_owned(), compute_types.to_owned());
        assert_eq!(account.stack("CDKToolkit").parameters, expected);
        let mut now = account.policy_ids();
        now.retain(|arn, _| policies.contains_key(arn));
        assert_eq!(now, policies, "the four are not touched");
        if compute_types == "agentcore" {
            let ecs = account.policy_arn("hnb659fds", "IaCRole-ABCA-Compute-ECS");
            let said = format!("taken away: {ecs} is detached from the execution role");
            assert!(ran.stderr().contains(&said), "no `{said}` in {}", ran.stderr());
            assert_eq!(account.policy_ids(), policies, "the ECS policy is gone");
        }
    }
}
