//! Reads the JSON files of `cfn-lint`: which actions exist, and what CloudFormation's handlers of a resource type call.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Deserialize;

/// The phases of a handler in the order in which `handlers.txt` has them.
pub(super) const PHASES: [&str; 5] = ["create", "read", "update", "delete", "list"];

/// The actions that exist, by service prefix, in lower case: the source has no other spelling.
pub(super) type Existing = BTreeMap<String, BTreeSet<String>>;

/// Phase to permissions, as the schema has them: unchecked, in any spelling.
pub(super) type RawHandlers = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
struct PoliciesJson {
    #[serde(rename = "Actions")]
    actions: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct SchemaJson {
    #[serde(rename = "typeName")]
    type_name: String,
    #[serde(default)]
    handlers: BTreeMap<String, HandlerJson>,
}

#[derive(Deserialize)]
struct HandlerJson {
    #[serde(default)]
    permissions: Vec<String>,
}

/// Reads `cfnlint/data/AdditionalSpecs/Policies.json`.
pub(super) fn parse_existing(json: &str) -> Result<Existing> {
    let rows: BTreeMap<String, PoliciesJson> = serde_json::from_str(json)?;
    let lower = |name: String| name.to_ascii_lowercase();
    Ok(rows
        .into_iter()
        .map(|(prefix, row)| (lower(prefix), row.actions.into_keys().map(lower).collect()))
        .collect())
}

/// Reads one file of `cfnlint/data/schemas/resources`; `None` for a resource type without handlers.
pub(super) fn parse_handlers(json: &str) -> Result<Option<(String, RawHandlers)>> {
    let schema: SchemaJson = serde_json::from_str(json)?;
    if schema.handlers.is_empty() {
        return Ok(None);
    }
    let handlers = schema.handlers.into_iter().map(|(phase, handler)| (phase, handler.permissions)).collect();
    Ok(Some((schema.type_name, handlers)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_without_handlers_is_left_out() {
        assert_eq!(parse_handlers(r#"{"typeName": "AWS::WAF::IPSet"}"#).unwrap(), None);
    }

    #[test]
    fn a_handler_may_have_no_permissions() {
        let (name, handlers) = parse_handlers(
            r#"{"typeName": "AWS::S3::Bucket", "handlers": {"read": {"timeoutInMinutes": 5},
                "create": {"permissions": ["s3:CreateBucket"]}}}"#,
        )
        .unwrap()
        .unwrap();
        assert_eq!(name, "AWS::S3::Bucket");
        assert_eq!(handlers["create"], ["s3:CreateBucket"]);
        assert!(handlers["read"].is_empty());
    }

    #[test]
    fn actions_that_exist_are_in_lower_case() {
        let existing =
            parse_existing(r#"{"s3": {"Actions": {"GetObject": {"Resources": []}}, "Resources": {}}}"#)
                .unwrap();
        assert_eq!(existing["s3"].iter().collect::<Vec<_>>(), ["getobject"]);
    }
}
