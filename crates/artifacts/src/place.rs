//! Places in a YAML value: found, or an error that names them.

use serde_yaml::{Mapping, Value};

/// A place that a template must have and does not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the default bootstrap template has no `{0}` as expected: look at what the pinned CDK release changed, \
     then adapt crates/artifacts/src/template.rs"
)]
pub struct MissingPlace(String);

impl MissingPlace {
    /// The place with these keys.
    pub(crate) fn new(path: &[&str]) -> Self {
        Self(format!("/{}", path.join("/")))
    }
}

/// The value at a place; a number stands for a list's index.
pub(crate) fn get<'a>(value: &'a Value, path: &[&str]) -> Result<&'a Value, MissingPlace> {
    path.iter().try_fold(value, |at, key| child(at, key)).ok_or_else(|| MissingPlace::new(path))
}

fn child<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Mapping(map) => map.get(key),
        Value::Sequence(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    }
}

/// The value at a place, to be changed.
pub(crate) fn get_mut<'a>(value: &'a mut Value, path: &[&str]) -> Result<&'a mut Value, MissingPlace> {
    path.iter()
        .try_fold(value, |at, key| match at {
            Value::Mapping(map) => map.get_mut(*key),
            Value::Sequence(items) => items.get_mut(key.parse::<usize>().ok()?),
            _ => None,
        })
        .ok_or_else(|| MissingPlace::new(path))
}

/// The mapping at a place, to be changed.
pub(crate) fn mapping_mut<'a>(value: &'a mut Value, path: &[&str]) -> Result<&'a mut Mapping, MissingPlace> {
    get_mut(value, path)?.as_mapping_mut().ok_or_else(|| MissingPlace::new(path))
}
