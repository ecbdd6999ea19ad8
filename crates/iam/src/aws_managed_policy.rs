//! [`AwsManagedPolicy`]: a policy that AWS maintains, by its name and with what it says.

use crate::document::{PolicyDocument, PolicyKind};
use crate::name::{PolicyName, PolicyNameError};
use crate::partition::Partition;
use crate::read::ParseErrors;

/// A policy that AWS maintains and everybody can attach, in the version that is on record.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#aws-managed-policies>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsManagedPolicy {
    /// Its name, such as `AmazonVPCReadOnlyAccess`.
    pub name: PolicyName,
    /// The path in its ARN, which begins and ends with `/`.
    pub path: &'static str,
    /// The version on record: `v12`.
    pub version: &'static str,
    /// What it says.
    pub document: PolicyDocument,
}

/// Why there is no AWS managed policy of a name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AwsManagedPolicyError {
    /// The reference does not have it.
    #[error(
        "the document of the AWS managed policy `{0}` is not on record: add the name in xtask/src/refresh_data/moto.rs, then run `cargo xtask refresh-data`"
    )]
    Unknown(String),
    /// Its name is none that IAM takes.
    #[error(transparent)]
    Name(#[from] PolicyNameError),
    /// Its document is none that IAM takes.
    #[error("the AWS managed policy `{name}`: {errors}")]
    Document {
        /// Its name.
        name: String,
        /// What is wrong with the document.
        errors: ParseErrors,
    },
}

impl AwsManagedPolicy {
    /// The policy of that name, from the reference.
    pub fn named(name: &str) -> Result<Self, AwsManagedPolicyError> {
        let facts = iam_reference::aws_managed_policy(name)
            .ok_or_else(|| AwsManagedPolicyError::Unknown(name.to_owned()))?;
        let document = PolicyDocument::parse(facts.document(), PolicyKind::Identity)
            .map_err(|errors| AwsManagedPolicyError::Document { name: name.to_owned(), errors })?;
        Ok(Self { name: PolicyName::new(name)?, path: facts.path(), version: facts.version(), document })
    }

    /// Its ARN, which has `aws` in place of an account.
    pub fn arn(&self, partition: Partition) -> String {
        let Self { path, name, .. } = self;
        format!("arn:{partition}:iam::aws:policy{path}{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_on_record_is_one_that_iam_accepts() {
        for facts in iam_reference::aws_managed_policies() {
            let policy = AwsManagedPolicy::named(facts.name());
            assert!(policy.is_ok(), "{policy:?}");
        }
    }

    #[test]
    fn a_policy_has_its_arn_in_each_partition() {
        let policy = AwsManagedPolicy::named("AmazonVPCReadOnlyAccess").unwrap();
        assert_eq!(policy.arn(Partition::AWS), "arn:aws:iam::aws:policy/AmazonVPCReadOnlyAccess");
        let error = AwsManagedPolicy::named("NoSuchAccess").unwrap_err();
        assert!(error.to_string().contains("`NoSuchAccess` is not on record"), "{error}");
    }
}
