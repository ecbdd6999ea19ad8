//! The tasks of `cdk/mise.toml`, run by the real mise.
//!
//! They run in a copy of the few files that they need, so that nothing is installed or written in the source
//! tree. mise, `cargo xtask`'s binary and the CDK CLI are the real ones. Only cargo is a stand-in, which runs the
//! binary that this test was built with: the real one would wait for the build lock that the test's own cargo
//! may hold, or build everything again elsewhere.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use xshell::Shell;
use xtask::tools;

/// What a workspace needs for both tasks; what is generated is not among it.
const FILES: [&str; 6] = [
    "bootstrap.toml",
    "mise.toml",
    "cdk/.npmrc",
    "cdk/mise.toml",
    "cdk/package-lock.json",
    "cdk/package.json",
];

/// `cargo xtask ARGS`, as the alias in `.cargo/config.toml` means it.
const CARGO: &str = "#!/bin/sh\n[ \"$1\" = xtask ] || exit 99\nshift\nexec \"$XTASK\" \"$@\"\n";

struct Workspace {
    dir: TempDir,
    mise: PathBuf,
}

impl Workspace {
    fn new() -> Self {
        let sh = Shell::new().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mise = tools::mise(&sh, source).unwrap();
        let entry = tools::cdk_cli(&sh, source).unwrap();
        let dir = tempfile::tempdir().unwrap();
        for file in FILES {
            let contents = sh.read_file(source.join(file)).unwrap();
            sh.write_file(dir.path().join("workspace").join(file), contents).unwrap();
        }
        let node_modules = entry.ancestors().nth(3).unwrap();
        symlink(node_modules, dir.path().join("workspace/cdk/node_modules")).unwrap();
        let cargo = dir.path().join("bin/cargo");
        sh.write_file(&cargo, CARGO).unwrap();
        fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
        Self { dir, mise }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join("workspace").join(below)
    }

    /// Runs mise at the workspace root, with no settings or state but those of the workspace.
    fn mise(&self, args: &[&str]) -> Output {
        let own = |name: &str| self.dir.path().join(name);
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([own("bin")].into_iter().chain(env::split_paths(&path))).unwrap();
        Command::new(&self.mise)
            .args(args)
            .current_dir(self.path(""))
            .env("PATH", path)
            .env("XTASK", env!("CARGO_BIN_EXE_xtask"))
            // From here xtask knows the workspace, as it does when the real cargo runs it.
            .env("ABCA_BOOTSTRAP_ROOT", self.path(""))
            .env("MISE_EXPERIMENTAL", "1")
            .env("MISE_OFFLINE", "1")
            .env("MISE_TRUSTED_CONFIG_PATHS", self.path(""))
            .env("MISE_CEILING_PATHS", self.dir.path())
            .env("MISE_CACHE_DIR", own("cache"))
            .env("MISE_CONFIG_DIR", own("config"))
            .env("MISE_DATA_DIR", own("data"))
            .env("MISE_STATE_DIR", own("state"))
            .env("MISE_SYSTEM_CONFIG_DIR", own("system"))
            .env("CDK_HOME", own("cdk-home"))
            // With CI set the CDK CLI writes its messages to stdout.
            .env_remove("CI")
            .env("CDK_DISABLE_CLI_TELEMETRY", "1")
            .output()
            .unwrap()
    }
}

#[track_caller]
fn assert_code(output: &Output, code: i32) {
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert_eq!(output.status.code(), Some(code), "stdout: {stdout}\nstderr: {stderr}");
}

/// The template below its header comment.
fn body(template: &str) -> String {
    template
        .lines()
        .skip_while(|line| line.starts_with('#'))
        .fold(String::new(), |text, line| text + line + "\n")
}

#[test]
fn bootstrap_generates_and_passes_arguments_to_the_cdk_cli() {
    let workspace = Workspace::new();
    let output = workspace.mise(&["//cdk:bootstrap", "--", "--show-template"]);
    assert_code(&output, 0);
    let template = fs::read_to_string(workspace.path("bootstrap/bootstrap-template.yaml")).unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(shown.trim_end(), body(&template).trim_end(), "the CDK CLI shows another template");
}

#[test]
fn bootstrap_returns_the_exit_code() {
    let output = Workspace::new().mise(&["//cdk:bootstrap", "--", "--template", "other.yaml"]);
    assert_code(&output, 2);
}

#[test]
fn bootstrap_generate_writes_and_takes_arguments() {
    let workspace = Workspace::new();
    assert_code(&workspace.mise(&["//cdk:bootstrap:generate", "--", "--check"]), 1);
    assert!(!workspace.path("bootstrap").exists(), "`--check` wrote something");
    assert_code(&workspace.mise(&["//cdk:bootstrap:generate"]), 0);
    assert!(workspace.path("bootstrap/policies/infrastructure.json").exists(), "no policies");
    assert!(workspace.path("docs/design/DEPLOYMENT_ROLES.md").exists(), "no docs page");
    assert_code(&workspace.mise(&["//cdk:bootstrap:generate", "--", "--check"]), 0);
}

#[test]
fn a_path_after_the_dashes_is_meant_from_cdk() {
    let workspace = Workspace::new();
    assert_code(&workspace.mise(&["//cdk:bootstrap:generate", "--", "--out", "elsewhere"]), 0);
    assert!(
        workspace.path("cdk/elsewhere/BOOTSTRAP_VERSION").exists(),
        "mise runs tasks in their own folder"
    );
}

#[test]
fn every_task_at_the_root_is_listed() {
    let output = Workspace::new().mise(&["tasks", "--all"]);
    assert_code(&output, 0);
    let listed = String::from_utf8(output.stdout).unwrap();
    for task in ["//:ci", "//:generate", "//:test", "//cdk:bootstrap", "//cdk:bootstrap:generate"] {
        assert!(
            listed.lines().any(|line| line.split_whitespace().next() == Some(task)),
            "no {task} in\n{listed}"
        );
    }
}
