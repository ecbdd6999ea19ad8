//! The steps of `docs/ADOPTING.md`, as they stand there, on a small checkout of the ABCA repository's shape.
//!
//! git, bash, mise, the CDK CLI and `cargo xtask`'s binary are the real ones. Only cargo is a stand-in, which runs
//! the binary that this test was built with: see `mise.rs`.

#![cfg(unix)]
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value;
use tempfile::TempDir;
use xshell::Shell;
use xtask::{project, tools};

/// What a copy of this project needs here, besides the installed CDK CLI.
const PROJECT: [&str; 5] =
    ["Cargo.toml", "bootstrap.toml", "cdk/.npmrc", "cdk/package-lock.json", "cdk/package.json"];

/// What the switch removes: the sources, scripts and tests of the reference implementation.
const REMOVED: [&str; 19] = [
    "cdk/scripts/generate-bootstrap-artifacts.ts",
    "cdk/scripts/generate-bootstrap-template.ts",
    "cdk/src/bootstrap/policies/application.ts",
    "cdk/src/bootstrap/policies/compute-agentcore.ts",
    "cdk/src/bootstrap/policies/compute-ecs.ts",
    "cdk/src/bootstrap/policies/index.ts",
    "cdk/src/bootstrap/policies/infrastructure.ts",
    "cdk/src/bootstrap/policies/observability.ts",
    "cdk/src/bootstrap/resource-action-map.ts",
    "cdk/src/bootstrap/version.ts",
    "cdk/test/bootstrap/__snapshots__/version.test.ts.snap",
    "cdk/test/bootstrap/artifact-sync.test.ts",
    "cdk/test/bootstrap/bootstrap-template.test.ts",
    "cdk/test/bootstrap/golden-baseline.test.ts",
    "cdk/test/bootstrap/policies.test.ts",
    "cdk/test/bootstrap/synth-coverage.test.ts",
    "cdk/test/bootstrap/version.test.ts",
    "cdk/src/bootstrap",
    "cdk/test/bootstrap",
];

/// What the switch leaves as it is.
const KEPT: [&str; 3] =
    ["cdk/scripts/package-microvm-artifact.sh", "cdk/src/stacks/agent.ts", "cdk/test/stacks/agent.test.ts"];

const ROOT_MISE: &str = "monorepo_root = true\n\n[monorepo]\nconfig_roots = [\"cdk\"]\n";

/// The reference implementation's tasks, with one before and one after them.
const CDK_MISE: &str = r#"[tasks.install]
description = "Install dependencies"
run = "exit 1"

# Bootstraps with ComputeTypes=agentcore.
[tasks.bootstrap]
description = "Bootstrap CDK with least-privilege policies"
depends = [":install", ":bootstrap:generate"]
run = "npx cdk bootstrap --template bootstrap/bootstrap-template.yaml"

[tasks."bootstrap:generate"]
description = "Regenerate all bootstrap artifacts"
depends = [":install"]
run = "npx tsx scripts/generate-bootstrap-artifacts.ts && npx tsx scripts/generate-bootstrap-template.ts"

[tasks.diff]
description = "cdk diff"
run = "npx cdk diff"
"#;

/// `cargo run --quiet --manifest-path M -p xtask -- ARGS`, and the alias where `.cargo/config.toml` has it.
const CARGO: &str = r#"#!/bin/sh
case "$1" in
  +*) shift ;;
esac
if [ "$1" = xtask ]; then
  shift
  manifest=Cargo.toml
else
  [ "$1 $2 $3 $5 $6 $7" = "run --quiet --manifest-path -p xtask --" ] || exit 99
  manifest=$4
  shift 7
fi
[ -f "$manifest" ] || exit 98
ABCA_BOOTSTRAP_ROOT=$(cd "$(dirname "$manifest")" && pwd)
export ABCA_BOOTSTRAP_ROOT
exec "$XTASK" "$@"
"#;

/// The page's text from one heading to the next of the same level.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let level = heading.split(' ').next().unwrap();
    let (_, rest) = page.split_once(&format!("\n{heading}")).unwrap_or_else(|| panic!("no `{heading}`"));
    rest.split(&format!("\n{level} ")).next().unwrap()
}

/// The fenced blocks of a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

fn page() -> String {
    fs::read_to_string(project::root().unwrap().join("docs/ADOPTING.md")).unwrap()
}

/// A step of the page's section "Switch", with its one block.
fn step(number: usize, language: &str) -> String {
    let page = page();
    let step = section(section_of_switch(&page), &format!("### {number}. "));
    match blocks(step, language).as_slice() {
        [block] => (*block).to_owned(),
        other => panic!("step {number} has {} blocks of {language}", other.len()),
    }
}

fn section_of_switch(page: &str) -> &str {
    section(page, "## Switch")
}

/// A checkout of the ABCA repository's shape, with a project beside it to clone.
struct Checkout {
    dir: TempDir,
    mise: PathBuf,
    node_modules: PathBuf,
}

impl Checkout {
    fn new(version: &str) -> Self {
        let (sh, root) = (Shell::new().unwrap(), project::root().unwrap());
        let mise = tools::mise(&sh, &root).unwrap();
        let cdk = tools::cdk_cli(&sh, &root).unwrap();
        let node_modules = cdk.ancestors().find(|path| path.ends_with("node_modules")).unwrap().to_path_buf();
        let checkout = Self { dir: tempfile::tempdir().unwrap(), mise, node_modules };
        for file in PROJECT {
            let contents = fs::read_to_string(root.join(file)).unwrap();
            checkout.write(&format!("project/{file}"), &contents);
        }
        checkout.write("project/.gitignore", "node_modules\n");
        for file in REMOVED.iter().filter(|path| Path::new(path).extension().is_some()).chain(&KEPT) {
            checkout.write(&format!("abca/{file}"), "// TypeScript\n");
        }
        checkout.write("abca/mise.toml", ROOT_MISE);
        checkout.write("abca/cdk/mise.toml", CDK_MISE);
        checkout.write("abca/cdk/bootstrap/BOOTSTRAP_VERSION", &format!("{version}\n"));
        checkout.write("abca/cdk/bootstrap/BOOTSTRAP_HASH", "b0501c8a\n");
        checkout.write("abca/cdk/bootstrap/bootstrap-template.yaml", "# by hand\n");
        let infrastructure = fs::read_to_string(root.join("bootstrap/policies/infrastructure.json")).unwrap();
        checkout.write("abca/cdk/bootstrap/policies/infrastructure.json", &infrastructure);
        checkout.write("abca/docs/design/DEPLOYMENT_ROLES.md", "# by hand\n");
        checkout.write("bin/cargo", CARGO);
        let cargo = checkout.path("bin/cargo");
        fs::set_permissions(cargo, fs::Permissions::from_mode(0o755)).unwrap();
        for repository in ["project", "abca"] {
            let commit =
                format!("cd ../{repository} && git init --quiet && git add . && git commit --quiet -m 1");
            checkout.bash(&commit, 0);
        }
        checkout
    }

    fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    fn abca(&self, below: &str) -> PathBuf {
        self.path("abca").join(below)
    }

    fn write(&self, below: &str, contents: &str) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    /// Runs lines of the page in the root of the checkout, and stops at the first that fails.
    #[track_caller]
    fn bash(&self, lines: &str, code: i32) -> String {
        let Output { status, stdout, stderr } = self.command(lines).output().unwrap();
        let [stdout, stderr] = [stdout, stderr].map(|text| String::from_utf8(text).unwrap());
        assert_eq!(status.code(), Some(code), "{lines}\nstdout: {stdout}\nstderr: {stderr}");
        stdout + &stderr
    }

    fn command(&self, lines: &str) -> Command {
        let path = env::var_os("PATH").unwrap_or_default();
        let own = [self.path("bin"), self.mise.parent().unwrap().to_path_buf()];
        let path = env::join_paths(own.into_iter().chain(env::split_paths(&path))).unwrap();
        let mut command = Command::new("bash");
        for (key, _) in env::vars().filter(|(key, _)| key.starts_with("AWS_") || key.starts_with("GIT_")) {
            command.env_remove(key);
        }
        command
            .args(["-e", "-o", "pipefail", "-c", lines])
            .current_dir(self.path("abca"))
            .env("PATH", path)
            .env("XTASK", env!("CARGO_BIN_EXE_xtask"))
            .env("PROJECT", format!("file://{}", self.path("project").display()))
            .env_remove("ABCA_BOOTSTRAP_ROOT")
            // With CI set the CDK CLI writes its messages to stdout.
            .env_remove("CI")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("CDK_DISABLE_CLI_TELEMETRY", "1")
            .env("MISE_OFFLINE", "1")
            .env("MISE_TRUSTED_CONFIG_PATHS", self.path("abca"))
            .env("MISE_CEILING_PATHS", self.dir.path());
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), "test")
                .env(format!("GIT_{role}_EMAIL"), "test@localhost");
        }
        for (key, folder) in [
            ("HOME", "home"),
            ("CDK_HOME", "home"),
            ("MISE_CACHE_DIR", "cache"),
            ("MISE_CONFIG_DIR", "config"),
            ("MISE_DATA_DIR", "data"),
            ("MISE_STATE_DIR", "state"),
            ("MISE_SYSTEM_CONFIG_DIR", "system"),
        ] {
            command.env(key, self.path(folder));
        }
        command
    }

    /// Step 1, and the locked CDK CLI in place, so that nothing has to be installed.
    fn add_the_project(&self) {
        self.bash(&step(1, "bash"), 0);
        symlink(&self.node_modules, self.abca("tools/bootstrap/cdk/node_modules")).unwrap();
    }

    /// Step 4: the page's tasks in place of those of the same names.
    fn replace_the_tasks(&self) {
        let file = self.abca("cdk/mise.toml");
        let old = fs::read_to_string(&file).unwrap();
        let is_kept = |table: &&str| !table.starts_with("bootstrap]") && !table.starts_with("\"bootstrap:");
        let kept: Vec<&str> = old.split("[tasks.").filter(is_kept).collect();
        fs::write(file, format!("{}\n{}", kept.join("[tasks."), step(4, "toml"))).unwrap();
    }

    /// Every step, in order.
    fn switched() -> Self {
        let checkout = Self::new("1.2.0");
        checkout.add_the_project();
        let differences = checkout.bash(&step(2, "bash"), 1);
        assert!(differences.contains("stale cdk/bootstrap/BOOTSTRAP_HASH"), "{differences}");
        assert!(!differences.contains("stale cdk/bootstrap/policies"), "{differences}");
        checkout.bash(&step(3, "bash"), 0);
        checkout.replace_the_tasks();
        checkout.bash(&step(5, "bash"), 0);
        checkout
    }
}

#[test]
fn the_steps_lead_to_generated_artifacts_and_no_typescript() {
    let checkout = Checkout::switched();
    for removed in REMOVED {
        assert!(!checkout.abca(removed).exists(), "{removed} is still there");
    }
    for kept in KEPT {
        assert!(checkout.abca(kept).exists(), "{kept} is gone");
    }
    let root = project::root().unwrap();
    let folder = root.join("bootstrap");
    let mut generated: Vec<PathBuf> = vec!["policies/application.json".into()];
    generated.extend(["BOOTSTRAP_VERSION", "BOOTSTRAP_HASH", project::TEMPLATE].map(PathBuf::from));
    for file in generated {
        let [ours, theirs] = [folder.join(&file), checkout.abca("cdk/bootstrap").join(&file)].map(fs::read);
        assert_eq!(ours.unwrap(), theirs.unwrap(), "cdk/bootstrap/{}", file.display());
    }
    let [ours, theirs] = [root.join(project::DOCS_PAGE), checkout.abca(project::DOCS_PAGE)].map(fs::read);
    assert_eq!(ours.unwrap(), theirs.unwrap(), "the page");
    let shown = checkout.bash(&step(6, "bash"), 0);
    assert!(shown.contains("IaCRoleABCAInfrastructure:"), "the template is not shown: {shown}");
    let unstaged = checkout.bash("git diff --name-only", 0);
    assert_eq!(unstaged, "", "what the steps changed is staged");
}

#[test]
fn the_tasks_return_the_exit_codes_and_print_results_alone() {
    let checkout = Checkout::switched();
    checkout.bash("MISE_EXPERIMENTAL=1 mise //cdk:bootstrap -- --template mine.yaml", 2);
    checkout.bash("MISE_EXPERIMENTAL=1 mise //cdk:preflight -- --help", 0);
    let mut shown = checkout.command("MISE_EXPERIMENTAL=1 mise //cdk:bootstrap -- --show-template");
    let shown = String::from_utf8(shown.output().unwrap().stdout).unwrap();
    let template: Value = serde_yaml::from_str(&shown).unwrap_or_else(|error| panic!("{error}: {shown}"));
    assert!(template.get("Resources").is_some(), "stdout is the template");
}

#[test]
fn a_newer_bundle_is_refused_and_left_alone() {
    let checkout = Checkout::new("1.5.0");
    checkout.add_the_project();
    for lines in [step(2, "bash"), step(2, "bash").replace("--check ", "")] {
        let said = checkout.bash(&lines, 1);
        assert!(said.contains("says 1.5.0, ours is "), "{said}");
    }
    let page = fs::read_to_string(checkout.abca(project::DOCS_PAGE)).unwrap();
    assert_eq!(page, "# by hand\n", "nothing is written");
}

#[test]
fn the_workflow_is_pinned_and_may_do_little() {
    let page = page();
    let [workflow] = blocks(section(&page, "## Before `cdk deploy`"), "yaml")[..] else {
        panic!("one workflow")
    };
    let ci = fs::read_to_string(project::root().unwrap().join(".github/workflows/ci.yml")).unwrap();
    let parsed: Value = serde_yaml::from_str(workflow).unwrap();
    assert!(parsed.get("permissions").and_then(Value::as_mapping).is_some_and(serde_yaml::Mapping::is_empty));
    let job = parsed.get("jobs").and_then(|jobs| jobs.get("deploy")).unwrap();
    assert!(job.get("timeout-minutes").is_some(), "no job runs for ever");
    let permission = |name: &str| job.get("permissions").and_then(|p| p.get(name)).and_then(Value::as_str);
    assert_eq!(permission("contents"), Some("read"));
    for line in workflow.lines().filter_map(|line| line.trim_start().strip_prefix("- uses: ")) {
        let (action, commit) = line.split_once(" # v").and_then(|(uses, _)| uses.split_once('@')).unwrap();
        assert_eq!(commit.len(), 40, "{action} is pinned by commit");
        assert!(!action.starts_with("actions/") || ci.contains(line), "{line} is another pin than CI's");
    }
}

#[test]
fn the_workflow_runs_preflight() {
    let page = page();
    let [workflow] = blocks(section(&page, "## Before `cdk deploy`"), "yaml")[..] else {
        panic!("one workflow")
    };
    let parsed: Value = serde_yaml::from_str(workflow).unwrap();
    let steps = parsed.get("jobs").and_then(|jobs| jobs.get("deploy")?.get("steps")?.as_sequence()).unwrap();
    let text = |step: &Value, key: &str| step.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let preflight = steps.iter().find(|step| text(step, "run").contains("preflight")).unwrap();
    let checkout = Checkout::new("1.2.0");
    checkout.add_the_project();
    let lines = format!("cd {} && {}", text(preflight, "working-directory"), text(preflight, "run"));
    // Without credentials it cannot tell: its exit code is 1, and not 2 for a wrong option.
    checkout.bash(&format!("AWS_EC2_METADATA_DISABLED=true AWS_REGION=us-east-1; export AWS_REGION AWS_EC2_METADATA_DISABLED; {lines}"), 1);
}
