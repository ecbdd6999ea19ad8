//! The tree of a template to [`Template`], with everything that is wrong with it.

use std::collections::BTreeMap;

use iam::{Errors, JsonPointer};

use super::{LeftAlone, Parameter, Resource, Template, TemplateError, TemplateErrors};
use crate::node::{Entry, Node, Value};

/// The template that a tree is.
pub(super) fn template(node: Node) -> Result<Template, TemplateErrors> {
    let mut reader = Reader::default();
    let template = reader.template(node);
    Errors::unless_empty(reader.errors, template)
}

/// Collects what is wrong while it reads, so that all is reported at once.
#[derive(Default)]
struct Reader {
    errors: Vec<TemplateError>,
}

/// An entry and its place.
struct Placed {
    pointer: JsonPointer,
    entry: Entry,
}

impl Reader {
    fn refuse(&mut self, pointer: &JsonPointer, line: usize, reason: impl Into<String>) {
        self.errors.push(TemplateError { pointer: pointer.clone(), line, reason: reason.into() });
    }

    fn template(&mut self, node: Node) -> Template {
        let top = JsonPointer::default();
        let line = node.line;
        let mut sections: BTreeMap<String, Placed> = BTreeMap::new();
        for placed in self.entries(node, &top, "a template") {
            sections.insert(placed.entry.key.clone(), placed);
        }
        if !sections.contains_key("Resources") {
            self.refuse(&top, line, "a template needs `Resources`: this is none, or it is cut off");
        }
        let mut section = |reader: &mut Self, name: &str| match sections.remove(name) {
            Some(Placed { pointer, entry }) => reader.entries(entry.value, &pointer, &format!("`{name}`")),
            None => Vec::new(),
        };
        let parameters = section(self, "Parameters");
        let parameters = parameters.into_iter().filter_map(|placed| self.parameter(placed)).collect();
        let conditions = section(self, "Conditions");
        let conditions =
            conditions.into_iter().map(|Placed { entry, .. }| (entry.key, entry.value)).collect();
        let outputs = section(self, "Outputs").into_iter().map(|placed| placed.entry).collect();
        let placed = section(self, "Resources");
        let (mut resources, mut left_alone) = (Vec::new(), Vec::new());
        for placed in placed {
            if placed.entry.key.starts_with("Fn::") {
                left_alone.push(unexpanded(placed));
            } else {
                resources.extend(self.resource(placed));
            }
        }
        let ids = resources.iter().enumerate();
        Template {
            parameters,
            by_id: ids.map(|(i, resource): (_, &Resource)| (resource.logical_id.clone(), i)).collect(),
            mappings: sections.remove("Mappings").map(|placed| placed.entry.value),
            conditions,
            transforms: sections.remove("Transform").map_or_else(Vec::new, |p| transforms(&p.entry.value)),
            resources,
            outputs,
            left_alone,
        }
    }

    /// The entries of an object, each with its place; of equal keys the first.
    fn entries(&mut self, node: Node, at: &JsonPointer, what: &str) -> Vec<Placed> {
        let line = node.line;
        let Value::Map(entries) = node.value else {
            self.refuse(at, line, format!("{what} is an object, not {}", kind(&node.value)));
            return Vec::new();
        };
        let mut seen = BTreeMap::new();
        let mut placed = Vec::with_capacity(entries.len());
        for entry in entries {
            let pointer = at.join(&entry.key);
            if let Some(first) = seen.get(&entry.key) {
                let reason = format!("`{}` stands twice, in line {first} too", entry.key);
                self.refuse(&pointer, entry.line, reason);
                continue;
            }
            seen.insert(entry.key.clone(), entry.line);
            placed.push(Placed { pointer, entry });
        }
        placed
    }

    fn parameter(&mut self, Placed { pointer, entry }: Placed) -> Option<(String, Parameter)> {
        let Entry { key, line, value } = entry;
        let what = format!("the parameter `{key}`");
        let is_object = value.entries().is_some();
        let fields: BTreeMap<String, Node> = self
            .entries(value, &pointer, &what)
            .into_iter()
            .map(|placed| (placed.entry.key, placed.entry.value))
            .collect();
        let Some(kind) = fields.get("Type").and_then(Node::as_str) else {
            if is_object {
                self.refuse(&pointer, line, format!("{what} has no `Type`, such as `String`"));
            }
            return None;
        };
        let allowed = fields.get("AllowedValues").and_then(Node::items).unwrap_or_default();
        let parameter = Parameter {
            kind: kind.to_owned(),
            default: fields.get("Default").and_then(scalar),
            allowed_values: allowed.iter().filter_map(scalar).collect(),
            line,
        };
        Some((key, parameter))
    }

    fn resource(&mut self, Placed { pointer, entry }: Placed) -> Option<Resource> {
        let Entry { key, line, value } = entry;
        let what = format!("the resource `{key}`");
        let is_object = value.entries().is_some();
        let placed = self.entries(value, &pointer, &what);
        let mut fields: BTreeMap<String, Node> =
            placed.into_iter().map(|placed| (placed.entry.key, placed.entry.value)).collect();
        let kind = self.string(fields.remove("Type"), &pointer.join("Type"));
        if kind.is_none() && is_object && !self.has_error_at(&pointer.join("Type")) {
            self.refuse(&pointer, line, format!("{what} has no `Type`, such as `AWS::S3::Bucket`"));
        }
        let properties = fields.remove("Properties").and_then(|node| self.object(node, &pointer));
        let condition = self.string(fields.remove("Condition"), &pointer.join("Condition"));
        let depends_on = self.strings(fields.remove("DependsOn"), &pointer.join("DependsOn"));
        let text = |fields: &BTreeMap<String, Node>, name: &str| {
            fields.get(name).and_then(Node::as_str).map(str::to_owned)
        };
        let metadata = fields.get("Metadata");
        let cdk_path = metadata.and_then(|node| node.get("aws:cdk:path")).and_then(Node::as_str);
        Some(Resource {
            logical_id: key,
            kind: kind?,
            line,
            properties,
            condition,
            depends_on,
            deletion_policy: text(&fields, "DeletionPolicy"),
            update_replace_policy: text(&fields, "UpdateReplacePolicy"),
            cdk_path: cdk_path.map(str::to_owned),
        })
    }

    fn has_error_at(&self, pointer: &JsonPointer) -> bool {
        self.errors.iter().any(|error| error.pointer == *pointer)
    }

    fn object(&mut self, node: Node, resource: &JsonPointer) -> Option<Node> {
        if node.entries().is_some() {
            return Some(node);
        }
        let reason = format!("`Properties` is an object, not {}", kind(&node.value));
        self.refuse(&resource.join("Properties"), node.line, reason);
        None
    }

    fn string(&mut self, node: Option<Node>, at: &JsonPointer) -> Option<String> {
        let node = node?;
        match node.value {
            Value::String(text) => Some(text),
            other => {
                self.refuse(at, node.line, format!("expected a string, not {}", kind(&other)));
                None
            }
        }
    }

    /// A string, or a list of strings.
    fn strings(&mut self, node: Option<Node>, at: &JsonPointer) -> Vec<String> {
        match node {
            Some(Node { value: Value::List(items), .. }) => items
                .into_iter()
                .filter_map(|item| {
                    let place = at.join(item.index);
                    self.string(Some(item), &place)
                })
                .collect(),
            one => self.string(one, at).into_iter().collect(),
        }
    }
}

/// A loop or macro in the place of resources.
fn unexpanded(Placed { pointer, entry }: Placed) -> LeftAlone {
    let why = format!("`{}` makes resources only when the template is deployed", entry.key);
    LeftAlone { pointer, line: entry.line, why }
}

/// `Transform` is a name, a list of them, or an object with a name.
fn transforms(node: &Node) -> Vec<String> {
    let name = |node: &Node| node.as_str().or_else(|| node.get("Name")?.as_str()).map(str::to_owned);
    match node.items() {
        Some(items) => items.iter().filter_map(name).collect(),
        None => name(node).into_iter().collect(),
    }
}

/// The text of a string, number or Boolean, as a parameter has it.
fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a Boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "an object",
    }
}
