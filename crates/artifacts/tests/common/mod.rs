//! A small policy set and a small default template of their own: nothing here knows the five policies.

use std::collections::BTreeMap;

use artifacts::{BaseTemplate, Bundle};
use iam::{
    Applies, ComputeType, LogicalId, ManagedPolicy, Partition, PolicyDocument, PolicyKind, PolicyName,
    PolicySet, Sha256Digest,
};

/// The smallest template with everything that is changed or read.
pub(crate) const BASE: &str = r"
Description: A default template
Parameters:
  CloudFormationExecutionPolicies:
    Type: CommaDelimitedList
    Default: ''
  Qualifier:
    Type: String
    Default: hnb659fds
  BootstrapVariant:
    Type: String
    Default: 'AWS CDK: Default Resources'
Conditions:
  HasCloudFormationExecutionPolicies:
    Fn::Not:
      - Fn::Equals: ['', {Fn::Join: ['', {Ref: CloudFormationExecutionPolicies}]}]
Resources:
  FilePublishingRole: {Type: 'AWS::IAM::Role', Properties: {RoleName: {Fn::Sub: 'cdk-${Qualifier}-file-publishing-role-${AWS::AccountId}-${AWS::Region}'}}}
  ImagePublishingRole: {Type: 'AWS::IAM::Role', Properties: {RoleName: {Fn::Sub: 'cdk-${Qualifier}-image-publishing-role-${AWS::AccountId}-${AWS::Region}'}}}
  LookupRole: {Type: 'AWS::IAM::Role', Properties: {RoleName: {Fn::Sub: 'cdk-${Qualifier}-lookup-role-${AWS::AccountId}-${AWS::Region}'}}}
  DeploymentActionRole: {Type: 'AWS::IAM::Role', Properties: {RoleName: {Fn::Sub: 'cdk-${Qualifier}-deploy-role-${AWS::AccountId}-${AWS::Region}'}}}
  CloudFormationExecutionRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Action: 'sts:AssumeRole', Effect: Allow, Principal: {Service: cloudformation.amazonaws.com}}]
        Version: '2012-10-17'
      ManagedPolicyArns:
        Fn::If:
          - HasCloudFormationExecutionPolicies
          - Ref: CloudFormationExecutionPolicies
          - - Fn::Sub: 'arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess'
      RoleName: {Fn::Sub: 'cdk-${Qualifier}-cfn-exec-role-${AWS::AccountId}-${AWS::Region}'}
  CdkBootstrapVersion:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: '99'}
Outputs:
  BootstrapVersion: {Value: '99'}
";

/// A template recorded from nowhere.
pub(crate) fn base(text: &str) -> BaseTemplate {
    BaseTemplate::parse(text, "2.0.0", Sha256Digest::of_bytes(text.as_bytes())).unwrap()
}

/// A policy of one statement.
pub(crate) fn policy(label: &str, action: &str, applies: Applies) -> ManagedPolicy {
    let sid: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Sid":"{sid}","Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#
    );
    ManagedPolicy {
        name: PolicyName::new(format!("Small-{label}")).unwrap(),
        label: PolicyName::new(label).unwrap(),
        file_stem: label.to_lowercase(),
        logical_id: LogicalId::new(format!("Small{sid}")).unwrap(),
        description: format!("The policy {label}"),
        scope: format!("What {label} needs"),
        applies,
        any_resource: BTreeMap::new(),
        document: PolicyDocument::parse(&text, PolicyKind::Identity).unwrap(),
    }
}

/// A compute type.
pub(crate) fn compute_type(name: &str) -> ComputeType {
    ComputeType::new(name).unwrap()
}

/// A bundle of these policies.
pub(crate) fn bundle(policies: Vec<ManagedPolicy>) -> Bundle {
    let trust = r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"cloudformation.amazonaws.com"}}}"#;
    Bundle {
        set: PolicySet::new(policies).unwrap(),
        version: "0.1.0".to_owned(),
        variant: "Small".to_owned(),
        trust_policy: PolicyDocument::parse(trust, PolicyKind::Trust).unwrap(),
        stack_name: "small-dev".to_owned(),
        qualifier: "small".to_owned(),
        partition: Partition::AWS,
        compute_types: vec![compute_type("plain")],
    }
}
