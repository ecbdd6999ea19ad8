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

/// A resource type with handlers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Schema {
    pub(super) name: String,
    pub(super) handlers: RawHandlers,
    /// `None` for a resource type without tags.
    pub(super) tagging: Option<Tagging>,
}

/// How resources of a type are tagged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tagging {
    /// The property that holds the tags.
    pub(super) property: String,
    /// Whether CloudFormation adds tags of its own.
    pub(super) system_tags: bool,
}

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
    #[serde(default)]
    properties: BTreeMap<String, serde_json::Value>,
    tagging: Option<TaggingJson>,
}

/// The defaults are those of the meta-schema.
///
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-tagging>
#[derive(Deserialize)]
struct TaggingJson {
    #[serde(default = "yes")]
    taggable: bool,
    #[serde(default = "yes", rename = "cloudFormationSystemTags")]
    system_tags: bool,
    #[serde(rename = "tagProperty")]
    property: Option<String>,
}

const fn yes() -> bool {
    true
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
pub(super) fn parse_schema(json: &str) -> Result<Option<Schema>> {
    let schema: SchemaJson = serde_json::from_str(json)?;
    if schema.handlers.is_empty() {
        return Ok(None);
    }
    let tagging = schema.tagging.filter(|tagging| tagging.taggable).map(|tagging| {
        // In a list of objects that hold tags it is the list: `/properties/TagSpecifications/*/Tags`.
        let pointer = tagging.property.as_deref().unwrap_or("/properties/Tags");
        let property = pointer.trim_start_matches("/properties/").split('/').next().unwrap_or_default();
        Tagging { property: property.to_owned(), system_tags: tagging.system_tags }
    });
    // A property that does not exist would never be found in a template.
    let tagging = tagging.filter(|tagging| schema.properties.contains_key(&tagging.property));
    let handlers = schema.handlers.into_iter().map(|(phase, handler)| (phase, handler.permissions)).collect();
    Ok(Some(Schema { name: schema.type_name, handlers, tagging }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_without_handlers_is_left_out() {
        assert_eq!(parse_schema(r#"{"typeName": "AWS::WAF::IPSet"}"#).unwrap(), None);
    }

    #[test]
    fn a_handler_may_have_no_permissions() {
        let schema = parse_schema(
            r#"{"typeName": "AWS::S3::Bucket", "handlers": {"read": {"timeoutInMinutes": 5},
                "create": {"permissions": ["s3:CreateBucket"]}}}"#,
        )
        .unwrap()
        .unwrap();
        assert_eq!((schema.name.as_str(), schema.tagging), ("AWS::S3::Bucket", None));
        assert_eq!(schema.handlers["create"], ["s3:CreateBucket"]);
        assert!(schema.handlers["read"].is_empty());
    }

    #[test]
    fn tags_are_where_the_schema_says_or_by_default() {
        for (properties, tagging, expected) in [
            (r#""Tags": {}"#, r#"{"tagProperty": "/properties/Tags"}"#, Some(("Tags", true))),
            (r#""Tags": {}"#, r#"{"cloudFormationSystemTags": false}"#, Some(("Tags", false))),
            (r#""Tags": {}"#, r#"{"taggable": false, "cloudFormationSystemTags": true}"#, None),
            (r#""Tags": {}"#, "null", None),
            (r#""Tags": {}"#, r#"{"tagProperty": "/properties/UserPoolTags"}"#, None),
            (
                r#""TagSpecifications": []"#,
                r#"{"tagProperty": "/properties/TagSpecifications/*/Tags"}"#,
                Some(("TagSpecifications", true)),
            ),
        ] {
            let json = format!(
                r#"{{"typeName": "A::B::C", "handlers": {{"read": {{}}}}, "properties": {{{properties}}}, "tagging": {tagging}}}"#
            );
            let found = parse_schema(&json).unwrap().unwrap().tagging;
            let found = found.as_ref().map(|tagging| (tagging.property.as_str(), tagging.system_tags));
            assert_eq!(found, expected, "for {tagging}");
        }
    }

    #[test]
    fn actions_that_exist_are_in_lower_case() {
        let existing =
            parse_existing(r#"{"s3": {"Actions": {"GetObject": {"Resources": []}}, "Resources": {}}}"#)
                .unwrap();
        assert_eq!(existing["s3"].iter().collect::<Vec<_>>(), ["getobject"]);
    }
}
