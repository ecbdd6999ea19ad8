//! The generated policies, for the target and the compute types in force.

use crate::policies::simulate;
use crate::workspace::Ran;

const CLUSTER: &str = "arn:aws:ecs:us-east-1:123456789012:cluster/backgroundagent-dev";

#[track_caller]
fn begins(ran: &Ran, text: &str) {
    assert!(ran.stdout().starts_with(text), "{}", ran.stdout());
}

#[test]
fn a_table_of_the_stack_may_be_created() {
    let table = "arn:aws:dynamodb:us-east-1:123456789012:table/backgroundagent-dev-Tasks";
    let ran = simulate(&["--action", "dynamodb:CreateTable", "--resource", table]).exits(0);
    begins(&ran, "allowed by statement `DynamoDB` of identity-based policy `IaCRole-ABCA-Application`\n");
    assert_eq!(ran.stderr(), "");
}

#[test]
fn a_role_is_passed_to_the_right_service_only() {
    let role = "arn:aws:iam::123456789012:role/backgroundagent-dev-Task";
    let pass = ["--action", "iam:PassRole", "--resource", role];
    let to = |service: &str| {
        let context = format!("iam:PassedToService={service}");
        simulate(&[&pass[..], &["--context", &context]].concat())
    };
    begins(
        &to("lambda.amazonaws.com").exits(0),
        "allowed by statement `IAMPassRole` of identity-based policy `IaCRole-ABCA-Infrastructure`\n",
    );
    let denied = to("ec2.amazonaws.com").exits(1);
    assert!(denied.stdout().contains("request has `ec2.amazonaws.com`\n"), "{}", denied.stdout());
    assert_eq!(denied.stderr(), "");
    let silent = simulate(&pass).exits(1);
    assert!(silent.stderr().contains("give --context iam:PassedToService=VALUE\n"), "{}", silent.stderr());
}

#[test]
fn only_the_policies_of_the_compute_types_are_asked() {
    let create = ["--action", "ecs:CreateCluster", "--resource", CLUSTER];
    begins(&simulate(&create).exits(1), "denied by default\n");
    let ran = simulate(&[&create[..], &["--compute-types", "agentcore,ecs"]].concat()).exits(0);
    assert!(ran.stdout().contains("identity-based policy `IaCRole-ABCA-Compute-ECS`"), "{}", ran.stdout());
    assert!(ran.stdout().contains("the 5 policies of backgroundagent-dev (compute types agentcore, ecs)"));
}

#[test]
fn the_policies_are_those_of_the_target_in_force() {
    let queue = "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:shop-prod-Queue";
    let create = ["--action", "sqs:CreateQueue", "--resource", queue];
    simulate(&create).exits(1);
    let target = ["--stack-name", "shop-prod", "--partition", "aws-us-gov"];
    let ran = simulate(&[&create[..], &target].concat()).exits(0);
    assert!(ran.stdout().contains("of shop-prod (compute types agentcore)"), "{}", ran.stdout());
}
