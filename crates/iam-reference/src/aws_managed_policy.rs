//! [`AwsManagedPolicy`]: a policy that AWS maintains, and what it grants.

use crate::source::Source;
use crate::table::{MANAGED_POLICIES, SOURCES};

/// The AWS managed policies whose documents are on record, sorted by name.
pub fn aws_managed_policies() -> &'static [AwsManagedPolicy] {
    &MANAGED_POLICIES
}

/// The AWS managed policy of that name; `None` when its document is not on record.
pub fn aws_managed_policy(name: &str) -> Option<&'static AwsManagedPolicy> {
    MANAGED_POLICIES.iter().find(|policy| policy.name == name)
}

/// The package that the documents are from; all other facts come from the other [`crate::sources`].
pub fn aws_managed_policies_source() -> &'static Source {
    let [.., last] = &SOURCES;
    last
}

/// A policy that AWS maintains, in the version that is on record: AWS changes it without asking.
///
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html>
#[derive(Debug, PartialEq, Eq)]
pub struct AwsManagedPolicy {
    name: &'static str,
    path: &'static str,
    version: &'static str,
    updated: &'static str,
    document: &'static str,
}

impl AwsManagedPolicy {
    /// A row of the table; only generated code calls this.
    pub(crate) const fn new(
        name: &'static str,
        path: &'static str,
        version: &'static str,
        updated: &'static str,
        document: &'static str,
    ) -> Self {
        Self { name, path, version, updated, document }
    }

    /// Its name: `AmazonVPCReadOnlyAccess`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The path in its ARN, which begins and ends with `/`: `/`, `/service-role/`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The version that the document is of: `v12`.
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// When that version came, `YYYY-MM-DD`.
    pub const fn updated(&self) -> &'static str {
        self.updated
    }

    /// What it says, as minified JSON.
    pub const fn document(&self) -> &'static str {
        self.document
    }
}
