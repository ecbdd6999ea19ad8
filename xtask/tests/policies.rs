//! The five policies: bytes of the reference, statements, services, sizes. For `Target::reference()`, whatever

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]
//! `bootstrap.toml` says.

#[path = "common/golden.rs"]
mod golden;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use golden::{fixtures, normalized, reference};
use iam::Sha256Digest;

#[test]
fn every_json_artifact_has_the_recorded_bytes() {
    for (policy, golden) in fixtures(&reference()) {
        let written = Sha256Digest::of_bytes(policy.document.to_artifact().as_bytes());
        assert_eq!(written.to_string(), golden.sha256, "{}.json", policy.file_stem);
    }
}

#[test]
fn every_document_says_what_is_recorded() {
    for (policy, golden) in fixtures(&reference()) {
        let written = serde_json::from_str(&policy.document.to_artifact()).unwrap();
        let (written, golden) = (normalized(written), normalized(golden.policy_document));
        assert!(written == golden, "{}:\n{written:#}\ninstead of\n{golden:#}", policy.name);
    }
}

#[test]
fn statements_stand_in_order_with_unique_ids_on_the_services_that_are_expected() {
    let mut text = String::new();
    for policy in reference().policies() {
        let _ = writeln!(text, "{} ({})", policy.name, policy.logical_id);
        for statement in policy.document.statements() {
            let services: BTreeSet<_> =
                statement.action.patterns().iter().map(iam::ActionPattern::service).collect();
            let services = services.into_iter().collect::<Vec<_>>().join(" ");
            let actions = statement.action.patterns().len();
            let _ = writeln!(text, "  {}: {actions} of {services}", statement.label(0));
        }
    }
    insta::assert_snapshot!(text, @"
    IaCRole-ABCA-Infrastructure (IaCRoleABCAInfrastructure)
      CloudFormationSelf: 16 of cloudformation
      IAMRolesAndPolicies: 25 of iam
      IAMPassRole: 1 of iam
      VPCNetworking: 48 of ec2
      Route53ResolverDNSFirewall: 28 of route53resolver
    IaCRole-ABCA-Application (IaCRoleABCAApplication)
      DynamoDB: 16 of dynamodb
      Lambda: 33 of lambda
      LambdaEventSourceMappings: 6 of lambda
      APIGateway: 9 of apigateway
      Cognito: 12 of cognito-idp
      WAFv2: 10 of wafv2
      EventBridge: 9 of events
      SQS: 8 of sqs
      CloudFront: 11 of cloudfront
      SecretsManager: 11 of secretsmanager
      SecretsManagerAccountLevel: 1 of secretsmanager
    IaCRole-ABCA-Observability (IaCRoleABCAObservability)
      BedrockGuardrailsAndLogging: 12 of bedrock
      CloudWatchLogsAndDashboards: 40 of cloudwatch logs
      S3CDKAssets: 4 of s3
      S3ApplicationBuckets: 14 of s3
      KMSForCDKAssets: 5 of kms
      ECRForDockerAssets: 15 of ecr
      ECRAuthToken: 1 of ecr
      XRay: 4 of xray
      SSMParameterStoreForCDK: 4 of ssm
      STSForCDK: 2 of sts
    IaCRole-ABCA-Compute-Agentcore (IaCRoleABCAComputeAgentcore)
      BedrockAgentCore: 1 of bedrock-agentcore
    IaCRole-ABCA-Compute-ECS (IaCRoleABCAComputeEcs)
      ECS: 14 of ecs
    ");
}

#[test]
fn sizes_are_below_the_limit_with_room_to_spare() {
    let mut text = String::new();
    for policy in reference().policies() {
        let (size, left) = (policy.document.size(), policy.characters_left());
        let _ = writeln!(text, "{}: {size}, {left} left", policy.label);
    }
    insta::assert_snapshot!(text, @"
    Infrastructure: 4425, 1719 left
    Application: 5152, 992 left
    Observability: 3632, 2512 left
    Compute-Agentcore: 128, 6016 left
    Compute-ECS: 443, 5701 left
    ");
}

#[test]
fn only_the_two_actions_of_the_reference_are_unlisted_and_each_has_its_reason() {
    let set = reference();
    let unlisted: Vec<_> = set.unlisted_actions().iter().map(|grant| grant.action.to_string()).collect();
    assert_eq!(unlisted, ["apigateway:TagResource", "apigateway:UntagResource"]);
    for policy in set.policies() {
        for action in policy.document.statements().iter().flat_map(|s| s.action.patterns()) {
            let known = action.has_wildcard() || iam_reference::exists(action.as_str());
            assert_ne!(known, action.unlisted_reason().is_some(), "{action} in {}", policy.name);
        }
    }
}

#[test]
fn every_statement_on_every_resource_says_why() {
    for policy in reference().policies() {
        for statement in policy.document.statements() {
            let is_open =
                statement.resource.iter().flat_map(iam::ResourceBlock::patterns).any(iam::ArnPattern::is_any);
            let has_reason = statement.sid.as_ref().is_some_and(|sid| policy.any_resource.contains_key(sid));
            assert_eq!(is_open, has_reason, "{}, statement {}", policy.name, statement.label(0));
        }
    }
}
