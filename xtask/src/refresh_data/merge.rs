//! One set of facts out of two sources that each lost something.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use super::facts::{AccessLevel, ActionFacts, ConditionKeyFacts, ResourceTypeFacts, ServiceFacts, Services};

/// The services of `newer` (the later copy of the reference) with what only `older` has: services, actions, resource
/// types, the resource types of an action, dependent actions, and the level Permissions management.
///
/// Where both know a thing, `newer` has it right: its spelling, ARN patterns, required flags and condition keys stay.
pub(super) fn union(mut newer: Services, older: Services) -> Services {
    for (prefix, old) in older {
        let service = newer.entry(prefix).or_default();
        if service.name.is_empty() {
            service.name = old.name;
        }
        for (key, old) in old.actions {
            match service.actions.get_mut(&key) {
                Some(action) => add_to_action(action, old),
                None => drop(service.actions.insert(key, old)),
            }
        }
        for (key, old) in old.resource_types {
            service.resource_types.entry(key).or_insert(old);
        }
        for (key, old) in old.condition_keys {
            service.condition_keys.entry(key).or_insert(old);
        }
    }
    newer
}

fn add_to_action(action: &mut ActionFacts, old: ActionFacts) {
    // The newer source has only the page's word, and the page calls `iam:PassRole` a plain write.
    if old.levels.contains(&AccessLevel::PermissionsManagement) {
        action.levels.insert(AccessLevel::PermissionsManagement);
    }
    for (key, old) in old.resources {
        action.resources.entry(key).or_insert(old);
    }
    action.dependent.extend(old.dependent);
}

/// Gives every reference the spelling of what it refers to; the sources write `Analyzer` for `analyzer`.
///
/// Returns a note for each dependent action that no source defines; such an action is left out. An action that refers
/// to an unknown resource type or condition key is an error: its facts would be wrong.
pub(super) fn resolve(
    services: &mut Services,
    global_keys: &BTreeMap<String, ConditionKeyFacts>,
) -> Result<Vec<String>> {
    let spelling: BTreeMap<String, String> = services
        .iter()
        .flat_map(|(prefix, service)| service.actions.values().map(move |a| format!("{prefix}:{}", a.name)))
        .map(|action| (action.to_ascii_lowercase(), action))
        .collect();
    let mut notes = Vec::new();
    for (prefix, service) in services {
        resolve_service(service, global_keys).with_context(|| format!("service `{prefix}`"))?;
        for action in service.actions.values_mut() {
            let of = format!("{prefix}:{}", action.name);
            action.dependent = std::mem::take(&mut action.dependent)
                .into_iter()
                .filter_map(|dependent| {
                    let known = spelling.get(&dependent.trim().to_ascii_lowercase()).cloned();
                    if known.is_none() {
                        notes.push(format!("`{of}`: left out its dependent action `{dependent}`, unknown"));
                    }
                    known
                })
                .collect();
        }
    }
    Ok(notes)
}

fn resolve_service(
    service: &mut ServiceFacts,
    global_keys: &BTreeMap<String, ConditionKeyFacts>,
) -> Result<()> {
    let ServiceFacts { actions, resource_types, condition_keys, .. } = service;
    let key = |name: String| {
        let lower = name.to_ascii_lowercase();
        let facts = condition_keys.get(&lower).or_else(|| global_keys.get(&lower));
        facts.map(|facts| facts.name.clone()).with_context(|| format!("unknown condition key `{name}`"))
    };
    let keys = |names: &mut BTreeSet<String>| -> Result<()> {
        *names = std::mem::take(names).into_iter().map(&key).collect::<Result<_>>()?;
        Ok(())
    };
    for resource_type in resource_types.values_mut() {
        let ResourceTypeFacts { name, condition_keys, .. } = resource_type;
        keys(condition_keys).with_context(|| format!("resource type `{name}`"))?;
    }
    for action in actions.values_mut() {
        let ActionFacts { name, resources, condition_keys, .. } = action;
        keys(condition_keys).with_context(|| format!("action `{name}`"))?;
        for (lower, resource) in resources {
            let known = resource_types.get(lower);
            let known = known
                .with_context(|| format!("action `{name}`: unknown resource type `{}`", resource.name))?;
            resource.name.clone_from(&known.name);
            keys(&mut resource.condition_keys).with_context(|| format!("action `{name}`"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refresh_data::iam_data::resource_use;

    fn action(name: &str, level: AccessLevel, resources: &[&str]) -> ActionFacts {
        let resources = resources.iter().map(|r| (r.to_ascii_lowercase(), resource_use(r, false)));
        ActionFacts {
            name: name.to_owned(),
            levels: BTreeSet::from([level]),
            resources: resources.collect(),
            ..ActionFacts::default()
        }
    }

    fn services(prefix: &str, actions: Vec<ActionFacts>, types: &[&str]) -> Services {
        let resource_types = types.iter().map(|name| {
            let facts = ResourceTypeFacts { name: (*name).to_owned(), ..ResourceTypeFacts::default() };
            (name.to_ascii_lowercase(), facts)
        });
        let service = ServiceFacts {
            name: prefix.to_uppercase(),
            actions: actions.into_iter().map(|a| (a.name.to_ascii_lowercase(), a)).collect(),
            resource_types: resource_types.collect(),
            condition_keys: BTreeMap::new(),
        };
        BTreeMap::from([(prefix.to_owned(), service)])
    }

    #[test]
    fn api_gateway_keeps_the_resource_types_of_both_versions() {
        let v1 = services("apigateway", vec![action("GET", AccessLevel::Read, &["RestApi"])], &["RestApi"]);
        let v2 = services("apigateway", vec![action("GET", AccessLevel::Read, &["Api"])], &["Api"]);
        let both = union(v1, v2);
        let service = &both["apigateway"];
        assert_eq!(service.actions["get"].resources.keys().collect::<Vec<_>>(), ["api", "restapi"]);
        assert_eq!(service.resource_types.keys().collect::<Vec<_>>(), ["api", "restapi"]);
    }

    #[test]
    fn permissions_management_is_kept_where_only_one_source_says_so() {
        let newer = services("iam", vec![action("PassRole", AccessLevel::Write, &[])], &[]);
        let older = services("iam", vec![action("PassRole", AccessLevel::PermissionsManagement, &[])], &[]);
        let levels = &union(newer, older)["iam"].actions["passrole"].levels;
        assert!(levels.contains(&AccessLevel::PermissionsManagement), "{levels:?}");
    }

    #[test]
    fn other_levels_are_those_of_the_newer_source() {
        let newer = services("braket", vec![action("SearchJobs", AccessLevel::List, &[])], &[]);
        let older = services("braket", vec![action("SearchJobs", AccessLevel::Read, &[])], &[]);
        let levels = &union(newer, older)["braket"].actions["searchjobs"].levels;
        assert_eq!(levels.iter().collect::<Vec<_>>(), [&AccessLevel::List]);
    }

    #[test]
    fn a_service_or_action_of_one_source_is_in_the_union() {
        let newer = services("a", vec![action("One", AccessLevel::Read, &[])], &[]);
        let mut older = services("a", vec![action("Two", AccessLevel::Read, &[])], &[]);
        older.append(&mut services("b", vec![action("Three", AccessLevel::Read, &[])], &[]));
        let both = union(newer, older);
        assert_eq!(both["a"].actions.len(), 2);
        assert_eq!(both["b"].name, "B");
    }

    #[test]
    fn a_resource_type_is_resolved_whatever_its_case() {
        let mut services =
            services("access-analyzer", vec![action("X", AccessLevel::Read, &["Analyzer"])], &["analyzer"]);
        resolve(&mut services, &BTreeMap::new()).unwrap();
        assert_eq!(services["access-analyzer"].actions["x"].resources["analyzer"].name, "analyzer");
    }

    #[test]
    fn an_unknown_resource_type_is_an_error() {
        let mut services = services("s3", vec![action("X", AccessLevel::Read, &["bukket"])], &["bucket"]);
        let error = format!("{:#}", resolve(&mut services, &BTreeMap::new()).unwrap_err());
        assert_eq!(error, "service `s3`: action `X`: unknown resource type `bukket`");
    }

    #[test]
    fn an_unknown_dependent_action_is_left_out_with_a_note() {
        let mut action = action("RunTask", AccessLevel::Write, &[]);
        action.dependent = ["ecs:runtask".to_owned(), "ecs:Nothing".to_owned()].into();
        let mut services = services("ecs", vec![action], &[]);
        let notes = resolve(&mut services, &BTreeMap::new()).unwrap();
        assert_eq!(notes, ["`ecs:RunTask`: left out its dependent action `ecs:Nothing`, unknown"]);
        assert_eq!(services["ecs"].actions["runtask"].dependent.iter().collect::<Vec<_>>(), ["ecs:RunTask"]);
    }
}
