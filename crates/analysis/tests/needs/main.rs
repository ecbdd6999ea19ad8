//! What CloudFormation needs for small templates: the permission, its phase, how sure it is, and on which ARN.

#![expect(clippy::expect_used, reason = "a test stops at what fails")]

use std::collections::BTreeMap;

use analysis::{
    Certainty, Executor, Need, Needs, ProblemKind, Scope, StackInput, Template, TemplateForm, needs,
};
use iam::ConditionKey;
use iam_reference::Phase;

mod by_type;
mod cloudformation;
mod deployer;
mod history;
mod problems;
mod properties;

const ROLE: &str =
    "arn:${AWS::Partition}:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1";

/// The needs of a stack in us-east-1.
fn needs_of_stack(name: &str, text: &str, has_tags: bool) -> Needs {
    needs_with(Executor::Role(Some(ROLE)), name, text, has_tags)
}

/// The needs of a stack that a caller deploys without a role.
fn needs_of_caller(text: &str) -> Needs {
    needs_with(Executor::Caller, "app", text, false)
}

fn needs_with(executor: Executor<'_>, name: &str, text: &str, has_tags: bool) -> Needs {
    let template = Template::read(text, TemplateForm::detect(text)).expect("the template of a test is good");
    let mut scope = Scope::of_environment(Some("123456789012"), Some("us-east-1"));
    scope.stack_name = Some(name.to_owned());
    let scope = scope.with_parameters(&template, &BTreeMap::new());
    needs(&StackInput { name, file: "t.json", template: &template, scope: &scope, has_tags, executor })
}

/// The needs of the stack `app`, which has no tags.
fn needs_of(text: &str) -> Needs {
    needs_of_stack("app", text, false)
}

/// A template of these resources.
fn template(resources: &str) -> String {
    format!(r#"{{ "Resources": {{ {resources} }} }}"#)
}

/// The needs of the resource `It`.
fn it(needs: &Needs) -> &[Need] {
    let found = needs.resources.iter().find(|of| of.resource.logical_id == "It");
    &found.expect("the template has the resource `It`").needs
}

/// Phase, action, certainty and ARN, as the tables below write them.
fn written(need: &Need) -> String {
    let Need { phase, action, certainty, resource, .. } = need;
    format!("{phase} {action} {certainty} {}", resource.as_str())
}

#[track_caller]
fn check(name: &str, resources: &str, expected: &[&str]) {
    let needs = needs_of(&template(resources));
    let found: Vec<String> = it(&needs).iter().map(written).collect();
    for wanted in expected {
        let key: Vec<&str> = wanted.split(' ').take(2).collect();
        let near: Vec<&String> = found.iter().filter(|found| found.starts_with(&key.join(" "))).collect();
        assert!(found.iter().any(|found| found == wanted), "{name}: `{wanted}` is not among {near:#?}");
    }
}

const FUNCTION: &str = r#"
    "Fn": { "Type": "AWS::Lambda::Function", "Properties": { "Role": { "Fn::GetAtt": ["Role", "Arn"] } } },
    "Role": { "Type": "AWS::IAM::Role", "Properties": { "AssumeRolePolicyDocument": { "Statement": [
        { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "lambda.amazonaws.com" } } ] } } }"#;

/// The services that roles are passed to on create.
fn passed_to(needs: &[Need]) -> Vec<String> {
    let key = ConditionKey::new("iam:PassedToService").expect("a key");
    let passed = needs.iter().filter(|need| need.action == "iam:PassRole" && need.phase == Phase::Create);
    passed.flat_map(|need| need.context.get(&key).unwrap_or_default().to_vec()).collect()
}
