//! Statements and requests from few words, so that they meet often.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

/// Condition operators with a key and values of the policy's.
///
/// What the User Guide leaves open or the other evaluator does otherwise is left out: see there.
const CONDITIONS: &[(&[&str], &[&str], &[&str])] = &[
    (
        &[
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringLike",
            "StringNotLike",
        ],
        &["aws:username", "AWS:requesttag/team"],
        &["ann", "Ann", "bob", "a*", "?nn", "*", ""],
    ),
    (
        &[
            "ForAllValues:StringEquals",
            "ForAnyValue:StringEquals",
            "ForAllValues:StringLike",
            "ForAnyValue:StringLike",
        ],
        &["aws:TagKeys", "aws:username"],
        &["ann", "Ann", "bob", "a*", "team"],
    ),
    (
        &["ForAllValues:StringNotEquals", "ForAnyValue:StringNotEquals", "ForAllValues:StringNotLike"],
        &["aws:TagKeys", "aws:username"],
        &["ann", "Ann", "bob", "a*", "team"],
    ),
    (
        &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        &["s3:max-keys"],
        &["5", "10", "10.0", "-1", "7.5"],
    ),
    (
        &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        &["aws:CurrentTime"],
        &["2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "1767225600", "2025-06-30T12:00:00.5Z"],
    ),
    (&["Bool"], &["aws:SecureTransport"], &["true", "false"]),
    (&["BinaryEquals"], &["aws:bytes"], &["QUJD", "QUJE"]),
    (
        &["IpAddress", "NotIpAddress"],
        &["aws:SourceIp"],
        &["203.0.113.0/24", "203.0.113.7", "2001:DB8::/32", "0.0.0.0/0", "::/0"],
    ),
    (
        &["ArnLike", "ArnNotLike"],
        &["aws:SourceArn"],
        &["arn:aws:s3:::b*", "arn:aws:sqs:*:123456789012:q?eue", "arn:aws:sqs:us-east-1:123456789012:queue"],
    ),
    (&["ArnEquals", "ArnNotEquals"], &["aws:SourceArn"], &["arn:aws:sqs:us-east-1:123456789012:queue"]),
    (&["Null"], &["aws:username", "aws:TagKeys", "aws:SourceArn"], &["true", "false"]),
];

/// The request's values of each key, one of which it has; `aws:TagKeys` may have several.
const CONTEXT: &[(&str, &[&str])] = &[
    ("aws:username", &["ann", "Ann", "bob"]),
    ("aws:RequestTag/team", &["ann", "b", "Ann"]),
    ("s3:max-keys", &["5", "10", "7.50", "many"]),
    ("aws:CurrentTime", &["2026-01-01T00:00:00Z", "1767225600", "2025-06-30T12:00:00.5Z", "soon"]),
    ("aws:SecureTransport", &["true", "false"]),
    ("aws:bytes", &["QUJD", "QUJE"]),
    ("aws:SourceIp", &["203.0.113.7", "198.51.100.1", "2001:db8::1", "nowhere"]),
    ("aws:SourceArn", &["arn:aws:s3:::bucket", "arn:aws:sqs:us-east-1:123456789012:queue"]),
];

fn action() -> impl Strategy<Value = &'static str> {
    select(
        &["s3:GetObject", "s3:Get*", "S3:getobject", "s3:?etObject", "s3:*", "*", "sqs:SendMessage", "sqs:*"]
            [..],
    )
}

fn resource() -> impl Strategy<Value = String> {
    let arn = (
        select(&["s3", "sqs"][..]),
        select(&["us-east-1", "us-*", "*", "us-?ast-1", ""][..]),
        select(&["123456789012", "*", "1*2", ""][..]),
        select(&["queue", "q*", "*", "a/${aws:username}/*", "a/*/x", "q:x", "q?x", "*:x"][..]),
    );
    // IAM refuses a region in the ARN of a bucket.
    let arn = arn.prop_map(|(service, region, account, resource)| {
        let region = if service == "s3" { "" } else { region };
        format!("arn:aws:{service}:{region}:{account}:{resource}")
    });
    prop_oneof![1 => Just("*".to_owned()), 4 => arn]
}

fn condition() -> impl Strategy<Value = Value> {
    let one = (select(CONDITIONS), any::<Index>(), any::<Index>(), any::<bool>()).prop_flat_map(
        |((operators, keys, values), operator, key, if_exists)| {
            let operator = *operator.get(operators);
            let if_exists = if_exists && operator != "Null" && !operator.contains(':');
            let operator = format!("{operator}{}", if if_exists { "IfExists" } else { "" });
            let key = *key.get(keys);
            // `Null` takes one value: with both it says nothing.
            let most = if operator == "Null" { 1 } else { 3 };
            vec(select(values), 1..=most).prop_map(move |values| (operator.clone(), json!({ key: values })))
        },
    );
    vec(one, 0..3).prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<String, Value>>()))
}

/// A statement, which allows more often than it denies.
pub(crate) fn statement() -> impl Strategy<Value = Value> {
    (
        select(&["Allow", "Allow", "Allow", "Deny"][..]),
        select(&["Action", "Action", "NotAction"][..]),
        vec(action(), 1..3),
        select(&["Resource", "Resource", "NotResource"][..]),
        vec(resource(), 1..3),
        condition(),
    )
        .prop_map(|(effect, action_element, actions, resource_element, resources, condition)| {
            json!({
                "Effect": effect, action_element: actions, resource_element: resources, "Condition": condition
            })
        })
}

/// A policy of the current version with these statements.
pub(crate) fn policy(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// What is asked: action, resource and context.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) action: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) context: Value,
}

/// A request that the statements may speak of.
pub(crate) fn asked() -> impl Strategy<Value = Asked> {
    let resources = &[
        "arn:aws:s3:::queue",
        "arn:aws:s3:::a/ann/x",
        "arn:aws:s3:::q:x",
        "arn:aws:sqs:us-east-1:123456789012:queue",
        "arn:aws:sqs:us-west-1:123456789012:q:x",
        "arn:aws:sqs:eu-west-1:999999999999:a/bob/x",
    ];
    let single = CONTEXT.iter().map(|(key, values)| {
        let value = proptest::option::weighted(0.7, select(*values));
        value.prop_map(move |value| value.map(|value| ((*key).to_owned(), json!(value))))
    });
    let tags = proptest::option::of(vec(select(&["ann", "Ann", "bob", "team"][..]), 1..3));
    (
        select(&["s3:GetObject", "s3:PutObject", "sqs:SendMessage", "SQS:sendmessage"][..]),
        select(&resources[..]),
        single.collect::<Vec<_>>(),
        tags,
    )
        .prop_map(|(action, resource, single, tags)| {
            let mut context: Map<String, Value> = single.into_iter().flatten().collect();
            context.extend(tags.map(|tags| ("aws:TagKeys".to_owned(), json!(tags))));
            Asked { action, resource, context: Value::Object(context) }
        })
}
