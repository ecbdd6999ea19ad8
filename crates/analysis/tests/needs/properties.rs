//! What properties, tags and deletion policies bring in.

use super::*;

#[test]
fn a_property_brings_in_what_its_name_says() {
    check(
        "a bucket of a name",
        r#""It": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "b", "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [] } } }"#,
        &[
            "create s3:CreateBucket required arn:aws:s3:::b",
            "create s3:PutEncryptionConfiguration required arn:aws:s3:::b",
            "create s3:PutLifecycleConfiguration conditional arn:aws:s3:::b",
            "create s3:PutBucketVersioning conditional arn:aws:s3:::b",
            "delete s3:DeleteBucket required arn:aws:s3:::b",
        ],
    );
    check(
        "a key that is rotated",
        r#""It": { "Type": "AWS::KMS::Key", "Properties": { "EnableKeyRotation": true, "KeyPolicy": {} } }"#,
        &[
            "create kms:CreateKey required *",
            "create kms:EnableKeyRotation required arn:aws:kms:us-east-1:123456789012:key/*",
            "delete kms:ScheduleKeyDeletion required arn:aws:kms:us-east-1:123456789012:key/*",
        ],
    );
    check(
        "a role",
        r#""It": { "Type": "AWS::IAM::Role", "Properties": { "RoleName": "r", "AssumeRolePolicyDocument": { "Statement": [] },
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"] } }"#,
        &[
            "update iam:UpdateAssumeRolePolicy required arn:aws:iam::123456789012:role/r",
            "create iam:AttachRolePolicy required arn:aws:iam::123456789012:role/r",
            "create iam:PutRolePolicy conditional arn:aws:iam::123456789012:role/r",
            "delete iam:DetachRolePolicy required arn:aws:iam::123456789012:role/r",
        ],
    );
    check(
        "an association by the service that it protects",
        r#""It": { "Type": "AWS::WAFv2::WebACLAssociation", "Properties": { "WebACLArn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/b",
            "ResourceArn": { "Fn::Join": ["", ["arn:", { "Ref": "AWS::Partition" }, ":apigateway:us-east-1::/restapis/x/stages/y"]] } } }"#,
        &[
            "create apigateway:SetWebACL required arn:aws:apigateway:us-east-1::/restapis/x/stages/y",
            "create elasticloadbalancing:SetWebAcl conditional *",
        ],
    );
}

#[test]
fn another_service_is_needed_where_a_property_refers_to_it() {
    let files = |rest: &str| {
        format!(
            r#""Key": {{ "Type": "AWS::KMS::Key", "Properties": {{ "KeyPolicy": {{}} }} }},
            "It": {{ "Type": "AWS::EFS::FileSystem", "Properties": {{ "Encrypted": true {rest} }} }}"#
        )
    };
    check(
        "no key",
        &files(""),
        &["create kms:CreateGrant conditional arn:aws:kms:us-east-1:123456789012:key/*"],
    );
    check(
        "a key",
        &files(r#", "KmsKeyId": { "Fn::GetAtt": ["Key", "Arn"] }"#),
        &["create kms:CreateGrant required arn:aws:kms:us-east-1:123456789012:key/*"],
    );
}

#[test]
fn reads_that_handlers_survive_are_tolerated() {
    check(
        "a bucket",
        r#""It": { "Type": "AWS::S3::Bucket" }"#,
        &["read s3:GetBucketLogging tolerated arn:aws:s3:::app-it-*"],
    );
    check(
        "a topic",
        r#""It": { "Type": "AWS::SNS::Topic" }"#,
        &["read sns:ListSubscriptionsByTopic tolerated arn:aws:sns:us-east-1:123456789012:app-It-*"],
    );
}

#[test]
fn tags_are_those_of_the_resource_the_stack_and_cloudformation() {
    let table =
        r#""It": { "Type": "AWS::Route53::HostedZone", "Properties": { "Name": "example.com" TAGS } }"#;
    let certainty = |tags: &str, stack: bool, phase: Phase, action: &str| {
        let needs = needs_of_stack("app", &template(&table.replace("TAGS", tags)), stack);
        it(&needs).iter().find(|need| need.phase == phase && need.action == action).map(|need| need.certainty)
    };
    let own = r#", "HostedZoneTags": [{ "Key": "k", "Value": "v" }]"#;
    let action = "route53:ChangeTagsForResource";
    for (name, tags, stack, phase, expected) in [
        ("none", "", false, Phase::Create, Certainty::Conditional),
        ("another property", r#", "Tags": ["x"]"#, false, Phase::Create, Certainty::Conditional),
        ("its own", own, false, Phase::Create, Certainty::Required),
        ("its own", own, false, Phase::Update, Certainty::Required),
        ("of the stack", "", true, Phase::Create, Certainty::Required),
    ] {
        assert_eq!(certainty(tags, stack, phase, action), Some(expected), "{name}, on {phase}");
    }
    let mapping = r#""It": { "Type": "AWS::Lambda::EventSourceMapping", "Properties": { TAGS } }"#;
    for (tags, action, phase, expected) in [
        ("", "lambda:TagResource", Phase::Create, Certainty::Required),
        ("", "lambda:TagResource", Phase::Update, Certainty::Conditional),
        (r#""Tags": [{}]"#, "lambda:TagResource", Phase::Update, Certainty::Required),
        (r#""Tags": [{}]"#, "lambda:UntagResource", Phase::Update, Certainty::Required),
    ] {
        let needs = needs_of(&template(&mapping.replace("TAGS", tags)));
        let found = it(&needs).iter().find(|need| need.phase == phase && need.action == action);
        assert_eq!(found.map(|need| need.certainty), Some(expected), "{action} on {phase} with `{tags}`");
    }
}

#[test]
fn what_is_kept_needs_no_deletion() {
    let bucket = |policies: &str| format!(r#""It": {{ "Type": "AWS::S3::Bucket" {policies} }}"#);
    let deletes = |policies: &str| {
        let needs = needs_of(&template(&bucket(policies)));
        let found = it(&needs).iter().find(|need| need.action == "s3:DeleteBucket");
        found.map(|need| need.certainty)
    };
    assert_eq!(deletes(""), Some(Certainty::Required));
    assert_eq!(deletes(r#", "DeletionPolicy": "Retain""#), Some(Certainty::Conditional));
    assert_eq!(deletes(r#", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain""#), None);
    assert_eq!(deletes(r#", "DeletionPolicy": "RetainExceptOnCreate""#), Some(Certainty::Required));
}

/// Words of actions and properties that have nothing in common.
#[test]
fn what_a_property_brings_in_under_another_name() {
    let properties =
        |kind: &str, rest: &str| format!(r#""It": {{ "Type": "AWS::{kind}", "Properties": {{ {rest} }} }}"#);
    for (kind, rest, expected) in [
        (
            "Kinesis::Stream",
            r#""RetentionPeriodHours": 48"#,
            "create kinesis:IncreaseStreamRetentionPeriod required",
        ),
        ("Kinesis::Stream", "", "create kinesis:IncreaseStreamRetentionPeriod conditional"),
        (
            "StepFunctions::StateMachine",
            r#""DefinitionS3Location": { "Bucket": "b", "Key": "k" }"#,
            "create s3:GetObject required",
        ),
        (
            "Cognito::UserPoolDomain",
            r#""CustomDomainConfig": { "CertificateArn": "c" }"#,
            "create cloudfront:UpdateDistribution required",
        ),
        ("Cognito::UserPoolDomain", "", "create cloudfront:UpdateDistribution conditional"),
        (
            "CertificateManager::Certificate",
            r#""DomainValidationOptions": [{ "DomainName": "d", "HostedZoneId": "Z" }]"#,
            "create route53:ChangeResourceRecordSets required",
        ),
        ("Lambda::Function", r#""Layers": ["l"]"#, "update lambda:GetLayerVersion required"),
        (
            "EFS::FileSystem",
            r#""LifecyclePolicies": [{ "TransitionToIA": "AFTER_7_DAYS" }]"#,
            "create elasticfilesystem:PutLifecycleConfiguration required",
        ),
        ("SecretsManager::RotationSchedule", "", "create secretsmanager:RotateSecret required"),
        (
            "SecretsManager::SecretTargetAttachment",
            r#""TargetType": "AWS::RDS::DBInstance""#,
            "create rds:DescribeDBClusters conditional",
        ),
        ("Pipes::Pipe", r#""Tags": { "a": "b" }"#, "create firehose:TagDeliveryStream conditional"),
        (
            "AutoScaling::AutoScalingGroup",
            r#""LaunchTemplate": { "LaunchTemplateId": "arn:aws:ec2:us-east-1:123456789012:launch-template/l" }"#,
            "create ec2:DescribeByoipCidrs conditional",
        ),
    ] {
        check_without_arn(&properties(kind, rest), expected);
    }
}

/// Calls that a service makes for the caller, with the caller's permissions.
#[test]
fn what_an_api_asks_besides_its_own_action() {
    for (kind, expected) in [
        ("EFS::MountTarget", "create ec2:CreateNetworkInterface required"),
        ("EFS::MountTarget", "delete ec2:DeleteNetworkInterface required"),
        ("Route53Resolver::ResolverEndpoint", "create ec2:CreateNetworkInterface required"),
        ("Route53Resolver::ResolverEndpoint", "delete ec2:DeleteNetworkInterface required"),
        ("ServiceDiscovery::PrivateDnsNamespace", "create route53:CreateHostedZone required"),
        ("Route53::RecordSet", "create route53:GetChange required"),
        ("EC2::LaunchTemplate", "update ec2:CreateLaunchTemplateVersion required"),
        ("XRay::TransactionSearchConfig", "create xray:UpdateTraceSegmentDestination required"),
    ] {
        check_without_arn(&format!(r#""It": {{ "Type": "AWS::{kind}", "Properties": {{}} }}"#), expected);
    }
}

#[track_caller]
fn check_without_arn(resources: &str, expected: &str) {
    let needs = needs_of(&template(resources));
    let found: Vec<String> =
        it(&needs).iter().map(|need| format!("{} {} {}", need.phase, need.action, need.certainty)).collect();
    assert!(found.iter().any(|found| found == expected), "{resources}: `{expected}` is not among {found:#?}");
}
