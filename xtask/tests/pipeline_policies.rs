//! The pipeline's policies in both modes, against `tests/golden/pipeline/`, which was written by hand from the list of
//! permissions that they are made from. Never regenerate the files from our own output.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

use std::path::Path;

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "common/golden.rs"]
mod golden;
#[path = "common/pipeline.rs"]
mod pipeline;

use golden::normalized;
use iam::{Applies, ManagedPolicy, PolicyDocument, ResourceBlock};
use pipeline::reference;
use policies::{PipelineMode, oidc_provider_arn, pipeline_policy_set, pipeline_trust_policy};
use serde::Deserialize;
use serde_json::Value;

/// What is recorded of one policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Golden {
    logical_id: String,
    label: String,
    /// Create-only: another one could not be deployed over this one.
    managed_policy_name: String,
    /// Create-only.
    description: String,
    policy_document: Value,
}

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/pipeline");
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn policies(mode: PipelineMode) -> Vec<ManagedPolicy> {
    pipeline_policy_set(&reference(mode)).unwrap().policies().to_vec()
}

#[test]
fn each_mode_has_its_policies_in_order() {
    let names = |mode| -> Vec<_> { policies(mode).iter().map(|p| p.file_stem.clone()).collect() };
    assert_eq!(names(PipelineMode::Roles), ["assume-roles", "image-push"]);
    assert_eq!(names(PipelineMode::Direct), ["staging-bucket", "fargate-stack", "image-push"]);
    let aws_managed = |mode| -> Vec<_> {
        let set = pipeline_policy_set(&reference(mode)).unwrap();
        set.aws_managed().iter().map(|policy| policy.name.to_string()).collect()
    };
    assert!(aws_managed(PipelineMode::Roles).is_empty());
    assert_eq!(
        aws_managed(PipelineMode::Direct),
        ["AWSCloudFormationReadOnlyAccess", "AmazonVPCReadOnlyAccess"]
    );
}

#[test]
fn every_document_says_what_is_recorded() {
    for policy in PipelineMode::ALL.into_iter().flat_map(policies) {
        let golden: Golden = serde_json::from_str(&file(&format!("{}.json", policy.file_stem))).unwrap();
        assert_eq!(policy.logical_id.as_str(), golden.logical_id);
        assert_eq!(policy.label.as_str(), golden.label);
        assert_eq!(format!("${{AWS::StackName}}-{}", policy.label), golden.managed_policy_name);
        assert_eq!(policy.description, golden.description);
        assert_eq!(policy.applies, Applies::Always);
        let written = serde_json::from_str(&policy.document.to_artifact()).unwrap();
        let (written, golden) = (normalized(written), normalized(golden.policy_document));
        assert!(written == golden, "{}:\n{written:#}\ninstead of\n{golden:#}", policy.name);
    }
}

#[test]
fn the_trust_policy_says_what_is_recorded() {
    let target = reference(PipelineMode::Roles);
    let provider = oidc_provider_arn(target.partition(), &target.accounts()[0]);
    let trust = pipeline_trust_policy(&target, &provider).unwrap().unwrap();
    let written: Value = serde_json::from_str(&trust.to_artifact()).unwrap();
    let golden: Value = serde_json::from_str(&file("trust-policy.json")).unwrap();
    let one = |mut document: Value| {
        if let Some([statement]) = document["Statement"].as_array().map(Vec::as_slice) {
            document["Statement"] = statement.clone();
        }
        normalized(document)
    };
    assert_eq!(one(written), one(golden));
}

/// The slips of the list of 2020, and what became of them.
#[test]
fn no_slip_of_the_list_is_left() {
    for policy in PipelineMode::ALL.into_iter().flat_map(policies) {
        let text = policy.document.to_minified();
        assert!(!text.contains("VisualEditor"), "a statement without a telling id in {}", policy.name);
        assert!(!text.contains("HeadBucket"), "no action of IAM's in {}", policy.name);
        for statement in policy.document.statements() {
            let services: std::collections::BTreeSet<_> =
                statement.action.patterns().iter().map(|action| action.service().to_owned()).collect();
            let scoped = !is_open(statement.resource.as_ref());
            assert!(services.len() == 1 || !scoped, "{} multiplies services", statement.label(0));
            for action in statement.action.patterns().iter().filter(|action| !action.has_wildcard()) {
                assert!(iam_reference::exists(action.as_str()), "{action} in {}", policy.name);
            }
            let has_reason = statement.sid.as_ref().is_some_and(|sid| policy.any_resource.contains_key(sid));
            assert_eq!(has_reason, !scoped, "{}, statement {}", policy.name, statement.label(0));
        }
        assert_accounts_are_its_own(&policy.document);
    }
}

fn is_open(resource: Option<&ResourceBlock>) -> bool {
    resource.is_some_and(|block| block.patterns().iter().any(iam::ArnPattern::is_any))
}

#[track_caller]
fn assert_accounts_are_its_own(document: &PolicyDocument) {
    let patterns =
        document.statements().iter().filter_map(|s| s.resource.as_ref()).flat_map(ResourceBlock::patterns);
    for pattern in patterns.filter(|pattern| !pattern.is_any()) {
        let [_, service, _, account, _] = pattern.segments();
        let expected = if service == "s3" { "" } else { "111122223333" };
        assert_eq!(account, expected, "{pattern}");
    }
}
