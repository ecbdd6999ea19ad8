//! The policies of a template, with placeholders for what only the deployment knows.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

use std::fmt::Write as _;

use analysis::{LintInput, LintOptions, Node, PoliciesOf, PolicySource, Scope, Template, TemplateForm, lint};
use iam::{JsonPointer, PolicyDocument};

fn policies(text: &str) -> PoliciesOf {
    let template = Template::read(text, TemplateForm::Yaml).unwrap_or_else(|errors| panic!("{errors}"));
    template.policies("t.yaml", &Scope::default())
}

/// The one policy that these statements are, of a role of a template with some more resources.
fn of_statements(statements: &str) -> (PolicySource, PoliciesOf) {
    let text = format!(
        "Parameters:
  Topic: {{Type: String}}
  Many: {{Type: CommaDelimitedList}}
Conditions:
  C: !Equals [!Ref Topic, x]
Resources:
  Table: {{Type: 'AWS::DynamoDB::Table'}}
  Logs: {{Type: 'AWS::Logs::LogGroup'}}
  Secret: {{Type: 'AWS::SecretsManager::Secret'}}
  Balancer: {{Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer'}}
  Other: {{Type: 'AWS::IAM::Role', Properties: {{}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: Own
          PolicyDocument: {{Version: 2012-10-17, Statement: {statements}}}
"
    );
    let mut found = policies(&text);
    (found.sources.remove(0), found)
}

/// The document as IAM's parser has it; whatever stands for a hole has to be something that IAM accepts.
fn minified(source: &PolicySource) -> String {
    let document = PolicyDocument::read(source.document.to_json(), source.usage.kind());
    document.unwrap_or_else(|errors| panic!("{}: {errors}", source.at)).to_minified()
}

fn element(element: &str, value: &str) -> String {
    let statement = match element {
        "Resource" => format!("[{{Effect: Allow, Action: 's3:*', Resource: {value}}}]"),
        "Action" => format!("[{{Effect: Allow, Action: {value}, Resource: '*'}}]"),
        _ => format!("[{{Effect: Allow, Action: 's3:*', Resource: '*', {element}: {value}}}]"),
    };
    let (source, found) = of_statements(&statement);
    let written = source.document.get("Statement").and_then(|node| node.items()).unwrap().first();
    let written = written.and_then(|statement| statement.get(element)).map(Node::to_json);
    let mut line = format!("{value}\n    {written:?}\n");
    let list = |name: &str, of: Vec<String>| {
        if of.is_empty() { String::new() } else { format!("    {name}: {}\n", of.join(", ")) }
    };
    line += &list("holes", source.holes.values().cloned().collect());
    line += &list("opaque", source.opaque.iter().map(ToString::to_string).collect());
    line += &list("left alone", found.left_alone.iter().map(|left| left.why.clone()).collect());
    minified(&source);
    line.replace("Some(", "").replace(")\n", "\n")
}

#[test]
fn a_resource_keeps_the_form_of_its_arn() {
    let table = [
        "arn:aws:s3:::author/*",
        "!GetAtt Table.Arn",
        "!GetAtt Table.StreamArn",
        "!GetAtt Logs.Arn",
        "!Ref Secret",
        "[!Sub '${Table.Arn}/index/*', !Sub '${Table.Arn}/index/*']",
        "!Sub 'arn:${AWS::Partition}:s3:::${AWS::StackName}-${AWS::Region}-${AWS::AccountId}'",
        "!Sub 'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${Topic}-${Topic}'",
        "!Sub 'arn:aws:ssm:us-east-1:123456789012:parameter${Table}'",
        "!Sub 'arn:aws:sns:${Topic}'",
        "!Sub 'arn:aws:${Topic}:::x'",
        "!Ref Topic",
        "!GetAtt Other.Arn",
        "!GetAtt Balancer.LoadBalancerArn",
        "!If [C, 'arn:aws:s3:::a', 'arn:aws:s3:::b']",
        "!Ref Many",
        "[!Ref 'AWS::NoValue', 'arn:aws:s3:::a', !Ref Topic]",
        "!ImportValue x",
        "'arn:aws:ssm:*:*:parameter/{{resolve:ssm:/x}}'",
    ];
    let shown: String = table.into_iter().map(|value| element("Resource", value)).collect();
    insta::assert_snapshot!(shown, @r#"
    arn:aws:s3:::author/*
        String("arn:aws:s3:::author/*")
    !GetAtt Table.Arn
        String("arn:aws:dynamodb:REGION:ACCOUNT_ID:table/Table")
        holes: ${Table.Arn}
    !GetAtt Table.StreamArn
        String("arn:aws:dynamodb:REGION:ACCOUNT_ID:table/Table/stream/Table")
        holes: ${Table.StreamArn}
    !GetAtt Logs.Arn
        String("arn:aws:logs:REGION:ACCOUNT_ID:log-group:Logs:*")
        holes: ${Logs.Arn}
    !Ref Secret
        String("arn:aws:secretsmanager:REGION:ACCOUNT_ID:secret:Secret")
        holes: ${Secret}
    [!Sub '${Table.Arn}/index/*', !Sub '${Table.Arn}/index/*']
        Array([String("arn:aws:dynamodb:REGION:ACCOUNT_ID:table/Table/index/*"), String("arn:aws:dynamodb:REGION:ACCOUNT_ID:table/Table/index/*")])
        holes: ${Table.Arn}/index/*, ${Table.Arn}/index/*
    !Sub 'arn:${AWS::Partition}:s3:::${AWS::StackName}-${AWS::Region}-${AWS::AccountId}'
        String("arn:aws:s3:::AWSStackName-REGION-ACCOUNT_ID")
        holes: arn:${AWS::Partition}:s3:::${AWS::StackName}-${AWS::Region}-${AWS::AccountId}
    !Sub 'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${Topic}-${Topic}'
        String("arn:aws:sns:REGION:ACCOUNT_ID:*-*")
        holes: arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${Topic}-${Topic}
    !Sub 'arn:aws:ssm:us-east-1:123456789012:parameter${Table}'
        String("arn:aws:ssm:us-east-1:123456789012:parameter*")
        holes: arn:aws:ssm:us-east-1:123456789012:parameter${Table}
    !Sub 'arn:aws:sns:${Topic}'
        String("*")
        holes: arn:aws:sns:${Topic}
        opaque: /Statement/0/Resource
        left alone: `arn:aws:sns:${Topic}` is known only at the deployment
    !Sub 'arn:aws:${Topic}:::x'
        String("*")
        holes: arn:aws:${Topic}:::x
        opaque: /Statement/0/Resource
        left alone: `arn:aws:${Topic}:::x` is known only at the deployment
    !Ref Topic
        String("*")
        holes: ${Topic}
        opaque: /Statement/0/Resource
        left alone: `${Topic}` is known only at the deployment
    !GetAtt Other.Arn
        String("arn:aws:iam::ACCOUNT_ID:role/Other")
        holes: ${Other.Arn}
    !GetAtt Balancer.LoadBalancerArn
        String("*")
        holes: ${Balancer.LoadBalancerArn}
        opaque: /Statement/0/Resource
        left alone: `${Balancer.LoadBalancerArn}` is known only at the deployment
    !If [C, 'arn:aws:s3:::a', 'arn:aws:s3:::b']
        String("*")
        opaque: /Statement/0/Resource
        left alone: `Fn::If` has two values, by the condition `C`
    !Ref Many
        String("*")
        opaque: /Statement/0/Resource
        left alone: the parameter `Many` is a list without a known value
    [!Ref 'AWS::NoValue', 'arn:aws:s3:::a', !Ref Topic]
        Array([String("arn:aws:s3:::a"), String("*")])
        holes: ${Topic}
        opaque: /Statement/0/Resource/1
        left alone: `${Topic}` is known only at the deployment
    !ImportValue x
        String("*")
        holes: ${Fn::ImportValue x}
        opaque: /Statement/0/Resource
        left alone: `${Fn::ImportValue x}` is known only at the deployment
    'arn:aws:ssm:*:*:parameter/{{resolve:ssm:/x}}'
        String("arn:aws:ssm:*:*:parameter/*")
        holes: arn:aws:ssm:*:*:parameter/{{resolve:ssm:/x}}
    "#);
}

#[test]
fn other_elements_take_what_iam_accepts_there() {
    let table = [
        ("Action", "!Sub 's3:Get${Topic}'"),
        ("Action", "!Sub '${Topic}:Get'"),
        ("Action", "['s3:GetObject', !Ref Topic]"),
        ("Action", "!If [C, 's3:GetObject', 's3:PutObject']"),
        ("Sid", "!Sub 'For${Topic}${AWS::Region}'"),
        ("Sid", "!Sub 'For${Nobody}'"),
        ("Condition", "{StringEquals: {'aws:SourceAccount': !Ref 'AWS::AccountId'}}"),
        ("Condition", "{StringLike: {'iam:PassedToService': !Sub 'ecs-tasks.${AWS::URLSuffix}'}}"),
        ("Condition", "{DateLessThan: {'aws:CurrentTime': !Ref Topic}, Bool: {'aws:SecureTransport': true}}"),
        ("Condition", "{StringEquals: {'aws:PrincipalOrgID': !Ref Many}}"),
        ("Condition", "{StringEquals: !GetAtt Table.Json}"),
        ("Condition", "!If [C, {}, {Bool: {'aws:SecureTransport': 'true'}}]"),
    ];
    let shown: String = table.into_iter().map(|(name, value)| element(name, value)).collect();
    insta::assert_snapshot!(shown, @r#"
    !Sub 's3:Get${Topic}'
        String("s3:Get*")
        holes: s3:Get${Topic}
    !Sub '${Topic}:Get'
        String("*")
        holes: ${Topic}:Get
        opaque: /Statement/0/Action
        left alone: `${Topic}:Get` is known only at the deployment
    ['s3:GetObject', !Ref Topic]
        Array([String("s3:GetObject"), String("*")])
        holes: ${Topic}
        opaque: /Statement/0/Action/1
        left alone: `${Topic}` is known only at the deployment
    !If [C, 's3:GetObject', 's3:PutObject']
        String("*")
        opaque: /Statement/0/Action
        left alone: `Fn::If` has two values, by the condition `C`
    !Sub 'For${Topic}${AWS::Region}'
        String("ForTopicAWSRegion")
        holes: For${Topic}${AWS::Region}
    !Sub 'For${Nobody}'
        None
        left alone: `Nobody` is neither a parameter nor a resource of the template
    {StringEquals: {'aws:SourceAccount': !Ref 'AWS::AccountId'}}
        Object([("StringEquals", Object([("aws:SourceAccount", String("${AWS::AccountId}"))]))])
        holes: ${AWS::AccountId}
    {StringLike: {'iam:PassedToService': !Sub 'ecs-tasks.${AWS::URLSuffix}'}}
        Object([("StringLike", Object([("iam:PassedToService", String("ecs-tasks.amazonaws.com"))]))])
        holes: ecs-tasks.${AWS::URLSuffix}
    {DateLessThan: {'aws:CurrentTime': !Ref Topic}, Bool: {'aws:SecureTransport': true}}
        Object([("DateLessThan", Object([("aws:CurrentTime", String("${Topic}"))])), ("Bool", Object([("aws:SecureTransport", Bool(true))]))])
        holes: ${Topic}
    {StringEquals: {'aws:PrincipalOrgID': !Ref Many}}
        Object([("StringEquals", Object([("aws:PrincipalOrgID", String("${Unknown}"))]))])
        opaque: /Statement/0/Condition/StringEquals/aws:PrincipalOrgID
        left alone: the parameter `Many` is a list without a known value
    {StringEquals: !GetAtt Table.Json}
        Object([("StringEquals", Object([]))])
        opaque: /Statement/0/Condition/StringEquals
        left alone: `${Table.Json}` is known only at the deployment
    !If [C, {}, {Bool: {'aws:SecureTransport': 'true'}}]
        Object([])
        opaque: /Statement/0/Condition
        left alone: `Fn::If` has two values, by the condition `C`
    "#);
}

#[test]
fn a_statement_that_may_not_be_there_is_left_out() {
    let (source, found) = of_statements(
        "[!If [C, {Effect: Allow, Action: '*', Resource: '*'}, !Ref 'AWS::NoValue'], \
          {Effect: !Ref Topic, Action: '*', Resource: '*'}, \
          {Effect: Deny, Action: 's3:PutObject', Resource: !Ref Topic}]",
    );
    assert_eq!(
        minified(&source),
        r#"{"Statement":[{"Action":"s3:PutObject","Effect":"Deny","Resource":"*"}],"Version":"2012-10-17"}"#
    );
    let opaque: Vec<&str> = source.opaque.iter().map(JsonPointer::as_str).collect();
    assert_eq!(opaque, ["/Statement", "/Statement/0/Resource"], "places of the document");
    let left: Vec<String> = found.left_alone.iter().map(|left| left.pointer.to_string()).collect();
    let at = "/Resources/Role/Properties/Policies/0/PolicyDocument/Statement";
    assert_eq!(
        left,
        [format!("{at}/0"), format!("{at}/1/Effect"), format!("{at}/2/Resource")],
        "places of the template"
    );
    assert!(source.is_partial, "it has no size yet");
}

#[test]
fn a_statement_is_called_by_its_position_in_the_template() {
    let (source, _) = of_statements(
        "[!If [C, {Effect: Allow, Action: '*', Resource: '*'}, !Ref 'AWS::NoValue'], \
          {Effect: Deny, Action: 's3:PutObjects', Resource: '*'}]",
    );
    let input = LintInput { policies: vec![source], attachments: Vec::new() };
    let findings = lint(&input, LintOptions::default());
    let statements: Vec<_> = findings.iter().map(|finding| finding.place.statement.as_deref()).collect();
    assert_eq!(statements, [Some("#1")], "{findings:#?}");
}

#[test]
fn a_trust_policy_names_whom_iam_would_accept() {
    let principals = [
        "'*'",
        "{Service: lambda.amazonaws.com}",
        "{Service: [!Sub 'lambda.${AWS::URLSuffix}', !Sub 'logs.${AWS::Region}.amazonaws.com']}",
        "{AWS: !Ref 'AWS::AccountId'}",
        "{AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}",
        "{AWS: !GetAtt Other.Arn}",
        "{AWS: !Ref Who}",
        "{AWS: !If [C, a, b]}",
        "{Federated: !Ref Who}",
        "{Federated: !Sub 'arn:aws:iam::${AWS::AccountId}:oidc-provider/${Who}'}",
        "!Ref Who",
        "!If [C, '*', {AWS: '*'}]",
    ];
    let mut shown = String::new();
    for principal in principals {
        let found = policies(&format!(
            "Parameters: {{Who: {{Type: String}}}}
Conditions: {{C: !Equals [!Ref Who, x]}}
Resources:
  Other: {{Type: 'AWS::IAM::Role'}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Action: 'sts:AssumeRole', Principal: {principal}}}
"
        ));
        let source = found.sources.first().unwrap();
        let opaque: Vec<String> = source.opaque.iter().map(ToString::to_string).collect();
        let document = minified(source);
        let (_, from) = document.split_once("\"Principal\":").unwrap();
        writeln!(shown, "{principal}\n    {} {}", from.trim_end_matches("}]}"), opaque.join(" ")).unwrap();
    }
    insta::assert_snapshot!(shown, @r#"
    '*'
        "*" 
    {Service: lambda.amazonaws.com}
        {"Service":"lambda.amazonaws.com"} 
    {Service: [!Sub 'lambda.${AWS::URLSuffix}', !Sub 'logs.${AWS::Region}.amazonaws.com']}
        {"Service":["lambda.amazonaws.com","logs.AWSRegion.amazonaws.com"]} 
    {AWS: !Ref 'AWS::AccountId'}
        {"AWS":"arn:aws:iam::ACCOUNT_ID:root"} 
    {AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}
        {"AWS":"arn:aws:iam::ACCOUNT_ID:root"} 
    {AWS: !GetAtt Other.Arn}
        {"AWS":"arn:aws:iam::ACCOUNT_ID:role/Other"} 
    {AWS: !Ref Who}
        {"AWS":"arn:aws:iam::ACCOUNT_ID:root"} /Statement/Principal/AWS
    {AWS: !If [C, a, b]}
        {"AWS":"arn:aws:iam::ACCOUNT_ID:root"} /Statement/Principal/AWS
    {Federated: !Ref Who}
        {"Federated":"arn:aws:iam::ACCOUNT_ID:oidc-provider/unknown"} /Statement/Principal/Federated
    {Federated: !Sub 'arn:aws:iam::${AWS::AccountId}:oidc-provider/${Who}'}
        {"Federated":"arn:aws:iam::ACCOUNT_ID:oidc-provider/Who"} 
    !Ref Who
        {"AWS":"arn:aws:iam::ACCOUNT_ID:root"} /Statement/Principal /Statement/Principal/AWS
    !If [C, '*', {AWS: '*'}]
        {"AWS":"arn:aws:iam::ACCOUNT_ID:root"} /Statement/Principal /Statement/Principal/AWS
    "#);
}

#[test]
fn a_policy_may_be_a_string_of_json() {
    let found = policies(
        r#"
Parameters: {Open: {Type: String}}
Resources:
  Sub:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: !Sub |
        {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:${AWS::Partition}:s3:::b-${Open}/*"}]}
  ToJson:
    Type: AWS::SSO::PermissionSet
    Properties:
      InlinePolicy:
        Fn::ToJsonString:
          Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: !Sub 'arn:aws:s3:::${Open}/*'}]
  Broken: {Type: 'AWS::IAM::ManagedPolicy', Properties: {PolicyDocument: '{'}}
  Later: {Type: 'AWS::IAM::ManagedPolicy', Properties: {PolicyDocument: !Sub '{"Statement": ${Open}}'}}
"#,
    );
    let sources: Vec<_> =
        found.sources.iter().map(|source| (source.name.as_str(), source.is_json_text)).collect();
    assert_eq!(sources, [("Sub", true), ("ToJson", true), ("Broken", false)]);
    let sub = found.sources.first().unwrap();
    assert_eq!(
        minified(sub),
        "{\"Statement\":[{\"Action\":\"s3:GetObject\",\"Effect\":\"Allow\",\
         \"Resource\":\"arn:aws:s3:::b-*/*\"}],\"Version\":\"2012-10-17\"}"
    );
    assert_eq!(sub.document.get("Statement").map(|node| node.line), Some(7), "the line of the string");
    let broken = found.sources.last().unwrap();
    let refused = PolicyDocument::read(broken.document.to_json(), broken.usage.kind());
    assert!(refused.is_err(), "what is no JSON is for IAM's parser to refuse");
    let left: Vec<String> =
        found.left_alone.iter().map(|left| format!("{} {}", left.pointer, left.why)).collect();
    assert_eq!(
        left,
        ["/Resources/Later/Properties/PolicyDocument the text is JSON only when the stack is deployed"]
    );
}

#[test]
fn every_policy_of_the_generated_template_is_one_that_iam_accepts() {
    let text = include_str!("../../../bootstrap/bootstrap-template.yaml");
    let found = policies(text);
    assert!(found.sources.len() > 10, "{} policies", found.sources.len());
    for source in &found.sources {
        minified(source);
    }
}
