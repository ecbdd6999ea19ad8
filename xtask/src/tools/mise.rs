//! mise: the locked binary where there is one for the platform, else the one in `PATH`.

use std::env::consts::{ARCH, OS};
use std::path::{Path, PathBuf};

use anyhow::ensure;
use xshell::{Shell, cmd};

use super::{answer, cache, node, npm_ci, read};
use crate::output;

/// The files that make an installation of mise, in the folder `xtask/mise` of the workspace.
const FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// mise inside a folder that holds a `node_modules`.
const BINARY: &str = "node_modules/@jdxcode/mise-linux-x64/bin/mise";

/// A mise to run the tasks of `mise.toml` and `cdk/mise.toml` with.
///
/// `root` is the workspace root. Linux on x86-64 gets the locked mise, in the cache; npm has no package of it
/// for other platforms, so there it has to be in `PATH`.
///
/// # Errors
///
/// When Node.js or npm is missing or too old, the installation fails, or `PATH` has no mise where it has to.
pub fn mise(sh: &Shell, root: &Path) -> anyhow::Result<PathBuf> {
    if (OS, ARCH) != ("linux", "x86_64") {
        ensure!(
            answer(cmd!(sh, "mise --version")).is_some(),
            "no `mise` in `PATH`: there is a locked one for x86_64 linux only, install mise for {ARCH} {OS}"
        );
        return Ok(PathBuf::from("mise"));
    }
    node::check(sh, &root.join("cdk"))?;
    let source = root.join("xtask/mise");
    let lock = read(&source.join("package-lock.json"))?;
    let folder = cache::prepared("mise", lock.as_bytes(), Path::new(BINARY), |folder| {
        let _step = output::step("installing mise in the cache");
        for file in FILES {
            sh.copy_file(source.join(file), folder)?;
        }
        npm_ci(sh, folder)
    })?;
    Ok(folder.join(BINARY))
}
