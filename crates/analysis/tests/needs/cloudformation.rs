//! What CloudFormation itself does, and types without handlers.

use super::*;

#[test]
fn a_role_is_passed_to_the_service_that_it_trusts() {
    let role = |services: &str| {
        format!(
            r#""Role": {{ "Type": "AWS::IAM::Role", "Properties": {{ "AssumeRolePolicyDocument": {{ "Statement": [
            {{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {{ "Service": {services} }} }} ] }} }} }}"#
        )
    };
    let arn = r#"{ "Fn::GetAtt": ["Role", "Arn"] }"#;
    for (name, role, kind, property, services) in [
        (
            "a function",
            role(r#""lambda.amazonaws.com""#),
            "AWS::Lambda::Function",
            format!(r#""Role": {arn}"#),
            &["lambda.amazonaws.com"][..],
        ),
        (
            "a flow log",
            role(r#"["vpc-flow-logs.amazonaws.com"]"#),
            "AWS::EC2::FlowLog",
            format!(r#""DeliverLogsPermissionArn": {arn}"#),
            &["vpc-flow-logs.amazonaws.com"],
        ),
        (
            "a memory",
            role(r#"{ "Fn::Join": ["", ["bedrock-agentcore.", { "Ref": "AWS::URLSuffix" }]] }"#),
            "AWS::BedrockAgentCore::Memory",
            format!(r#""MemoryExecutionRoleArn": {arn}"#),
            &["bedrock-agentcore.amazonaws.com"],
        ),
        (
            "one of two that it trusts",
            role(r#"["edgelambda.amazonaws.com", "lambda.amazonaws.com"]"#),
            "AWS::Lambda::Function",
            format!(r#""Role": {arn}"#),
            &["lambda.amazonaws.com"],
        ),
        (
            "a service that tells nothing",
            role(r#""lambda.amazonaws.com""#),
            "AWS::Lambda::MicrovmImage",
            format!(r#""BuildRoleArn": {arn}"#),
            &[],
        ),
        (
            "by type, for a role of another stack",
            String::new(),
            "AWS::Lambda::Function",
            r#""Role": { "Fn::ImportValue": "r" }"#.to_owned(),
            &["lambda.amazonaws.com"],
        ),
        (
            "the role of an instance profile",
            format!(
                r#"{}, "Profile": {{ "Type": "AWS::IAM::InstanceProfile", "Properties": {{ "Roles": [{{ "Ref": "Role" }}] }} }}"#,
                role(r#""ec2.amazonaws.com""#)
            ),
            "AWS::EC2::Instance",
            r#""IamInstanceProfile": { "Ref": "Profile" }"#.to_owned(),
            &["ec2.amazonaws.com"],
        ),
    ] {
        let comma = if role.is_empty() { "" } else { "," };
        let text = template(&format!(
            r#"{role}{comma} "It": {{ "Type": "{kind}", "Properties": {{ {property} }} }}"#
        ));
        let needs = needs_of(&text);
        assert_eq!(passed_to(it(&needs)), services, "{name}");
        let passed =
            it(&needs).iter().find(|need| need.action == "iam:PassRole" && need.phase == Phase::Create);
        let passed = passed.expect(name);
        let arn = if role.is_empty() { "role/*" } else { "role/app-Role-*" };
        assert_eq!(passed.resource.as_str(), format!("arn:aws:iam::123456789012:{arn}"), "{name}");
        assert_eq!(passed.certainty, Certainty::Required, "{name}");
    }
    let without =
        needs_of(&template(r#""It": { "Type": "AWS::ECS::Service", "Properties": { "Cluster": "c" } }"#));
    let passed = it(&without).iter().find(|need| need.action == "iam:PassRole").expect("the list has it");
    assert_eq!(passed.certainty, Certainty::Conditional, "no role is passed");
}

#[test]
fn a_custom_resource_asks_its_service_token() {
    let custom = r#""It": { "Type": "Custom::Thing", "Properties": { "ServiceToken": TOKEN } }"#;
    let function = "arn:aws:lambda:us-east-1:123456789012:function";
    for (token, action, arn) in [
        (r#"{ "Fn::GetAtt": ["Fn", "Arn"] }"#, "lambda:InvokeFunction", format!("{function}:app-Fn-*")),
        (
            r#""arn:aws:lambda:us-east-1:123456789012:function:f:live""#,
            "lambda:InvokeFunction",
            format!("{function}:f:live"),
        ),
        (
            r#""arn:aws:sns:us-east-1:123456789012:t""#,
            "sns:Publish",
            "arn:aws:sns:us-east-1:123456789012:t".to_owned(),
        ),
        (r#"{ "Fn::ImportValue": "token" }"#, "lambda:InvokeFunction", format!("{function}:*")),
    ] {
        let text = format!("{FUNCTION}, {}", custom.replace("TOKEN", token));
        let expected = ["create", "update", "delete"].map(|phase| format!("{phase} {action} required {arn}"));
        check(token, &text, &expected.each_ref().map(String::as_str));
        let is_told = !token.contains("Import");
        let problems = needs_of(&template(&text)).problems;
        let untold = problems.iter().any(|problem| problem.kind == ProblemKind::Unresolved);
        assert_eq!(untold, !is_told, "{token}: {problems:?}");
    }
}

#[test]
fn references_are_resolved_with_the_permissions_of_the_stack() {
    check(
        "a secret and parameters",
        r#""It": { "Type": "AWS::Lambda::Function", "Properties": { "Environment": { "Variables": {
            "A": "{{resolve:secretsmanager:db:SecretString:password}}",
            "B": "{{resolve:ssm:/a/b:1}}", "C": "x{{resolve:ssm-secure:c}}y",
            "D": "{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:secret:d-AbCdEf:SecretString}}" } } } }"#,
        &[
            "create secretsmanager:GetSecretValue required arn:aws:secretsmanager:us-east-1:123456789012:secret:db-??????",
            "create secretsmanager:GetSecretValue required arn:aws:secretsmanager:us-east-1:123456789012:secret:d-AbCdEf",
            "create ssm:GetParameters required arn:aws:ssm:us-east-1:123456789012:parameter/a/b",
            "update ssm:GetParameters required arn:aws:ssm:us-east-1:123456789012:parameter/c",
            "create kms:Decrypt conditional arn:aws:kms:us-east-1:123456789012:key/*",
        ],
    );
}

#[test]
fn zones_are_asked_of_ec2() {
    check(
        "a subnet in the region's first zone",
        r#""It": { "Type": "AWS::EC2::Subnet", "Properties": { "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24",
            "AvailabilityZone": { "Fn::Select": [0, { "Fn::GetAZs": "" }] } } }"#,
        &[
            "create ec2:DescribeAvailabilityZones required *",
            "update ec2:DescribeAvailabilityZones required *",
            "create ec2:DescribeSubnets required *",
            "create ec2:DescribeAccountAttributes conditional *",
        ],
    );
}

#[test]
fn services_make_roles_for_themselves() {
    check(
        "a load balancer",
        r#""It": { "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer" }"#,
        &[
            "create iam:CreateServiceLinkedRole conditional arn:aws:iam::123456789012:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing",
        ],
    );
    check(
        "the resource type itself",
        r#""It": { "Type": "AWS::IAM::ServiceLinkedRole", "Properties": { "AWSServiceName": "es.amazonaws.com" } }"#,
        &[
            "create iam:CreateServiceLinkedRole required arn:aws:iam::123456789012:role/aws-service-role/es.amazonaws.com/*",
        ],
    );
}

#[test]
fn types_without_handlers_need_the_calls_of_their_apis() {
    check(
        "members of a group",
        r#""It": { "Type": "AWS::IAM::UserToGroupAddition", "Properties": { "GroupName": "g", "Users": ["u"] } }"#,
        &[
            "create iam:AddUserToGroup required arn:aws:iam::123456789012:group/g",
            "delete iam:RemoveUserFromGroup required arn:aws:iam::123456789012:group/g",
        ],
    );
    check(
        "a project with a name",
        r#""It": { "Type": "AWS::CodeBuild::Project", "Properties": { "Name": "app-build" } }"#,
        &[
            "create codebuild:CreateProject required arn:aws:codebuild:us-east-1:123456789012:project/app-build",
        ],
    );
    let listener = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/1/2";
    let certificate = format!(
        r#""It": {{ "Type": "AWS::ElasticLoadBalancingV2::ListenerCertificate", "Properties": {{ "ListenerArn": "{listener}" }} }}"#
    );
    let needs = needs_of(&template(&certificate));
    let asked: Vec<&str> = it(&needs).iter().map(|need| need.resource.as_str()).collect();
    assert_eq!(asked, [listener; 4], "the listener of an application load balancer is no other");
    let needs = needs_of(&template(r#""It": { "Type": "AWS::CloudFormation::WaitConditionHandle" }"#));
    assert_eq!((it(&needs).len(), needs.problems.len()), (0, 0));
}

#[test]
fn a_nested_stack_gets_the_role_of_its_parent_or_none() {
    let text = template(
        r#""It": { "Type": "AWS::CloudFormation::Stack", "Properties": { "TemplateURL": "https://s3.us-east-1.amazonaws.com/b/k.json" } }"#,
    );
    let of_create = |needs: &Needs, action: &str| -> Vec<String> {
        let is_it = |need: &&Need| need.phase == Phase::Create && need.action == action;
        it(needs).iter().filter(is_it).map(|need| need.resource.to_string()).collect()
    };
    let (role, caller) = (needs_of(&text), needs_of_caller(&text));
    let arn = ROLE.replace("${AWS::Partition}", "aws");
    assert_eq!(of_create(&role, "iam:PassRole"), [arn], "with a role");
    assert_eq!(of_create(&caller, "iam:PassRole"), Vec::<String>::new(), "with the caller's credentials");
    let others = |needs: &Needs| -> Vec<String> {
        it(needs).iter().filter(|need| need.action != "iam:PassRole").map(written).collect()
    };
    assert_eq!(others(&caller), others(&role), "all else is needed by whoever it is");
    assert_eq!(of_create(&caller, "s3:GetObject"), ["arn:aws:s3:::b/k.json"]);
}

/// A policy may grant a bucket only where it is the account's own, as its name can be foreseen.
#[test]
fn buckets_are_taken_to_be_in_the_stacks_account() {
    let function = r#""It": { "Type": "AWS::Lambda::Function", "Properties": {
        "Code": { "S3Bucket": "assets-123456789012", "S3Key": "code.zip" } } }"#;
    let nested = r#""It": { "Type": "AWS::CloudFormation::Stack", "Properties": {
        "TemplateURL": "https://s3.us-east-1.amazonaws.com/assets-123456789012/k.json" } }"#;
    let key = ConditionKey::new("aws:ResourceAccount").expect("a key");
    for (resource, what) in [(function, "code"), (nested, "a template")] {
        let needs = needs_of_caller(&template(resource));
        let read = it(&needs).iter().find(|need| need.action == "s3:GetObject");
        let account = read.and_then(|need| need.context.get(&key));
        assert_eq!(account, Some(&["123456789012".to_owned()][..]), "{what}");
    }
    let needs = needs_of_caller(&template(function));
    let others = it(&needs).iter().filter(|need| need.resource.segments()[1] != "s3");
    let told: Vec<String> = others.filter(|need| need.context.get(&key).is_some()).map(written).collect();
    assert_eq!(told, Vec::<String>::new(), "only names of buckets hold no account");
}
