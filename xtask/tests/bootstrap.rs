//! `cargo xtask bootstrap` with the real, locked CDK CLI, as far as it goes without an account.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

#[path = "common/workspace.rs"]
mod workspace;

use workspace::Workspace;
use xshell::Shell;
use xtask::{project, tools};

/// A workspace with the locked CDK CLI in place, so that nothing has to be installed.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let root = project::root().unwrap();
    let entry = tools::cdk_cli(&Shell::new().unwrap(), &root).unwrap();
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        workspace
            .write(&format!("cdk/{file}"), &std::fs::read_to_string(root.join("cdk").join(file)).unwrap());
    }
    let modules = entry.ancestors().find(|path| path.ends_with("node_modules")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(modules, workspace.path("cdk/node_modules")).unwrap();
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir(modules, workspace.path("cdk/node_modules")).unwrap();
    workspace
}

/// `cargo xtask bootstrap` without telemetry, the user's CDK settings, or a way to AWS.
fn bootstrap(workspace: &Workspace, args: &[&str]) -> workspace::Ran {
    let mut command = workspace.xtask();
    command.arg("bootstrap").args(args);
    for (key, _) in std::env::vars().filter(|(key, _)| key.starts_with("AWS_") || key.starts_with("CDK_")) {
        command.env_remove(key);
    }
    command
        .env("HOME", workspace.path("home"))
        .env("CDK_HOME", workspace.path("home"))
        // With CI set the CDK CLI writes its messages to stdout.
        .env_remove("CI")
        .env("CDK_DISABLE_CLI_TELEMETRY", "1")
        .env("AWS_EC2_METADATA_DISABLED", "true");
    workspace::Ran(command.output().unwrap())
}

#[test]
fn it_generates_what_is_stale_and_gives_the_template_to_the_cdk_cli() {
    let workspace = workspace();
    let ran = bootstrap(&workspace, &["--show-template"]).exits(0);
    assert!(ran.stderr().contains("generated bootstrap/bootstrap-template.yaml\n"), "{}", ran.stderr());
    assert!(ran.stdout().contains("IaCRoleABCAInfrastructure:"), "{}", ran.stdout());
    let template = workspace.read("bootstrap/bootstrap-template.yaml");
    assert!(
        template.trim_end().ends_with(ran.stdout().trim_end()),
        "the template shown is the one generated"
    );
    let again = bootstrap(&workspace, &["--show-template"]).exits(0);
    assert!(!again.stderr().contains("generated"), "{}", again.stderr());
    let orphan = "bootstrap/pipeline/policies/assume-roles.json";
    workspace.write(orphan, "{}");
    let removed = bootstrap(&workspace, &["--show-template"]).exits(0);
    assert!(removed.stderr().contains(&format!("removed {orphan}\n")), "{}", removed.stderr());
}

#[test]
fn what_cannot_work_is_refused_before_anything_starts() {
    let workspace = Workspace::new();
    let before = workspace.files();
    let table: [(&[&str], &str); 6] = [
        (&["--template", "mine.yaml"], "`--template` is ours to give"),
        (&["--template=mine.yaml", "aws://111111111111/us-east-1"], "`--template` is ours to give"),
        (
            &["--context", "ComputeTypes=agentcore,ECS"],
            "there is no compute type `ECS`: write one or more of agentcore, ecs",
        ),
        (&["--compute-types", "noecs"], "there is no compute type `noecs`"),
        (&["--qualifier", "toolongqualifier"], "is no qualifier"),
        (&["111111111111/us-east-1"], "write `aws://ACCOUNT/REGION`"),
    ];
    for (args, text) in table {
        let args = [&["bootstrap"], args].concat();
        workspace.run(&args).fails(2, &[text]);
    }
    assert_eq!(workspace.files(), before, "nothing was generated");
}

/// A folder with a program `aws` that says this and fails, first in `PATH`.
#[cfg(unix)]
fn with_aws(workspace: &Workspace, stderr: &str) -> std::ffi::OsString {
    use std::os::unix::fs::PermissionsExt as _;
    workspace.write("programs/stderr", stderr);
    let message = workspace.path("programs/stderr");
    workspace.write("programs/aws", &format!("#!/bin/sh\ncat '{}' >&2\nexit 254\n", message.display()));
    let program = workspace.path("programs/aws");
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let folders = std::iter::once(workspace.path("programs")).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap()
}

/// Faults that no server gives on demand: a stand-in for the `aws` CLI says what the real one would.
#[cfg(unix)]
#[test]
fn every_fault_of_the_aws_cli_is_one_message_that_says_what_to_do() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).exits(0);
    let occurred = |code: &str| {
        format!("\nAn error occurred ({code}) when calling the GetCallerIdentity operation: no\n")
    };
    let table = [
        (
            "Unable to locate credentials. You can configure credentials by running \"aws configure\".\n"
                .to_owned(),
            "no AWS credentials",
        ),
        (occurred("ExpiredToken"), "have expired: sign in again"),
        (occurred("InvalidClientTokenId"), "does not know these credentials"),
        (occurred("AccessDenied"), "access denied to `sts get-caller-identity`"),
        (occurred("Throttling"), "throttles `sts get-caller-identity` still after 5 attempts"),
        ("The config profile (prod) could not be found\n".to_owned(), "no profile"),
        ("Could not connect to the endpoint URL: \"http://127.0.0.1:1/\"\n".to_owned(), "cannot be reached"),
    ];
    for command in ["bootstrap", "preflight"] {
        for (stderr, text) in &table {
            let path = with_aws(&workspace, stderr);
            let output = workspace
                .xtask()
                .args([command, "--region", "us-east-1"])
                .env("PATH", path)
                .output()
                .unwrap();
            workspace::Ran(output).fails(1, &[text]);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_missing_aws_cli_is_said() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).exits(0);
    let output = workspace
        .xtask()
        .args(["bootstrap", "aws://111111111111/us-east-1"])
        .env("PATH", workspace.path("empty"))
        .output()
        .unwrap();
    workspace::Ran(output).fails(1, &["`aws` does not run: install the AWS CLI"]);
}
