//! The limits of a managed policy and of a set.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

use std::collections::BTreeMap;

use iam::{
    Applies, AttachmentQuota, AwsManagedPolicy, ComputeType, LogicalId, MANAGED_POLICY_SIZE_LIMIT,
    ManagedPolicy, PolicyDocument, PolicyKind, PolicyName, PolicySet, PolicySetErrors,
};

/// A policy with one statement, on a bucket whose name has that many characters.
fn policy(label: &str, sid: &str, bucket: usize) -> ManagedPolicy {
    let bucket = "b".repeat(bucket);
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Sid":"{sid}","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::{bucket}"}}}}"#
    );
    ManagedPolicy {
        name: PolicyName::new(format!("Test-{label}")).unwrap(),
        label: PolicyName::new(label).unwrap(),
        file_stem: label.to_lowercase(),
        logical_id: LogicalId::new(format!("Test{label}")).unwrap(),
        description: String::new(),
        scope: String::new(),
        applies: Applies::Always,
        any_resource: BTreeMap::new(),
        document: PolicyDocument::parse(&text, PolicyKind::Identity).unwrap(),
    }
}

fn many(count: usize) -> Vec<ManagedPolicy> {
    (0..count).map(|i| policy(&format!("P{i}"), &format!("S{i}"), 1)).collect()
}

fn refused(policies: Vec<ManagedPolicy>) -> String {
    PolicySet::new(policies).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_policy_of_6144_characters_is_one_and_of_6145_is_none() {
    let rest = policy("A", "A", 1).document.size() - 1;
    let largest = policy("A", "A", MANAGED_POLICY_SIZE_LIMIT - rest);
    assert_eq!((largest.document.size(), largest.characters_left()), (6144, 0));
    assert!(PolicySet::new(vec![largest]).is_ok());
    let error = refused(vec![policy("A", "A", MANAGED_POLICY_SIZE_LIMIT - rest + 1)]);
    assert_eq!(
        error,
        "policy `Test-A`: it has 6145 characters, 1 over IAM's limit of 6144: move a statement to another policy"
    );
}

#[test]
fn white_space_between_tokens_does_not_count_and_characters_are_not_bytes() {
    let text = "{ \"Version\": \"2012-10-17\",\n \"Statement\": [ {\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"arn:aws:sns:*:*:é\"} ] }";
    let document = PolicyDocument::parse(text, PolicyKind::Identity).unwrap();
    let minified = r#"{"Statement":[{"Action":"s3:*","Effect":"Allow","Resource":"arn:aws:sns:*:*:é"}],"Version":"2012-10-17"}"#;
    assert_eq!(document.to_minified(), minified);
    assert_eq!(document.size(), minified.len() - 1);
}

#[test]
fn a_role_takes_ten_policies_by_default_and_twenty_at_most() {
    assert!(PolicySet::new(many(10)).is_ok());
    assert!(refused(many(11)).starts_with("11 policies, but a role or user takes 10: "));
    assert!(PolicySet::with_quota(many(20), AttachmentQuota::MAX).is_ok());
    assert!(PolicySet::with_quota(many(21), AttachmentQuota::MAX).is_err());
    assert_eq!(refused(Vec::new()), "a policy set needs at least one policy");
}

#[test]
fn names_are_unique_whatever_their_case_and_so_are_statement_ids() {
    let errors: PolicySetErrors =
        PolicySet::new(vec![policy("Same", "S", 1), policy("SAME", "S", 2)]).unwrap_err();
    insta::assert_snapshot!(errors, @"
    policies `Test-Same` and `Test-SAME` share the name `Test-SAME`
    policies `Test-Same` and `Test-SAME` share the label `SAME`
    policies `Test-Same` and `Test-SAME` share the file name `same`
    policies `Test-Same` and `Test-SAME` share the logical id `TestSAME`
    policies `Test-Same` and `Test-SAME` both have a statement `S`: ids are unique over the whole set
    ");
}

#[test]
fn a_managed_policy_states_the_current_version_and_names_its_statements() {
    let with = |text: &str| {
        let document = PolicyDocument::parse(text, PolicyKind::Identity).unwrap();
        refused(vec![ManagedPolicy { document, ..policy("A", "A", 1) }])
    };
    let statement = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
    assert_eq!(
        with(&format!(r#"{{"Statement":{statement}}}"#)),
        "policy `Test-A`: its `Version` must be `2012-10-17`"
    );
    assert_eq!(
        with(&format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#)),
        "policy `Test-A`: statement #0 has no `Sid`"
    );
}

#[test]
fn compute_types_are_listed_in_order_and_once() {
    let with = |label: &str, applies: Applies| ManagedPolicy { applies, ..policy(label, label, 1) };
    let one = ComputeType::new("one").unwrap();
    let two = ComputeType::new("two").unwrap();
    let set = PolicySet::new(vec![
        with("A", Applies::Default(two.clone())),
        with("B", Applies::When(one.clone())),
        with("C", Applies::When(one.clone())),
    ])
    .unwrap();
    assert_eq!(set.compute_types(), [&two, &one]);
    assert_eq!(set.optional_compute_types(), [&one]);
}

#[test]
fn the_hash_changes_with_content_and_order_and_with_nothing_else() {
    let hash = |policies: Vec<ManagedPolicy>| PolicySet::new(policies).unwrap().hash();
    let plain = hash(vec![policy("A", "A", 1), policy("B", "B", 1)]);
    let other_words = ManagedPolicy { scope: "other".to_owned(), ..policy("A", "A", 1) };
    assert_eq!(plain, hash(vec![other_words, policy("B", "B", 1)]));
    assert_ne!(plain, hash(vec![policy("B", "B", 1), policy("A", "A", 1)]));
    assert_ne!(plain, hash(vec![policy("A", "A", 2), policy("B", "B", 1)]));
}

#[test]
fn compute_types_decide_which_policies_are_attached() {
    let compute_type = |name| ComputeType::new(name).unwrap();
    let mut policies = many(3);
    policies[1].applies = Applies::Default(compute_type("agentcore"));
    policies[2].applies = Applies::When(compute_type("ecs"));
    let set = PolicySet::new(policies).unwrap();
    let attached = |types: &[ComputeType]| {
        set.attached(types).map(|policy| policy.label.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(attached(&[]), "P0 P1");
    assert_eq!(attached(&[compute_type("agentcore")]), "P0 P1");
    assert_eq!(attached(&[compute_type("ecs")]), "P0 P1 P2");
}

#[test]
fn aws_managed_policies_count_as_attached_and_change_no_hash() {
    let vpc = || AwsManagedPolicy::named("AmazonVPCReadOnlyAccess").unwrap();
    let set = PolicySet::new(many(9)).unwrap();
    let hash = set.hash();
    let with = set.clone().with_aws_managed(vec![vpc()]).unwrap();
    assert_eq!((with.hash(), with.policies().len(), with.documents().count()), (hash, 9, 10));
    let cloudformation = AwsManagedPolicy::named("AWSCloudFormationReadOnlyAccess").unwrap();
    let error = set.clone().with_aws_managed(vec![vpc(), cloudformation]).unwrap_err().to_string();
    assert!(error.starts_with("11 policies, but a role or user takes 10: "), "{error}");
    let error =
        PolicySet::new(many(1)).unwrap().with_aws_managed(vec![vpc(), vpc()]).unwrap_err().to_string();
    assert_eq!(error, "the AWS managed policy `AmazonVPCReadOnlyAccess` stands twice");
}
