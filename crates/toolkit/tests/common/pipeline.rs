//! A small pipeline of the tests' own, and an account that has it.

use std::collections::BTreeMap;

use iam::{Applies, Partition, PolicyDocument, PolicyKind, PolicySet};
use toolkit::{ExpectedPipeline, Holder, Identity, PipelineAccount, Stack};

use crate::common::{environment, policy};

/// A pipeline of a role with two policies.
pub(crate) fn pipeline() -> ExpectedPipeline {
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"id.example.com"},"Condition":{"StringEquals":{"id.example.com:sub":"main"}}}}"#;
    ExpectedPipeline {
        stack_name: "pipeline-shop".to_owned(),
        description: "A pipeline".to_owned(),
        mode: "roles".to_owned(),
        mode_output: "Mode".to_owned(),
        holder: Holder::Role("pipeline-shop".to_owned()),
        holder_id: "PipelineRole".to_owned(),
        other_id: "PipelineUser".to_owned(),
        partition: Partition::AWS,
        set: PolicySet::new(vec![policy("Core", Applies::Always), policy("Images", Applies::Always)])
            .unwrap(),
        trust: Some(PolicyDocument::parse(trust, PolicyKind::Trust).unwrap()),
        parameters: BTreeMap::from([("Bucket".to_owned(), "web-a".to_owned())]),
        account: None,
        forbidden_prefix: None,
        body_bytes: 3_000,
    }
}

/// The ARN of one of its policies.
pub(crate) fn pipeline_arn(label: &str) -> String {
    pipeline().policy_arn(&environment().account, label)
}

/// Its stack.
pub(crate) fn pipeline_stack() -> Stack {
    let parameters = BTreeMap::from([("Bucket", "web-a")]);
    let mut stack = Stack::new("CREATE_COMPLETE", &parameters, &BTreeMap::from([("Mode", "roles")]));
    stack.description = Some("A pipeline".to_owned());
    stack
}

/// An account that has it.
pub(crate) fn pipeline_account() -> PipelineAccount {
    let expected = pipeline();
    let arns = [pipeline_arn("Core"), pipeline_arn("Images")];
    let documents = expected.set.policies().iter().map(|policy| policy.document.to_minified());
    PipelineAccount {
        stack: Some(pipeline_stack()),
        template: Some("${AWS::StackName}-Core ${AWS::StackName}-Images".to_owned()),
        identity: Some(Identity {
            attached: arns.to_vec(),
            trust: expected.trust.as_ref().map(PolicyDocument::to_minified),
            ..Identity::default()
        }),
        documents: arns.clone().into_iter().zip(documents).collect(),
        ..PipelineAccount::default()
    }
}
