//! Parse, write, parse again: the identity, for every policy that IAM accepts.

use iam::{Operator, PolicyDocument, PolicyKind};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A list that may stand as a plain string when it has one element.
fn one_or_many(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    (vec(item, 1..4), any::<bool>())
        .prop_map(|(items, plain)| match (items.as_slice(), plain) {
            ([one], true) => one.clone(),
            _ => Value::Array(items),
        })
        .boxed()
}

fn text(regex: &'static str) -> BoxedStrategy<Value> {
    regex.prop_map(Value::String).boxed()
}

fn action() -> BoxedStrategy<Value> {
    one_or_many(prop_oneof![Just(json!("*")), text("[a-z][a-z0-9-]{0,8}:[A-Za-z*?]{1,12}")].boxed())
}

fn resource() -> BoxedStrategy<Value> {
    one_or_many(
        prop_oneof![
            Just(json!("*")),
            text(r#"arn:(aws|\*|aws-cn):sns:[a-z0-9*-]{0,9}:[0-9*]{0,12}:[ -~é"\\]{1,16}"#),
            text(r"arn:aws:iam::[0-9*]{1,12}:role/\$\{aws:username\}[a-z*?]{0,5}"),
        ]
        .boxed(),
    )
}

fn principal() -> BoxedStrategy<Value> {
    let aws = prop_oneof![
        Just(json!("*")),
        text("[0-9]{12}"),
        text("AROA[A-Z0-9]{12,17}"),
        text("arn:aws(-cn|-us-gov)?:(iam|sts)::[0-9]{12}:(root|role/[a-zA-Z/_+=,.@-]{1,12})"),
    ];
    let service = text("[a-z0-9-]{1,12}[.]amazonaws[.]com([.]cn)?");
    let federated = prop_oneof![
        text("arn:aws:iam::[0-9]{12}:saml-provider/[A-Za-z]{1,9}"),
        text("[a-z]{1,8}[.][a-z]{2,3}(/[a-zA-Z0-9]{1,9})?"),
    ];
    let user = text("[0-9a-f]{64}");
    let kinds = [
        ("AWS", aws.boxed()),
        ("Service", service),
        ("Federated", federated.boxed()),
        ("CanonicalUser", user),
    ];
    let entries: Vec<_> = kinds
        .into_iter()
        .map(|(kind, name)| {
            proptest::option::of(one_or_many(name).prop_map(move |names| (kind.to_owned(), names)))
        })
        .collect();
    let named = entries
        .prop_map(|entries| entries.into_iter().flatten().collect::<Map<String, Value>>())
        .prop_filter("a principal names somebody", |map| !map.is_empty())
        .prop_map(Value::Object);
    prop_oneof![Just(json!("*")), named].boxed()
}

fn operator() -> BoxedStrategy<String> {
    let set = prop_oneof![Just(""), Just("ForAllValues:"), Just("ForAnyValue:")];
    let plain = proptest::sample::select(Operator::ALL)
        .prop_filter("dates have their own test", |op| !op.as_str().starts_with("Date"));
    (set, plain, any::<bool>())
        .prop_map(|(set, op, if_exists)| {
            let suffix = if if_exists && op != Operator::Null { "IfExists" } else { "" };
            format!("{set}{}{suffix}", op.as_str())
        })
        .boxed()
}

fn condition() -> BoxedStrategy<Value> {
    let value = prop_oneof![
        any::<String>().prop_map(Value::String),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from)
    ];
    let keys =
        proptest::collection::btree_map("[a-z]{1,5}:[A-Za-z/ ]{1,9}", one_or_many(value.boxed()), 0..3);
    proptest::collection::btree_map(operator(), keys, 0..3).prop_map(|map| json!(map)).boxed()
}

fn statement(kind: PolicyKind) -> BoxedStrategy<Map<String, Value>> {
    let action = match kind {
        PolicyKind::Identity => action(),
        PolicyKind::Trust => one_or_many(text("sts:[A-Za-z*]{1,9}")),
    };
    let who_or_what = match kind {
        PolicyKind::Identity => ("(Not)?Resource", resource()),
        PolicyKind::Trust => ("Principal", principal()),
    };
    (
        prop_oneof![Just("Allow"), Just("Deny")],
        ("(Not)?Action", action),
        who_or_what,
        proptest::option::of(condition()),
        any::<bool>(),
    )
        .prop_map(|(effect, (action_key, action), (other_key, other), condition, reverse)| {
            let mut entries =
                vec![("Effect".to_owned(), json!(effect)), (action_key, action), (other_key, other)];
            entries.extend(condition.map(|c| ("Condition".to_owned(), c)));
            if reverse {
                entries.reverse();
            }
            entries.into_iter().collect()
        })
        .boxed()
}

fn policy(kind: PolicyKind) -> BoxedStrategy<String> {
    let version = prop_oneof![Just(None), Just(Some("2008-10-17")), Just(Some("2012-10-17"))];
    (version, proptest::option::of("[ -~]{0,9}"), vec(statement(kind), 1..4), any::<bool>(), any::<bool>())
        .prop_map(|(version, id, mut statements, single, pretty)| {
            for (i, statement) in statements.iter_mut().enumerate().filter(|(i, _)| i % 2 == 0) {
                statement.insert("Sid".to_owned(), json!(format!("S{i}")));
            }
            let statements: Vec<Value> = statements.into_iter().map(Value::Object).collect();
            let mut top = Map::new();
            top.insert(
                "Statement".to_owned(),
                match statements.as_slice() {
                    [one] if single => one.clone(),
                    _ => Value::Array(statements),
                },
            );
            top.extend(version.map(|v| ("Version".to_owned(), json!(v))));
            top.extend(id.map(|v| ("Id".to_owned(), json!(v))));
            let top = Value::Object(top);
            if pretty { format!("{top:#}") } else { top.to_string() }
        })
        .boxed()
}

fn check(text: &str, kind: PolicyKind) -> Result<(), TestCaseError> {
    let parsed = PolicyDocument::parse(text, kind)
        .map_err(|errors| TestCaseError::fail(format!("{text}\nis refused: {errors}")))?;
    for written in [parsed.to_artifact(), parsed.to_reading(), parsed.to_minified()] {
        let again = PolicyDocument::parse(&written, kind);
        prop_assert_eq!(again.as_ref(), Ok(&parsed), "written as {}", written);
    }
    prop_assert_eq!(parsed.size(), parsed.to_minified().chars().count());
    Ok(())
}

proptest! {
    #[test]
    fn identity_policies_survive(text in policy(PolicyKind::Identity)) {
        check(&text, PolicyKind::Identity)?;
    }

    #[test]
    fn trust_policies_survive(text in policy(PolicyKind::Trust)) {
        check(&text, PolicyKind::Trust)?;
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = PolicyDocument::parse(&text, PolicyKind::Identity);
    }
}
