//! How long lint and coverage take, without reading files: the policies, and stacks of many resources.

#![expect(clippy::expect_used, reason = "a benchmark stops at what fails")]

use std::fmt::Write as _;
use std::hint::black_box;

use analysis::{
    LintInput, LintOptions, PolicySource, PolicyUse, Scope, StackInput, Template, TemplateForm, cover, lint,
};
use divan::Bencher;
use iam::Evaluator;
use policies::{Target, policy_set};

fn main() {
    divan::main();
}

/// The five policies, from their texts to findings.
#[divan::bench]
fn lint_the_policies(bencher: Bencher<'_, '_>) {
    let set = policy_set(&Target::reference()).expect("the reference target has policies");
    let texts: Vec<(String, String)> = set
        .policies()
        .iter()
        .map(|policy| (policy.name.to_string(), policy.document.to_artifact()))
        .collect();
    bencher.bench(|| {
        let policies = texts
            .iter()
            .map(|(name, text)| {
                PolicySource::of_json("f.json", name, PolicyUse::Managed, text).expect("JSON")
            })
            .collect();
        lint(&LintInput { policies, attachments: Vec::new() }, LintOptions::default())
    });
}

/// A template of as many resources, from its text to findings.
#[divan::bench(args = [400, 4_000], sample_count = 10, sample_size = 1)]
fn lint_a_template(bencher: Bencher<'_, '_>, resources: usize) {
    let text = template(resources);
    bencher.bench(|| {
        let template = Template::read(black_box(&text), TemplateForm::Json).expect("a template");
        let policies = template.policies("t.json", &Scope::default());
        lint(
            &LintInput { policies: policies.sources, attachments: policies.attachments },
            LintOptions::default(),
        )
    });
}

/// A template of as many resources, from its text to gaps.
#[divan::bench(args = [400, 2_000, 10_000, 20_000], sample_count = 3, sample_size = 1)]
fn cover_a_template(bencher: Bencher<'_, '_>, resources: usize) {
    let text = template(resources);
    let set = policy_set(&Target::reference()).expect("the reference target has policies");
    let evaluator = Evaluator::of_policy_set(&set);
    let scope = Scope {
        stack_name: Some("backgroundagent-dev".to_owned()),
        ..Scope::of_environment(Some("123456789012"), Some("us-east-1"))
    };
    bencher.bench(|| {
        let template = Template::read(black_box(&text), TemplateForm::Json).expect("a template");
        let needs = analysis::needs(&StackInput {
            name: "backgroundagent-dev",
            file: "t.json",
            template: &template,
            scope: &scope,
            has_tags: true,
            executor: analysis::Executor::Role(None),
        });
        cover(&needs.resources, &evaluator)
    });
}

/// A function with its role, policy, log group and queue, again and again.
fn template(resources: usize) -> String {
    let mut text = String::from("{\"Resources\":{");
    for i in 0..resources.div_ceil(5) {
        let comma = if i > 0 { "," } else { "" };
        let _ = write!(
            text,
            r#"{comma}"Queue{i}":{{"Type":"AWS::SQS::Queue","Properties":{{"VisibilityTimeout":300}}}},
            "Logs{i}":{{"Type":"AWS::Logs::LogGroup","Properties":{{"RetentionInDays":30}}}},
            "Role{i}":{{"Type":"AWS::IAM::Role","Properties":{{"AssumeRolePolicyDocument":{{"Version":"2012-10-17","Statement":[
                {{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"Service":"lambda.amazonaws.com"}}}}]}}}}}},
            "Policy{i}":{{"Type":"AWS::IAM::Policy","Properties":{{"PolicyName":"p{i}","Roles":[{{"Ref":"Role{i}"}}],
                "PolicyDocument":{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",
                "Action":["sqs:SendMessage","sqs:GetQueueUrl"],"Resource":{{"Fn::GetAtt":["Queue{i}","Arn"]}}}}]}}}}}},
            "Function{i}":{{"Type":"AWS::Lambda::Function","Properties":{{"Handler":"index.handler","Runtime":"nodejs22.x",
                "Role":{{"Fn::GetAtt":["Role{i}","Arn"]}},"Code":{{"S3Bucket":"cdk-hnb659fds-assets-123456789012-us-east-1",
                "S3Key":"abc.zip"}},"LoggingConfig":{{"LogGroup":{{"Ref":"Logs{i}"}}}},"Tags":[{{"Key":"a","Value":"b"}}]}}}}"#
        );
    }
    text + "}}"
}
