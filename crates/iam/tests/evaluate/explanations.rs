//! What an explanation says: the nearest statement, and everything in it that does not match.

use iam::{Decision, Evaluator, PolicyDocument, PolicyKind, PrincipalType, RequestPrincipal, TrustEvaluator};
use serde_json::{Value, json};

use crate::support::{identity, request};

const ROLE: &str = "arn:aws:iam::123456789012:role/app-Task";

fn policies() -> PolicyDocument {
    identity(&json!({ "Version": "2012-10-17", "Statement": [
        {
            "Sid": "PassRole", "Effect": "Allow", "Action": "iam:PassRole",
            "Resource": "arn:aws:iam::*:role/app-*",
            "Condition": { "StringEquals": { "iam:PassedToService": ["ecs.amazonaws.com", "lambda.amazonaws.com"] } }
        },
        { "Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "NotResource": "arn:aws:sqs:*:*:secret" },
        { "Sid": "Roles", "Effect": "Allow", "Action": ["iam:GetRole", "iam:Tag*"], "Resource": "arn:aws:iam::*:role/app-*" },
        { "Sid": "NoTags", "Effect": "Deny", "Action": "iam:TagRole", "Resource": "*" }
    ] }))
}

/// The nearest statement and its mismatches, a line each; nothing where nothing has to be explained.
fn explain(action: &str, resource: &str, context: &Value) -> Vec<String> {
    let document = policies();
    let evaluator = Evaluator::new([("App", &document)]);
    let request = request(action, resource, context);
    let nearest = evaluator.explain(&request).nearest;
    let lines = nearest.iter().flat_map(|miss| {
        let mismatches = miss.mismatches.iter().map(ToString::to_string);
        std::iter::once(miss.statement.to_string()).chain(mismatches)
    });
    lines.collect()
}

#[test]
fn the_nearest_statement_is_the_one_that_speaks_of_the_action() {
    let nothing = json!({});
    let lambda = json!({ "iam:PassedToService": "lambda.amazonaws.com" });
    assert!(explain("iam:PassRole", ROLE, &lambda).is_empty(), "what is allowed needs no explanation");
    assert!(explain("iam:TagRole", ROLE, &nothing).is_empty(), "an explicit deny names its statement itself");
    let table = [
        (
            explain("iam:PassRole", ROLE, &json!({ "iam:PassedToService": "ec2.amazonaws.com" })),
            vec![
                "statement `PassRole` of identity-based policy `App`",
                "`StringEquals` of `iam:PassedToService` wants `ecs.amazonaws.com`, `lambda.amazonaws.com`, and the \
                 request has `ec2.amazonaws.com`",
            ],
        ),
        (
            explain("iam:PassRole", "arn:aws:iam::123456789012:role/other", &nothing),
            vec![
                "statement `PassRole` of identity-based policy `App`",
                "`Resource` does not match `arn:aws:iam::123456789012:role/other`: it is \
                 `arn:aws:iam::*:role/app-*`",
                "`StringEquals` of `iam:PassedToService` wants `ecs.amazonaws.com`, `lambda.amazonaws.com`, and the \
                 request has nothing",
            ],
        ),
        (
            explain("iam:DeleteRole", ROLE, &nothing),
            vec!["statement `#1` of identity-based policy `App`", "`NotAction` leaves out `iam:DeleteRole`"],
        ),
        (
            explain("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:secret", &nothing),
            vec![
                "statement `#1` of identity-based policy `App`",
                "`NotResource` leaves out `arn:aws:sqs:us-east-1:123456789012:secret`: it is one of \
                 `arn:aws:sqs:*:*:secret`",
            ],
        ),
    ];
    for (lines, expected) in table {
        assert_eq!(lines, expected);
    }
}

#[test]
fn a_trust_policy_says_whom_it_does_not_name() {
    let text = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": { "Service": "cloudformation.amazonaws.com" }, "Action": "sts:AssumeRole"
    } });
    let document = PolicyDocument::parse(&text.to_string(), PolicyKind::Trust).unwrap();
    let evaluator = TrustEvaluator::new("cfn-exec", &document);
    let lambda = RequestPrincipal::new(PrincipalType::Service, "lambda.amazonaws.com").unwrap();
    let request = request("sts:AssumeRole", ROLE, &json!({})).with_principal(lambda);
    let nearest = evaluator.explain(&request).nearest.expect("one statement speaks of the action");
    assert_eq!(nearest.statement.to_string(), "statement `#0` of trust policy `cfn-exec`");
    let mismatches: Vec<String> = nearest.mismatches.iter().map(ToString::to_string).collect();
    assert_eq!(mismatches, ["`Principal` does not name `lambda.amazonaws.com`"]);
}

#[test]
fn the_first_statement_that_decides_is_named_however_it_names_the_action() {
    let document = identity(&json!({ "Version": "2012-10-17", "Statement": [
        { "Sid": "WideGet", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*" },
        { "Sid": "NamedGet", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" },
        { "Sid": "NamedPut", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*" },
        { "Sid": "WidePut", "Effect": "Allow", "Action": "s3:Put*", "Resource": "*" },
        { "Sid": "WideTag", "Effect": "Deny", "Action": "s3:Tag*", "Resource": "*" },
        { "Sid": "NamedTag", "Effect": "Deny", "Action": "s3:TagResource", "Resource": "*" }
    ] }));
    let evaluator = Evaluator::new([("App", &document)]);
    for (action, expected) in
        [("s3:GetObject", "WideGet"), ("s3:PutObject", "NamedPut"), ("s3:TagResource", "WideTag")]
    {
        let request = request(action, "*", &json!({}));
        let (Decision::Allowed { by } | Decision::DeniedByStatement { by }) = evaluator.decide(&request)
        else {
            panic!("`{action}` is decided by a statement")
        };
        assert_eq!(by.sid.map(ToString::to_string).as_deref(), Some(expected), "{action}");
    }
}

#[test]
fn a_denial_that_hangs_on_a_missing_key_is_known() {
    let document = identity(&json!({ "Version": "2012-10-17", "Statement": [
        { "Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*" },
        {
            "Sid": "Plain", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*",
            "Condition": { "Bool": { "aws:SecureTransport": "false" } }
        },
        {
            "Sid": "TwoKeys", "Effect": "Deny", "Action": "s3:*", "Resource": "*",
            "Condition": { "StringEquals": { "aws:PrincipalAccount": "1", "s3:prefix": "x" } }
        }
    ] }));
    let evaluator = Evaluator::new([("App", &document)]).with_boundary("Boundary", &document);
    let latent = |resource, context: Value| {
        let request = request("s3:GetObject", resource, &context);
        let misses = evaluator.latent_denials(&request);
        misses.iter().map(|miss| miss.statement.to_string()).collect::<Vec<_>>()
    };
    let both = |sid: &str| {
        ["identity-based policy `App`", "permissions boundary `Boundary`"]
            .map(|policy| format!("statement `{sid}` of {policy}"))
    };
    let one_key = json!({ "aws:PrincipalAccount": "1", "aws:SecureTransport": "true" });
    assert_eq!(latent("arn:aws:s3:::b/k", one_key), both("TwoKeys"), "one key is missing");
    let other_value = json!({ "aws:PrincipalAccount": "2" });
    assert_eq!(
        latent("arn:aws:s3:::b/k", other_value),
        both("Plain"),
        "a key with another value never matches"
    );
    let everything = json!({ "aws:PrincipalAccount": "2", "aws:SecureTransport": "true" });
    assert!(latent("arn:aws:s3:::b/k", everything).is_empty(), "no key that matters is missing");
    let another = json!({ "aws:PrincipalAccount": "2" });
    assert!(latent("arn:aws:s3:::c/k", another).is_empty(), "the resource is another");
}
