//! Grants that were missing once, and failed a deployment.

use super::*;

#[test]
fn what_failed_deployments_is_needed() {
    check(
        "versions of a bucket",
        r#""It": { "Type": "AWS::S3::Bucket", "Properties": { "VersioningConfiguration": { "Status": "Enabled" } } }"#,
        &["create s3:PutBucketVersioning required arn:aws:s3:::app-it-*"],
    );
    check(
        "tags of an event source mapping that has none",
        &format!(
            r#"{FUNCTION}, "It": {{ "Type": "AWS::Lambda::EventSourceMapping", "Properties": {{ "FunctionName": {{ "Ref": "Fn" }} }} }}"#
        ),
        &["create lambda:TagResource required arn:aws:lambda:us-east-1:123456789012:event-source-mapping:*"],
    );
    check(
        "provisioned concurrency of an alias",
        &format!(
            r#"{FUNCTION}, "It": {{ "Type": "AWS::Lambda::Alias", "Properties": {{ "Name": "live",
                "FunctionName": {{ "Ref": "Fn" }}, "FunctionVersion": "1",
                "ProvisionedConcurrencyConfig": {{ "ProvisionedConcurrentExecutions": 1 }} }} }}"#
        ),
        &[
            "create lambda:PutProvisionedConcurrencyConfig required arn:aws:lambda:us-east-1:123456789012:function:app-Fn-*:live",
            "update lambda:DeleteProvisionedConcurrencyConfig required arn:aws:lambda:us-east-1:123456789012:function:app-Fn-*:live",
        ],
    );
    let secret =
        r#""It": { "Type": "AWS::SecretsManager::Secret", "Properties": { "GenerateSecretString": {} } }"#;
    check(
        "a secret without a name",
        secret,
        &[
            "create secretsmanager:CreateSecret required arn:aws:secretsmanager:us-east-1:123456789012:secret:It-*",
            "create secretsmanager:GetRandomPassword required *",
        ],
    );
    check(
        "an association of a DNS firewall",
        r#""It": { "Type": "AWS::Route53Resolver::FirewallRuleGroupAssociation", "Properties": { "Priority": 101 } }"#,
        &[
            "update route53resolver:UpdateFirewallRuleGroupAssociation required arn:aws:route53resolver:us-east-1:123456789012:firewall-rule-group-association/*",
        ],
    );
}

#[test]
fn a_nested_stack_needs_its_own_name_and_the_role_of_its_parent() {
    let nested = r#""It": { "Type": "AWS::CloudFormation::Stack", "Properties": { "TemplateURL": { "Fn::Join": ["", [
        "https://s3.us-east-1.", { "Ref": "AWS::URLSuffix" }, "/cdk-hnb659fds-assets-123456789012-us-east-1/abc.json"]] } } }"#;
    check(
        "a nested stack",
        nested,
        &[
            "create cloudformation:CreateStack required arn:aws:cloudformation:us-east-1:123456789012:stack/app-It-*/*",
            "create iam:PassRole required arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1",
            "create s3:GetObject required arn:aws:s3:::cdk-hnb659fds-assets-123456789012-us-east-1/abc.json",
            "update cloudformation:UpdateStack required arn:aws:cloudformation:us-east-1:123456789012:stack/app-It-*/*",
            "update iam:PassRole required arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1",
            "delete cloudformation:DeleteStack required arn:aws:cloudformation:us-east-1:123456789012:stack/app-It-*/*",
        ],
    );
    let needs = needs_of(&template(nested));
    assert_eq!(passed_to(it(&needs)), ["cloudformation.amazonaws.com"]);
}
