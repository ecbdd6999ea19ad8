//! What IAM refuses is refused, at its place, and everything at once.

#![expect(clippy::panic, reason = "a test stops at what fails")]

use iam::{PolicyDocument, PolicyKind};

fn refusals(text: &str, kind: PolicyKind) -> Vec<(String, String)> {
    match PolicyDocument::parse(text, kind) {
        Ok(document) => panic!("this was accepted:\n{}", document.to_reading()),
        Err(errors) => errors.errors().iter().map(|e| (e.pointer.to_string(), e.reason.clone())).collect(),
    }
}

/// An identity policy with one statement, `fields` in it besides effect, action and resource.
fn statement(fields: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{{fields}}}]}}"#)
}

#[test]
fn an_identity_policy_is_refused_where_iam_refuses_it() {
    const OK: &str = r#""Effect":"Allow","Action":"s3:*","Resource":"*""#;
    let table = [
        ("", "", "no JSON"),
        ("[]", "", "a policy is an object, not a list"),
        ("{}", "", "needs a `Statement`"),
        (r#"{"Statement":[]}"#, "/Statement", "at least one statement"),
        (r#"{"Statement":"x"}"#, "/Statement", "not a string"),
        (r#"{"Statement":[1]}"#, "/Statement/0", "a statement is an object, not a number"),
        (&format!(r#"{{"Version":"2013","Statement":[{{{OK}}}]}}"#), "/Version", "no policy version `2013`"),
        (
            &format!(r#"{{"Statements":1,"Statement":[{{{OK}}}]}}"#),
            "/Statements",
            "a policy has no `Statements`",
        ),
        (&format!(r#"{{"Statement":{{{OK}}},"Statement":{{{OK}}}}}"#), "/Statement", "stands twice"),
        (&statement(r#""Action":"s3:*","Resource":"*""#), "/Statement/0", "needs an `Effect`"),
        (&statement(r#""Effect":"allow","Action":"s3:*","Resource":"*""#), "/Statement/0/Effect", "`allow`"),
        (&statement(r#""Effect":"Allow","Resource":"*""#), "/Statement/0", "needs an `Action`"),
        (
            &statement(r#""Effect":"Allow","Action":[],"Resource":"*""#),
            "/Statement/0/Action",
            "names no action",
        ),
        (&statement(r#""Effect":"Allow","Action":"s3:*""#), "/Statement/0", "names no resource"),
        (
            &statement(r#""Effect":"Allow","Action":"s3:*","Resource":[]"#),
            "/Statement/0/Resource",
            "names no resource",
        ),
        (
            &statement(r#""Effect":"Allow","Action":"GetObject","Resource":"*""#),
            "/Statement/0/Action",
            "no service",
        ),
        (
            &statement(r#""Effect":"Allow","Action":["s3:*",1],"Resource":"*""#),
            "/Statement/0/Action/1",
            "not a number",
        ),
        (
            &statement(r#""Effect":"Allow","Action":"s3:*","Resource":["*","bucket"]"#),
            "/Statement/0/Resource/1",
            "neither an ARN",
        ),
        (
            &statement(&format!(r#"{OK},"NotAction":"s3:*""#)),
            "/Statement/0",
            "`Action` or `NotAction`, not both",
        ),
        (
            &statement(&format!(r#"{OK},"NotResource":"*""#)),
            "/Statement/0",
            "`Resource` or `NotResource`, not both",
        ),
        (&statement(&format!(r#"{OK},"Principal":"*""#)), "/Statement/0/Principal", "names a principal"),
        (&statement(&format!(r#"{OK},"Sid":"my id""#)), "/Statement/0/Sid", "letters and digits"),
        (&statement(&format!(r#"{OK},"Conditions":{{}}"#)), "/Statement/0/Conditions", "has no `Conditions`"),
        (&statement(&format!(r#"{OK},"Condition":[]"#)), "/Statement/0/Condition", "not a list"),
        (
            &statement(&format!(r#"{OK},"Condition":{{"StringIs":{{}}}}"#)),
            "/Statement/0/Condition/StringIs",
            "no condition operator",
        ),
        (
            &statement(&format!(r#"{OK},"Condition":{{"Bool":{{"":"true"}}}}"#)),
            "/Statement/0/Condition/Bool/",
            "no condition key",
        ),
        (
            &statement(&format!(r#"{OK},"Condition":{{"Bool":{{"a:x":null}}}}"#)),
            "/Statement/0/Condition/Bool/a:x",
            "not null",
        ),
        (
            &statement(&format!(r#"{OK},"Condition":{{"DateEquals":{{"a:x":"soon"}}}}"#)),
            "/Statement/0/Condition/DateEquals/a:x",
            "no date",
        ),
        (
            &format!(r#"{{"Statement":[{{{OK},"Sid":"A"}},{{{OK},"Sid":"A"}}]}}"#),
            "/Statement/1/Sid",
            "unique within a policy",
        ),
        (
            &format!(r#"{{"Statement":{{{OK},"Principal":"*"}}}}"#),
            "/Statement/Principal",
            "names a principal",
        ),
    ];
    for (text, pointer, reason) in table {
        let found = refusals(text, PolicyKind::Identity);
        assert!(
            found.iter().any(|(at, why)| at == pointer && why.contains(reason)),
            "{text}\nis not refused at `{pointer}` for `{reason}`, but: {found:?}"
        );
    }
}

#[test]
fn a_trust_policy_names_principals_and_sts_actions_only() {
    let table = [
        (r#""Effect":"Allow","Action":"sts:AssumeRole""#, "/Statement/0", "names no principal"),
        (
            r#""Effect":"Allow","Action":"s3:*","Principal":"*""#,
            "/Statement/0/Action",
            "`sts` actions only, not `s3:*`",
        ),
        (
            r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*""#,
            "/Statement/0/Resource",
            "names a resource",
        ),
        (
            r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":"me""#,
            "/Statement/0/Principal",
            "no principal",
        ),
        (
            r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{}"#,
            "/Statement/0/Principal",
            "names nobody",
        ),
        (
            r#""Effect":"Allow","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"123456789012"}"#,
            "/Statement/0/NotPrincipal",
            "has no `NotPrincipal`",
        ),
        (
            r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Aws":"1"}"#,
            "/Statement/0/Principal/Aws",
            "has no `Aws`",
        ),
    ];
    for (fields, pointer, reason) in table {
        let found = refusals(&statement(fields), PolicyKind::Trust);
        assert!(
            found.iter().any(|(at, why)| at == pointer && why.contains(reason)),
            "{fields}\nis not refused at `{pointer}` for `{reason}`, but: {found:?}"
        );
    }
}

#[test]
fn principals_are_checked_by_kind() {
    let principal = |kind: &str, name: &str| {
        let text = format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"{kind}":"{name}"}}}}}}"#
        );
        PolicyDocument::parse(&text, PolicyKind::Trust)
    };
    for (kind, name) in [
        ("AWS", "*"),
        ("AWS", "123456789012"),
        ("AWS", "arn:aws:iam::123456789012:root"),
        ("AWS", "arn:aws:sts::123456789012:assumed-role/name/session"),
        ("AWS", "AROAEXAMPLEEXAMPLE123"),
        ("Service", "vpc-flow-logs.amazonaws.com"),
        ("Federated", "token.actions.githubusercontent.com"),
        ("Federated", "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"),
        ("Federated", "cognito-identity.amazonaws.com"),
    ] {
        assert!(principal(kind, name).is_ok(), "{kind} `{name}` is a principal");
    }
    for (kind, name) in [
        ("AWS", ""),
        ("AWS", "bob"),
        ("AWS", "arn:aws:iam::123456789012:role/*"),
        ("AWS", "arn:aws:s3:::bucket"),
        ("Service", "lambda"),
        ("Service", "*"),
        ("Federated", "somewhere"),
    ] {
        let errors = principal(kind, name).expect_err(name);
        assert!(errors.to_string().contains(&format!("is no `{kind}` principal")), "{errors}");
    }
}

#[test]
fn checks_of_whole_statements_do_not_wait_for_each_other() {
    const ALLOW: &str = r#""Effect":"Allow""#;
    let text = format!(
        r#"{{"Statement":[{{{ALLOW},"Action":"s3:*"}},{{{ALLOW},"Action":[],"Resource":"*"}},{{{ALLOW},"Action":"s3:*","Resource":"*","Sid":"a b"}}]}}"#
    );
    let places: Vec<_> = refusals(&text, PolicyKind::Identity).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["/Statement/2/Sid", "/Statement/0", "/Statement/1/Action"]);
}

#[test]
fn every_refusal_is_reported_at_once() {
    let text = r#"{
        "Version": "2013",
        "Statement": [
            { "Effect": "Maybe", "Action": "GetObject", "Resource": "bucket" },
            { "Effect": "Allow", "Action": "s3:*", "Resource": "*", "Sid": "a b" }
        ]
    }"#;
    insta::assert_snapshot!(PolicyDocument::parse(text, PolicyKind::Identity).unwrap_err(), @r"
    at `/Version`: there is no policy version `2013`: write `2012-10-17`
    at `/Statement/0/Effect`: there is no effect `Maybe`: write `Allow` or `Deny`
    at `/Statement/0/Action`: action `GetObject` names no service: write `service:Name`, or `*` for every action
    at `/Statement/0/Resource`: resource `bucket` is neither an ARN nor `*`
    at `/Statement/1/Sid`: `a b` is no statement id: IAM takes ASCII letters and digits only
    ");
}

#[test]
fn a_statement_without_an_id_is_called_by_its_position_in_the_text() {
    let text = r#"{"Statement":[{"Effect":"allow","Action":"s3:*","Resource":"*"},{"Effect":"Allow","Action":"s3:*"}]}"#;
    let refused = refusals(text, PolicyKind::Identity);
    let (place, reason) = &refused[1];
    assert_eq!(place, "/Statement/1");
    assert!(reason.starts_with("statement `#1` names no resource"), "{reason}");
}

#[test]
fn an_element_beside_its_opposite_is_one_refusal() {
    for twice in [
        r#""Action":"s3:*","NotAction":"s3:*","Resource":"*""#,
        r#""Action":"s3:*","Resource":"*","NotResource":"*""#,
    ] {
        let refused = refusals(&statement(&format!(r#""Effect":"Allow",{twice}"#)), PolicyKind::Identity);
        assert_eq!(refused.len(), 1, "{refused:?}");
    }
}
