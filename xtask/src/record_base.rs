//! `cargo xtask record-base`: records the default bootstrap template of the locked CDK CLI.
//!
//! `generate` starts from the recorded file and so needs neither Node.js nor the network.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use iam::Sha256Digest;
use semver::Version;
use serde::{Deserialize, Deserializer, de};
use xshell::Shell;

use crate::tools::{self, cdk_lock::CdkLock};
use crate::{output, writer};

/// The recorded template, from the workspace root.
pub const TEMPLATE: &str = "cdk/bootstrap-template.default.yaml";

/// What the recorded template was taken from, from the workspace root.
pub const RECORD: &str = "cdk/bootstrap-template.default.toml";

/// The command that makes both again, as every message says it.
const COMMAND: &str = "cargo xtask record-base";

/// Record the default bootstrap template of the locked CDK CLI in `cdk/`
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask record-base            after the lock file in cdk/ has another release
  cargo xtask record-base --check    write nothing; exit 1 when the record is stale")]
pub struct RecordBase {
    /// Write nothing; fail when the recorded template is not that of the locked CDK CLI
    #[arg(long)]
    pub check: bool,
}

/// Which template is recorded: the contents of [`RECORD`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The version of the CDK CLI whose template it is.
    #[serde(rename = "aws-cdk")]
    pub aws_cdk: Version,
    /// The SHA-256 of the template's bytes.
    #[serde(deserialize_with = "digest")]
    pub sha256: Sha256Digest,
}

impl Record {
    /// The record of a template that a version of the CDK CLI holds.
    pub fn of(aws_cdk: Version, template: &[u8]) -> Self {
        Self { aws_cdk, sha256: Sha256Digest::of_bytes(template) }
    }

    /// Reads the text of a record.
    ///
    /// # Errors
    ///
    /// When it has other fields or the digest is none.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        Ok(toml::from_str(text)?)
    }

    fn to_text(&self) -> String {
        format!(
            "# Recorded by `{COMMAND}`, do not edit by hand.\naws-cdk = \"{}\"\nsha256 = \"{}\"\n",
            self.aws_cdk, self.sha256
        )
    }
}

/// Installs the locked CDK CLI in the cache and records its template, or compares it.
///
/// `root` is the workspace root.
///
/// # Errors
///
/// When the CLI cannot be installed, is not the locked one, or, with `--check`, when a file is stale.
pub fn run(sh: &Shell, root: &Path, args: &RecordBase) -> anyhow::Result<()> {
    let locked = CdkLock::parse(&fs::read_to_string(root.join("cdk/package-lock.json"))?)
        .context("cdk/package-lock.json")?;
    let entry = tools::cdk_cli(sh, root)?;
    let package = entry.ancestors().nth(2).context("the CDK CLI has no package folder")?;
    let installed = installed_version(package)?;
    ensure!(
        installed == locked.version,
        "the cache holds aws-cdk {installed} in place of {}: remove `{}`",
        locked.version,
        package.display()
    );
    let source = package.join("lib/api/bootstrap/bootstrap-template.yaml");
    let template = fs::read(&source).with_context(|| format!("reading `{}`", source.display()))?;
    let record = Record::of(installed, &template).to_text().into_bytes();
    let stale: Vec<_> = [(TEMPLATE, template), (RECORD, record)]
        .into_iter()
        .filter(|(path, contents)| fs::read(root.join(path)).ok().as_ref() != Some(contents))
        .collect();
    if args.check && !stale.is_empty() {
        let paths: Vec<_> = stale.iter().map(|(path, _)| format!("`{path}`")).collect();
        bail!("{} not as aws-cdk {} has it: run `{COMMAND}`", paths.join(" and "), locked.version);
    }
    for (path, contents) in stale {
        writer::replace(&root.join(path), &contents)?;
        output::result(&format!("recorded {path} of aws-cdk {}", locked.version))?;
    }
    Ok(())
}

fn digest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sha256Digest, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
}

fn installed_version(package: &Path) -> anyhow::Result<Version> {
    #[derive(Deserialize)]
    struct Package {
        version: Version,
    }
    let path = package.join("package.json");
    let text = fs::read_to_string(&path).with_context(|| format!("reading `{}`", path.display()))?;
    Ok(serde_json::from_str::<Package>(&text).with_context(|| format!("`{}`", path.display()))?.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_as_written() {
        let record = Record::of(Version::new(2, 1148, 1), b"text");
        assert_eq!(Record::parse(&record.to_text()).unwrap(), record);
    }

    #[test]
    fn a_record_is_read_strictly() {
        let good = Record::of(Version::new(2, 1148, 1), b"text").to_text();
        for (bad, message) in [
            (good.replace("2.1148.1", "latest"), "version"),
            (good.replace("sha256 = \"", "sha256 = \"0"), "SHA-256"),
            (good.clone() + "more = 1\n", "unknown field"),
            (good.replace("aws-cdk", "cdk"), "unknown field"),
        ] {
            let error = format!("{:#}", Record::parse(&bad).unwrap_err());
            assert!(error.contains(message), "`{error}` does not say `{message}`");
        }
    }
}
