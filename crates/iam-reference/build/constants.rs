//! Writes the modules of `Action` constants.

use std::fmt::Write as _;

use crate::data::Data;
use crate::data::reference::{Action, Service};

/// The words that Rust takes for itself.
///
/// <https://doc.rust-lang.org/reference/keywords.html>
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// The names of the access levels, in the order of the bits.
const LEVELS: [&str; 5] = ["List", "Read", "Write", "Permissions management", "Tagging"];

/// How many resource types a constant's documentation names; `ec2:CreateTags` has a hundred.
const NAMED_TYPES: usize = 4;

/// One module for each service that `services.txt` names.
pub(crate) fn render(data: &Data<'_>) -> String {
    let mut code = String::new();
    for service in data.constants.iter().filter_map(|place| data.services.get(*place)) {
        let Service { prefix, name, actions, .. } = service;
        // Writing to a string cannot fail.
        let _ = writeln!(code, "/// The actions of `{name}`, whose prefix is `{prefix}`.");
        let _ = writeln!(code, "pub mod {} {{\n    use crate::Action;\n", identifier(prefix));
        for action in actions {
            let (doc, constant, text) = (doc(service, action), identifier(action.name), action.name);
            let _ = writeln!(code, "    /// {doc}");
            let _ = writeln!(code, "    pub const {constant}: Action = Action::listed(\"{prefix}:{text}\");");
        }
        code.push_str("}\n");
    }
    code
}

/// What an editor shows for a constant: access levels and resource types.
fn doc(service: &Service<'_>, action: &Action<'_>) -> String {
    let levels = LEVELS.iter().enumerate().filter(|(bit, _)| action.levels & (1 << bit) != 0);
    let mut doc = levels.map(|(_, level)| *level).collect::<Vec<_>>().join(", ");
    if action.resources.is_empty() {
        doc.push_str("; supports no resource types, only `*`.");
        return doc;
    }
    let types: Vec<_> = action
        .resources
        .iter()
        .take(NAMED_TYPES)
        .filter_map(|resource| {
            let resource_type = service.resource_types.get(resource.resource_type)?;
            Some(format!("`{}{}`", resource_type.name, if resource.required { "*" } else { "" }))
        })
        .collect();
    let _ = write!(doc, "; on {}", types.join(", "));
    match action.resources.len().saturating_sub(NAMED_TYPES) {
        0 => doc.push('.'),
        more => {
            let _ = write!(doc, " and {more} more.");
        }
    }
    doc
}

/// A name as a Rust identifier.
fn identifier(name: &str) -> String {
    let name = name.replace('-', "_");
    match name.as_str() {
        "Self" | "self" | "super" | "crate" => format!("{name}_"),
        keyword if KEYWORDS.contains(&keyword) => format!("r#{name}"),
        _ => name,
    }
}
