//! Request files: what is read, what is refused and where, and that no text makes the reader panic.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn defaults(principal: Option<&str>) -> Defaults {
    Defaults {
        context: GivenContext::of_options(&["aws:RequestedRegion=eu-west-1".to_owned()], |error| {
            panic!("{error}")
        }),
        principal: principal.map(|text| super::principal(text).unwrap()),
        for_trust: principal.is_some(),
    }
}

fn read(text: &str, principal: Option<&str>) -> Result<Vec<Asked>, Vec<String>> {
    let mut errors = Vec::new();
    let asked = of_file("r.json", text, &defaults(principal), &mut errors);
    if errors.is_empty() { Ok(asked) } else { Err(errors) }
}

/// A request in one line.
fn line(asked: &Asked) -> String {
    let Asked { request, context } = asked;
    let principal = request.principal().map(|who| format!(" {}={who}", who.kind().as_str()));
    let context: Vec<String> =
        context.entries().map(|(key, values)| format!(" {key}={}", values.join("|"))).collect();
    format!(
        "{} {}{}{}",
        request.action(),
        request.resource(),
        principal.unwrap_or_default(),
        context.concat()
    )
}

#[test]
fn a_list_and_an_object_with_a_list_are_read() {
    let list = json!([
        { "action": "s3:ListAllMyBuckets" },
        {
            "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k",
            "context": { "aws:TagKeys": ["a", "b"], "aws:SecureTransport": true, "s3:max-keys": 10, "AWS:requestedregion": "x" }
        }
    ]);
    let lines = |text: &Value| {
        let asked = read(&text.to_string(), None).unwrap_or_else(|errors| panic!("{errors:?}"));
        asked.iter().map(line).collect::<Vec<_>>()
    };
    let expected = [
        "s3:ListAllMyBuckets * aws:RequestedRegion=eu-west-1",
        "s3:GetObject arn:aws:s3:::b/k AWS:requestedregion=x aws:SecureTransport=true aws:TagKeys=a|b s3:max-keys=10",
    ];
    assert_eq!(lines(&list), expected);
    assert_eq!(lines(&json!({ "requests": list })), expected);
}

#[test]
fn a_principal_says_how_it_assumes_a_role_and_who_asks_by_default() {
    let provider = "arn:aws:iam::123456789012:oidc-provider/example.com";
    let requests = json!([
        {},
        { "principal": { "Service": "ec2.amazonaws.com" } },
        { "principal": { "Federated": provider } },
        { "principal": { "Federated": "arn:aws:iam::123456789012:saml-provider/Idp" } },
        { "action": "sts:TagSession", "principal": { "AWS": "123456789012" } }
    ]);
    let asked = read(&requests.to_string(), Some("Service=lambda.amazonaws.com")).unwrap();
    let lines: Vec<String> =
        asked.iter().map(|asked| line(asked).replace(" aws:RequestedRegion=eu-west-1", "")).collect();
    assert_eq!(
        lines,
        [
            "sts:AssumeRole * Service=lambda.amazonaws.com".to_owned(),
            "sts:AssumeRole * Service=ec2.amazonaws.com".to_owned(),
            format!("sts:AssumeRoleWithWebIdentity * Federated={provider}"),
            "sts:AssumeRoleWithSAML * Federated=arn:aws:iam::123456789012:saml-provider/Idp".to_owned(),
            "sts:TagSession * AWS=123456789012".to_owned(),
        ]
    );
}

#[test]
fn every_refusal_has_its_place_and_what_to_write() {
    let table = [
        ("", "r.json: this is no JSON: EOF"),
        ("1", "r.json: requests are a list, not a number"),
        ("[]", r#"r.json: there is no request: write one such as {"action": "s3:ListAllMyBuckets"}"#),
        ("{}", "r.json: there is no `requests`: write a list of requests"),
        (r#"{"request": []}"#, "r.json: at `/request`: the file has no `request`: it takes requests"),
        (r#"{"requests": {}}"#, "r.json: at `/requests`: requests are a list, not an object"),
        (
            r#"{"requests": [{"action": "a:B"}], "requests": []}"#,
            "r.json: at `/requests`: `requests` stands twice",
        ),
        ("[1]", "r.json: at `/0`: a request is an object, not a number"),
        ("[{}]", r#"r.json: at `/0`: a request needs an `action`: write one such as "s3:GetObject""#),
        (r#"[{"action": 1}]"#, "r.json: at `/0/action`: write a string here, not a number"),
        (r#"[{"action": "s3:Get*"}]"#, "r.json: at `/0/action`: `s3:Get*` is no action to ask for"),
        (
            r#"[{"action": "a:B", "resource": "b"}]"#,
            "r.json: at `/0/resource`: `b` is no resource to ask for",
        ),
        (
            r#"[{"action": "a:B", "resources": "*"}]"#,
            "r.json: at `/0/resources`: a request has no `resources`: it takes action, resource, context, principal",
        ),
        (
            r#"[{"action": "a:B", "action": "a:B"}]"#,
            "r.json: at `/0/action`: `action` stands twice: write it once",
        ),
        (
            r#"[{"action": "a:B", "context": []}]"#,
            "r.json: at `/0/context`: a context is an object, not a list",
        ),
        (
            r#"[{"action": "a:B", "context": {"a/b": []}}]"#,
            "r.json: at `/0/context/a~1b`: the list is empty: write a value, or leave the key out",
        ),
        (
            r#"[{"action": "a:B", "context": {"a": [null]}}]"#,
            "r.json: at `/0/context/a/0`: write a string here, not null",
        ),
        (
            r#"[{"action": "a:B", "context": {"a": "1", "A": "2"}}]"#,
            "r.json: at `/0/context/A`: `A` stands twice, whatever its case: write a list of values",
        ),
        (r#"[{"action": "a:B", "context": {"": "1"}}]"#, "r.json: at `/0/context/`: `` is no condition key"),
        (
            r#"[{"action": "a:B", "principal": {"AWS": "1"}}]"#,
            "r.json: at `/0/principal`: who asks counts for a trust policy only",
        ),
    ];
    for (text, expected) in table {
        let errors = read(text, None).expect_err(text);
        assert!(matches!(errors.as_slice(), [one] if one.starts_with(expected)), "{text}: {errors:#?}");
    }
}

#[test]
fn a_principal_that_is_none_is_refused() {
    let form = r#"a request has one principal: write one kind and name, such as {"Service": "lambda.amazonaws.com"}"#;
    let table = [
        (r#""x""#, "r.json: at `/0/principal`: a principal is an object, not a string"),
        ("{}", form),
        (r#"{"AWS": "123456789012", "Service": "a.b"}"#, form),
        (
            r#"{"Role": "x"}"#,
            "r.json: at `/0/principal/Role`: a principal has no `Role`: it takes AWS, CanonicalUser, Federated, Service",
        ),
        (r#"{"AWS": ["123456789012"]}"#, "r.json: at `/0/principal/AWS`: write a string here, not a list"),
        (r#"{"AWS": "*"}"#, "r.json: at `/0/principal/AWS`: `*` is no principal that makes a request"),
    ];
    for (principal, expected) in table {
        let text = format!(r#"[{{"principal": {principal}}}]"#);
        let mut errors = Vec::new();
        let trust = Defaults { principal: None, ..defaults(Some("AWS=123456789012")) };
        of_file("r.json", &text, &trust, &mut errors);
        assert!(errors.first().is_some_and(|error| error.contains(expected)), "{principal}: {errors:#?}");
    }
    let nobody = Defaults { principal: None, ..defaults(Some("AWS=123456789012")) };
    let mut errors = Vec::new();
    of_file("r.json", r#"[{"action": "sts:AssumeRole"}]"#, &nobody, &mut errors);
    assert_eq!(errors, ["r.json: at `/0`: who asks? write a `principal`, or give --principal"]);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let text = r#"[{"action": "x", "resource": "y", "foo": 1}, {"context": 1}, {"action": "a:B"}]"#;
    let errors = read(text, None).unwrap_err();
    let places: Vec<_> = errors.iter().filter_map(|error| error.split('`').nth(1)).collect();
    assert_eq!(places, ["/0/foo", "/0/action", "/0/resource", "/1/context"]);
}

#[test]
fn options_are_crossed_in_their_order() {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut errors = Vec::new();
    let asked = of_options(
        &texts(&["s3:GetObject", "s3:PutObject"]),
        &texts(&["arn:aws:s3:::a/b", "arn:aws:s3:::c,d/e"]),
        &defaults(None),
        &mut errors,
    );
    assert_eq!(errors, [""; 0]);
    let pairs: Vec<_> =
        asked.iter().map(|asked| (asked.request.action(), asked.request.resource())).collect();
    assert_eq!(
        pairs,
        [
            ("s3:GetObject", "arn:aws:s3:::a/b"),
            ("s3:GetObject", "arn:aws:s3:::c,d/e"),
            ("s3:PutObject", "arn:aws:s3:::a/b"),
            ("s3:PutObject", "arn:aws:s3:::c,d/e"),
        ]
    );
}

#[test]
fn each_wrong_option_is_refused_once() {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut errors = Vec::new();
    let asked = of_options(
        &texts(&["GetObject", "s3:GetObject,s3:PutObject", "s3:GetObject"]),
        &texts(&["bucket", "arn:aws:s3:::a,arn:aws:s3:::b", "*"]),
        &defaults(None),
        &mut errors,
    );
    assert!(asked.is_empty());
    let starts: Vec<_> =
        errors.iter().map(|error| error.split(": ").take(2).collect::<Vec<_>>().join(": ")).collect();
    assert_eq!(
        starts,
        [
            "--action: `GetObject` is no action to ask for",
            "--action: `s3:GetObject,s3:PutObject` holds more than one",
            "--resource: `bucket` is no resource to ask for",
            "--resource: `arn:aws:s3:::a,arn:aws:s3:::b` holds more than one",
        ]
    );
}

/// JSON that is near to requests: their fields, and values that may stand there or not.
fn near_requests() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("s3:GetObject")),
        Just(json!("*")),
        Just(json!("arn:aws:s3:::bucket/key")),
        Just(json!("lambda.amazonaws.com")),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text
    ];
    let key = prop_oneof![
        prop::sample::select(vec![
            "requests",
            "action",
            "resource",
            "context",
            "principal",
            "AWS",
            "Service"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}", for_trust: bool) {
        let who = for_trust.then_some("Service=lambda.amazonaws.com");
        prop_assert!(read(&text, who).is_ok_and(|asked| !asked.is_empty()) || read(&text, who).is_err());
    }

    #[test]
    fn json_near_requests_is_read_or_refused_with_a_place_that_exists(json in near_requests(), for_trust: bool) {
        let who = for_trust.then_some("Service=lambda.amazonaws.com");
        match read(&json.to_string(), who) {
            Ok(asked) => prop_assert!(!asked.is_empty()),
            Err(errors) => for error in errors {
                let rest = error.strip_prefix("r.json: ").unwrap();
                // A key may hold backticks, so the place ends where the reason begins.
                if let Some(place) = rest.strip_prefix("at `").and_then(|rest| rest.split_once("`: ")) {
                    let exists = json.pointer(place.0).is_some() || place.0.contains('`');
                    prop_assert!(exists, "{error}");
                }
            },
        }
    }
}
