//! An AWS on this machine for end-to-end tests: `LocalStack`, and the `aws` CLI beside it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use xshell::{Shell, cmd};

use super::{PYTHON, cache, python, read, run};
use crate::output;

/// What `LocalStack` and its pinned packages need at least.
const OLDEST: (u32, u32) = (3, 13);

/// The Python that uv installs where there is none: the one that the requirements were made with.
const OF_UV: &str = "3.13";

/// The environment's interpreter, in its folder.
const INTERPRETER: &str = "bin/python";

/// The folder of the programs for `PATH`, in that of the environment.
const COMMANDS: &str = "commands";

/// `aws`, wherever the folder is moved to. pip's own script names the interpreter by its path, and the
/// environment is moved after it is made.
const AWS: &str = "#!/bin/sh\nexec \"$(dirname -- \"$0\")/../bin/python\" -m awscli \"$@\"\n";

/// The programs of an AWS on this machine.
#[derive(Clone, Debug)]
pub struct AwsEnv {
    /// The interpreter that runs `xtask/python/localstack_main.py`.
    pub python: PathBuf,
    /// A folder to put first in `PATH`: it holds `aws` and nothing else.
    pub commands: PathBuf,
}

/// `LocalStack` and the `aws` CLI, installed in the cache.
///
/// `root` is the workspace root. The packages are those of `xtask/python/e2e-requirements.txt`.
///
/// # Errors
///
/// When there is no Python 3.13 or newer with `venv` and uv cannot install one, or the installation fails.
pub fn aws_env(sh: &Shell, root: &Path) -> anyhow::Result<AwsEnv> {
    let requirements = root.join("xtask/python/e2e-requirements.txt");
    let build_requirements = root.join("xtask/python/e2e-build-requirements.txt");
    let lock = [read(&requirements)?, read(&build_requirements)?, AWS.to_owned()].concat();
    let folder = cache::prepared("aws", lock.as_bytes(), Path::new(INTERPRETER), |folder| {
        let python = python::find(sh, OLDEST).or_else(|missing| {
            let _step = output::step("installing a Python for LocalStack in the cache");
            of_uv(sh, root).with_context(|| format!("{missing:#}; uv could not install one either"))
        })?;
        let _step = output::step("installing LocalStack and the aws CLI in the cache");
        run(cmd!(sh, "{python} -m venv {folder}"))?;
        let python = folder.join(INTERPRETER);
        let install = ["-m", "pip", "install", "--require-hashes", "--no-deps"];
        // First what the packages without a wheel are built with, so that pip does not choose it.
        run(cmd!(sh, "{python} {install...} -r {build_requirements}"))?;
        run(cmd!(sh, "{python} {install...} --no-build-isolation -r {requirements}"))?;
        write_program(&folder.join(COMMANDS).join("aws"), AWS)
    })?;
    Ok(AwsEnv { python: folder.join(INTERPRETER), commands: folder.join(COMMANDS) })
}

/// A Python that uv installs in the cache; uv itself comes by pip, which any Python has.
fn of_uv(sh: &Shell, root: &Path) -> anyhow::Result<PathBuf> {
    let requirements = root.join("xtask/python/uv-requirements.txt");
    let lock = read(&requirements)? + OF_UV;
    let link = Path::new("interpreter");
    let folder = cache::prepared("uv-python", lock.as_bytes(), link, |folder| {
        let python = python::find(sh, PYTHON)?;
        let uv = folder.join("uv");
        run(cmd!(sh, "{python} -m venv {uv}"))?;
        let python = uv.join(INTERPRETER);
        run(cmd!(sh, "{python} -m pip install --require-hashes --no-deps -r {requirements}"))?;
        let uv = uv.join("bin/uv");
        run(cmd!(
            sh,
            "{uv} python install --no-config --no-cache --no-bin --install-dir {folder}/python {OF_UV}"
        ))?;
        let interpreter = installed_by_uv(folder)?;
        // Relative, as the folder is renamed.
        make_link(interpreter.strip_prefix(folder)?, &folder.join(link))
    })?;
    // A virtual environment made by way of the link would look for the standard library beside the link.
    fs::canonicalize(folder.join(link)).with_context(|| format!("`{}`", folder.join(link).display()))
}

/// The interpreter in uv's folder: `python/cpython-3.13.18-linux-x86_64-gnu/bin/python3.13`.
///
/// uv adds a link `cpython-3.13-linux-x86_64-gnu`, which holds the path before the folder is renamed.
fn installed_by_uv(folder: &Path) -> anyhow::Result<PathBuf> {
    let python = folder.join("python");
    let entries = fs::read_dir(&python).with_context(|| format!("reading `{}`", python.display()))?;
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path().join("bin").join(format!("python{OF_UV}")))
        .find(|interpreter| interpreter.exists())
        .with_context(|| format!("uv left no Python {OF_UV} in `{}`", python.display()))
}

#[cfg(unix)]
fn make_link(original: &Path, link: &Path) -> anyhow::Result<()> {
    Ok(std::os::unix::fs::symlink(original, link)?)
}

#[cfg(unix)]
fn write_program(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn make_link(_: &Path, _: &Path) -> anyhow::Result<()> {
    anyhow::bail!("the end-to-end tests run on Linux and macOS")
}

#[cfg(not(unix))]
fn write_program(_: &Path, _: &str) -> anyhow::Result<()> {
    anyhow::bail!("the end-to-end tests run on Linux and macOS")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_interpreter_is_found_where_uv_puts_it() {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("python/cpython-3.13.18-linux-x86_64-gnu/bin");
        fs::create_dir_all(&bin).unwrap();
        fs::create_dir(folder.path().join("python/.temp")).unwrap();
        let without = installed_by_uv(folder.path()).unwrap_err().to_string();
        assert!(without.starts_with("uv left no Python 3.13 in"), "{without}");
        fs::write(bin.join("python3.13"), "").unwrap();
        make_link(bin.parent().unwrap(), &folder.path().join("python/cpython-3.13-linux-x86_64-gnu"))
            .unwrap();
        assert_eq!(installed_by_uv(folder.path()).unwrap(), bin.join("python3.13"));
    }
}
