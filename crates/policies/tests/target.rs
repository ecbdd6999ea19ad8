//! What a target may be, and that every ARN follows from it.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at what fails")]

use policies::{Target, TargetErrors, policy_set};
use proptest::prelude::*;

fn refused(stack: &str, qualifier: &str, partition: &str, compute_types: &[&str]) -> TargetErrors {
    Target::new(stack, qualifier, partition, compute_types.iter().copied())
        .expect_err("the target breaks a rule")
}

#[test]
fn each_wrong_value_is_refused_with_the_rule_it_breaks() {
    const STACK: &str = "backgroundagent-dev";
    const QUALIFIER: &str = "hnb659fds";
    let long_name = "a".repeat(129);
    let table: &[(&str, &str, &str, &[&str], &str)] = &[
        ("", QUALIFIER, "aws", &["ecs"], "stack-name: `` is no stack name"),
        ("1-dev", QUALIFIER, "aws", &["ecs"], "stack-name: `1-dev` is no stack name"),
        ("a_b", QUALIFIER, "aws", &["ecs"], "stack-name: `a_b` is no stack name"),
        (&long_name, QUALIFIER, "aws", &["ecs"], "at most 128"),
        (STACK, "", "aws", &["ecs"], "qualifier: `` is no qualifier"),
        (STACK, "elevenchars", "aws", &["ecs"], "1 to 10 letters and digits"),
        (STACK, "a-b", "aws", &["ecs"], "qualifier: `a-b` is no qualifier"),
        (
            STACK,
            QUALIFIER,
            "aws-moon",
            &["ecs"],
            "partition: there is no partition `aws-moon`: write one of aws, aws-cn",
        ),
        (STACK, QUALIFIER, "aws", &["ECS"], "there is no compute type `ECS`: write one or more of agentcore"),
        (
            STACK,
            QUALIFIER,
            "aws",
            &["noecs"],
            "there is no compute type `noecs`: write one or more of agentcore",
        ),
        (STACK, QUALIFIER, "aws", &[""], "there is no compute type ``: write one or more of agentcore"),
        (STACK, QUALIFIER, "aws", &[], "the list is empty: write one or more of agentcore"),
        (STACK, QUALIFIER, "aws", &["ecs", "ecs"], "`ecs` stands twice"),
    ];
    for (stack, qualifier, partition, compute_types, rule) in table {
        let errors = refused(stack, qualifier, partition, compute_types);
        assert_eq!(errors.errors().len(), 1, "{errors}");
        assert!(errors.to_string().contains(rule), "`{errors}` does not say `{rule}`");
    }
}

#[test]
fn all_wrong_values_are_reported_at_once() {
    let errors = refused("-", "!", "moon", &["ECS", "noecs"]).to_string();
    let fields: Vec<_> = errors.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(
        fields,
        ["stack-name", "qualifier", "partition", "compute-types", "compute-types"],
        "{errors}"
    );
}

#[test]
fn compute_types_are_kept_in_the_order_of_the_modules() {
    let target = Target::new("a", "b", "aws", ["ecs", "agentcore"]).unwrap();
    let types: Vec<_> = target.compute_types().iter().map(iam::ComputeType::as_str).collect();
    assert_eq!(types, ["agentcore", "ecs"]);
}

#[test]
fn only_a_known_stage_is_cut_off_the_application() {
    for (stack, application) in [
        ("backgroundagent-dev", "backgroundagent"),
        ("my-app-prod", "my-app"),
        ("web-app", "web-app"),
        ("single", "single"),
        ("dev", "dev"),
    ] {
        let target = Target::new(stack, "q", "aws", ["agentcore"]).unwrap();
        assert_eq!(target.stack_name().application(), application, "of {stack}");
    }
}

/// Every resource of every policy for a target.
fn resources(target: &Target) -> Vec<String> {
    let set = policy_set(target).unwrap();
    set.policies()
        .iter()
        .flat_map(|policy| policy.document.statements())
        .flat_map(|statement| statement.resource.iter().flat_map(iam::ResourceBlock::patterns))
        .map(ToString::to_string)
        .collect()
}

#[test]
fn bucket_repository_parameter_and_role_follow_the_qualifier() {
    let target = Target::new("shop-prod", "shop1", "aws-us-gov", ["agentcore"]).unwrap();
    let resources = resources(&target);
    for expected in [
        "arn:aws-us-gov:s3:::cdk-shop1-assets-*",
        "arn:aws-us-gov:s3:::cdk-shop1-assets-*/*",
        "arn:aws-us-gov:ecr:*:*:repository/cdk-shop1-container-assets-*",
        "arn:aws-us-gov:ssm:*:*:parameter/cdk-bootstrap/shop1/*",
        "arn:aws-us-gov:iam::*:role/cdk-shop1-*",
        "arn:aws-us-gov:iam::*:role/shop-prod-*",
        "arn:aws-us-gov:secretsmanager:*:*:secret:shop-*",
    ] {
        assert!(resources.iter().any(|r| r == expected), "`{expected}` is not among {resources:#?}");
    }
}

#[test]
fn the_longest_values_still_make_policies_that_fit() {
    let target = Target::new(&"a".repeat(128), "abcdefghij", "aws-us-gov", ["agentcore"]).unwrap();
    let errors = policy_set(&target).err().map(|errors| errors.to_string());
    assert_eq!(errors, None);
}

proptest! {
    #[test]
    fn nothing_of_the_reference_target_is_left_for_another(
        stack in "[a-z][a-z0-9]{0,20}(-prod)?",
        qualifier in "[a-z0-9]{1,10}",
        partition in proptest::sample::select(&["aws-cn", "aws-us-gov", "aws-iso"]),
    ) {
        let target = Target::new(&stack, &qualifier, partition, ["agentcore"]).unwrap();
        let prefix = format!("arn:{partition}:");
        for resource in resources(&target) {
            prop_assert!(resource == "*" || resource.starts_with(&prefix), "{}", resource);
            prop_assert!(!resource.contains("backgroundagent") && !resource.contains("hnb659fds"), "{}", resource);
        }
    }
}
