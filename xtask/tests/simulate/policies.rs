//! A workspace with policies of its own: what the tests ask does not change with the five.

use serde_json::{Value, json};

use crate::workspace::{Ran, Workspace};

/// A workspace whose folder `called-from` has `app`, `boundary`, `region`, `readonly`, `trust` and `requests`.
pub(crate) fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let files = [
        ("app", app()),
        ("boundary", boundary()),
        ("region", region()),
        ("readonly", readonly()),
        ("trust", trust()),
        ("requests", requests()),
    ];
    for (name, value) in files {
        workspace.write(&format!("called-from/{name}.json"), &format!("{value:#}\n"));
    }
    workspace
}

/// Runs `simulate` there.
pub(crate) fn simulate(args: &[&str]) -> Ran {
    let args: Vec<&str> = ["simulate"].iter().chain(args).copied().collect();
    workspace().run(&args)
}

fn policy(statements: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn app() -> Value {
    policy(&json!([
        { "Sid": "Tables", "Effect": "Allow", "Action": ["dynamodb:CreateTable", "dynamodb:Describe*"],
          "Resource": "arn:aws:dynamodb:*:*:table/app-*" },
        { "Sid": "PassRole", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/app-*",
          "Condition": { "StringEquals": { "iam:PassedToService": ["ecs.amazonaws.com", "lambda.amazonaws.com"] } } },
        { "Effect": "Allow", "Action": ["s3:*", "kms:Decrypt", "sts:AssumeRole", "iam:DeleteRole"], "Resource": "*" },
        { "Sid": "NoSecrets", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::app/secret/*" },
        { "Sid": "OnlyByTls", "Effect": "Deny", "Action": "kms:*", "Resource": "*",
          "Condition": { "Bool": { "aws:SecureTransport": "false" } } }
    ]))
}

fn boundary() -> Value {
    policy(&json!([
        { "Sid": "Most", "Effect": "Allow", "NotAction": ["iam:*", "kms:*"], "Resource": "*" },
        { "Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*" },
        { "Sid": "NoBuckets", "Effect": "Deny", "Action": "s3:CreateBucket", "Resource": "*" }
    ]))
}

fn region() -> Value {
    policy(&json!({ "Sid": "Region", "Effect": "Deny", "NotAction": "iam:*", "Resource": "*",
        "Condition": { "StringNotEquals": { "aws:RequestedRegion": "us-east-1" } } }))
}

fn readonly() -> Value {
    policy(&json!({ "Sid": "NoPuts", "Effect": "Allow", "NotAction": "s3:PutObject", "Resource": "*" }))
}

fn trust() -> Value {
    policy(&json!([
        { "Sid": "Lambda", "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" },
          "Action": "sts:AssumeRole" },
        { "Sid": "GitHub", "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
          "Principal": { "Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
          "Condition": { "StringLike": { "token.actions.githubusercontent.com:sub": "repo:org/app:*" } } },
        { "Sid": "Account", "Effect": "Allow", "Principal": { "AWS": "123456789012" }, "Action": "sts:AssumeRole" }
    ]))
}

/// One for each way to be answered.
fn requests() -> Value {
    let role = "arn:aws:iam::123456789012:role/app-Task";
    let region = json!({ "aws:RequestedRegion": "us-east-1" });
    json!({ "requests": [
        { "action": "dynamodb:CreateTable", "resource": "arn:aws:dynamodb:us-east-1:123456789012:table/app-Tasks", "context": region },
        { "action": "dynamodb:CreateTable", "resource": "arn:aws:dynamodb:us-east-1:123456789012:table/other", "context": region },
        { "action": "dynamodb:DeleteTable", "resource": "arn:aws:dynamodb:us-east-1:123456789012:table/app-Tasks", "context": region },
        { "action": "iam:PassRole", "resource": role, "context": { "iam:PassedToService": "lambda.amazonaws.com" } },
        { "action": "iam:PassRole", "resource": role, "context": { "iam:PassedToService": "ec2.amazonaws.com" } },
        { "action": "athena:ListDataCatalogs", "context": region },
        { "action": "s3:GetObject", "resource": "arn:aws:s3:::app/key", "context": region },
        { "action": "s3:GetObject", "resource": "arn:aws:s3:::app/secret/key", "context": region },
        { "action": "s3:CreateBucket", "resource": "arn:aws:s3:::app", "context": region },
        { "action": "s3:PutObject", "resource": "arn:aws:s3:::app/key", "context": region },
        { "action": "iam:DeleteRole", "resource": role },
        { "action": "s3:ListBucket", "resource": "arn:aws:s3:::app", "context": { "aws:RequestedRegion": "eu-west-1" } }
    ] })
}
