//! What the resources of a template are called, and on which ARNs actions work for them.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use analysis::{Hole, Names, Piece, Scope, Template, TemplateForm, Text};
use iam::ArnPattern;
use iam_reference::lookup;
use proptest::prelude::*;

mod actions;

const TEMPLATE: &str = "
Parameters:
  Open: {Type: String}
  Env: {Type: String, Default: dev}
Resources:
  Table: {Type: 'AWS::DynamoDB::Table'}
  Named: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: !Sub 'tasks-${Env}'}}
  Bucket: {Type: 'AWS::S3::Bucket'}
  BucketPolicy: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: !Ref Bucket}}
  Role: {Type: 'AWS::IAM::Role', Properties: {Path: /team/}}
  NamedRole: {Type: 'AWS::IAM::Role', Properties: {RoleName: !Sub '${Env}-${Open}', Path: /service-role/}}
  Policy: {Type: 'AWS::IAM::Policy', Properties: {Roles: [!Ref Role, other]}}
  Profile: {Type: 'AWS::IAM::InstanceProfile', Properties: {Roles: [!Ref NamedRole]}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {S3Bucket: assets, S3Key: code.zip}
      Environment: {Variables: {BUCKET: !Ref Bucket, TABLE_ARN: !GetAtt Table.Arn}}
  Version: {Type: 'AWS::Lambda::Version', Properties: {FunctionName: !Ref Function}}
  Alias: {Type: 'AWS::Lambda::Alias', Properties: {FunctionName: !Ref Function, Name: live}}
  Permission: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Alias}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !GetAtt Function.Arn, EventSourceArn: !GetAtt Queue.Arn}
  Layer: {Type: 'AWS::Lambda::LayerVersion'}
  Queue: {Type: 'AWS::SQS::Queue'}
  QueuePolicy: {Type: 'AWS::SQS::QueuePolicy', Properties: {Queues: [!Ref Queue]}}
  Topic: {Type: 'AWS::SNS::Topic', Properties: {TopicName: alarms}}
  Subscription: {Type: 'AWS::SNS::Subscription', Properties: {TopicArn: !Ref Topic}}
  Secret: {Type: 'AWS::SecretsManager::Secret'}
  NamedSecret: {Type: 'AWS::SecretsManager::Secret', Properties: {Name: !Join ['/', [!Ref Env, token]]}}
  Parameter: {Type: 'AWS::SSM::Parameter', Properties: {Name: /app/url}}
  UnnamedParameter: {Type: 'AWS::SSM::Parameter'}
  Logs: {Type: 'AWS::Logs::LogGroup', Properties: {LogGroupName: !Sub '/aws/lambda/${Function}'}}
  Machine: {Type: 'AWS::StepFunctions::StateMachine', Properties: {RoleArn: !GetAtt NamedRole.Arn}}
  Rule: {Type: 'AWS::Events::Rule'}
  BusRule: {Type: 'AWS::Events::Rule', Properties: {EventBusName: orders}}
  Alias2: {Type: 'AWS::KMS::Alias', Properties: {AliasName: alias/app, TargetKeyId: !GetAtt Key.Arn}}
  Key: {Type: 'AWS::KMS::Key'}
  Vpc: {Type: 'AWS::EC2::VPC'}
  Subnet: {Type: 'AWS::EC2::Subnet', Properties: {VpcId: !Ref Vpc}}
  Api: {Type: 'AWS::ApiGateway::RestApi', Properties: {Name: api}}
  Stage: {Type: 'AWS::ApiGateway::Stage', Properties: {RestApiId: !Ref Api, StageName: v1}}
  WebAcl: {Type: 'AWS::WAFv2::WebACL', Properties: {Scope: REGIONAL}}
  Association:
    Type: AWS::WAFv2::WebACLAssociation
    Properties:
      WebACLArn: !GetAtt WebAcl.Arn
      ResourceArn: !Sub 'arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${Api}/stages/${Stage}'
  Cluster: {Type: 'AWS::ECS::Cluster'}
  Service: {Type: 'AWS::ECS::Service', Properties: {Cluster: !GetAtt Cluster.Arn, ServiceName: web}}
  Task: {Type: 'AWS::ECS::TaskDefinition', Properties: {Family: web, TaskRoleArn: !GetAtt Role.Arn, ExecutionRoleArn: 'arn:aws:iam::123456789012:role/exec'}}
  Balancer: {Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: {Type: network}}
  Listener: {Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: {LoadBalancerArn: !Ref Balancer}}
  Memory: {Type: 'AWS::BedrockAgentCore::Memory', Properties: {Name: notes}}
  Nested: {Type: 'AWS::CloudFormation::Stack'}
  Database: {Type: 'AWS::RDS::DBInstance', Properties: {DBInstanceIdentifier: Main}}
  Odd: {Type: 'Custom::Odd', Properties: {ServiceToken: !GetAtt Function.Arn}}
";

fn read(text: &str) -> Template {
    Template::read(text, TemplateForm::Yaml).unwrap_or_else(|errors| panic!("{errors}"))
}

fn scope(template: &Template, stack: &str) -> Scope {
    let scope = Scope::of_environment(Some("123456789012"), Some("us-east-1"));
    Scope { stack_name: Some(stack.to_owned()), ..scope }.with_parameters(template, &BTreeMap::new())
}

fn shown(arns: &[ArnPattern]) -> String {
    arns.iter().map(ArnPattern::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn names_are_given_or_made_up() {
    let template = read(TEMPLATE);
    let scope = scope(&template, "my-app");
    let names = Names::new(&template, &scope);
    let mut text = String::new();
    for resource in template.resources() {
        if let Some(name) = names.name(&resource.logical_id) {
            writeln!(text, "{} {name}", resource.logical_id).unwrap();
        }
    }
    insta::assert_snapshot!(text, @"
    Table my-app-Table-*
    Named tasks-dev
    Bucket my-app-bucket-*
    Role my-app-Role-*
    NamedRole dev-*
    Profile my-app-Profile-*
    Function my-app-Function-*
    Alias live
    Layer Layer*
    Queue my-app-Queue-*
    Topic alarms
    Secret Secret-*
    NamedSecret dev/token
    Parameter /app/url
    UnnamedParameter CFN-UnnamedParameter-*
    Logs /aws/lambda/my-app-Function-*
    Machine Machine-*
    Rule my-app-Rule-*
    BusRule my-app-BusRule-*
    Alias2 alias/app
    WebAcl WebAcl-*
    Cluster my-app-Cluster-*
    Service web
    Task web
    Balancer my-ap*
    Memory notes-*
    Nested my-app-Nested-*
    Database main
    ");
}

#[test]
fn a_resource_type_of_another_kind_has_no_arns() {
    let template = read(TEMPLATE);
    let scope = scope(&template, "my-app");
    let names = Names::new(&template, &scope);
    let table = [
        ("Balancer", "elasticloadbalancing", "loadbalancer/app/", ""),
        ("Balancer", "elasticloadbalancing", "loadbalancer", ""),
        ("Rule", "events", "rule-on-custom-event-bus", ""),
        ("BusRule", "events", "rule-on-default-event-bus", ""),
        ("Table", "dynamodb", "nothing", ""),
        ("Nobody", "dynamodb", "table", ""),
        ("Table", "kms", "key", "arn:aws:kms:us-east-1:123456789012:key/*"),
        ("Api", "apigateway", "Tags", "arn:aws:apigateway:us-east-1::/tags/*"),
        ("Bucket", "s3", "object", "arn:aws:s3:::my-app-bucket-*/*"),
    ];
    for (logical_id, prefix, resource_type, expected) in table {
        let arns = shown(&names.arns(logical_id, prefix, resource_type));
        assert_eq!(arns, expected, "{logical_id} {prefix} {resource_type}");
    }
}

#[test]
fn a_text_has_the_names_of_what_it_refers_to() {
    let template = read(TEMPLATE);
    let scope = scope(&template, "my-app");
    let names = Names::new(&template, &scope);
    let reference = |id: &str| Text::new([Piece::Hole(Hole::Ref(id.to_owned()))]);
    let attribute = |id: &str, attribute: &str| {
        let (logical_id, attribute) = (id.to_owned(), attribute.to_owned());
        Text::new([Piece::Hole(Hole::Attribute { logical_id, attribute })])
    };
    let table = [
        (reference("Function"), "my-app-Function-*"),
        (attribute("Function", "Arn"), "arn:aws:lambda:us-east-1:123456789012:function:my-app-Function-*"),
        (reference("Alias"), "arn:aws:lambda:us-east-1:123456789012:function:my-app-Function-*:live"),
        (reference("Version"), "arn:aws:lambda:us-east-1:123456789012:function:my-app-Function-*:*"),
        (reference("Queue"), "https://*/my-app-Queue-*"),
        (attribute("Queue", "QueueName"), "my-app-Queue-*"),
        (
            attribute("Logs", "Arn"),
            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/my-app-Function-*:*",
        ),
        (
            attribute("Table", "StreamArn"),
            "arn:aws:dynamodb:us-east-1:123456789012:table/my-app-Table-*/stream/*",
        ),
        (
            reference("Balancer"),
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/my-ap*/*",
        ),
        (reference("Vpc"), "*"),
        (reference("WebAcl"), "*"),
        (attribute("Bucket", "DomainName"), "*"),
        (Text::hole(Hole::Parameter("Env".to_owned())), "dev"),
        (Text::hole(Hole::Parameter("Open".to_owned())), "*"),
        (Text::hole(Hole::StackId), "arn:aws:cloudformation:us-east-1:123456789012:stack/my-app/*"),
    ];
    for (text, expected) in table {
        assert_eq!(names.pattern_of(&text), expected, "{text:?}");
    }
    let nothing = Scope::default();
    let names = Names::new(&template, &nothing);
    let arn = names.pattern_of(&attribute("Secret", "Id"));
    assert_eq!(arn, "*", "an attribute that is no ARN by its name");
    assert_eq!(names.pattern_of(&reference("Secret")), "arn:*:secretsmanager:*:*:secret:Secret-*");
    assert_eq!(names.name("Table").as_deref(), Some("*"));
}

#[test]
fn the_names_in_a_nested_stack_begin_as_its_own_does() {
    let template = read(TEMPLATE);
    let parent = scope(&template, "backgroundagent-dev");
    let stack = Names::new(&template, &parent).name("Nested").unwrap();
    assert_eq!(stack, "backgroundagent-dev-Nested-*");
    let child = scope(&template, &stack);
    let names = Names::new(&template, &child);
    assert_eq!(names.name("Role").as_deref(), Some("backgroundagent-dev-Nested-*"));
    assert_eq!(names.name("Table").as_deref(), Some("backgroundagent-dev-Nested-*"));
    assert_eq!(names.name("Machine").as_deref(), Some("Machine-*"));
}

#[test]
fn names_that_need_each_other_come_to_an_end() {
    let template = read(
        "Resources:
  A: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: !Ref B}}
  B: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: !Sub 'x-${A}'}}
  C: {Type: 'AWS::Lambda::Alias', Properties: {FunctionName: !Ref C, Name: !Ref C}}
",
    );
    let scope = scope(&template, "app");
    let names = Names::new(&template, &scope);
    for id in ["A", "B", "C"] {
        assert!(names.name(id).is_some_and(|name| name.contains('*')), "{id}");
    }
}

/// Templates whose resources refer to each other at random.
fn any_template() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(vec![
        "AWS::Lambda::Function",
        "AWS::Lambda::Alias",
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
        "AWS::ECS::Service",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::SQS::QueuePolicy",
        "AWS::Events::Rule",
        "Custom::X",
    ]);
    let property = prop::sample::select(vec![
        "FunctionName",
        "Role",
        "Roles",
        "RoleName",
        "Path",
        "Name",
        "Cluster",
        "LoadBalancerArn",
        "Queues",
        "EventBusName",
        "TargetArn",
    ]);
    let value = prop::sample::select(vec![
        "!Ref R0",
        "!Ref R1",
        "!Ref R2",
        "!GetAtt R0.Arn",
        "!GetAtt R1.Arn",
        "!GetAtt R2.LoadBalancerArn",
        "x",
        "[!Ref R1, y]",
        "!Sub 'arn:aws:iam::1:role/${R2}'",
        "!Ref Nobody",
        "{a: !Ref R0}",
    ]);
    let properties = prop::collection::btree_map(property, value, 0..4);
    prop::collection::vec((kind, properties), 1..4).prop_map(|resources| {
        let mut text = "Resources:\n".to_owned();
        for (i, (kind, properties)) in resources.into_iter().enumerate() {
            let properties: Vec<String> = properties.iter().map(|(k, v)| format!("{k}: {v}")).collect();
            writeln!(text, "  R{i}: {{Type: '{kind}', Properties: {{{}}}}}", properties.join(", ")).unwrap();
        }
        text
    })
}

proptest! {
    #[test]
    fn no_references_make_it_panic(text in any_template()) {
        let template = read(&text);
        let scope = scope(&template, "app");
        let names = Names::new(&template, &scope);
        for resource in template.resources() {
            let _ = names.name(&resource.logical_id);
            for action in ["iam:PassRole", "lambda:CreateAlias", "ecs:CreateService", "events:PutRule"] {
                let action = lookup(action).unwrap();
                prop_assert!(!names.resources(&resource.logical_id, action).is_empty(), "{}", text);
            }
        }
    }
}
