//! The evaluator against `iam-rs` 0.8.0: where they differ, the User Guide decides.

#![expect(clippy::unwrap_used, reason = "a context is an object of texts")]

use iam::{Decision, Evaluator};
use iam_rs::{Arn, ContextValue, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::arbitrary::{Asked, asked, policy, statement};
use crate::support::{identity, request};

/// What the other evaluator says: allowed, denied by statement, or denied by default.
fn theirs(policies: &[Value], asked: &Asked) -> Result<&'static str, String> {
    let read = |policy: &Value| IAMPolicy::from_json(&policy.to_string()).map_err(|error| error.to_string());
    let policies = policies.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut context = iam_rs::Context::new();
    for (key, value) in asked.context.as_object().unwrap() {
        let value = match value {
            Value::Array(items) => {
                ContextValue::StringList(items.iter().map(|item| item.as_str().unwrap().to_owned()).collect())
            }
            // It takes a Boolean for `Bool` only as a Boolean.
            Value::String(text) if key == "aws:SecureTransport" => ContextValue::Boolean(text == "true"),
            text => ContextValue::String(text.as_str().unwrap().to_owned()),
        };
        context.insert(key.clone(), value);
    }
    let principal = Principal::Aws(PrincipalId::String("123456789012".to_owned()));
    let resource = Arn::parse(asked.resource).map_err(|error| error.to_string())?;
    let request = IAMRequest::new_with_context(principal, asked.action, resource, context);
    let evaluator = PolicyEvaluator::with_policies(policies);
    match evaluator.evaluate(&request).map_err(|error| error.to_string())?.decision {
        iam_rs::Decision::Allow => Ok("allowed"),
        iam_rs::Decision::Deny => Ok("denied by statement"),
        iam_rs::Decision::NotApplicable => Ok("denied by default"),
    }
}

/// What this one says, in the same words.
fn ours(policies: &[Value], asked: &Asked) -> &'static str {
    let documents: Vec<_> = policies.iter().map(identity).collect();
    let evaluator = Evaluator::new(documents.iter().map(|document| ("Policy", document)));
    match evaluator.decide(&request(asked.action, asked.resource, &asked.context)) {
        Decision::Allowed { .. } => "allowed",
        Decision::DeniedByStatement { .. } => "denied by statement",
        _ => "denied by default",
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn they_agree(policies in vec(vec(statement(), 1..4), 1..3), asked in asked()) {
        let policies: Vec<Value> = policies.iter().map(|statements| policy(statements)).collect();
        prop_assert_eq!(theirs(&policies, &asked), Ok(ours(&policies, &asked)));
    }
}

/// A request on which the two differ, and the page of the User Guide that decides it.
struct Difference {
    page: &'static str,
    reason: &'static str,
    statement: Value,
    asked: Asked,
    ours: &'static str,
    /// `None` when it refuses the policy.
    theirs: Option<&'static str>,
}

/// An `Allow` on a resource, and a request for it.
fn on_resource(pattern: &str, resource: &'static str, context: Value) -> (Value, Asked) {
    let statement = json!({ "Effect": "Allow", "Action": "*", "Resource": pattern });
    (statement, Asked { action: "sqs:SendMessage", resource, context })
}

/// An `Allow` under a condition, and a request in a context.
fn under_condition(operator: &str, key: &str, values: &Value, context: Value) -> (Value, Asked) {
    let statement = json!({
        "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { operator: { key: values } }
    });
    (
        statement,
        Asked { action: "sqs:SendMessage", resource: "arn:aws:sqs:us-east-1:123456789012:q", context },
    )
}

const ALLOWED: &str = "allowed";
const DENIED: &str = "denied by default";

fn differences_of_resources() -> Vec<Difference> {
    let variables = "IAM policy elements: Variables and tags";
    let rows = [
        (
            "IAM JSON policy elements: Resource",
            "a `*` that ends its segment can match beyond the colon",
            on_resource(
                "arn:aws:sqs:*:123456789012:q",
                "arn:aws:sqs:us-east-1:999999999999:123456789012:q",
                json!({}),
            ),
            ALLOWED,
            Some(DENIED),
        ),
        (
            "IAM JSON policy elements: Resource",
            "a `*` that ends the ARN can match beyond the colon, so later segments need not be written",
            on_resource("arn:aws:sqs:*", "arn:aws:sqs:us-east-1:123456789012:q", json!({})),
            ALLOWED,
            None,
        ),
        (
            variables,
            "`${*}` is an asterisk, not a key",
            on_resource("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*", json!({})),
            ALLOWED,
            Some(DENIED),
        ),
        (
            variables,
            "a resource with a variable that has no value matches no resource",
            on_resource("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/", json!({})),
            DENIED,
            Some(ALLOWED),
        ),
        (
            variables,
            "a key with several values cannot be a variable",
            on_resource(
                "arn:aws:s3:::b/${aws:TagKeys}",
                "arn:aws:s3:::b/x,y",
                json!({ "aws:TagKeys": ["x", "y"] }),
            ),
            DENIED,
            Some(ALLOWED),
        ),
        (
            variables,
            "variables stand after the fifth colon only",
            on_resource(
                "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:q",
                "arn:aws:sqs:us-east-1:123456789012:q",
                json!({ "aws:PrincipalAccount": "123456789012" }),
            ),
            DENIED,
            Some(ALLOWED),
        ),
        (
            variables,
            "wildcards are characters of the policy; a value of the request takes a variable's place as it is",
            on_resource(
                "arn:aws:s3:::b/${aws:username}",
                "arn:aws:s3:::b/ann",
                json!({ "aws:username": "*" }),
            ),
            DENIED,
            Some(ALLOWED),
        ),
    ];
    rows.into_iter().map(difference).collect()
}

fn differences_of_conditions() -> Vec<Difference> {
    let operators = "IAM JSON policy elements: Condition operators";
    let multivalued = "Single-valued vs. multivalued context keys";
    let across =
        json!({ "aws:SourceArn": "arn:aws:s:us-east-2:999999999999:store/abc:111122223333:finance/x" });
    let within = json!({ "aws:SourceArn": "arn:aws:s:us-east-2:111122223333:finance/x" });
    let finance = json!("arn:aws:s:*:111122223333:finance/*");
    let rows = [
        (
            "IAM policy elements: Variables and tags",
            "condition values of string operators take variables",
            under_condition(
                "StringLike",
                "s3:prefix",
                &json!("home/${aws:username}/*"),
                json!({ "s3:prefix": "home/ann/x", "aws:username": "ann" }),
            ),
            ALLOWED,
            Some(DENIED),
        ),
        (
            operators,
            "`ArnEquals` and `ArnLike` behave identically",
            under_condition("ArnEquals", "aws:SourceArn", &finance, within),
            ALLOWED,
            Some(DENIED),
        ),
        (
            operators,
            "`ArnLike` checks each of the six components separately",
            under_condition("ArnLike", "aws:SourceArn", &finance, across),
            DENIED,
            Some(ALLOWED),
        ),
        (
            operators,
            "`BinaryEquals` compares byte for byte, and the case of base64 is part of it",
            under_condition("BinaryEquals", "key", &json!("QUJD"), json!({ "key": "qujd" })),
            DENIED,
            Some(ALLOWED),
        ),
        (
            operators,
            "dates are written as W3C has them, a month or a day alone as well",
            under_condition(
                "DateLessThan",
                "aws:CurrentTime",
                &json!("2026-02"),
                json!({ "aws:CurrentTime": "2026-01-31" }),
            ),
            ALLOWED,
            None,
        ),
        (
            operators,
            "numbers are compared as what they are, not as what fits a float",
            under_condition(
                "NumericEquals",
                "key",
                &json!("9007199254740993"),
                json!({ "key": "9007199254740992" }),
            ),
            DENIED,
            Some(ALLOWED),
        ),
        (
            multivalued,
            "`ForAllValues` is true when the key resolves to a null data set such as an empty string",
            under_condition(
                "ForAllValues:StringEquals",
                "aws:TagKeys",
                &json!(["a"]),
                json!({ "aws:TagKeys": [""] }),
            ),
            ALLOWED,
            Some(DENIED),
        ),
        (
            operators,
            "`Null` is true for a key without a value",
            under_condition("Null", "aws:TagKeys", &json!("true"), json!({ "aws:TagKeys": [] })),
            ALLOWED,
            Some(DENIED),
        ),
        (
            multivalued,
            "left open: the page wants a set operator here; a negated test is the opposite of its plain one",
            under_condition(
                "StringNotEquals",
                "aws:TagKeys",
                &json!("a"),
                json!({ "aws:TagKeys": ["a", "b"] }),
            ),
            DENIED,
            Some(ALLOWED),
        ),
        (
            multivalued,
            "a set operator stands before any operator",
            under_condition("ForAnyValue:NumericEquals", "key", &json!("1"), json!({ "key": ["1", "2"] })),
            ALLOWED,
            None,
        ),
    ];
    rows.into_iter().map(difference).collect()
}

type Row = (&'static str, &'static str, (Value, Asked), &'static str, Option<&'static str>);

fn difference((page, reason, (statement, asked), ours, theirs): Row) -> Difference {
    Difference { page, reason, statement, asked, ours, theirs }
}

/// Both answers are held fast, so that a change of either is seen.
#[test]
fn they_differ_where_the_user_guide_says_so() {
    for difference in differences_of_resources().into_iter().chain(differences_of_conditions()) {
        let Difference { page, reason, statement, asked, ours: expected, theirs: other } = difference;
        let policies = [policy(&[statement])];
        assert_eq!(ours(&policies, &asked), expected, "ours, {page}: {reason}");
        assert_eq!(theirs(&policies, &asked).ok(), other, "theirs, {page}: {reason}");
    }
}

#[test]
fn they_differ_on_the_version() {
    // IAM JSON policy elements: Version. Before 2012-10-17 a variable is a text like any other.
    let (statement, asked) =
        on_resource("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/ann", json!({ "aws:username": "ann" }));
    let policies = [json!({ "Version": "2008-10-17", "Statement": [statement] })];
    assert_eq!(ours(&policies, &asked), DENIED);
    assert_eq!(theirs(&policies, &asked), Ok(ALLOWED));
}
