//! CloudFormation's words as YAML values.

use serde_yaml::{Mapping, Value};

/// A map with these entries, in order.
pub(crate) fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Mapping(entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect::<Mapping>())
}

/// A list.
pub(crate) fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Sequence(items.into_iter().collect())
}

/// `{Ref: name}`.
pub(crate) fn reference(name: &str) -> Value {
    map([("Ref", Value::from(name))])
}

/// `{Fn::Sub: text}`.
pub(crate) fn sub(text: String) -> Value {
    map([("Fn::Sub", Value::from(text))])
}

/// `{Fn::If: [condition, value, nothing]}`.
pub(crate) fn only_if(condition: &str, value: Value) -> Value {
    map([("Fn::If", list([Value::from(condition), value, reference("AWS::NoValue")]))])
}

/// `{Fn::Join: [delimiter, items]}`.
pub(crate) fn join(delimiter: &str, items: Value) -> Value {
    map([("Fn::Join", list([Value::from(delimiter), items]))])
}

/// `{Fn::GetAtt: [resource, attribute]}`.
pub(crate) fn attribute(resource: &str, attribute: &str) -> Value {
    map([("Fn::GetAtt", list([Value::from(resource), Value::from(attribute)]))])
}
