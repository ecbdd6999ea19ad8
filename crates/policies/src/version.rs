//! The bundle's version, and the ledger that ties each content to one version.

use iam::Sha256Digest;
use semver::Version;

/// The version of the policy bundle, written to `BOOTSTRAP_VERSION` and to the stack's output.
///
/// Raise it whenever a policy changes, and add its line to [`LEDGER`]; `cargo xtask generate` says which.
pub const BOOTSTRAP_VERSION: Version = Version::new(1, 2, 0);

/// Every version there has been, oldest first, with the hash of its policies for `Target::reference()`.
pub const LEDGER: &[(Version, &str)] =
    &[(Version::new(1, 2, 0), "e53f2357bd1d3cc80411340c4e8280733a817d98f629b41c6461c376ff9405ea")];

/// Why content and version do not go together.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LedgerError {
    /// The content changed and the version did not.
    #[error(
        "the policies changed, but version `{version}` stands for other content: \
         set `BOOTSTRAP_VERSION` to `{next}` and add this line to `LEDGER`, both in \
         crates/policies/src/version.rs: {}",
        ledger_line(next, actual)
    )]
    ContentChanged {
        /// The version as it stands.
        version: Version,
        /// The version to set.
        next: Version,
        /// The hash of the content.
        actual: Sha256Digest,
    },
    /// The version was raised, but its content is not recorded.
    #[error(
        "version `{version}` is not in the ledger: add this line at the end of `LEDGER` in \
         crates/policies/src/version.rs: {}",
        ledger_line(version, actual)
    )]
    Unrecorded {
        /// The version as it stands.
        version: Version,
        /// The hash of the content.
        actual: Sha256Digest,
    },
    /// The content is that of another version.
    #[error("the policies are those of version `{recorded}`: set `BOOTSTRAP_VERSION` back from `{version}`")]
    OtherVersion {
        /// The version as it stands.
        version: Version,
        /// The version that has this content.
        recorded: Version,
    },
}

fn ledger_line(version: &Version, hash: &Sha256Digest) -> String {
    format!("(Version::new({}, {}, {}), \"{hash}\"),", version.major, version.minor, version.patch)
}

/// Checks that the content of the policies for `Target::reference()` is what the version stands for.
pub fn check_ledger(
    ledger: &[(Version, &str)],
    version: &Version,
    actual: Sha256Digest,
) -> Result<(), LedgerError> {
    let hash = actual.to_string();
    let version = version.clone();
    if let Some((recorded, _)) = ledger.iter().find(|(other, known)| *known == hash && *other != version) {
        return Err(LedgerError::OtherVersion { version, recorded: recorded.clone() });
    }
    match ledger.iter().find(|(known, _)| *known == version) {
        Some((_, recorded)) if *recorded == hash => Ok(()),
        Some(_) => {
            let newest = ledger.iter().map(|(known, _)| known).max().unwrap_or(&version);
            let next = Version::new(newest.major, newest.minor + 1, 0);
            Err(LedgerError::ContentChanged { next, version, actual })
        }
        None => Err(LedgerError::Unrecorded { version, actual }),
    }
}
