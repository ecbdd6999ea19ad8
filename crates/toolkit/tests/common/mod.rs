//! A small bundle of the tests' own, and stacks that have it.

use std::collections::BTreeMap;

use iam::{
    Applies, ComputeType, LogicalId, ManagedPolicy, Partition, PolicyDocument, PolicyKind, PolicyName,
    PolicySet,
};
use semver::Version;
use toolkit::{Environment, Expected, Stack};

/// Where the tests play.
pub(crate) fn environment() -> Environment {
    "aws://123456789012/us-east-1".parse().unwrap()
}

/// A policy of one statement.
pub(crate) fn policy(label: &str, applies: Applies) -> ManagedPolicy {
    let sid = label.replace('-', "");
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Sid":"{sid}","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}}}}"#
    );
    ManagedPolicy {
        name: PolicyName::new(format!("Test-{label}")).unwrap(),
        label: PolicyName::new(label).unwrap(),
        file_stem: label.to_lowercase(),
        logical_id: LogicalId::new(format!("Test{sid}")).unwrap(),
        description: String::new(),
        scope: String::new(),
        applies,
        any_resource: BTreeMap::new(),
        document: PolicyDocument::parse(&text, PolicyKind::Identity).unwrap(),
    }
}

/// The execution role's trust policy.
pub(crate) fn trust() -> PolicyDocument {
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"cloudformation.amazonaws.com"}}}"#;
    PolicyDocument::parse(text, PolicyKind::Trust).unwrap()
}

/// A bundle of three policies, the last one for `ecs`.
pub(crate) fn expected() -> Expected {
    let compute_type = |name| ComputeType::new(name).unwrap();
    let set = PolicySet::new(vec![
        policy("Core", Applies::Always),
        policy("Compute-Plain", Applies::Default(compute_type("plain"))),
        policy("Compute-ECS", Applies::When(compute_type("ecs"))),
    ])
    .unwrap();
    Expected {
        version: Version::new(1, 2, 0),
        hash: set.hash(),
        bootstrap_version: 33,
        variant: "Ours".to_owned(),
        qualifier: "hnb659fds".to_owned(),
        partition: Partition::AWS,
        set,
        trust: trust(),
        parameters: BTreeMap::from([("FileAssetsBucketName".to_owned(), String::new())]),
        body_bytes: 50_000,
    }
}

/// A stack that has the bundle with these compute types; `changes` are parameters or outputs that differ.
pub(crate) fn stack(compute_types: &str, changes: &[(&'static str, &'static str)]) -> Stack {
    let expected = expected();
    let hash = expected.hash.to_string();
    let types: Vec<String> = compute_types.split(',').map(str::to_owned).collect();
    let set = expected.set_output(&types);
    let mut parameters = BTreeMap::from([
        ("ComputeTypes", compute_types),
        ("BootstrapVariant", "Ours"),
        ("CloudFormationExecutionPolicies", ""),
        ("TrustedAccounts", ""),
        ("TrustedAccountsForLookup", ""),
        ("Qualifier", "hnb659fds"),
        ("InputPermissionsBoundary", ""),
    ]);
    let mut outputs = BTreeMap::from([
        ("BootstrapVersion", "33"),
        ("BootstrapPolicyVersion", "1.2.0"),
        ("BootstrapPolicyHash", hash.as_str()),
        ("BootstrapPolicySet", set.as_str()),
    ]);
    let mut status = "UPDATE_COMPLETE";
    for (name, value) in changes {
        if *name == "StackStatus" {
            status = value;
        } else if let Some(output) = outputs.get_mut(name) {
            *output = value;
        } else {
            parameters.insert(name, value);
        }
    }
    Stack::new(status, &parameters, &outputs)
}

/// The ARNs of policies in the account, by their labels.
pub(crate) fn arns(labels: &[&str]) -> Vec<String> {
    labels.iter().map(|label| expected().policy_arn(&environment(), &format!("Test-{label}"))).collect()
}
