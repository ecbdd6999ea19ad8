//! A Python that is new enough, wherever it is installed.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use semver::Version;
use xshell::{Shell, cmd};

/// The first Python of `PATH`, then of pyenv, that runs, is new enough and can make a virtual environment.
///
/// `oldest` is the version that will do at least, as major and minor number.
pub(super) fn find(sh: &Shell, oldest: (u32, u32)) -> anyhow::Result<PathBuf> {
    let in_path = ["python3.14", "python3.13", "python3.12", "python3", "python3.11", "python3.10"];
    in_path.into_iter().map(PathBuf::from).chain(of_pyenv()).find(|python| is_usable(sh, python, oldest)).with_context(|| {
        let (major, minor) = oldest;
        format!(
            "no `python3` that fits: install Python {major}.{minor} or newer with its `venv` module (package \
             `python3-venv` on Debian)"
        )
    })
}

/// A shim of pyenv answers with an error when its version is not selected; Debian's Python may lack ensurepip.
fn is_usable(sh: &Shell, python: &PathBuf, oldest: (u32, u32)) -> bool {
    let probe = "import ensurepip, sys, venv; print(*sys.version_info[:2])";
    super::answer(cmd!(sh, "{python} -c {probe}"))
        .and_then(|answer| version(&answer))
        .is_some_and(|version| version >= oldest)
}

/// The interpreters that pyenv has installed, newest first.
fn of_pyenv() -> Vec<PathBuf> {
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".pyenv"));
    let Some(root) = env::var_os("PYENV_ROOT").map(PathBuf::from).or_else(home) else {
        return Vec::new();
    };
    let mut found: Vec<_> = fs::read_dir(root.join("versions"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = Version::parse(entry.file_name().to_str()?).ok()?;
            Some((version, entry.path().join("bin/python")))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, python)| python).collect()
}

/// `3 13`
fn version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
