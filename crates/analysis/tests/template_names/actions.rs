//! On which ARNs an action works for a resource.

use std::fmt::Write as _;

use analysis::Names;
use iam_reference::lookup;

use crate::{TEMPLATE, read, scope, shown};

#[test]
fn actions_work_on_the_resource_and_on_what_it_names() {
    let template = read(TEMPLATE);
    let scope = scope(&template, "my-app");
    let names = Names::new(&template, &scope);
    let table = [
        ("Table", "dynamodb:CreateTable"),
        ("Table", "dynamodb:TagResource"),
        ("Named", "dynamodb:DeleteTable"),
        ("Table", "dynamodb:ListTables"),
        ("Bucket", "s3:CreateBucket"),
        ("Bucket", "s3:DeleteObject"),
        ("BucketPolicy", "s3:PutBucketPolicy"),
        ("Role", "iam:CreateRole"),
        ("NamedRole", "iam:CreateRole"),
        ("Policy", "iam:PutRolePolicy"),
        ("Profile", "iam:AddRoleToInstanceProfile"),
        ("Function", "lambda:CreateFunction"),
        ("Function", "iam:PassRole"),
        ("Function", "s3:GetObject"),
        ("Version", "lambda:PublishVersion"),
        ("Alias", "lambda:PutProvisionedConcurrencyConfig"),
        ("Alias", "lambda:CreateAlias"),
        ("Permission", "lambda:AddPermission"),
        ("Mapping", "lambda:UpdateEventSourceMapping"),
        ("Mapping", "lambda:TagResource"),
        ("Layer", "lambda:PublishLayerVersion"),
        ("QueuePolicy", "sqs:SetQueueAttributes"),
        ("Subscription", "sns:Subscribe"),
        ("Secret", "secretsmanager:CreateSecret"),
        ("NamedSecret", "secretsmanager:CreateSecret"),
        ("Parameter", "ssm:PutParameter"),
        ("UnnamedParameter", "ssm:PutParameter"),
        ("Logs", "logs:CreateLogGroup"),
        ("Machine", "states:CreateStateMachine"),
        ("Machine", "iam:PassRole"),
        ("Rule", "events:PutRule"),
        ("BusRule", "events:PutRule"),
        ("Alias2", "kms:CreateAlias"),
        ("Subnet", "ec2:CreateSubnet"),
        ("Subnet", "ec2:CreateTags"),
        ("Api", "apigateway:POST"),
        ("Api", "apigateway:DELETE"),
        ("Stage", "apigateway:POST"),
        ("Stage", "apigateway:PATCH"),
        ("WebAcl", "wafv2:CreateWebACL"),
        ("Association", "wafv2:AssociateWebACL"),
        ("Service", "ecs:CreateService"),
        ("Task", "ecs:DeregisterTaskDefinition"),
        ("Task", "iam:PassRole"),
        ("Balancer", "elasticloadbalancing:CreateLoadBalancer"),
        ("Listener", "elasticloadbalancing:CreateListener"),
        ("Listener", "elasticloadbalancing:ModifyListener"),
        ("Memory", "bedrock-agentcore:DeleteMemory"),
        ("Nested", "cloudformation:CreateStack"),
        ("Database", "rds:DeleteDBInstance"),
        ("Odd", "lambda:InvokeFunction"),
    ];
    let mut text = String::new();
    for (logical_id, action) in table {
        let action = lookup(action).unwrap_or_else(|| panic!("there is no {action}"));
        let arns = shown(&names.resources(logical_id, action));
        writeln!(text, "{logical_id} {}\n    {}", action.as_str(), arns.replace(' ', "\n    ")).unwrap();
    }
    insta::assert_snapshot!(text, @"
    Table dynamodb:CreateTable
        arn:aws:dynamodb:us-east-1:123456789012:table/my-app-Table-*
    Table dynamodb:TagResource
        arn:aws:dynamodb:us-east-1:123456789012:table/my-app-Table-*
    Named dynamodb:DeleteTable
        arn:aws:dynamodb:us-east-1:123456789012:table/tasks-dev
    Table dynamodb:ListTables
        *
    Bucket s3:CreateBucket
        arn:aws:s3:::my-app-bucket-*
    Bucket s3:DeleteObject
        arn:aws:s3:::my-app-bucket-*/*
    BucketPolicy s3:PutBucketPolicy
        arn:aws:s3:::my-app-bucket-*
    Role iam:CreateRole
        arn:aws:iam::123456789012:role/team/my-app-Role-*
    NamedRole iam:CreateRole
        arn:aws:iam::123456789012:role/service-role/dev-*
    Policy iam:PutRolePolicy
        arn:aws:iam::123456789012:role/other
        arn:aws:iam::123456789012:role/team/my-app-Role-*
    Profile iam:AddRoleToInstanceProfile
        arn:aws:iam::123456789012:instance-profile/my-app-Profile-*
    Function lambda:CreateFunction
        arn:aws:lambda:us-east-1:123456789012:function:my-app-Function-*
    Function iam:PassRole
        arn:aws:iam::123456789012:role/team/my-app-Role-*
    Function s3:GetObject
        arn:aws:s3:::assets/*
    Version lambda:PublishVersion
        arn:aws:lambda:us-east-1:123456789012:function:my-app-Function-*
    Alias lambda:PutProvisionedConcurrencyConfig
        arn:aws:lambda:us-east-1:123456789012:function:my-app-Function-*:live
    Alias lambda:CreateAlias
        arn:aws:lambda:us-east-1:123456789012:function:my-app-Function-*
    Permission lambda:AddPermission
        arn:aws:lambda:us-east-1:123456789012:function:my-app-Function-*:live
    Mapping lambda:UpdateEventSourceMapping
        arn:aws:lambda:us-east-1:123456789012:event-source-mapping:*
    Mapping lambda:TagResource
        arn:aws:lambda:us-east-1:123456789012:event-source-mapping:*
    Layer lambda:PublishLayerVersion
        arn:aws:lambda:us-east-1:123456789012:layer:Layer*
    QueuePolicy sqs:SetQueueAttributes
        arn:aws:sqs:us-east-1:123456789012:my-app-Queue-*
    Subscription sns:Subscribe
        arn:aws:sns:us-east-1:123456789012:alarms
    Secret secretsmanager:CreateSecret
        arn:aws:secretsmanager:us-east-1:123456789012:secret:Secret-*
    NamedSecret secretsmanager:CreateSecret
        arn:aws:secretsmanager:us-east-1:123456789012:secret:dev/token-??????
    Parameter ssm:PutParameter
        arn:aws:ssm:us-east-1:123456789012:parameter/app/url
    UnnamedParameter ssm:PutParameter
        arn:aws:ssm:us-east-1:123456789012:parameter/CFN-UnnamedParameter-*
    Logs logs:CreateLogGroup
        arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/my-app-Function-*
    Machine states:CreateStateMachine
        arn:aws:states:us-east-1:123456789012:stateMachine:Machine-*
    Machine iam:PassRole
        arn:aws:iam::123456789012:role/service-role/dev-*
    Rule events:PutRule
        arn:aws:events:us-east-1:123456789012:rule/my-app-Rule-*
    BusRule events:PutRule
        arn:aws:events:us-east-1:123456789012:rule/orders/my-app-BusRule-*
    Alias2 kms:CreateAlias
        arn:aws:kms:us-east-1:123456789012:alias/app
        arn:aws:kms:us-east-1:123456789012:key/*
    Subnet ec2:CreateSubnet
        arn:aws:ec2:us-east-1:123456789012:subnet/*
        arn:aws:ec2:us-east-1:123456789012:vpc/*
    Subnet ec2:CreateTags
        arn:aws:ec2:us-east-1:123456789012:subnet/*
    Api apigateway:POST
        arn:aws:apigateway:us-east-1::/restapis
    Api apigateway:DELETE
        arn:aws:apigateway:us-east-1::/restapis/*
    Stage apigateway:POST
        arn:aws:apigateway:us-east-1::/restapis/*/stages
    Stage apigateway:PATCH
        arn:aws:apigateway:us-east-1::/restapis/*/stages/v1
    WebAcl wafv2:CreateWebACL
        arn:aws:wafv2:us-east-1:123456789012:regional/webacl/WebAcl-*/*
    Association wafv2:AssociateWebACL
        arn:aws:apigateway:us-east-1::/restapis/*/stages/*
        arn:aws:wafv2:us-east-1:123456789012:regional/webacl/WebAcl-*/*
    Service ecs:CreateService
        arn:aws:ecs:us-east-1:123456789012:service/my-app-Cluster-*/web
    Task ecs:DeregisterTaskDefinition
        *
    Task iam:PassRole
        arn:aws:iam::123456789012:role/exec
        arn:aws:iam::123456789012:role/team/my-app-Role-*
    Balancer elasticloadbalancing:CreateLoadBalancer
        arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/my-ap*/*
    Listener elasticloadbalancing:CreateListener
        arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/my-ap*/*
    Listener elasticloadbalancing:ModifyListener
        arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/net/my-ap*/*/*
    Memory bedrock-agentcore:DeleteMemory
        arn:aws:bedrock-agentcore:us-east-1:123456789012:memory/notes-*
    Nested cloudformation:CreateStack
        arn:aws:cloudformation:us-east-1:123456789012:stack/my-app-Nested-*/*
    Database rds:DeleteDBInstance
        arn:aws:rds:us-east-1:123456789012:db:main
    Odd lambda:InvokeFunction
        arn:aws:lambda:us-east-1:123456789012:function:my-app-Function-*
    ");
}
