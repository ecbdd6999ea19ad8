//! The recorded assembly is what the CDK test app synthesizes, and has the shapes that coverage is to read.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at what fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use xshell::Shell;
use xtask::record_assembly::{APP, ASSEMBLY, record, report, synthesize};
use xtask::writer::{Mode, Status};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn the_recorded_assembly_is_what_the_app_synthesizes() {
    let files = synthesize(&Shell::new().unwrap(), root()).unwrap();
    let files = record(root(), &files, Mode::Check).unwrap();
    let is_stale = files.iter().any(|file| file.status.is_stale());
    assert!(!is_stale, "{}", report(root(), &files));
}

#[test]
fn the_lock_file_names_no_registry() {
    let lock = fs::read_to_string(root().join(APP).join("package-lock.json")).unwrap();
    assert!(!lock.contains("\"resolved\""), "`npm install` ran in `{APP}` without its `.npmrc`");
}

/// The stacks of each manifest with their environments, and the types of each template's resources.
#[test]
fn the_shapes_that_coverage_reads_are_there() {
    let mut lines = Vec::new();
    for (path, contents) in recorded() {
        let json: Value = serde_json::from_str(&contents).unwrap();
        if path.ends_with("manifest.json") {
            lines.push(path);
            lines.extend(stacks(&json));
        } else if path.ends_with(".template.json") {
            lines.push(path);
            lines.extend(types(&json));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    Agent.template.json
      1 AWS::CloudFormation::Stack
      1 AWS::DynamoDB::Table
      1 AWS::IAM::Policy
      2 AWS::IAM::Role
      1 AWS::Lambda::Alias
      1 AWS::Lambda::EventSourceMapping
      2 AWS::Lambda::Function
      1 AWS::Lambda::Version
      1 AWS::Logs::LogGroup
      1 AWS::S3::Bucket
      1 AWS::S3::BucketPolicy
      1 AWS::SQS::Queue
      1 AWS::SSM::Parameter
      1 AWS::SecretsManager::Secret
      1 Custom::S3AutoDeleteObjects
      1 Custom::Seed
    AgentAlerts2A9EF92F.nested.template.json
      1 AWS::CloudWatch::Alarm
      1 AWS::SNS::Topic
    Inputs.template.json
      1 AWS::CloudFormation::CustomResource
      1 AWS::CloudFormation::WaitCondition
      1 AWS::CloudFormation::WaitConditionHandle
      1 AWS::Logs::LogGroup
      1 AWS::S3::Bucket
      1 AWS::SSM::Parameter
    assembly-Prod/ProdWebF45B1510.template.json
      1 AWS::ECR::Repository
      1 AWS::ECS::Cluster
      1 AWS::ECS::TaskDefinition
      2 AWS::IAM::Policy
      2 AWS::IAM::Role
      1 AWS::KMS::Alias
      1 AWS::KMS::Key
      1 AWS::Logs::LogGroup
      1 AWS::S3::Bucket
    assembly-Prod/manifest.json
      web-prod in aws://123456789012/eu-west-1
    assembly-Shop/ShopService3AD7A0C4.template.json
      2 AWS::EC2::EIP
      1 AWS::EC2::InternetGateway
      2 AWS::EC2::NatGateway
      4 AWS::EC2::Route
      4 AWS::EC2::RouteTable
      2 AWS::EC2::SecurityGroup
      1 AWS::EC2::SecurityGroupEgress
      1 AWS::EC2::SecurityGroupIngress
      4 AWS::EC2::Subnet
      4 AWS::EC2::SubnetRouteTableAssociation
      1 AWS::EC2::VPC
      1 AWS::EC2::VPCGatewayAttachment
      1 AWS::ECS::Cluster
      1 AWS::ECS::Service
      1 AWS::ECS::TaskDefinition
      1 AWS::ElasticLoadBalancingV2::Listener
      1 AWS::ElasticLoadBalancingV2::LoadBalancer
      1 AWS::ElasticLoadBalancingV2::TargetGroup
      1 AWS::IAM::Policy
      2 AWS::IAM::Role
      1 AWS::Logs::LogGroup
    assembly-Shop/manifest.json
      shop-prod in aws://123456789012/eu-west-1
    manifest.json
      backgroundagent-dev in aws://123456789012/us-east-1
      inputs in aws://unknown-account/unknown-region
      stage Prod
      stage Shop
    ");
}

/// What is recorded is read in reviews too.
#[test]
fn the_recorded_assembly_is_small() {
    let size: usize = recorded().values().map(String::len).sum();
    assert!(size < 150_000, "{size} bytes");
}

/// The recorded files, by their paths in the assembly.
fn recorded() -> BTreeMap<String, String> {
    fn walk(folder: &Path, below: &str, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{below}{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                walk(&path, &format!("{name}/"), files);
            } else {
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(&root().join(ASSEMBLY), "", &mut files);
    files
}

/// The stacks and stages of a manifest, one to a line.
fn stacks(manifest: &Value) -> Vec<String> {
    let line = |artifact: &Value| match artifact["type"].as_str().unwrap() {
        "aws:cloudformation:stack" => {
            let name = artifact["properties"]["stackName"].as_str().unwrap();
            Some(format!("  {name} in {}", artifact["environment"].as_str().unwrap()))
        }
        "cdk:cloud-assembly" => {
            Some(format!("  stage {}", artifact["properties"]["displayName"].as_str().unwrap()))
        }
        _ => None,
    };
    manifest["artifacts"].as_object().unwrap().values().filter_map(line).collect()
}

/// The types of a template's resources, each with how many of it there are.
fn types(template: &Value) -> Vec<String> {
    let mut types = BTreeMap::<&str, usize>::new();
    for resource in template["Resources"].as_object().unwrap().values() {
        *types.entry(resource["Type"].as_str().unwrap()).or_default() += 1;
    }
    types.into_iter().map(|(name, number)| format!("  {number} {name}")).collect()
}

#[test]
fn what_differs_is_found_and_mended() {
    let root = tempfile::tempdir().unwrap();
    let files = BTreeMap::from([
        (PathBuf::from("manifest.json"), "{}".to_owned()),
        (PathBuf::from("prod/manifest.json"), "{}".to_owned()),
    ]);
    let statuses = |mode| {
        let files = record(root.path(), &files, mode).unwrap();
        (files.iter().map(|file| file.status).collect::<Vec<_>>(), report(root.path(), &files))
    };
    assert_eq!(statuses(Mode::Check).0, [Status::Missing, Status::Missing]);
    assert_eq!(statuses(Mode::Write).0, [Status::Written, Status::Written]);
    assert_eq!(statuses(Mode::Check).0, [Status::Unchanged, Status::Unchanged]);

    fs::write(root.path().join(ASSEMBLY).join("manifest.json"), "{ }").unwrap();
    fs::write(root.path().join(ASSEMBLY).join("prod/old.json"), "{}").unwrap();
    let (found, report) = statuses(Mode::Check);
    assert_eq!(found, [Status::Stale, Status::Unchanged, Status::Orphan]);
    for text in
        ["-{ }", "+{}", "stale cdk/test-app/assembly/manifest.json", "run `cargo xtask record-assembly`"]
    {
        assert!(report.contains(text), "no `{text}` in {report}");
    }
    assert_eq!(statuses(Mode::Write).0, [Status::Written, Status::Unchanged, Status::Removed]);
    assert_eq!(statuses(Mode::Check).0, [Status::Unchanged, Status::Unchanged]);
}
