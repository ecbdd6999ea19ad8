//! What somebody changes in an account by hand: preflight names each, and says how many calls that takes.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};

use crate::account::{ADMINISTRATOR, Account};
use crate::wanted::DEFAULT;

/// What preflight says of an account.
struct Report {
    findings: BTreeSet<String>,
    commands: Vec<String>,
}

/// Runs preflight and asserts its exit code.
#[track_caller]
fn preflight(account: &Account, code: i32) -> Report {
    let ran = account.xtask(&["preflight", &account.environment(), "--format", "json"]).exits(code);
    let reports: Value = serde_json::from_str(ran.stdout()).unwrap();
    let list = |name: &str| {
        let items = reports[0][name].as_array().into_iter().flatten();
        items.map(|item| item.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    Report { findings: list("findings").into_iter().collect(), commands: list("commands") }
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn preflight_names_each_change_and_the_command_that_undoes_it() {
    let account = Account::new();
    let role = account.execution_role("hnb659fds");
    let [infrastructure, application] = ["Infrastructure", "Application"]
        .map(|n| account.policy_arn("hnb659fds", &format!("IaCRole-ABCA-{n}")));
    account.xtask(&["bootstrap", &account.environment()]).exits(0);

    // Nothing yet, in at most 6 calls and one for each policy.
    account.stand_in("");
    assert_eq!(preflight(&account, 0).findings, BTreeSet::new());
    let calls = account.calls();
    let documents = calls.iter().filter(|call| *call == "iam get-policy-version").count();
    assert_eq!(documents, 4, "{calls:?}");
    assert!(calls.len() - documents <= 6, "{calls:?}");
    account.real_aws_again();

    account.update("CDKToolkit", &[("ComputeTypes", "agentcore,ecs")]);
    let of_role = |operation: &str, args: &[&str]| {
        account.aws(&[&["iam", operation, "--role-name", role.as_str()], args].concat());
    };
    of_role("detach-role-policy", &["--policy-arn", &application]);
    of_role("attach-role-policy", &["--policy-arn", ADMINISTRATOR]);
    let all =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    of_role("put-role-policy", &["--policy-name", "more", "--policy-document", &all.to_string()]);
    of_role("put-role-permissions-boundary", &["--permissions-boundary", ADMINISTRATOR]);
    let exchanged = exchange_an_action(&account, &infrastructure, "iam:CreateUser");

    let expected = [
        "parameter ComputeTypes is `agentcore,ecs`, not `agentcore`".to_owned(),
        format!("`{application}` is not attached to the execution role"),
        format!("`{ADMINISTRATOR}` is attached to the execution role and should not be"),
        "the execution role has an inline policy `more`".to_owned(),
        format!("the execution role's permissions boundary is `{ADMINISTRATOR}`, not nothing"),
        format!(
            "`{infrastructure}` differs: statement `{0}`: action `{1}` is missing; \
             statement `{0}`: action `iam:CreateUser` is extra",
            exchanged.sid, exchanged.removed
        ),
    ];
    let report = preflight(&account, 4);
    assert_eq!(report.findings, BTreeSet::from(expected));

    // In a shell at the workspace root, as a person would paste them.
    account.program("cargo", "#!/bin/sh\nshift\nexec \"$XTASK\" \"$@\"\n");
    for command in &report.commands {
        let mut shell = Command::new("sh");
        // Version 1 of the CLI does not know AWS_REGION.
        let script = format!("export AWS_DEFAULT_REGION={}\n{command}", account.region);
        shell.args(["-c", &script]).current_dir(account.workspace.path(""));
        shell
            .env("ABCA_BOOTSTRAP_ROOT", account.workspace.path(""))
            .env("XTASK", env!("CARGO_BIN_EXE_xtask"));
        let ran = account.run(&mut shell);
        assert_eq!(ran.code(), 0, "`{command}`: {}{}", ran.stdout(), ran.stderr());
    }
    assert_eq!(preflight(&account, 0).findings, BTreeSet::new(), "left by {:?}", report.commands);
    DEFAULT.assert_in_place(&account);
}

/// Where an action was exchanged.
struct Exchanged {
    sid: String,
    removed: String,
}

/// Makes a new default version of a policy whose first statement has another last action.
fn exchange_an_action(account: &Account, arn: &str, added: &str) -> Exchanged {
    let mut document: Value = serde_json::from_str(&account.iam().documents()[arn]).unwrap();
    let statement = &mut document["Statement"][0];
    let sid = statement["Sid"].as_str().unwrap().to_owned();
    let actions = statement["Action"].as_array_mut().unwrap();
    let removed = actions.pop().unwrap().as_str().unwrap().to_owned();
    actions.push(added.into());
    let document = document.to_string();
    let version = ["--policy-arn", arn, "--policy-document", &document, "--set-as-default"];
    account.aws(&[&["iam", "create-policy-version"], version.as_slice()].concat());
    Exchanged { sid, removed }
}
