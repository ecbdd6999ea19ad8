//! An account bootstrapped as the reference implementation does it, then by us.

use crate::account::Account;
use crate::wanted::{DEFAULT, WITH_ECS};

/// What the reference writes for the five policies.
const REFERENCE_HASH: &str = "b0501c8a57f20e4b5bf50d6fe8bbb934310adc4b64480228565d8392a19d1503";

/// Its template, as far as it differs from ours: the older CDK's version, its hash, any `ComputeTypes`, and the
/// condition that it puts the list into without commas.
fn reference_template(ours: &str, hash: &str) -> String {
    let version = ["Value: \"33\"", "Value: \"32\""];
    let condition = [
        "                  - \",ecs,\"
                  - Fn::Join:
                      - \"\"
                      - - \",\"
                        - Fn::Join:
                            - \",\"
                            - Ref: ComputeTypes
                        - \",\"
          - Fn::Join:
              - \"\"
              - - \",\"
                - Fn::Join:
                    - \",\"
                    - Ref: ComputeTypes
                - \",\"
",
        "                  - ecs
                  - Fn::Join:
                      - \"\"
                      - Ref: ComputeTypes
          - Fn::Join:
              - \"\"
              - Ref: ComputeTypes
",
    ];
    let allowed = [
        "    Default: agentcore\n    AllowedValues:\n      - agentcore\n      - ecs\n",
        "    Default: agentcore\n",
    ];
    let our_hash = ours
        .lines()
        .skip_while(|line| *line != "  BootstrapPolicyHash:")
        .find_map(|line| line.trim().strip_prefix("Value: "))
        .unwrap();
    let edits = [version, condition, allowed, [our_hash, hash]];
    edits.iter().fold(ours.to_owned(), |text, [from, to]| {
        assert!(text.contains(from), "our template has no\n{from}");
        text.replace(from, to)
    })
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn it_is_updated_in_place_and_no_policy_is_replaced() {
    let account = Account::new();
    let environment = account.environment();
    account.xtask(&["generate"]).exits(0);
    let ours = account.workspace.read("bootstrap/bootstrap-template.yaml");
    account.workspace.write("reference.yaml", &reference_template(&ours, REFERENCE_HASH));
    account.cdk_bootstrap(Some(&account.workspace.path("reference.yaml")), &[]).exits(0);
    let stack = account.stack("CDKToolkit");
    assert_eq!(stack.outputs["BootstrapVersion"], "32");
    let before = account.policy_ids();
    assert_eq!(before.len(), 4, "{before:?}");

    // The version says nothing is amiss and the policies are the same; the hash proves nothing.
    let preflight = account.xtask(&["preflight", &environment]).exits(3);
    for text in [
        "output BootstrapPolicyHash says",
        "the hash is that of the reference implementation, which counts statements and proves nothing",
        &format!("run `cargo xtask bootstrap {environment} --compute-types agentcore`"),
    ] {
        assert!(preflight.stdout().contains(text), "no `{text}` in {}", preflight.stdout());
    }
    assert!(!preflight.stdout().contains("differs"), "the policies do not: {}", preflight.stdout());

    account.xtask(&["bootstrap", &environment]).exits(0);
    DEFAULT.assert_in_place(&account);
    let stack_after = account.stack("CDKToolkit");
    assert_eq!(stack_after.parameters, stack.parameters);
    assert_eq!(account.policy_ids(), before, "policies that were replaced");

    // Required compute types come to those that there are.
    let ran = account.xtask(&["preflight", &environment, "--require-compute", "ecs"]).exits(3);
    let command = format!("run `cargo xtask bootstrap {environment} --compute-types agentcore,ecs`");
    assert!(ran.stdout().contains(&command), "no `{command}` in {}", ran.stdout());
}

/// The reference takes any list; ours has allowed values, so the CDK CLI alone could not update such a stack.
#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn an_older_bundle_with_compute_types_that_are_not_ours_is_refused_until_they_are_given() {
    let account = Account::new();
    let environment = account.environment();
    account.xtask(&["generate"]).exits(0);
    let ours = account.workspace.read("bootstrap/bootstrap-template.yaml");
    let edits = [
        ["Default: agentcore\n", "Default: agentcore,noecs\n"],
        [&format!("Value: {}\n", policies::BOOTSTRAP_VERSION), "Value: 1.1.0\n"],
    ];
    let template = edits.iter().fold(reference_template(&ours, REFERENCE_HASH), |text, [from, to]| {
        assert!(text.contains(from), "the template has no {from}");
        text.replace(from, to)
    });
    account.workspace.write("reference.yaml", &template);
    account.cdk_bootstrap(Some(&account.workspace.path("reference.yaml")), &[]).exits(0);
    let before = account.stack("CDKToolkit");
    assert_eq!(before.parameters["ComputeTypes"], "agentcore,noecs");

    let older = format!("output BootstrapPolicyVersion says `1.1.0`, not `{}`", policies::BOOTSTRAP_VERSION);
    let ran = account.xtask(&["preflight", &environment]).exits(3);
    assert!(ran.stdout().contains(&older), "no `{older}` in {}", ran.stdout());

    let refused = "the stack stores ComputeTypes `agentcore,noecs`, and `noecs` is none of agentcore, ecs";
    let ran = account.xtask(&["bootstrap", &environment]).exits(1);
    assert!(ran.stderr().contains(refused), "{}", ran.stderr());
    assert_eq!(account.stack("CDKToolkit"), before);

    account.xtask(&["bootstrap", &environment, "--compute-types", "agentcore,ecs"]).exits(0);
    WITH_ECS.assert_in_place(&account);
}
