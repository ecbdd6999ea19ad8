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

/// The value at a place.
pub(crate) fn get<'a>(value: &'a Value, path: &[&str]) -> Result<&'a Value, MissingPlace> {
    path.iter().try_fold(value, |at, key| at.as_mapping()?.get(*key)).ok_or_else(|| MissingPlace::new(path))
}

/// The mapping at a place, to be changed.
pub(crate) fn mapping_mut<'a>(value: &'a mut Value, path: &[&str]) -> Result<&'a mut Mapping, MissingPlace> {
    path.iter()
        .try_fold(value, |at, key| at.as_mapping_mut()?.get_mut(*key))
        .and_then(Value::as_mapping_mut)
        .ok_or_else(|| MissingPlace::new(path))
}
