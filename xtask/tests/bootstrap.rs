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
}

#[test]
fn options_reach_the_cdk_cli_and_its_exit_code_comes_back() {
    let workspace = workspace();
    // Without an environment and without an app the CDK CLI says what it wants, and exits with 1.
    let ran = bootstrap(&workspace, &["--qualifier", "abc"]).exits(1);
    assert!(ran.stderr().contains("aws://"), "{}", ran.stderr());
}

#[test]
fn what_cannot_work_is_refused_before_anything_starts() {
    let workspace = Workspace::new();
    let before = workspace.files();
    for args in
        [["bootstrap", "--template", "mine.yaml"], ["bootstrap", "--template=mine.yaml", "aws://1/us-east-1"]]
    {
        workspace.run(&args).fails(2, &["`--template` is ours to give"]);
    }
    for args in
        [["bootstrap", "--context", "ComputeTypes=agentcore,ecs"], ["bootstrap", "-c", "ComputeTypes=ecs"]]
    {
        workspace.run(&args).fails(2, &["does not pass `ComputeTypes` to the stack", "compute-types"]);
    }
    assert_eq!(workspace.files(), before, "nothing was generated");
}
