//! The examples of the IAM User Guide, each under the page that it stands on.

use iam::{Decision, Evaluator, PolicyDocument, Request, TrustEvaluator};
use serde_json::{Value, json};

use crate::support::{check, decide, identity, request};

#[test]
fn reference_policies_elements_resource() {
    let page = "IAM JSON policy elements: Resource";
    let allow = |resource: &str| json!([{ "Effect": "Allow", "Action": "s3:*", "Resource": resource }]);
    let get = |resource, expected| ("s3:GetObject", resource, json!({}), expected);
    check(
        page,
        allow("arn:aws:s3:::amzn-s3-demo-bucket/*/test/*"),
        &[
            get("arn:aws:s3:::amzn-s3-demo-bucket/1/test/object.jpg", true),
            get("arn:aws:s3:::amzn-s3-demo-bucket/1/2/test/object.jpg", true),
            get("arn:aws:s3:::amzn-s3-demo-bucket/1/2/test/3/object.jpg", true),
            get("arn:aws:s3:::amzn-s3-demo-bucket/1/2/3/test/4/object.jpg", true),
            get("arn:aws:s3:::amzn-s3-demo-bucket/1///test///object.jpg", true),
            get("arn:aws:s3:::amzn-s3-demo-bucket/1/test/.jpg", true),
            get("arn:aws:s3:::amzn-s3-demo-bucket//test/object.jpg", true),
            get("arn:aws:s3:::amzn-s3-demo-bucket/1/test/", true),
            get("arn:aws:s3:::amzn-s3-demo-bucket/1-test/object.jpg", false),
            get("arn:aws:s3:::amzn-s3-demo-bucket/test/object.jpg", false),
            get("arn:aws:s3:::amzn-s3-demo-bucket/1/2/test.jpg", false),
        ],
    );
    check(
        page,
        json!([{ "Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::123456789012:user/Bob" }]),
        &[
            ("iam:GetUser", "arn:aws:iam::123456789012:user/Bob", json!({}), true),
            ("iam:GetUser", "arn:aws:iam::123456789012:user/bob", json!({}), false),
        ],
    );
    check(
        page,
        json!([{ "Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::123456789012:user/accounting/*" }]),
        &[
            ("iam:GetUser", "arn:aws:iam::123456789012:user/accounting/a/b", json!({}), true),
            ("iam:GetUser", "arn:aws:iam::123456789012:user/accounting", json!({}), false),
        ],
    );
    // "If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the
    // colon boundaries."
    let queue = |resource: &str| json!([{ "Effect": "Allow", "Action": "sqs:*", "Resource": resource }]);
    let send = |resource, expected| ("sqs:SendMessage", resource, json!({}), expected);
    check(
        page,
        queue("arn:aws:sqs:us-east-*"),
        &[
            send("arn:aws:sqs:us-east-1:123456789012:orders", true),
            send("arn:aws:sqs:eu-west-1:123456789012:orders", false),
        ],
    );
    check(
        page,
        queue("arn:aws:sqs:us-*-1:1234567890??:orders"),
        &[
            send("arn:aws:sqs:us-east-1:123456789012:orders", true),
            send("arn:aws:sqs:us-east-2:123456789012:orders", false),
            send("arn:aws:sqs:us-a:b-1:123456789012:orders", false),
            send("arn:aws:sqs:us-east-1:12345678901:2:orders", false),
        ],
    );
}

#[test]
fn reference_policies_elements_action_and_notaction() {
    let page = "IAM JSON policy elements: Action";
    check(
        page,
        json!([{ "Effect": "Allow", "Action": "iam:*AccessKey*", "Resource": "*" }]),
        &[
            ("iam:CreateAccessKey", "*", json!({}), true),
            ("IAM:listaccesskeys", "*", json!({}), true),
            ("iam:CreateUser", "*", json!({}), false),
        ],
    );
    let page = "IAM JSON policy elements: NotAction";
    check(
        page,
        json!([{ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }]),
        &[
            ("s3:GetObject", "arn:aws:s3:::bucket/key", json!({}), true),
            ("iam:CreateUser", "*", json!({}), false),
        ],
    );
    check(
        page,
        json!([{
            "Sid": "DenyAllUsersNotUsingMFA", "Effect": "Deny", "NotAction": "iam:*", "Resource": "*",
            "Condition": { "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } }
        }]),
        &[
            ("s3:GetObject", "arn:aws:s3:::b/k", json!({ "aws:MultiFactorAuthPresent": "false" }), false),
            ("s3:GetObject", "arn:aws:s3:::b/k", json!({ "aws:MultiFactorAuthPresent": "true" }), true),
            ("s3:GetObject", "arn:aws:s3:::b/k", json!({}), false),
            ("iam:ListUsers", "*", json!({}), true),
        ],
    );
}

#[test]
fn reference_policies_elements_notresource() {
    check(
        "IAM JSON policy elements: NotResource",
        json!([{
            "Effect": "Deny", "Action": "s3:*",
            "NotResource": ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"]
        }]),
        &[
            ("s3:GetObject", "arn:aws:s3:::HRBucket/Payroll/2026", json!({}), true),
            ("s3:GetObject", "arn:aws:s3:::HRBucket/Other", json!({}), false),
            ("ec2:RunInstances", "*", json!({}), true),
        ],
    );
}

#[test]
fn reference_policies_variables() {
    let page = "IAM policy elements: Variables and tags";
    check(
        page,
        json!([
            { "Sid": "ListForConsole", "Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*" },
            {
                "Sid": "AllQueueActions", "Effect": "Allow", "Action": "sqs:*",
                "Resource": "arn:aws:sqs:us-east-2:*:${aws:username}-queue"
            }
        ]),
        &[
            ("sqs:ListQueues", "*", json!({}), true),
            (
                "sqs:DeleteQueue",
                "arn:aws:sqs:us-east-2:123456789012:ann-queue",
                json!({ "aws:username": "ann" }),
                true,
            ),
            (
                "sqs:DeleteQueue",
                "arn:aws:sqs:us-east-2:123456789012:bob-queue",
                json!({ "aws:username": "ann" }),
                false,
            ),
            ("sqs:DeleteQueue", "arn:aws:sqs:us-east-2:123456789012:-queue", json!({}), false),
        ],
    );
    check(
        "Variables and tags: specifying default values",
        json!([{
            "Effect": "Allow", "Action": "s3:*",
            "Resource": "arn:aws:s3:::amzn-s3-demo-bucket-${aws:PrincipalTag/team, 'company-wide'}"
        }]),
        &[
            (
                "s3:ListBucket",
                "arn:aws:s3:::amzn-s3-demo-bucket-yellow",
                json!({ "aws:PrincipalTag/team": "yellow" }),
                true,
            ),
            (
                "s3:ListBucket",
                "arn:aws:s3:::amzn-s3-demo-bucket-company-wide",
                json!({ "aws:PrincipalTag/team": "yellow" }),
                false,
            ),
            ("s3:ListBucket", "arn:aws:s3:::amzn-s3-demo-bucket-company-wide", json!({}), true),
        ],
    );
    check(
        "Variables and tags: special characters",
        json!([{ "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${*}${?}${$}*" }]),
        &[
            ("s3:GetObject", "arn:aws:s3:::b/*?$x", json!({}), true),
            ("s3:GetObject", "arn:aws:s3:::b/aa$x", json!({}), false),
        ],
    );
    let team = "s3:ExistingObjectTag/Team";
    check(
        "Variables and tags: policy variables with no value",
        json!([
            { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
            {
                "Effect": "Deny", "Action": "s3:*", "Resource": "*",
                "Condition": { "StringNotEquals": { team: "${aws:PrincipalTag/Team}" } }
            }
        ]),
        &[
            ("s3:GetObject", "*", json!({ team: "a", "aws:PrincipalTag/Team": "a" }), true),
            ("s3:GetObject", "*", json!({ team: "a", "aws:PrincipalTag/Team": "b" }), false),
            ("s3:GetObject", "*", json!({ team: "a" }), false),
        ],
    );
}

#[test]
fn reference_policies_elements_version() {
    let page = "IAM JSON policy elements: Version";
    let policy = |version: Value| {
        let mut policy = json!({ "Statement": {
            "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}"
        } });
        if !version.is_null() {
            policy["Version"] = version;
        }
        identity(&policy)
    };
    let own = request("s3:GetObject", "arn:aws:s3:::b/ann", &json!({ "aws:username": "ann" }));
    let literal =
        request("s3:GetObject", "arn:aws:s3:::b/${aws:username}", &json!({ "aws:username": "ann" }));
    for (version, filled_in) in
        [(json!("2012-10-17"), true), (json!("2008-10-17"), false), (Value::Null, false)]
    {
        let document = policy(version.clone());
        assert_eq!(decide(&document, &own), filled_in, "{page}: {version}");
        assert_eq!(decide(&document, &literal), !filled_in, "{page}: {version}");
    }
}

#[test]
fn access_policies_boundaries() {
    let page = "Permissions boundaries for IAM entities";
    let boundary = identity(&json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": ["s3:*", "cloudwatch:*", "ec2:*"], "Resource": "*" }
    ] }));
    let create_user = identity(&json!({ "Version": "2012-10-17", "Statement":
        { "Effect": "Allow", "Action": ["iam:CreateUser", "s3:*"], "Resource": "*" }
    }));
    let evaluator = Evaluator::new([("Permissions", &create_user)]).with_boundary("Boundary", &boundary);
    let ask = |action| Request::new(action, "*").unwrap();
    assert_eq!(evaluator.decide(&ask("iam:CreateUser")), Decision::DeniedByBoundary, "{page}");
    assert!(evaluator.decide(&ask("s3:ListBucket")).is_allowed(), "{page}");
    assert_eq!(evaluator.decide(&ask("ec2:RunInstances")), Decision::DeniedByDefault, "{page}");
}

#[test]
fn orgs_manage_policies_scps_evaluation() {
    let page = "SCP evaluation (AWS Organizations User Guide)";
    let full = identity(&json!({ "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } }));
    let s3_only = identity(&json!({ "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } }));
    let no_delete = identity(&json!({ "Statement": {
        "Sid": "NoDelete", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"
    } }));
    let evaluator = Evaluator::new([("Admin", &full)])
        .with_scp_level([("FullAWSAccess", &full), ("NoDelete", &no_delete)])
        .with_scp_level([("S3Only", &s3_only)]);
    let ask = |action| Request::new(action, "*").unwrap();
    assert!(evaluator.decide(&ask("s3:GetObject")).is_allowed(), "{page}");
    assert_eq!(evaluator.decide(&ask("ec2:RunInstances")), Decision::DeniedByScp { level: 1 }, "{page}");
    let Decision::DeniedByStatement { by } = evaluator.decide(&ask("s3:DeleteObject")) else {
        panic!("{page}: an explicit deny wins")
    };
    assert_eq!(by.to_string(), "statement `NoDelete` of service control policy `NoDelete`");
}

#[test]
fn reference_policies_elements_principal() {
    let page = "AWS JSON policy elements: Principal";
    let trust = |principal: Value| {
        let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" });
        let text = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
        PolicyDocument::parse(&text, iam::PolicyKind::Trust).unwrap()
    };
    let session = ("AWS", "arn:aws:sts::123456789012:assumed-role/deploy/ci");
    let lambda = ("Service", "lambda.amazonaws.com");
    let google = ("Federated", "accounts.google.com");
    let table = [
        (json!({ "AWS": "123456789012" }), session, true),
        (json!({ "AWS": "arn:aws:iam::123456789012:root" }), session, true),
        (json!({ "AWS": ["123456789012", "555555555555"] }), ("AWS", "555555555555"), true),
        (json!({ "AWS": "arn:aws:iam::123456789012:role/deploy" }), session, true),
        (json!({ "AWS": "arn:aws:iam::123456789012:user/deploy" }), session, false),
        (json!({ "AWS": "999999999999" }), session, false),
        (json!("*"), session, true),
        (json!({ "AWS": "*" }), session, true),
        (json!({ "Service": ["ecs.amazonaws.com", "lambda.amazonaws.com"] }), lambda, true),
        (json!({ "Service": "ecs.amazonaws.com" }), lambda, false),
        (json!({ "Federated": "accounts.google.com" }), google, true),
        (json!({ "Federated": "cognito-identity.amazonaws.com" }), google, false),
    ];
    for (principal, (kind, name), expected) in table {
        let evaluator = TrustEvaluator::new("role", &trust(principal.clone()));
        let request = Request::new("sts:AssumeRole", "arn:aws:iam::123456789012:role/role").unwrap();
        assert_eq!(evaluator.decide(&request), Decision::DeniedByDefault, "{page}: nobody asks");
        let kind = iam::PrincipalType::ALL.into_iter().find(|known| known.as_str() == kind).unwrap();
        let request = request.with_principal(iam::RequestPrincipal::new(kind, name).unwrap());
        assert_eq!(evaluator.decide(&request).is_allowed(), expected, "{page}: {principal} and {name}");
    }
}
