//! What the tests of the evaluator share.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what is no policy or request")]

use iam::{ConditionKey, Context, Evaluator, PolicyDocument, PolicyKind, Request};
use serde_json::{Value, json};

/// An identity policy from JSON.
pub(crate) fn identity(policy: &Value) -> PolicyDocument {
    PolicyDocument::parse(&policy.to_string(), PolicyKind::Identity)
        .unwrap_or_else(|errors| panic!("{policy} is refused: {errors}"))
}

/// A condition key.
pub(crate) fn key(text: &str) -> ConditionKey {
    ConditionKey::new(text).unwrap()
}

/// A request whose context is an object of strings and lists of strings.
pub(crate) fn request(action: &str, resource: &str, context: &Value) -> Request {
    let values = |value: &Value| match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap().to_owned()).collect(),
        one => vec![one.as_str().unwrap().to_owned()],
    };
    let context: Context =
        context.as_object().unwrap().iter().map(|(name, value)| (key(name), values(value))).collect();
    Request::new(action, resource).unwrap().with_context(context)
}

/// Whether one policy by itself allows a request.
pub(crate) fn decide(document: &PolicyDocument, request: &Request) -> bool {
    Evaluator::new([("Policy", document)]).decide(request).is_allowed()
}

/// What is asked: action, resource, context, and whether it is allowed.
pub(crate) type Ask = (&'static str, &'static str, Value, bool);

/// A page's policy and what it answers. A policy of denials alone stands beside one that allows everything.
#[expect(clippy::needless_pass_by_value, reason = "callers write the statements in place")]
pub(crate) fn check(page: &str, statements: Value, asks: &[Ask]) {
    let document = identity(&json!({ "Version": "2012-10-17", "Statement": statements }));
    let everything = identity(
        &json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } }),
    );
    let denies_only = document.statements().iter().all(|s| s.effect == iam::Effect::Deny);
    let policies = [("Example", &document), ("Everything", &everything)];
    let evaluator = Evaluator::new(policies.into_iter().take(if denies_only { 2 } else { 1 }));
    for (action, resource, context, expected) in asks {
        let request = request(action, resource, context);
        let decision = evaluator.decide(&request);
        assert_eq!(
            decision.is_allowed(),
            *expected,
            "{page}: `{action}` on `{resource}` in {context}: {decision:?}"
        );
    }
}
