//! Reads the three files of the service authorization reference: condition keys, resource types, actions.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{DataError, Line, check_headings, check_order, first_word, items, sections};

/// The heading of the global condition keys.
const GLOBAL: &str = "aws:*";

/// The value types of condition keys, in the order of `ValueType`.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#context_keys_table>
pub(crate) const VALUE_TYPES: [&str; 9] =
    ["ARN", "ArrayOfARN", "ArrayOfBool", "ArrayOfString", "Bool", "Date", "IPAddress", "Numeric", "String"];

/// The letters of the access levels, in the order of `AccessLevel`.
pub(crate) const LEVELS: &str = "LRWPT";

#[derive(Debug)]
pub(crate) struct ConditionKey<'a> {
    pub(crate) name: String,
    pub(crate) value_type: &'a str,
}

#[derive(Debug)]
pub(crate) struct ResourceType<'a> {
    pub(crate) name: &'a str,
    pub(crate) arns: Vec<&'a str>,
    /// Places in the list of all condition keys.
    pub(crate) condition_keys: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct Service<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) name: &'a str,
    pub(crate) actions: Vec<Action<'a>>,
    pub(crate) resource_types: Vec<ResourceType<'a>>,
    /// The service's own keys: places in the list of all condition keys.
    pub(crate) condition_keys: std::ops::Range<usize>,
}

#[derive(Debug)]
pub(crate) struct Action<'a> {
    pub(crate) name: &'a str,
    /// One bit for each letter of [`LEVELS`].
    pub(crate) levels: u8,
    pub(crate) resources: Vec<ResourceUse>,
    pub(crate) condition_keys: Vec<usize>,
    /// Places in the list of all actions of all services.
    pub(crate) dependent: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct ResourceUse {
    /// The place among the resource types of the service.
    pub(crate) resource_type: usize,
    pub(crate) required: bool,
    pub(crate) condition_keys: Vec<usize>,
}

/// All condition keys, and where those of a service are.
#[derive(Debug)]
pub(crate) struct Keys<'a> {
    list: Vec<ConditionKey<'a>>,
    /// By service; the global ones by [`GLOBAL`].
    places: BTreeMap<&'a str, BTreeMap<String, usize>>,
}

impl<'a> Keys<'a> {
    /// The list, and how many at its start are global.
    pub(crate) fn into_list(self) -> (Vec<ConditionKey<'a>>, usize) {
        let global = self.range(GLOBAL).len();
        (self.list, global)
    }

    fn range(&self, prefix: &str) -> std::ops::Range<usize> {
        let places = self.places.get(prefix).into_iter().flat_map(BTreeMap::values).copied();
        places.clone().min().map_or(0..0, |first| first..places.max().unwrap_or(first) + 1)
    }

    fn find(&self, line: &Line<'_>, prefix: &str, name: &str) -> Result<usize, DataError> {
        let full = full_name(prefix, name);
        let found = [prefix, GLOBAL].into_iter().find_map(|of| self.places.get(of)?.get(&full));
        found.copied().ok_or_else(|| line.error(format!("unknown condition key `{full}`")))
    }

    fn find_all<'n>(
        &self,
        line: &Line<'_>,
        prefix: &str,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<Vec<usize>, DataError> {
        names.map(|name| self.find(line, prefix, name)).collect()
    }
}

/// Reads `condition-keys.txt`.
pub(crate) fn condition_keys<'a>(file: &'static str, text: &'a str) -> Result<Keys<'a>, DataError> {
    let sections = sections(file, text)?;
    let (global, services) = sections.split_first().ok_or_else(|| Line::new(file, 1, "").error("no data"))?;
    if global.name() != GLOBAL {
        return Err(global.heading.error(format!("the first heading is `{GLOBAL}`, for the global keys")));
    }
    check_headings(services)?;
    let mut keys = Keys { list: Vec::new(), places: BTreeMap::new() };
    for section in &sections {
        check_order(section.rows.iter().copied())?;
        let places = keys.places.entry(section.name()).or_default();
        for row in &section.rows {
            let [name, value_type] = row.columns()?;
            if !VALUE_TYPES.contains(&value_type) {
                return Err(row.error(format!("unknown value type `{value_type}`")));
            }
            let name = full_name(section.name(), name);
            if !name.contains(':') {
                return Err(row.error(format!("`{name}` is no condition key (`service:name`)")));
            }
            if places.insert(name.clone(), keys.list.len()).is_some() {
                return Err(row.error(format!("`{name}` stands twice")));
            }
            keys.list.push(ConditionKey { name, value_type });
        }
    }
    Ok(keys)
}

/// Resource types by service.
pub(crate) type ResourceTypes<'a> = BTreeMap<&'a str, (Line<'a>, Vec<ResourceType<'a>>)>;

/// Reads `resource-types.txt`.
pub(crate) fn resource_types<'a>(
    file: &'static str,
    text: &'a str,
    keys: &Keys<'a>,
) -> Result<ResourceTypes<'a>, DataError> {
    let sections = sections(file, text)?;
    check_headings(&sections)?;
    let mut all = ResourceTypes::new();
    for section in &sections {
        check_order(section.rows.iter().copied())?;
        let types = section.rows.iter().map(|row| {
            let [name, arns, condition_keys] = row.columns()?;
            let arns: Vec<_> = arns.split(' ').collect();
            if let Some(bad) = arns.iter().find(|arn| !is_arn_pattern(arn)) {
                return Err(row.error(format!("`{bad}` is no ARN pattern")));
            }
            let condition_keys = keys.find_all(row, section.name(), items(condition_keys))?;
            Ok(ResourceType { name, arns, condition_keys })
        });
        all.insert(section.name(), (section.heading, types.collect::<Result<_, _>>()?));
    }
    Ok(all)
}

/// Reads `actions.txt` and puts the services together.
pub(crate) fn services<'a>(
    file: &'static str,
    text: &'a str,
    keys: &Keys<'a>,
    mut types: ResourceTypes<'a>,
) -> Result<Vec<Service<'a>>, DataError> {
    let sections = sections(file, text)?;
    check_headings(&sections)?;
    let mut places = BTreeMap::new();
    for section in &sections {
        check_order(section.rows.iter().copied())?;
        for row in &section.rows {
            let [name, ..] = row.columns::<5>()?;
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                return Err(row.error(format!("`{name}` is no action name (letters, digits and `-`)")));
            }
            places.insert(format!("{}:{name}", section.name()), places.len());
        }
    }
    let mut services = Vec::new();
    for section in &sections {
        let (prefix, name) = section.heading.text.split_once(' ').unwrap_or_default();
        if prefix.is_empty() || !prefix.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return Err(section
                .heading
                .error("a heading is a service prefix in lower case, a space and a name"));
        }
        let resource_types = types.remove(prefix).map(|(_, types)| types).unwrap_or_default();
        let context = Context { prefix, keys, resource_types: &resource_types, places: &places };
        let actions = section.rows.iter().map(|row| context.action(row)).collect::<Result<_, _>>()?;
        let condition_keys = keys.range(prefix);
        services.push(Service { prefix, name, actions, resource_types, condition_keys });
    }
    match types.into_values().next() {
        Some((heading, _)) => Err(heading.error(format!("`{}` has no actions", heading.text))),
        None => Ok(services),
    }
}

struct Context<'c, 'a> {
    prefix: &'a str,
    keys: &'c Keys<'a>,
    resource_types: &'c [ResourceType<'a>],
    places: &'c BTreeMap<String, usize>,
}

impl<'a> Context<'_, 'a> {
    fn action(&self, row: &Line<'a>) -> Result<Action<'a>, DataError> {
        let [name, levels, resources, condition_keys, dependent] = row.columns()?;
        let resources: Vec<_> =
            items(resources).map(|text| self.resource_use(row, text)).collect::<Result<_, _>>()?;
        let distinct: BTreeSet<_> = resources.iter().map(|resource| resource.resource_type).collect();
        if distinct.len() != resources.len() {
            return Err(row.error("a resource type stands twice"));
        }
        let dependent = items(dependent).map(|name| {
            let full = full_name(self.prefix, name);
            let place = self.places.get(&full).copied();
            place.ok_or_else(|| row.error(format!("unknown dependent action `{full}`")))
        });
        Ok(Action {
            name,
            levels: access_levels(row, levels)?,
            resources,
            condition_keys: self.keys.find_all(row, self.prefix, items(condition_keys))?,
            dependent: dependent.collect::<Result<_, _>>()?,
        })
    }

    /// Reads `type`, `type*`, `type(key key)` or `type*(key key)`.
    fn resource_use(&self, row: &Line<'_>, text: &str) -> Result<ResourceUse, DataError> {
        let (name, condition_keys) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some((name, list)) => (name, self.keys.find_all(row, self.prefix, list.split(' '))?),
            None => (text, Vec::new()),
        };
        let (name, required) = name.strip_suffix('*').map_or((name, false), |name| (name, true));
        let place = self.resource_types.iter().position(|resource_type| resource_type.name == name);
        let resource_type = place.ok_or_else(|| row.error(format!("unknown resource type `{name}`")))?;
        Ok(ResourceUse { resource_type, required, condition_keys })
    }
}

fn access_levels(row: &Line<'_>, text: &str) -> Result<u8, DataError> {
    let mut levels = 0;
    for letter in text.chars() {
        let Some(place) = LEVELS.find(letter) else {
            return Err(row.error(format!("unknown access level `{letter}`: known are {LEVELS}")));
        };
        levels |= 1 << place;
    }
    if levels == 0 { Err(row.error("no access level")) } else { Ok(levels) }
}

/// `prefix:name` for `:name`, any other name as it is.
fn full_name(prefix: &str, name: &str) -> String {
    if name.starts_with(':') { format!("{prefix}{name}") } else { name.to_owned() }
}

/// Whether a text is `arn:partition:service:region:account:resource`, with closed `${}` variables.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn is_arn_pattern(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    parts.next() == Some("arn")
        && parts.next().is_some_and(|partition| !partition.is_empty())
        && parts.clone().count() == 4
        && parts.next().is_some_and(|service| !service.is_empty())
        && first_word(text) == text
        && text.split("${").skip(1).all(|variable| variable.contains('}'))
        && !text.ends_with(':')
}
