//! [`Expected`]: what a bootstrapped account should have.

use std::collections::BTreeMap;

use iam::{ComputeType, Partition, PolicyDocument, PolicySet, Sha256Digest};
use semver::Version;

use crate::environment::Environment;

/// What was generated, as far as an account can be compared with it.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The version of the bundle.
    pub version: Version,
    /// The hash of its content.
    pub hash: Sha256Digest,
    /// The version of the CDK's template.
    pub bootstrap_version: u32,
    /// What `BootstrapVariant` says.
    pub variant: String,
    /// The qualifier in all names.
    pub qualifier: String,
    /// The partition in all ARNs.
    pub partition: Partition,
    /// The policies.
    pub set: PolicySet,
    /// The execution role's trust policy.
    pub trust: PolicyDocument,
    /// The template's parameters with their defaults.
    pub parameters: BTreeMap<String, String>,
    /// Bytes of the template as it is sent.
    pub body_bytes: usize,
}

/// A policy as an account has it.
#[derive(Clone, Debug)]
pub struct ExpectedPolicy<'a> {
    /// How it is listed in `BootstrapPolicySet`.
    pub label: &'a str,
    /// The name without what an account puts around it.
    pub name: &'a str,
    /// The artifact with its document, in the folder `policies`.
    pub file: String,
    /// What it says.
    pub document: &'a PolicyDocument,
}

impl Expected {
    /// The values that `ComputeTypes` may have.
    pub fn allowed_compute_types(&self) -> Vec<&ComputeType> {
        self.set.compute_types()
    }

    /// The policies that are attached with these compute types, in order.
    pub fn policies(&self, compute_types: &[String]) -> Vec<ExpectedPolicy<'_>> {
        self.set
            .attached(compute_types)
            .map(|policy| ExpectedPolicy {
                label: policy.label.as_str(),
                name: policy.name.as_str(),
                file: format!("{}.json", policy.file_stem),
                document: &policy.document,
            })
            .collect()
    }

    /// What the output `BootstrapPolicySet` says with these compute types.
    pub fn set_output(&self, compute_types: &[String]) -> String {
        self.policies(compute_types).iter().map(|policy| policy.label).collect::<Vec<_>>().join(",")
    }

    /// The ARN of a policy in an account.
    pub fn policy_arn(&self, environment: &Environment, name: &str) -> String {
        let Environment { account, region } = environment;
        format!(
            "arn:{}:iam::{account}:policy/cdk-{}-{name}-{account}-{region}",
            self.partition, self.qualifier
        )
    }

    /// What the ARNs of the bundle's policies begin with in an account, whichever policies a version of it has.
    pub fn policy_arn_prefix(&self, environment: &Environment) -> String {
        // The part of the names that all policies share.
        let prefix = self.set.policies().first().and_then(|policy| {
            let (name, label) = (policy.name.as_str(), policy.label.as_str());
            name.strip_suffix(label)
        });
        let account = &environment.account;
        format!(
            "arn:{}:iam::{account}:policy/cdk-{}-{}",
            self.partition,
            self.qualifier,
            prefix.unwrap_or_default()
        )
    }

    /// The name of the execution role in an account.
    pub fn execution_role(&self, environment: &Environment) -> String {
        let Environment { account, region } = environment;
        format!("cdk-{}-cfn-exec-role-{account}-{region}", self.qualifier)
    }
}
