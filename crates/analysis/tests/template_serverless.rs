//! The policies of the roles that AWS SAM makes.
#![expect(clippy::panic, reason = "a test stops at what fails")]

use analysis::{PoliciesOf, Scope, Template, TemplateForm};

fn policies(text: &str) -> PoliciesOf {
    let template = Template::read(text, TemplateForm::Yaml).unwrap_or_else(|errors| panic!("{errors}"));
    template.policies("t.yaml", &Scope::default())
}

#[test]
fn the_policies_of_serverless_functions_are_read() {
    let found = policies(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  Table: {Type: 'AWS::Serverless::SimpleTable'}
  Many:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - AWSLambdaBasicExecutionRole
        - DynamoDBCrudPolicy: {TableName: !Ref Table}
        - Statement: {Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*'}
  One:
    Type: AWS::Serverless::StateMachine
    Properties:
      Policies: {Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*'}]}
  Named: {Type: 'AWS::Serverless::Function', Properties: {Policies: AWSLambdaBasicExecutionRole}}
",
    );
    let places: Vec<_> =
        found.sources.iter().map(|source| (source.name.as_str(), source.at.as_str())).collect();
    let many = "/Resources/Many/Properties/Policies";
    let expected =
        [("Many/2", format!("{many}/2")), ("One", "/Resources/One/Properties/Policies".to_owned())];
    assert_eq!(places, expected.each_ref().map(|(name, at)| (*name, at.as_str())));
    let left: Vec<&str> = found.left_alone.iter().map(|left| left.pointer.as_str()).collect();
    assert_eq!(left, [format!("{many}/1")], "SAM's own policy templates");
}
