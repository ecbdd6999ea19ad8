//! The tools that commands and tests need: the locked CDK CLI and library, a Python with `PyYAML` and cfn-lint,
//! and an AWS for end-to-end tests.
//!
//! They are installed when first needed, into a cache folder outside the source tree: `$ABCA_BOOTSTRAP_CACHE`,
//! else `abca-bootstrap` in `$XDG_CACHE_HOME` or `$HOME/.cache`. There each tool has a folder that is named by
//! the hash of its lock file, so a changed lock makes a new one. The network is used only to install.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use xshell::{Cmd, Shell, cmd};

mod cache;
pub mod cdk_lock;
mod localstack;
mod mise;
mod node;
mod python;

use self::cdk_lock::CdkLock;
pub use self::localstack::{AwsEnv, aws_env};
pub use self::mise::mise;
use crate::output;

/// The files that make an installation by npm, in the folder of its `package.json`.
const NPM_FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// The CDK CLI inside a folder that holds a `node_modules`.
const CDK_ENTRY: &str = "node_modules/aws-cdk/bin/cdk";

/// The entry script of the locked CDK CLI in the cache, to be run as `node <entry>`.
///
/// `root` is the workspace root. The folder three above the entry, `node_modules`, holds js-yaml as well.
///
/// # Errors
///
/// When Node.js or npm is missing or too old, or the installation fails.
pub fn cdk_cli(sh: &Shell, root: &Path) -> anyhow::Result<PathBuf> {
    let folder = npm_folder(sh, &root.join("cdk"), "cdk", CDK_ENTRY, "the locked CDK CLI")?;
    Ok(folder.join(CDK_ENTRY))
}

/// The folder `node_modules` in the cache with the locked library of the CDK app in `cdk/test-app`.
///
/// `root` is the workspace root.
///
/// # Errors
///
/// When Node.js or npm is missing or too old, or the installation fails.
pub fn cdk_library(sh: &Shell, root: &Path) -> anyhow::Result<PathBuf> {
    let probe = "node_modules/aws-cdk-lib/package.json";
    let folder = npm_folder(sh, &root.join("cdk/test-app"), "cdk-lib", probe, "the locked CDK library")?;
    Ok(folder.join("node_modules"))
}

/// The folder of the cache with the packages that the lock file in `source` names.
fn npm_folder(sh: &Shell, source: &Path, kind: &str, probe: &str, what: &str) -> anyhow::Result<PathBuf> {
    node::check(sh, source)?;
    let lock = read(&source.join("package-lock.json"))?;
    cache::prepared(kind, lock.as_bytes(), Path::new(probe), |folder| {
        let _step = output::step(&format!("installing {what} in the cache"));
        for file in NPM_FILES {
            sh.copy_file(source.join(file), folder)?;
        }
        npm_ci(sh, folder)
    })
}

/// The entry script of the locked CDK CLI in `cdk/` itself, installed there unless it is already.
///
/// `root` is the workspace root.
///
/// # Errors
///
/// When Node.js or npm is missing or too old, or the installation fails.
pub fn install_cdk(sh: &Shell, root: &Path) -> anyhow::Result<PathBuf> {
    let cdk = root.join("cdk");
    node::check(sh, &cdk)?;
    let locked = CdkLock::parse(&read(&cdk.join("package-lock.json"))?).context("cdk/package-lock.json")?;
    // npm writes this file last, so half an installation has none.
    let installed = std::fs::read_to_string(cdk.join("node_modules/.package-lock.json"))
        .ok()
        .and_then(|text| CdkLock::parse(&text).ok());
    let entry = cdk.join(CDK_ENTRY);
    if installed.as_ref() != Some(&locked) || !entry.exists() {
        let _step = output::step(&format!("installing aws-cdk {} in cdk/node_modules", locked.version));
        npm_ci(sh, &cdk)?;
    }
    Ok(entry)
}

/// What cfn-lint and its pinned packages need at least.
const PYTHON: (u32, u32) = (3, 10);

/// The interpreter of a virtual environment with the packages of `xtask/python/requirements.txt`.
///
/// `root` is the workspace root. Run programs with it (`<python> -c …`): the environment was moved after
/// it was made, so the scripts beside the interpreter do not find it.
///
/// # Errors
///
/// When there is no Python 3.10 or newer with `venv`, or the installation fails.
pub fn python_env(sh: &Shell, root: &Path) -> anyhow::Result<PathBuf> {
    let interpreter = Path::new("bin/python");
    let requirements = root.join("xtask/python/requirements.txt");
    let lock = read(&requirements)?;
    let folder = cache::prepared("python", lock.as_bytes(), interpreter, |folder| {
        let python = python::find(sh, PYTHON)?;
        let _step = output::step("installing cfn-lint and PyYAML in the cache");
        run(cmd!(sh, "{python} -m venv {folder}"))?;
        let python = folder.join(interpreter);
        run(cmd!(sh, "{python} -m pip install --require-hashes --no-deps -r {requirements}"))
    })?;
    Ok(folder.join(interpreter))
}

fn npm_ci(sh: &Shell, folder: &Path) -> anyhow::Result<()> {
    let _in_folder = sh.push_dir(folder);
    ensure!(answer(cmd!(sh, "npm --version")).is_some(), "`npm` does not run: install Node.js with npm");
    run(cmd!(sh, "npm ci --ignore-scripts --no-audit --no-fund"))
}

/// Runs a program; what it prints is shown only when it fails.
pub(crate) fn run(command: Cmd<'_>) -> anyhow::Result<()> {
    let shown = command.to_string();
    let output = command.quiet().ignore_status().output()?;
    ensure!(
        output.status.success(),
        "`{shown}` failed ({}): {}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim_end(),
        String::from_utf8_lossy(&output.stdout).trim_end(),
    );
    Ok(())
}

/// The first line that a program prints; `None` when it does not run or fails.
fn answer(command: Cmd<'_>) -> Option<String> {
    let text = command.quiet().ignore_stderr().read().ok()?;
    text.lines().next().map(str::to_owned)
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading `{}`", path.display()))
}
