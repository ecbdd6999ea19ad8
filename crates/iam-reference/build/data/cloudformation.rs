//! Reads what CloudFormation's handlers may call, and which actions only exist.

use std::collections::BTreeSet;

use super::reference::Service;
use super::rows::{DataError, Line, check_headings, check_order, sections};

/// The phases of a handler, in the order of `Phase` and of the rows.
pub(crate) const PHASES: [&str; 5] = ["create", "read", "update", "delete", "list"];

/// The source of `existence.txt` that has names in lower case only.
const ONLY_EXISTS: &str = "cfn-lint";

#[derive(Debug)]
pub(crate) struct CloudFormationType<'a> {
    pub(crate) name: &'a str,
    /// One list for each of [`PHASES`].
    pub(crate) permissions: [Vec<Permission>; PHASES.len()],
    pub(crate) tagging: Option<Tagging<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tagging<'a> {
    /// The property that holds the tags.
    pub(crate) property: &'a str,
    /// Whether CloudFormation adds tags of its own.
    pub(crate) system_tags: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Permission {
    /// `prefix:name`.
    pub(crate) text: String,
    pub(crate) kind: PermissionKind,
}

/// In the order of the public enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PermissionKind {
    Known,
    Wildcard,
    Unknown,
}

/// Reads `existence.txt`: the actions that only the existence check knows.
pub(crate) fn only_exist(
    file: &'static str,
    text: &str,
    services: &[Service<'_>],
) -> Result<Vec<String>, DataError> {
    let sections = sections(file, text)?;
    check_headings(&sections)?;
    let mut all = BTreeSet::new();
    for section in &sections {
        check_order(section.rows.iter().copied())?;
        let service = services.iter().find(|service| service.prefix == section.name());
        for row in &section.rows {
            let [name, known_to] = row.columns()?;
            let listed = service.is_some_and(|service| find(service, name));
            if listed == (known_to == ONLY_EXISTS) {
                let verb = if listed { "is" } else { "is not" };
                return Err(row.error(format!("`{name}` {verb} in `actions.txt`, but known to `{known_to}`")));
            }
            if !listed {
                all.insert(format!("{}:{name}", section.name()));
            }
        }
    }
    Ok(all.into_iter().collect())
}

/// Reads `handlers.txt`; a permission without a mark must exist.
pub(crate) fn types<'a>(
    file: &'static str,
    text: &'a str,
    services: &[Service<'_>],
    only_exist: &[String],
) -> Result<Vec<CloudFormationType<'a>>, DataError> {
    let sections = sections(file, text)?;
    let mut known: BTreeSet<String> = only_exist.iter().cloned().collect();
    for service in services {
        known.extend(service.actions.iter().map(|action| format!("{}:{}", service.prefix, action.name)));
    }
    let mut types: Vec<CloudFormationType<'a>> = Vec::new();
    for section in &sections {
        let name = section.heading.text;
        if types.last().is_some_and(|last| last.name >= name) {
            return Err(section.heading.error(format!("`{name}` stands twice or not in order")));
        }
        if name.split("::").count() < 3 || name.contains(' ') {
            return Err(section.heading.error(format!("`{name}` is no resource type (`AWS::S3::Bucket`)")));
        }
        let (tagging, rows) = match section.rows.split_last() {
            Some((last, rows)) if last.text.starts_with("tags") => (Some(tagging(last)?), rows),
            _ => (None, section.rows.as_slice()),
        };
        types.push(CloudFormationType { name, permissions: phases(rows, &known)?, tagging });
    }
    Ok(types)
}

/// Reads the last row of a resource type that has tags.
fn tagging<'a>(row: &Line<'a>) -> Result<Tagging<'a>, DataError> {
    let is_name = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match row.text.split(' ').collect::<Vec<_>>().as_slice() {
        ["tags", property] if is_name(property) => Ok(Tagging { property, system_tags: false }),
        ["tags", property, "system"] if is_name(property) => Ok(Tagging { property, system_tags: true }),
        _ => Err(row.error(format!("`{}` is not `tags PROPERTY` or `tags PROPERTY system`", row.text))),
    }
}

fn phases(rows: &[Line<'_>], known: &BTreeSet<String>) -> Result<[Vec<Permission>; 5], DataError> {
    let mut permissions: [Vec<Permission>; 5] = Default::default();
    let mut last = None;
    for row in rows {
        let (name, rest) = row.text.split_once(' ').unwrap_or((row.text, ""));
        let place = PHASES.iter().position(|phase| *phase == name);
        let Some((place, permissions)) = place.and_then(|place| Some((place, permissions.get_mut(place)?)))
        else {
            return Err(row.error(format!("unknown phase `{name}`: known are {}", PHASES.join(", "))));
        };
        if last >= Some(place) {
            return Err(row.error(format!("`{name}` stands twice or not in order")));
        }
        last = Some(place);
        *permissions = row_permissions(row, rest, known)?;
    }
    Ok(permissions)
}

fn row_permissions(
    row: &Line<'_>,
    text: &str,
    known: &BTreeSet<String>,
) -> Result<Vec<Permission>, DataError> {
    let mut permissions = Vec::new();
    let mut last = None;
    for group in text.split(' ') {
        let Some((prefix, names)) = group.split_once(':').filter(|(prefix, _)| !prefix.is_empty()) else {
            return Err(row.error(format!("`{group}` is no permission (`service:Name,Name`)")));
        };
        for name in names.split(',') {
            let (name, marked) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
            let text = format!("{prefix}:{name}");
            let kind = match (marked, name.contains('*')) {
                (true, _) => PermissionKind::Unknown,
                (false, true) => PermissionKind::Wildcard,
                (false, false) => PermissionKind::Known,
            };
            let exists = known.contains(&text) || known.contains(&text.to_ascii_lowercase());
            if name.is_empty() || (kind == PermissionKind::Known) != exists {
                let problem = if exists { "is known: it needs no `?`" } else { "is unknown: it needs a `?`" };
                return Err(row.error(format!("`{text}` {problem}")));
            }
            if last >= Some((prefix, name)) {
                return Err(row.error(format!("`{text}` stands twice or not in order")));
            }
            last = Some((prefix, name));
            permissions.push(Permission { text, kind });
        }
    }
    Ok(permissions)
}

fn find(service: &Service<'_>, name: &str) -> bool {
    service.actions.iter().any(|action| action.name.eq_ignore_ascii_case(name))
}
