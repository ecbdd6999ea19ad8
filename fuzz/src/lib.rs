//! What the fuzz targets make of their bytes: policies and requests from few words, so that they meet often.

use std::collections::BTreeMap;

use iam::{ConditionKey, Context, PolicyDocument, PolicyKind};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use serde_json::{Map, Value, json};

/// One of the words of a list, or any text.
#[derive(Arbitrary, Clone, Debug)]
pub enum Word {
    /// The word at that place, counted round and round.
    Listed(u8),
    /// This text.
    Free(String),
}

impl Word {
    fn of(&self, list: &[&str]) -> String {
        match self {
            Self::Listed(at) => listed(*at, list).to_owned(),
            Self::Free(text) => text.clone(),
        }
    }
}

fn listed<'a>(at: u8, list: &[&'a str]) -> &'a str {
    list[usize::from(at) % list.len()]
}

const SERVICES: &[&str] = &["s3", "sqs", "S3"];
const ACTION_NAMES: &[&str] = &["Get", "Put", "get", "*", "?", "Object"];
const PARTS: &[&str] = &["a", "b", "*", "?", "1"];
const NAMES: &[&str] = &[
    "a",
    "b",
    ":",
    "*",
    "?",
    "/",
    "é",
    "${aws:username}",
    "${aws:userid, 'a'}",
    "${*}",
    "${?}",
    "${$}",
    "${",
    "}",
];
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThanEquals",
    "DateGreaterThan",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];
const KEYS: &[&str] = &["aws:username", "AWS:UserName", "aws:userid", "aws:TagKeys", "key"];
const VALUES: &[&str] = &[
    "",
    "a",
    "A",
    "b",
    "*",
    "a*",
    "?",
    "true",
    "FALSE",
    "0",
    "-1.5",
    "1e3",
    "2026-01-31",
    "2026-01-31T23:59:59.5+02:00",
    "1767225600",
    "10.0.0.0/8",
    "10.1.2.3",
    "2001:db8::/32",
    "2001:db8::1",
    "QUJD",
    "QUI=",
    "arn:aws:s3:::a",
    "arn:aws:sqs:*:a:b",
    "arn:aws:sqs:a:a:b:c",
    "${aws:username}",
    "${aws:userid, 'a'}",
    "${*}",
    "x${key}y",
];
const PRINCIPALS: &[(&str, &str)] = &[
    ("AWS", "*"),
    ("AWS", "123456789012"),
    ("AWS", "arn:aws:iam::123456789012:root"),
    ("AWS", "arn:aws:iam::123456789012:role/a/b"),
    ("AWS", "arn:aws:sts::123456789012:assumed-role/b/c"),
    ("Service", "lambda.amazonaws.com"),
    ("Federated", "accounts.google.com"),
];

/// The text of an action, perhaps with wildcards.
#[derive(Arbitrary, Clone, Debug)]
pub struct ActionText {
    service: u8,
    name: Vec<u8>,
    is_any: bool,
}

impl ActionText {
    /// The text.
    pub fn text(&self) -> String {
        let name: String = self.name.iter().take(4).map(|at| listed(*at, ACTION_NAMES)).collect();
        if self.is_any || name.is_empty() {
            return "*".to_owned();
        }
        format!("{}:{name}", listed(self.service, SERVICES))
    }

    /// The text of one action.
    pub fn action(&self) -> String {
        let text = Self { is_any: false, ..self.clone() }.text();
        if text == "*" { "s3:Get".to_owned() } else { text.replace('*', "Get").replace('?', "a") }
    }
}

/// The text of an ARN, perhaps with wildcards and policy variables.
#[derive(Arbitrary, Clone, Debug)]
pub struct ArnText {
    is_any: bool,
    partition: u8,
    service: u8,
    region: Vec<u8>,
    account: Vec<u8>,
    name: Vec<u8>,
    colons: Option<u8>,
}

impl ArnText {
    /// The text.
    pub fn text(&self) -> String {
        if self.is_any {
            return "*".to_owned();
        }
        let joined = |places: &[u8], list: &[&str]| -> String {
            places.iter().take(6).map(|at| listed(*at, list)).collect()
        };
        let service = listed(self.service, SERVICES).to_lowercase();
        // IAM refuses a region in the ARN of a bucket.
        let region = if service == "s3" { String::new() } else { joined(&self.region, PARTS) };
        let (account, name) = (joined(&self.account, PARTS), joined(&self.name, NAMES));
        let name = if name.is_empty() { "*".to_owned() } else { name };
        let partition = listed(self.partition, &["aws", "aws", "*"]);
        let whole = format!("arn:{partition}:{service}:{region}:{account}:{name}");
        // Seldom fewer parts than six.
        match self.colons {
            Some(colons) if colons < 6 => {
                whole.split(':').take(usize::from(colons)).collect::<Vec<_>>().join(":")
            }
            _ => whole,
        }
    }

    /// The text of one resource: with `a` and `b` in the place of wildcards, unless they are to be characters.
    pub fn resource(&self, wildcards_are_characters: bool) -> String {
        let text = if self.is_any { "*".to_owned() } else { Self { colons: None, ..self.clone() }.text() };
        if text == "*" || wildcards_are_characters { text } else { text.replace('*', "ab").replace('?', "b") }
    }
}

/// A condition: operator, key and values.
#[derive(Arbitrary, Clone, Debug)]
pub struct ConditionText {
    operator: u8,
    set: u8,
    if_exists: bool,
    key: u8,
    values: Vec<Word>,
}

/// A statement.
#[derive(Arbitrary, Clone, Debug)]
pub struct StatementText {
    is_allow: bool,
    is_not_action: bool,
    is_not_resource: bool,
    actions: Vec<ActionText>,
    resources: Vec<ArnText>,
    conditions: Vec<ConditionText>,
    principals: Vec<u8>,
}

impl StatementText {
    fn condition(&self) -> Value {
        let mut condition = Map::new();
        for test in self.conditions.iter().take(3) {
            let operator = listed(test.operator, OPERATORS);
            let set = listed(test.set, &["", "", "ForAllValues:", "ForAnyValue:"]);
            let suffix = if test.if_exists && operator != "Null" { "IfExists" } else { "" };
            let values: Vec<String> = test.values.iter().take(3).map(|value| value.of(VALUES)).collect();
            let keys = condition.entry(format!("{set}{operator}{suffix}")).or_insert_with(|| json!({}));
            keys[listed(test.key, KEYS)] = json!(values);
        }
        Value::Object(condition)
    }

    /// The statement of an identity policy, with that effect or its own.
    pub fn to_json(&self, effect: Option<&str>) -> Value {
        let effect = effect.unwrap_or(if self.is_allow { "Allow" } else { "Deny" });
        let action = if self.is_not_action { "NotAction" } else { "Action" };
        let resource = if self.is_not_resource { "NotResource" } else { "Resource" };
        let mut actions: Vec<_> = self.actions.iter().take(3).map(ActionText::text).collect();
        if actions.is_empty() {
            actions.push("*".to_owned());
        }
        let mut resources: Vec<_> = self.resources().collect();
        if resources.is_empty() {
            resources.push("*".to_owned());
        }
        json!({ "Effect": effect, action: actions, resource: resources, "Condition": self.condition() })
    }

    /// The statement of a trust policy.
    pub fn to_trust_json(&self) -> Value {
        let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for at in self.principals.iter().take(3) {
            let (kind, name) = PRINCIPALS[usize::from(*at) % PRINCIPALS.len()];
            by_kind.entry(kind).or_default().push(name);
        }
        let principals = if by_kind.is_empty() { json!("*") } else { json!(by_kind) };
        let effect = if self.is_allow { "Allow" } else { "Deny" };
        json!({ "Effect": effect, "Action": "sts:*", "Principal": principals, "Condition": self.condition() })
    }

    /// The patterns of `Resource` or `NotResource`.
    pub fn resources(&self) -> impl Iterator<Item = String> {
        self.resources.iter().take(3).map(ArnText::text)
    }
}

/// A policy of these statements; `None` when IAM refuses it.
pub fn document(statements: &[Value], kind: PolicyKind, is_old: bool) -> Option<PolicyDocument> {
    let version = if is_old { "2008-10-17" } else { "2012-10-17" };
    let policy = json!({ "Version": version, "Statement": statements });
    PolicyDocument::parse(&policy.to_string(), kind).ok()
}

/// A request context: keys and their values.
#[derive(Arbitrary, Clone, Debug)]
pub struct ContextText(Vec<(u8, Vec<Word>)>);

impl ContextText {
    /// The context.
    pub fn context(&self) -> Context {
        let entries = self.0.iter().take(4);
        let entry = |(key, values): &(u8, Vec<Word>)| {
            let key = ConditionKey::new(listed(*key, KEYS)).ok()?;
            Some((key, values.iter().take(3).map(|value| value.of(VALUES)).collect()))
        };
        entries.filter_map(entry).collect()
    }
}

/// A principal of a request, by its place.
pub fn principal(at: u8) -> (&'static str, &'static str) {
    PRINCIPALS[1..][usize::from(at) % (PRINCIPALS.len() - 1)]
}
