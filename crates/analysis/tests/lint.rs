//! Each rule of lint, on policies of two or three statements: what it finds, and what it leaves alone.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

use analysis::{Attachment, Code, Finding, LintInput, LintOptions, PolicySource, PolicyUse, Severity, lint};
use iam::JsonPointer;

fn source(name: &str, usage: PolicyUse, text: &str) -> PolicySource {
    PolicySource::of_json(format!("{name}.json"), name, usage, text).unwrap()
}

/// A policy of these statements.
fn policy(statements: &[&str]) -> String {
    format!(r#"{{ "Version": "2012-10-17", "Statement": [{}] }}"#, statements.join(",\n"))
}

fn statement(sid: &str, actions: &[&str], resources: &[&str], rest: &str) -> String {
    let list = |texts: &[&str]| texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", ");
    format!(
        r#"{{ "Sid": "{sid}", "Effect": "Allow", "Action": [{}], "Resource": [{}]{rest} }}"#,
        list(actions),
        list(resources)
    )
}

fn found(statements: &[String]) -> Vec<Finding> {
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    of_text(PolicyUse::Managed, &policy(&statements))
}

fn of_text(usage: PolicyUse, text: &str) -> Vec<Finding> {
    let input = LintInput { policies: vec![source("P", usage, text)], attachments: Vec::new() };
    lint(&input, LintOptions { margin: 0 })
}

/// Code, statement and action of findings that matter at least that much.
fn codes(findings: &[Finding], least: Severity) -> Vec<(Code, &str, &str)> {
    let matters = findings.iter().filter(|finding| finding.code.severity() >= least);
    matters
        .map(|finding| {
            let statement = finding.place.statement.as_deref().unwrap_or_default();
            (finding.code, statement, finding.action.as_deref().unwrap_or_default())
        })
        .collect()
}

#[track_caller]
fn check(statements: &[String], least: Severity, expected: &[(Code, &str, &str)]) {
    let findings = found(statements);
    assert_eq!(codes(&findings, least), expected, "{findings:#?}");
}

const OBJECTS: &str = "arn:aws:s3:::site/*";
const BUCKET: &str = "arn:aws:s3:::site";

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let read = statement("Read", &["s3:GetObject", "s3:ListBucket"], &[BUCKET, OBJECTS], "");
    let sign_in = statement("SignIn", &["ecr:GetAuthorizationToken"], &["*"], "");
    check(&[read, sign_in], Severity::Note, &[]);
}

#[test]
fn names_that_aws_does_not_define() {
    let actions = ["dynamo:GetItem", "s3:GetObjects", "s3:Gett*", "S3:getobject", "s3:*Object"];
    let findings = found(&[statement("S", &actions, &["*"], "")]);
    let errors = codes(&findings, Severity::Error);
    let expected = [
        (Code::UnknownService, "S", "dynamo:GetItem"),
        (Code::UnknownAction, "S", "s3:GetObjects"),
        (Code::WildcardWithoutMatch, "S", "s3:Gett*"),
    ];
    assert!(expected.iter().all(|one| errors.contains(one)) && errors.len() == 3, "{errors:?}");
    let fix = |action: &str| {
        findings.iter().find(|f| f.action.as_deref() == Some(action)).and_then(|f| f.fix.clone()).unwrap()
    };
    assert!(fix("s3:GetObjects").contains("`s3:GetObject`"));
    assert!(fix("dynamo:GetItem").contains("`dynamodb:GetItem`"));
}

#[test]
fn what_iam_refuses_is_told_with_its_place_and_the_rest_is_checked_all_the_same() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "A", "Effect": "Allow", "Action": ["s3:GetObjects", "s3"], "Resource": ["arn:aws:s3:::", "arn:aws:s3:::a/*"] },
    { "Sid": "A", "Effect": "Allow", "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::a/*",
      "Condition": { "StringEqual": { "aws:PrincipalTag/team": "web" } } },
    { "Sid": "B", "Effect": "allow", "Action": "s3:GetObject", "Resource": "*" }
  ]
}"#;
    let findings = of_text(PolicyUse::Managed, text);
    let told: Vec<(Code, usize, &str)> =
        findings.iter().map(|f| (f.code, f.place.line, f.place.pointer.as_str())).collect();
    for expected in [
        (Code::MalformedArn, 4, "/Statement/0/Resource/0"),
        (Code::RefusedByIam, 4, "/Statement/0/Action/1"),
        (Code::UnknownAction, 4, "/Statement/0/Action/0"),
        (Code::DuplicateSid, 5, "/Statement/1/Sid"),
        (Code::UnknownOperator, 7, "/Statement/1/Condition/StringEqual"),
        (Code::RefusedByIam, 8, "/Statement/2/Effect"),
    ] {
        assert!(told.contains(&expected), "no {expected:?} in {told:#?}");
    }
}

#[test]
fn a_size_over_the_limit_is_an_error_and_one_below_the_margin_a_note() {
    let resources: Vec<String> = (0..160).map(|i| format!("arn:aws:s3:::bucket-{i:020}")).collect();
    let resources: Vec<&str> = resources.iter().map(String::as_str).collect();
    let text = policy(&[&statement("S", &["s3:ListBucket"], &resources, "")]);
    let one = |usage, text: &str, margin| {
        let input = LintInput { policies: vec![source("P", usage, text)], attachments: Vec::new() };
        codes(&lint(&input, LintOptions { margin }), Severity::Note).first().map(|(code, ..)| *code)
    };
    assert_eq!(one(PolicyUse::Managed, &text, 0), Some(Code::PolicyTooLarge));
    let small = policy(&[&statement("S", &["s3:ListBucket"], &[BUCKET], "")]);
    assert_eq!(one(PolicyUse::Managed, &small, 6_144), Some(Code::LittleRoomLeft));
    assert_eq!(one(PolicyUse::Managed, &small, 100), None);
}

#[test]
fn a_role_takes_ten_managed_policies() {
    let text = policy(&[&statement("S", &["s3:ListBucket"], &[BUCKET], "")]);
    let at = |others| Attachment {
        name: "Role".to_owned(),
        file: "t.yaml".to_owned(),
        at: JsonPointer::default().join("Resources").join("Role"),
        line: 3,
        policies: vec![0],
        others,
        identity: None,
        is_partial: false,
    };
    let too_many = |others| {
        let policies = vec![source("P", PolicyUse::Managed, &text)];
        let found = lint(&LintInput { policies, attachments: vec![at(others)] }, LintOptions { margin: 0 });
        found.iter().any(|finding| finding.code == Code::TooManyPolicies && finding.place.line == 3)
    };
    assert!(!too_many(9));
    assert!(too_many(10));
}

#[test]
fn actions_and_arns_that_do_not_go_together() {
    let actions = ["ecr:GetAuthorizationToken", "ecr:PutImage", "ecr:DescribeRegistry"];
    let scoped = statement("S", &actions, &["arn:aws:ecr:*:*:repository/web"], "");
    check(
        &[scoped],
        Severity::Warning,
        &[
            (Code::NoResourceTypes, "S", "ecr:GetAuthorizationToken"),
            (Code::NoResourceTypes, "S", "ecr:DescribeRegistry"),
        ],
    );
    let objects = statement("S", &["s3:ListBucket", "s3:GetObject"], &[BUCKET], "");
    check(&[objects], Severity::Warning, &[(Code::WrongResourceType, "S", "s3:GetObject")]);
    let buckets = statement("S", &["s3:GetObject"], &[BUCKET, OBJECTS], "");
    check(&[buckets], Severity::Warning, &[(Code::UnusedResource, "S", "")]);
    // One of several actions is enough for a wildcard to mean something.
    let wildcard = statement("S", &["s3:*Bucket"], &[BUCKET], "");
    check(&[wildcard], Severity::Warning, &[]);
}

#[test]
fn a_deny_is_not_said_to_grant() {
    let deny = statement("S", &["s3:ListAllMyBuckets"], &[BUCKET], "").replace("Allow", "Deny");
    let findings = found(&[deny]);
    let finding = findings.iter().find(|finding| finding.code == Code::NoResourceTypes).unwrap();
    assert!(finding.message.ends_with("does not deny it"), "{}", finding.message);
}

#[test]
fn nothing_is_concluded_from_what_could_not_be_read() {
    for (actions, resources) in
        [(["s3", "s3:GetObject"], [OBJECTS, BUCKET]), (["s3:GetObject"; 2], ["site", BUCKET])]
    {
        let findings = found(&[statement("S", &actions, &resources, "")]);
        let codes = codes(&findings, Severity::Warning);
        assert_eq!(codes.len(), 1, "{codes:?}");
    }
}

#[test]
fn an_account_has_twelve_digits_and_is_no_variable() {
    let of = |account: &str| {
        statement(
            "S",
            &["sqs:SendMessage"],
            &[&format!("arn:aws:sqs:us-east-1:{account}:${{aws:username}}")],
            "",
        )
    };
    for account in ["12345", "1234567890123", "${aws:PrincipalAccount}"] {
        check(&[of(account)], Severity::Error, &[(Code::MalformedArn, "S", "")]);
    }
    for account in ["123456789012", "*", "1234567890??", "", "aws"] {
        check(&[of(account)], Severity::Error, &[]);
    }
}

#[test]
fn what_is_open_to_every_resource() {
    let actions = ["dynamodb:DeleteTable", "ec2:DeleteVpc", "s3:GetBucketTagging", "ec2:DescribeVpcs"];
    check(
        &[statement("S", &actions, &["*"], "")],
        Severity::Note,
        &[
            (Code::AnyResource, "S", "dynamodb:DeleteTable"),
            (Code::GeneratedId, "S", "ec2:DeleteVpc"),
            (Code::AnyResourceRead, "S", "s3:GetBucketTagging"),
        ],
    );
    let deny = statement("S", &["dynamodb:DeleteTable"], &["*"], "").replace("Allow", "Deny");
    check(&[deny], Severity::Note, &[]);
    for everything in ["*", "*:*"] {
        let findings = found(&[statement("S", &[everything], &["*"], "")]);
        assert!(codes(&findings, Severity::Warning).contains(&(Code::AnyResource, "S", everything)));
    }
    let negated = statement("S", &["iam:CreateUser"], &["*"], "").replace("\"Action\"", "\"NotAction\"");
    let findings = found(std::slice::from_ref(&negated));
    assert!(codes(&findings, Severity::Warning).contains(&(Code::AnyResource, "S", "")), "{findings:#?}");
    check(&[negated.replace("Allow", "Deny")], Severity::Note, &[]);
}

#[test]
fn condition_keys_and_operators() {
    let with = |action: &str, condition: &str| {
        statement("S", &[action], &["*"], &format!(r#", "Condition": {condition}"#))
    };
    let errors = |action: &str, condition: &str| {
        let findings = found(&[with(action, condition)]);
        codes(&findings, Severity::Error).iter().map(|(code, ..)| *code).collect::<Vec<_>>()
    };
    for (action, condition, expected) in [
        ("s3:ListBucket", r#"{ "StringLike": { "s3:prefix": "a*" } }"#, vec![]),
        ("s3:ListBucket", r#"{ "StringLike": { "S3:Prefix": "a*" } }"#, vec![]),
        ("s3:ListBucket", r#"{ "StringLike": { "s3:prefixes": "a*" } }"#, vec![Code::UnknownConditionKey]),
        ("s3:ListBucket", r#"{ "StringEquals": { "aws:PrincipalTag/team": "a" } }"#, vec![]),
        ("s3:GetObject", r#"{ "StringEquals": { "s3:ExistingObjectTag/team": "a" } }"#, vec![]),
        ("ssm:GetParameter", r#"{ "StringEquals": { "ssm:resourceTag/team": "a" } }"#, vec![]),
        (
            "s3:ListBucket",
            r#"{ "StringEquals": { "aws:PrincipalTag": "a" } }"#,
            vec![Code::UnknownConditionKey],
        ),
        ("s3:ListBucket", r#"{ "Bool": { "aws:SecureTransport": "true" } }"#, vec![]),
        (
            "s3:ListBucket",
            r#"{ "StringEquals": { "aws:SecureTransport": "true" } }"#,
            vec![Code::OperatorTypeMismatch],
        ),
        ("s3:ListBucket", r#"{ "Null": { "aws:SecureTransport": "true" } }"#, vec![]),
        ("s3:ListBucket", r#"{ "DateLessThan": { "aws:CurrentTime": "2030-01-01" } }"#, vec![]),
        ("s3:ListBucket", r#"{ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }"#, vec![]),
        (
            "s3:ListBucket",
            r#"{ "StringLike": { "aws:SourceIp": "10.*" } }"#,
            vec![Code::OperatorTypeMismatch],
        ),
        ("s3:ListBucket", r#"{ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/x" } }"#, vec![]),
        ("*", r#"{ "StringEquals": { "made:up": "a" } }"#, vec![]),
        ("*", r#"{ "Bool": { "aws:SecureTransport": "yes" } }"#, vec![Code::OperatorTypeMismatch]),
        ("*", r#"{ "Bool": { "aws:SecureTransport": [true, "False"] } }"#, vec![]),
        ("*", r#"{ "Null": { "aws:TokenIssueTime": "no" } }"#, vec![Code::OperatorTypeMismatch]),
        ("*", r#"{ "IpAddress": { "aws:SourceIp": "300.0.0.0/8" } }"#, vec![Code::OperatorTypeMismatch]),
        ("*", r#"{ "IpAddress": { "aws:SourceIp": "10.0.0.0/33" } }"#, vec![Code::OperatorTypeMismatch]),
        ("*", r#"{ "NotIpAddress": { "aws:SourceIp": ["2001:db8::/32", "10.0.0.1"] } }"#, vec![]),
        (
            "s3:ListBucket",
            r#"{ "NumericLessThan": { "s3:max-keys": "ten" } }"#,
            vec![Code::OperatorTypeMismatch],
        ),
        (
            "s3:ListBucket",
            r#"{ "NumericLessThan": { "s3:max-keys": ["${aws:PrincipalTag/n}", 10] } }"#,
            vec![],
        ),
        ("apigateway:TagResources", r#"{ "StringEquals": { "x:y": "a" } }"#, vec![Code::UnknownAction]),
    ] {
        assert_eq!(errors(action, condition), expected, "{action} {condition}");
    }
}

#[test]
fn pass_role_says_to_which_service() {
    let role = ["arn:aws:iam::*:role/web-*"];
    let to_any = |rest: &str, action: &str| {
        let findings = found(&[statement("S", &[action], &role, rest)]);
        findings.iter().any(|finding| finding.code == Code::PassRoleToAnyService)
    };
    let passed_to = |operator: &str| {
        format!(r#", "Condition": {{ "{operator}": {{ "iam:PassedToService": "lambda.amazonaws.com" }} }}"#)
    };
    assert!(to_any("", "iam:PassRole"));
    assert!(to_any("", "iam:Pass*"));
    assert!(!to_any("", "iam:GetRole"));
    assert!(!to_any(&passed_to("StringEquals"), "iam:PassRole"));
    assert!(to_any(&passed_to("StringEqualsIfExists"), "iam:PassRole"), "an absent key would pass");
    let any = passed_to("StringLike").replace("lambda.amazonaws.com", "*");
    assert!(to_any(&any, "iam:PassRole"), "`*` is every service");
    let negated = |actions: &[&str], rest: &str| {
        let statement = statement("S", actions, &["*"], rest).replace("\"Action\"", "\"NotAction\"");
        found(&[statement]).iter().any(|finding| finding.code == Code::PassRoleToAnyService)
    };
    assert!(negated(&["iam:CreateUser"], ""), "what is not listed is allowed");
    assert!(!negated(&["iam:*"], ""));
    assert!(!negated(&["iam:CreateUser"], &passed_to("StringEquals")));
}

#[test]
fn dependent_actions_are_looked_for_in_the_whole_set() {
    let task = "arn:aws:ecs:*:*:task-definition/web:*";
    let run = policy(&[&statement("Run", &["ecs:RunTask"], &[task], "")]);
    let pass = policy(&[&statement("Pass", &["iam:PassRole"], &["arn:aws:iam::*:role/web"], "")]);
    let missing = |texts: &[&str], others| {
        let policies: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(i, text)| source(&format!("P{i}"), PolicyUse::Managed, text))
            .collect();
        let attachment = Attachment {
            name: "Role".to_owned(),
            file: String::new(),
            at: JsonPointer::default(),
            line: 1,
            policies: (0..policies.len()).collect(),
            others,
            identity: None,
            is_partial: false,
        };
        let found = lint(&LintInput { policies, attachments: vec![attachment] }, LintOptions { margin: 0 });
        found
            .into_iter()
            .find(|finding| finding.code == Code::MissingDependentAction)
            .map(|finding| finding.message)
    };
    assert!(missing(&[&run], 0).unwrap().contains("`iam:PassRole`"));
    assert_eq!(missing(&[&run, &pass], 0), None);
    assert_eq!(missing(&[&run], 1), None, "a policy that is not at hand may grant it");
}

#[test]
fn what_is_granted_twice() {
    let all = || statement("All", &["s3:GetObject"], &["*"], "");
    let some = |rest: &str| statement("Some", &["s3:GetObject", "s3:PutObject"], &[OBJECTS], rest);
    let repeated = (Code::RepeatedAction, "Some", "s3:GetObject");
    check(&[all(), some("")], Severity::Warning, &[repeated]);
    check(&[some(""), all()], Severity::Warning, &[repeated]);
    // A condition narrows the statement that has it, whatever the other one says.
    let condition = r#", "Condition": { "Bool": { "aws:SecureTransport": "true" } }"#;
    check(&[all(), some(condition)], Severity::Warning, &[repeated]);
    let narrowed = statement("All", &["s3:GetObject"], &["*"], condition);
    check(&[narrowed, some("")], Severity::Warning, &[]);
    check(&[all().replace("Allow", "Deny"), some("")], Severity::Warning, &[]);

    let within = statement("S", &["s3:Get*", "s3:GetObject", "s3:GetObject"], &[OBJECTS], "");
    check(&[within], Severity::Warning, &[(Code::RepeatedAction, "S", "s3:GetObject")]);
    let within = statement("S", &["s3:ListBucket"], &["arn:aws:s3:::a-*", "arn:aws:s3:::a-b-*"], "");
    check(&[within], Severity::Warning, &[(Code::RepeatedResource, "S", "")]);
}

#[test]
fn a_statement_that_another_covers_is_told_once() {
    let narrow = |sid: &str| statement(sid, &["s3:GetObject", "s3:PutObject"], &[OBJECTS], "");
    let wide = statement("Wide", &["s3:*Object"], &["arn:aws:s3:::*"], "");
    check(&[narrow("Narrow"), wide], Severity::Warning, &[(Code::CoveredStatement, "Narrow", "")]);
    check(&[narrow("First"), narrow("Second")], Severity::Warning, &[(Code::CoveredStatement, "Second", "")]);
}

#[test]
fn one_action_on_different_resources_is_a_note() {
    let one = statement("One", &["s3:ListBucket", "s3:GetBucketAcl"], &["arn:aws:s3:::a"], "");
    let two = statement("Two", &["s3:ListBucket"], &["arn:aws:s3:::b"], "");
    check(&[one, two], Severity::Note, &[(Code::SplitAction, "Two", "s3:ListBucket")]);
}

#[test]
fn a_trust_policy_is_checked_as_one() {
    let trust = |action: &str, condition: &str| {
        let text = format!(
            r#"{{ "Version": "2012-10-17", "Statement": {{ "Effect": "Allow",
              "Principal": {{ "Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }},
              "Action": "{action}", "Condition": {condition} }} }}"#
        );
        of_text(PolicyUse::Trust, &text).iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    let of_provider =
        r#"{ "StringEquals": { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }"#;
    assert_eq!(trust("sts:AssumeRoleWithWebIdentity", of_provider), []);
    assert_eq!(trust("sts:AssumeRoleWithWebIdentities", "{}"), [Code::UnknownAction]);
    assert_eq!(
        trust("sts:AssumeRoleWithWebIdentity", r#"{ "StringEquals": { "sts:Made": "x" } }"#),
        [Code::UnknownConditionKey]
    );
}
