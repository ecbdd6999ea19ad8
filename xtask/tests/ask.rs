//! The question of `cargo xtask bootstrap`: asked on a terminal, before something is taken away, and only there.
//!
//! `aws` and `node` are stand-ins: the account has a stock bootstrap stack, and the CDK CLI fails with code 7, by
//! which it is known to have been run.

#![cfg(unix)]
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use xshell::Shell;
use xtask::{project, tools};

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "common/workspace.rs"]
mod workspace;

use workspace::Workspace;

const QUESTION: &str = "Something is taken away. Go on? [y/N]";

/// Exit code of the stand-in for the CDK CLI.
const CDK_RAN: i32 = 7;

const AWS: &str = r#"#!/bin/sh
case "$1 $2" in
  "sts get-caller-identity")
    echo '{"Account": "111111111111", "Arn": "arn:aws:iam::111111111111:user/test"}' ;;
  "cloudformation describe-stacks")
    echo '{"Stacks": [{"StackId": "1", "StackStatus": "CREATE_COMPLETE", "Parameters": [
      {"ParameterKey": "BootstrapVariant", "ParameterValue": "AWS CDK: Default Resources"},
      {"ParameterKey": "Qualifier", "ParameterValue": "hnb659fds"}]}]}' ;;
  "iam list-attached-role-policies")
    echo '{"AttachedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}' ;;
  "iam list-role-policies") echo '{"PolicyNames": []}' ;;
  "iam get-role") echo '{"Role": {"AssumeRolePolicyDocument": {}}}' ;;
  "iam list-policies") echo '{"Policies": []}' ;;
  *) exit 99 ;;
esac
"#;

const NODE: &str = "#!/bin/sh\n[ \"$1\" = --version ] && echo v22.0.0 && exit\nexit 7\n";

/// An installation of the CDK CLI, as far as it is looked at.
const LOCK: &str =
    r#"{"packages": {"node_modules/aws-cdk": {"version": "2.1148.1", "integrity": "sha512-"}}}"#;

/// Runs its arguments on a terminal of their own, with what it is given as what is typed.
const TERMINAL: &str = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("cdk/package.json", r#"{"engines": {"node": ">= 18"}}"#);
    workspace.write("cdk/package-lock.json", LOCK);
    workspace.write("cdk/node_modules/.package-lock.json", LOCK);
    workspace.write("cdk/node_modules/aws-cdk/bin/cdk", "");
    for (name, program) in [("aws", AWS), ("node", NODE)] {
        let path = format!("programs/{name}");
        workspace.write(&path, program);
        fs::set_permissions(workspace.path(&path), fs::Permissions::from_mode(0o755)).unwrap();
    }
    workspace
}

fn python() -> PathBuf {
    tools::python_env(&Shell::new().unwrap(), &project::root().unwrap()).unwrap()
}

/// Runs a bootstrap that takes `AdministratorAccess` away, with this typed; its exit code and all that it said.
fn bootstrap(on_terminal: bool, typed: &str, options: &[&str]) -> (i32, String) {
    let workspace = workspace();
    let path = std::env::var_os("PATH").unwrap();
    let folders = std::iter::once(workspace.path("programs")).chain(std::env::split_paths(&path));
    let xtask = workspace.xtask();
    let mut command = if on_terminal {
        let mut command = Command::new(python());
        command.args(["-c", TERMINAL]).arg(xtask.get_program());
        command
    } else {
        Command::new(xtask.get_program())
    };
    let mut child = command
        // With an option that only the CDK CLI can carry, so that it is what is run.
        .args(["bootstrap", "aws://111111111111/us-east-1", "--adopt", "--tags", "a=b"])
        .args(options)
        .current_dir(workspace.path("called-from"))
        .env("ABCA_BOOTSTRAP_ROOT", workspace.path(""))
        .env("PATH", std::env::join_paths(folders).unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Kept open: the end of the input is an answer too.
    let mut stdin = child.stdin.take().unwrap();
    // Who is not asked may be gone before this is read.
    let _ = stdin.write_all(typed.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    drop(stdin);
    let said = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    (status.code().unwrap_or_else(|| panic!("{status}: {said}")), said)
}

#[test]
fn on_a_terminal_only_yes_goes_on() {
    for (typed, code) in [("y\n", CDK_RAN), ("yes\n", CDK_RAN), ("n\n", 1), ("\n", 1), ("what?\n", 1)] {
        let (actual, said) = bootstrap(true, typed, &[]);
        assert_eq!(actual, code, "`{typed}`: {said}");
        assert!(said.contains(QUESTION), "`{typed}`: {said}");
        let is_refused = said.contains("nothing was changed, as you wished");
        assert_eq!(is_refused, code == 1, "`{typed}`: {said}");
    }
}

#[test]
fn what_goes_is_said_before_the_question() {
    let (_, said) = bootstrap(true, "n\n", &[]);
    let (before, _) = said.split_once(QUESTION).unwrap_or_else(|| panic!("no question: {said}"));
    for lost in [
        "the variant `AWS CDK: Default Resources` is taken over",
        "arn:aws:iam::aws:policy/AdministratorAccess is detached from the execution role",
    ] {
        assert!(before.contains(lost), "no `{lost}` in {before}");
    }
}

#[test]
fn yes_answers_and_elsewhere_nobody_is_asked() {
    for (on_terminal, options) in [(true, &["--yes"][..]), (false, &[])] {
        let (code, said) = bootstrap(on_terminal, "", options);
        assert_eq!(code, CDK_RAN, "{options:?}: {said}");
        assert!(!said.contains(QUESTION), "{options:?}: {said}");
    }
}
