//! Node.js: found in `PATH`, with a version that the CDK CLI takes.

use std::path::Path;

use anyhow::{Context as _, ensure};
use semver::{Version, VersionReq};
use serde::Deserialize;
use xshell::{Shell, cmd};

/// Checks that `node` runs and has a version that the `package.json` of a folder allows.
pub(super) fn check(sh: &Shell, folder: &Path) -> anyhow::Result<()> {
    let package = folder.join("package.json");
    let wanted = engine(&super::read(&package)?).with_context(|| format!("`{}`", package.display()))?;
    let answer = super::answer(cmd!(sh, "node --version"))
        .with_context(|| format!("`node` does not run: install Node.js {wanted}"))?;
    ensure!(fits(&answer, &wanted)?, "`node` is {answer}: install Node.js {wanted}");
    Ok(())
}

/// The versions of Node.js that a `package.json` allows.
fn engine(package: &str) -> anyhow::Result<VersionReq> {
    #[derive(Deserialize)]
    struct Package {
        engines: Engines,
    }
    #[derive(Deserialize)]
    struct Engines {
        node: VersionReq,
    }
    Ok(serde_json::from_str::<Package>(package)?.engines.node)
}

/// Whether the answer of `node --version` is a wanted version.
fn fits(answer: &str, wanted: &VersionReq) -> anyhow::Result<bool> {
    let version = answer.strip_prefix('v').unwrap_or(answer);
    let version = Version::parse(version).with_context(|| format!("`node --version` answers `{answer}`"))?;
    Ok(wanted.matches(&version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        let wanted = engine(r#"{"engines": {"node": ">= 18.0.0"}}"#).unwrap();
        for (answer, expected) in [("v18.0.0", true), ("v24.1.3", true), ("v16.20.2", false)] {
            assert_eq!(fits(answer, &wanted).unwrap(), expected, "{answer}");
        }
        assert!(fits("command not found", &wanted).is_err());
    }
}
