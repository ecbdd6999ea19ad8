//! The examples of the IAM User Guide on conditions, each under the page that it stands on.

use serde_json::{Value, json};

use crate::support::{check, key, request};

#[test]
fn condition_operators_strings() {
    let page = "Condition operators: String";
    let user = "arn:aws:iam::123456789012:user/x";
    check(
        page,
        json!([{
            "Effect": "Allow", "Action": "iam:*AccessKey*", "Resource": "arn:aws:iam::123456789012:user/*",
            "Condition": { "StringEquals": { "aws:PrincipalTag/job-category": "iamuser-admin" } }
        }]),
        &[
            ("iam:CreateAccessKey", user, json!({ "aws:PrincipalTag/job-category": "iamuser-admin" }), true),
            ("iam:CreateAccessKey", user, json!({ "AWS:principaltag/Job-Category": "iamuser-admin" }), true),
            ("iam:CreateAccessKey", user, json!({ "aws:PrincipalTag/job-category": "IamUser-Admin" }), false),
            ("iam:CreateAccessKey", user, json!({}), false),
        ],
    );
    check(
        page,
        json!([
            {
                "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::BUCKET",
                "Condition": { "StringLike": { "s3:prefix": ["", "home/", "home/${aws:username}/"] } }
            },
            {
                "Effect": "Allow", "Action": "s3:*",
                "Resource": [
                    "arn:aws:s3:::BUCKET/home/${aws:username}", "arn:aws:s3:::BUCKET/home/${aws:username}/*"
                ]
            }
        ]),
        &[
            ("s3:ListBucket", "arn:aws:s3:::BUCKET", json!({ "s3:prefix": "" }), true),
            ("s3:ListBucket", "arn:aws:s3:::BUCKET", json!({ "s3:prefix": "home/" }), true),
            (
                "s3:ListBucket",
                "arn:aws:s3:::BUCKET",
                json!({ "s3:prefix": "home/ann/", "aws:username": "ann" }),
                true,
            ),
            (
                "s3:ListBucket",
                "arn:aws:s3:::BUCKET",
                json!({ "s3:prefix": "home/bob/", "aws:username": "ann" }),
                false,
            ),
            ("s3:PutObject", "arn:aws:s3:::BUCKET/home/ann/x", json!({ "aws:username": "ann" }), true),
            ("s3:PutObject", "arn:aws:s3:::BUCKET/home/bob/x", json!({ "aws:username": "ann" }), false),
            ("s3:PutObject", "arn:aws:s3:::BUCKET/home//x", json!({}), false),
        ],
    );
}

#[test]
fn condition_operators_numbers_dates_booleans_bytes() {
    let list = |maximum: &str, expected| {
        ("s3:ListBucket", "arn:aws:s3:::example_bucket", json!({ "s3:max-keys": maximum }), expected)
    };
    check(
        "Condition operators: Numeric",
        json!([{
            "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::example_bucket",
            "Condition": { "NumericLessThanEquals": { "s3:max-keys": "10" } }
        }]),
        &[
            list("9", true),
            list("10", true),
            list("10.0", true),
            list("11", false),
            list("many", false),
            ("s3:ListBucket", "arn:aws:s3:::example_bucket", json!({}), false),
        ],
    );
    let issued =
        |date: &str, expected| ("iam:ListAccessKeys", "*", json!({ "aws:TokenIssueTime": date }), expected);
    check(
        "Condition operators: Date",
        json!([{
            "Effect": "Allow", "Action": "iam:*AccessKey*", "Resource": "*",
            "Condition": { "DateGreaterThan": { "aws:TokenIssueTime": "2020-01-01T00:00:01Z" } }
        }]),
        &[
            issued("2020-01-01T00:00:02Z", true),
            issued("2020-01-01T00:00:01Z", false),
            issued("1577836802", true),
            issued("1577836801", false),
            ("iam:ListAccessKeys", "*", json!({}), false),
        ],
    );
    check(
        "Condition operators: Boolean",
        json!([{
            "Sid": "BooleanExample", "Effect": "Deny", "Action": "s3:*",
            "Resource": ["arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*"],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } }
        }]),
        &[
            ("s3:GetObject", "arn:aws:s3:::BUCKET/k", json!({ "aws:SecureTransport": "false" }), false),
            ("s3:GetObject", "arn:aws:s3:::BUCKET/k", json!({ "aws:SecureTransport": "true" }), true),
        ],
    );
    check(
        "Condition operators: Binary",
        json!([{
            "Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": { "BinaryEquals": { "key": "QmluYXJ5VmFsdWVJbkJhc2U2NA==" } }
        }]),
        &[
            ("a:B", "*", json!({ "key": "QmluYXJ5VmFsdWVJbkJhc2U2NA==" }), true),
            ("a:B", "*", json!({ "key": "qmluYXJ5VmFsdWVJbkJhc2U2NA==" }), false),
            ("a:B", "*", json!({}), false),
        ],
    );
}

#[test]
fn condition_operators_ip_addresses() {
    let from =
        |address: &str, expected| ("someservice:Get", "*", json!({ "aws:SourceIp": address }), expected);
    let ranges = json!(["203.0.113.0/24", "2001:DB8:1234:5678::/64"]);
    check(
        "Condition operators: IP address",
        json!([{
            "Effect": "Allow", "Action": "someservice:*", "Resource": "*",
            "Condition": { "IpAddress": { "aws:SourceIp": ranges.clone() } }
        }]),
        &[
            from("203.0.113.255", true),
            from("203.0.114.0", false),
            from("2001:db8:1234:5678::1", true),
            from("2001:db8:1234:5679::1", false),
            from("nowhere", false),
            ("someservice:Get", "*", json!({}), false),
        ],
    );
    check(
        "Condition operators: IP address",
        json!([{
            "Effect": "Deny", "Action": "someservice:*", "Resource": "*",
            "Condition": { "NotIpAddress": { "aws:SourceIp": ranges } }
        }]),
        &[from("203.0.113.1", true), from("198.51.100.1", false), ("someservice:Get", "*", json!({}), false)],
    );
}

#[test]
fn condition_operators_arns() {
    let source = |operator: &str| {
        json!([{
            "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*",
            "Condition": {
                operator: { "aws:SourceArn": "arn:aws:someservice:*:111122223333:finance/*" }
            }
        }])
    };
    let across = json!({
        "aws:SourceArn": "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"
    });
    let within =
        json!({ "aws:SourceArn": "arn:aws:someservice:us-east-2:111122223333:finance/document.txt" });
    for (operator, matches_across, matches_within) in [
        ("StringLike", true, true),
        ("ArnLike", false, true),
        ("ArnEquals", false, true),
        ("ArnNotLike", true, false),
        ("ArnNotEquals", true, false),
    ] {
        check(
            "Condition operators: ARN",
            source(operator),
            &[
                ("sqs:SendMessage", "*", across.clone(), matches_across),
                ("sqs:SendMessage", "*", within.clone(), matches_within),
                ("sqs:SendMessage", "*", json!({}), operator.contains("Not")),
            ],
        );
    }
}

#[test]
fn condition_operators_ifexists_and_null() {
    let run = |kind: &str, expected| ("ec2:RunInstances", "*", json!({ "ec2:InstanceType": kind }), expected);
    let types = |operator: &str| {
        json!([{
            "Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*",
            "Condition": { operator: { "ec2:InstanceType": ["t1.*", "t2.*", "m3.*"] } }
        }])
    };
    let without = |expected| ("ec2:RunInstances", "*", json!({}), expected);
    let page = "Condition operators: ...IfExists";
    check(page, types("StringLike"), &[run("t2.micro", true), run("m5.large", false), without(false)]);
    check(page, types("StringLikeIfExists"), &[run("t2.micro", true), run("m5.large", false), without(true)]);
    check(
        "Condition operators: ...IfExists, Deny with a negated operator",
        json!([{
            "Effect": "Deny", "Action": "ec2:*", "Resource": "*",
            "Condition": { "StringNotEqualsIfExists": { "aws:RequestTag/team": "a" } }
        }]),
        &[
            ("ec2:RunInstances", "*", json!({ "aws:RequestTag/team": "a" }), true),
            ("ec2:RunInstances", "*", json!({ "aws:RequestTag/team": "b" }), false),
            without(false),
        ],
    );
    check(
        "Condition operators: Null",
        json!([{
            "Effect": "Allow", "Action": "ec2:*", "Resource": "*",
            "Condition": { "Null": { "aws:TokenIssueTime": "true" } }
        }]),
        &[
            without(true),
            ("ec2:RunInstances", "*", json!({ "aws:TokenIssueTime": "2026-01-01T00:00:00Z" }), false),
        ],
    );
}

#[test]
fn multivalued_context_keys() {
    let page = "Single-valued vs. multivalued context keys";
    let attributes = |set: &str, effect: &str, values: Value| {
        json!([{
            "Effect": effect, "Action": "dynamodb:*", "Resource": "*",
            "Condition": { format!("{set}:StringLike"): { "dynamodb:requestedAttributes": values } }
        }])
    };
    let get = |values: Value, expected| {
        ("dynamodb:GetItem", "*", json!({ "dynamodb:requestedAttributes": values }), expected)
    };
    let missing = |expected| ("dynamodb:GetItem", "*", json!({}), expected);
    check(
        page,
        attributes("ForAllValues", "Allow", json!(["PostDateTime", "Message", "Tags"])),
        &[
            get(json!(["PostDateTime", "Message"]), true),
            get(json!(["PostDateTime", "UserName"]), false),
            get(json!([]), true),
            get(json!([""]), true),
            missing(true),
        ],
    );
    check(
        page,
        attributes("ForAnyValue", "Deny", json!(["ID", "PostDateTime"])),
        &[
            get(json!(["UserName", "Message", "PostDateTime"]), false),
            get(json!(["UserName"]), true),
            get(json!([]), true),
            get(json!([""]), true),
            missing(true),
        ],
    );
    // Without a value, `ForAnyValue` is false even where the policy lists the empty text.
    check(
        page,
        attributes("ForAnyValue", "Allow", json!(["", "ID"])),
        &[get(json!(["ID"]), true), get(json!(["ID", ""]), true), get(json!([""]), false), missing(false)],
    );
    // "For no matching context key or if the key does not exist, the condition returns false": `IfExists` is part
    // of the operator that is applied to each value, and there is none.
    check(
        "AWS CloudFormation User Guide: Control CloudFormation access, deny IAM resource types",
        json!([
            { "Effect": "Allow", "Action": "cloudformation:CreateStack", "Resource": "*" },
            {
                "Effect": "Deny", "Action": "cloudformation:CreateStack", "Resource": "*",
                "Condition": { "ForAnyValue:StringLikeIfExists": {
                    "cloudformation:ResourceTypes": ["AWS::IAM::*"]
                } }
            }
        ]),
        &[
            (
                "cloudformation:CreateStack",
                "*",
                json!({ "cloudformation:ResourceTypes": ["AWS::S3::Bucket", "AWS::IAM::Role"] }),
                false,
            ),
            (
                "cloudformation:CreateStack",
                "*",
                json!({ "cloudformation:ResourceTypes": ["AWS::S3::Bucket"] }),
                true,
            ),
            // The page denies this by a statement of its own, with `Null`.
            ("cloudformation:CreateStack", "*", json!({}), true),
        ],
    );
    check(
        page,
        json!([{
            "Effect": "Allow", "Action": "dynamodb:*", "Resource": "*",
            "Condition": { "ForAllValues:StringEqualsIfExists": { "dynamodb:requestedAttributes": "ID" } }
        }]),
        &[get(json!(["ID"]), true), get(json!(["ID", "Tags"]), false), get(json!([]), true), missing(true)],
    );
    check(
        "Multivalued context key examples",
        json!([{
            "Sid": "DenyRestrictedTags", "Effect": "Deny", "Action": ["iam:Tag*", "iam:UnTag*"], "Resource": "*",
            "Condition": {
                "Null": { "aws:TagKeys": "false" },
                "ForAllValues:StringLike": { "aws:TagKeys": ["key1*", "key2*", "key3*"] }
            }
        }]),
        &[
            ("iam:TagUser", "*", json!({ "aws:TagKeys": ["key1-a", "key3"] }), false),
            ("iam:TagUser", "*", json!({ "aws:TagKeys": ["key1-a", "other"] }), true),
            ("iam:TagUser", "*", json!({ "aws:TagKeys": [""] }), true),
            ("iam:TagUser", "*", json!({}), true),
        ],
    );
}

#[test]
fn conditions_with_multiple_keys_or_values() {
    let page = "Conditions with multiple context keys or values";
    check(
        page,
        json!([{
            "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*",
            "Condition": {
                "StringEquals": {
                    "aws:PrincipalTag/department": ["finance", "hr", "legal"],
                    "aws:PrincipalTag/role": ["audit", "security"]
                },
                "ArnLike": {
                    "aws:PrincipalArn": ["arn:aws:iam::222222222222:user/Ana", "arn:aws:iam::222222222222:user/Mary"]
                }
            }
        }]),
        &[
            (
                "s3:ListBucket",
                "*",
                json!({
                    "aws:PrincipalTag/department": "hr", "aws:PrincipalTag/role": "audit",
                    "aws:PrincipalArn": "arn:aws:iam::222222222222:user/Mary"
                }),
                true,
            ),
            (
                "s3:ListBucket",
                "*",
                json!({
                    "aws:PrincipalTag/department": "hr",
                    "aws:PrincipalArn": "arn:aws:iam::222222222222:user/Mary"
                }),
                false,
            ),
        ],
    );
    // Negated operators: none of the values.
    let from = |vpc: &str, expected| ("s3:GetObject", "*", json!({ "aws:SourceVpc": vpc }), expected);
    check(
        page,
        json!([{
            "Effect": "Deny", "Action": "s3:*", "Resource": "*",
            "Condition": { "StringNotEquals": { "aws:SourceVpc": ["vpc-111bbccc", "vpc-222bbccc"] } }
        }]),
        &[from("vpc-111bbccc", true), from("vpc-222bbccc", true), from("vpc-3", false)],
    );
}

#[test]
fn a_key_of_the_context_is_read_in_any_case() {
    let request = request("s3:GetObject", "*", &json!({ "aws:SourceIP": "1.2.3.4" }));
    assert_eq!(request.context().get(&key("AWS:sourceip")), Some(&["1.2.3.4".to_owned()][..]));
}
