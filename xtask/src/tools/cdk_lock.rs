//! The part of an npm lock file that matters here: the locked aws-cdk.

use std::collections::BTreeMap;

use anyhow::Context as _;
use semver::Version;
use serde::Deserialize;

/// The aws-cdk package in a lock file of npm, its hidden one in `node_modules` included.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CdkLock {
    /// The version of the CLI.
    pub version: Version,
    /// The digest of the published archive, in the form of Subresource Integrity.
    pub integrity: String,
}

impl CdkLock {
    /// Reads the text of a `package-lock.json` of version 2 or 3.
    ///
    /// # Errors
    ///
    /// When the text is no such file or locks no aws-cdk.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        const ENTRY: &str = "node_modules/aws-cdk";
        #[derive(Deserialize)]
        struct File {
            packages: BTreeMap<String, serde_json::Value>,
        }
        let mut file: File = serde_json::from_str(text).context("not a lock file of npm 7 or newer")?;
        let entry = file.packages.remove(ENTRY).with_context(|| format!("no package `{ENTRY}`"))?;
        serde_json::from_value(entry).with_context(|| format!("package `{ENTRY}`"))
    }
}
