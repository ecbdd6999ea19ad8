//! Writes the lookup table: flat arrays of numbers and one text, which compile fast and need no start-up.
//!
//! Names are places in the text and lists are places in one array of numbers; equal names and lists are written once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::data::cloudformation::CloudFormationType;
use crate::data::managed_policies::ManagedPolicy;
use crate::data::reference::{Action, Service};
use crate::data::{Data, Source};

/// The generated code and the text that it takes its names from.
pub(crate) struct Table {
    pub(crate) code: String,
    pub(crate) text: String,
}

/// Renders the table; an error says which number outgrew its field.
pub(crate) fn render(data: &Data<'_>) -> Result<Table, String> {
    let mut pools = Pools::default();
    let mut code = String::new();
    let mut types_before = 0;
    let mut actions_before = 0;
    let (mut services, mut actions, mut types) = (Vec::new(), Vec::new(), Vec::new());
    for service in &data.services {
        let Service { prefix, name, condition_keys, .. } = service;
        for action in &service.actions {
            actions.push(pools.action(prefix, action, types_before)?);
        }
        for resource_type in &service.resource_types {
            let arns = resource_type.arns.iter().map(|arn| pools.text(arn)).collect::<Result<Vec<_>, _>>()?;
            let (name, arns) = (pools.text(resource_type.name)?, pools.list(&arns)?);
            types.push(format!("T({name},{arns},{})", pools.places(&resource_type.condition_keys)?));
        }
        let (actions_end, types_end) = (actions.len(), types.len());
        services.push(format!(
            "S::new({prefix:?},{name:?},{actions_before}..{actions_end},{types_before}..{types_end},{}..{})",
            condition_keys.start, condition_keys.end,
        ));
        (actions_before, types_before) = (actions_end, types_end);
    }
    let mut keys = Vec::new();
    for key in &data.condition_keys {
        keys.push(format!("K({},V::{})", pools.text(&key.name)?, key.value_type));
    }
    let mut cloudformation = Vec::new();
    for resource_type in &data.cloudformation {
        cloudformation.push(pools.cloudformation(resource_type)?);
    }
    let sources = data.sources.iter().map(|source| {
        let Source { registry, package, version, released, license } = source;
        format!("Source::new(R::{registry:?},{package:?},{version:?},{released:?},{license:?})")
    });
    let managed_policies = data.managed_policies.iter().map(|policy| {
        let ManagedPolicy { name, path, version, updated, document } = policy;
        format!("M::new({name:?},{path:?},{version:?},{updated:?},{document:?})")
    });
    let only_exist = data.only_exist.iter().map(|action| format!("{action:?}"));
    array(&mut code, "SERVICES", "S", services);
    array(&mut code, "ACTIONS", "A", actions);
    array(&mut code, "RESOURCE_TYPES", "T", types);
    array(&mut code, "CONDITION_KEYS", "K", keys);
    array(&mut code, "CLOUDFORMATION", "C", cloudformation);
    array(&mut code, "PERMISSIONS", "P", pools.permission_rows);
    array(&mut code, "MANAGED_POLICIES", "M", managed_policies);
    array(&mut code, "ONLY_EXIST", "&str", only_exist);
    array(&mut code, "SOURCES", "Source", sources);
    array(&mut code, "LISTS", "u32", pools.lists.iter().map(u32::to_string));
    let _ = writeln!(code, "pub(crate) const GLOBAL_KEYS: usize = {};", data.global_keys);
    Ok(Table { code, text: pools.text })
}

/// One static array.
fn array(code: &mut String, name: &str, of: &str, rows: impl IntoIterator<Item = String>) {
    let rows: Vec<_> = rows.into_iter().collect();
    // Writing to a string cannot fail.
    let _ = writeln!(code, "pub(crate) static {name}: [{of}; {}] = [", rows.len());
    for row in rows {
        let _ = writeln!(code, "{row},");
    }
    code.push_str("];\n");
}

/// Texts and lists that are written once.
#[derive(Default)]
struct Pools {
    text: String,
    texts: BTreeMap<String, u32>,
    lists: Vec<u32>,
    list_places: BTreeMap<Vec<u32>, u32>,
    permissions: BTreeMap<String, u32>,
    permission_rows: Vec<String>,
}

impl Pools {
    /// Where a text starts, in the upper 24 bits, and its length, in the lower 8.
    fn text(&mut self, text: &str) -> Result<u32, String> {
        if let Some(place) = self.texts.get(text) {
            return Ok(*place);
        }
        let length = u8::try_from(text.len()).map_err(|_| format!("`{text}` is longer than 255 bytes"))?;
        let start = number(self.text.len())?;
        let place = start.checked_mul(256).ok_or("the text is longer than 16 MiB")? | u32::from(length);
        self.text.push_str(text);
        self.texts.insert(text.to_owned(), place);
        Ok(place)
    }

    /// Where a list starts: with its length, which its items follow.
    fn list(&mut self, items: &[u32]) -> Result<u32, String> {
        if let Some(place) = self.list_places.get(items) {
            return Ok(*place);
        }
        let place = number(self.lists.len())?;
        self.lists.push(number(items.len())?);
        self.lists.extend(items);
        self.list_places.insert(items.to_vec(), place);
        Ok(place)
    }

    fn places(&mut self, places: &[usize]) -> Result<u32, String> {
        let places = places.iter().map(|place| number(*place)).collect::<Result<Vec<_>, _>>()?;
        self.list(&places)
    }

    fn action(&mut self, prefix: &str, action: &Action<'_>, types_before: usize) -> Result<String, String> {
        let mut uses = Vec::new();
        for resource in &action.resources {
            let place = number(types_before + resource.resource_type)?;
            uses.push(place * 2 + u32::from(resource.required));
            uses.push(self.places(&resource.condition_keys)?);
        }
        Ok(format!(
            "A({},{},{},{},{})",
            self.text(&format!("{prefix}:{}", action.name))?,
            action.levels,
            self.list(&uses)?,
            self.places(&action.condition_keys)?,
            self.places(&action.dependent)?,
        ))
    }

    fn cloudformation(&mut self, resource_type: &CloudFormationType<'_>) -> Result<String, String> {
        let mut lists = Vec::new();
        for phase in &resource_type.permissions {
            let mut places = Vec::new();
            for permission in phase {
                let row = format!("P({},N::{:?})", self.text(&permission.text)?, permission.kind);
                let next = number(self.permission_rows.len())?;
                let place = *self.permissions.entry(row.clone()).or_insert(next);
                if place == next {
                    self.permission_rows.push(row);
                }
                places.push(place);
            }
            lists.push(self.list(&places)?.to_string());
        }
        let (property, system_tags) =
            resource_type.tagging.map_or(("", false), |tagging| (tagging.property, tagging.system_tags));
        let (name, property) = (self.text(resource_type.name)?, self.text(property)?);
        Ok(format!("C({name},[{}],{property},{system_tags})", lists.join(",")))
    }
}

fn number(number: usize) -> Result<u32, String> {
    u32::try_from(number).map_err(|_| format!("{number} does not fit 32 bits"))
}
