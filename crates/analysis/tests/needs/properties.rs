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
