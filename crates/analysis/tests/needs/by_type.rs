//! What the rules say of resource types, and of the assembly of the CDK test app: for a person to review.

use std::fmt::Write as _;

use analysis::DEPLOYMENT_PHASES;

use super::*;

/// Resource types of most services that people deploy with CloudFormation.
const KINDS: [&str; 26] = [
    "AWS::ApiGateway::RestApi",
    "AWS::BedrockAgentCore::Runtime",
    "AWS::CloudFront::Distribution",
    "AWS::CloudWatch::Alarm",
    "AWS::Cognito::UserPoolGroup",
    "AWS::DynamoDB::Table",
    "AWS::EC2::EIP",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::VPC",
    "AWS::ECR::Repository",
    "AWS::ECS::Service",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Logs::Delivery",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBInstance",
    "AWS::Route53Resolver::FirewallRuleGroupAssociation",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::Secret",
    "AWS::WAFv2::WebACLAssociation",
];

/// One line for each phase and certainty, for a resource without properties.
#[test]
fn what_types_need_without_properties() {
    let mut text = String::new();
    for kind in KINDS {
        let needs = needs_of(&format!(r#"{{ "Resources": {{ "It": {{ "Type": "{kind}" }} }} }}"#));
        let needs = &needs.resources.first().unwrap().needs;
        writeln!(text, "{kind}").unwrap();
        for phase in DEPLOYMENT_PHASES {
            for certainty in Certainty::ALL {
                let of = needs.iter().filter(|need| need.phase == phase && need.certainty == certainty);
                let mut actions: Vec<&str> = of.map(|need| need.action.as_str()).collect();
                actions.dedup();
                if !actions.is_empty() {
                    writeln!(text, "  {phase} {certainty}: {}", actions.join(" ")).unwrap();
                }
            }
        }
    }
    insta::assert_snapshot!(text);
}

/// What creating the stacks of the test app takes: one line for each resource, with what is required.
#[test]
fn what_creating_the_test_app_requires() {
    let assembly = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cdk/test-app/assembly");
    let mut text = String::new();
    for (file, stack_name) in [
        ("Inputs.template.json", "inputs"),
        ("Agent.template.json", "agent"),
        ("AgentAlerts2A9EF92F.nested.template.json", "agent-Alerts-*"),
        ("assembly-Prod/ProdWebF45B1510.template.json", "prod-web"),
    ] {
        let template = std::fs::read_to_string(format!("{assembly}/{file}")).expect(file);
        let needs = needs_of_stack(stack_name, &template, false);
        writeln!(text, "{file}").unwrap();
        for of in &needs.resources {
            let required = of
                .needs
                .iter()
                .filter(|need| need.phase == Phase::Create && need.certainty == Certainty::Required)
                .map(|need| format!("\n    {} {}", need.action, need.resource.as_str()));
            writeln!(
                text,
                "  {} {}{}",
                of.resource.logical_id,
                of.resource.kind,
                required.collect::<String>()
            )
            .unwrap();
        }
        for problem in &needs.problems {
            writeln!(text, "  {:?} {}: {}", problem.kind, problem.pointer.as_str(), problem.reason).unwrap();
        }
    }
    insta::assert_snapshot!(text);
}
