//! [`Template`]: a CloudFormation template, with its parameters, conditions and resources.

use std::collections::BTreeMap;

use iam::{Errors, JsonPointer};

use crate::node::{Entry, Node};

mod arn;
mod condition;
mod function;
mod json_string;
mod names;
mod policies;
mod read;
mod reduce;
mod scope;
mod text;

pub use names::Names;
pub use policies::PoliciesOf;
pub use reduce::{Reduced, ReducedEntry, ReducedValue};
pub use scope::Scope;
pub use text::{Hole, Piece, Text};

/// How a template is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateForm {
    /// JSON.
    Json,
    /// YAML, with CloudFormation's short forms.
    Yaml,
}

impl TemplateForm {
    /// The form of a text: JSON when it begins with `{`.
    pub fn detect(text: &str) -> Self {
        let begins = text.trim_start_matches('\u{feff}').trim_start();
        if begins.starts_with('{') { Self::Json } else { Self::Yaml }
    }
}

/// A template.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    parameters: BTreeMap<String, Parameter>,
    mappings: Option<Node>,
    conditions: BTreeMap<String, Node>,
    transforms: Vec<String>,
    resources: Vec<Resource>,
    by_id: BTreeMap<String, usize>,
    outputs: Vec<Entry>,
    left_alone: Vec<LeftAlone>,
}

/// A parameter.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The type, such as `String` or `AWS::SSM::Parameter::Value<String>`.
    pub kind: String,
    /// The value without one given. For a type that takes its value from SSM it is the name there.
    pub default: Option<String>,
    /// The only values that it takes; empty when there is no such rule.
    pub allowed_values: Vec<String>,
    /// The line of its name.
    pub line: usize,
}

impl Parameter {
    /// Whether its value is a list.
    pub fn is_list(&self) -> bool {
        let kind = self.kind.strip_prefix("AWS::SSM::Parameter::Value<").unwrap_or(&self.kind);
        kind.starts_with("CommaDelimitedList") || kind.starts_with("List<")
    }

    /// Whether the value that is given, or the default, is a name in SSM, and what stands there the value.
    pub fn is_in_ssm(&self) -> bool {
        self.kind.starts_with("AWS::SSM::Parameter::Value<")
    }
}

/// A resource.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// The name in the template.
    pub logical_id: String,
    /// The type, such as `AWS::S3::Bucket`.
    pub kind: String,
    /// The line of its logical id.
    pub line: usize,
    /// The properties as they stand there, if there are any.
    pub properties: Option<Node>,
    /// The condition on which it is created.
    pub condition: Option<String>,
    /// The logical ids of the resources that come first by `DependsOn`.
    pub depends_on: Vec<String>,
    /// What happens to it when the stack no longer has it, if the template says so: `Retain`.
    pub deletion_policy: Option<String>,
    /// What happens to it when it is replaced, if the template says so: `Retain`.
    pub update_replace_policy: Option<String>,
    /// Where the CDK app defines it.
    pub cdk_path: Option<String>,
}

impl Resource {
    /// The place in the template.
    pub fn pointer(&self) -> JsonPointer {
        JsonPointer::default().join("Resources").join(&self.logical_id)
    }

    /// The place of its properties.
    pub fn properties_pointer(&self) -> JsonPointer {
        self.pointer().join("Properties")
    }

    /// A property as it stands there.
    pub fn property(&self, name: &str) -> Option<&Node> {
        self.properties.as_ref()?.get(name)
    }
}

/// What was left alone, as only the deployment decides what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAlone {
    /// The place in the template.
    pub pointer: JsonPointer,
    /// The line, counted from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// One thing that is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {place}{reason}", place = if pointer.as_str().is_empty() { String::new() } else { format!("at `{pointer}`: ") })]
pub struct TemplateError {
    /// The place; empty for the whole template.
    pub pointer: JsonPointer,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

/// Everything that is wrong with a template, at least one thing.
pub type TemplateErrors = Errors<TemplateError>;

impl Template {
    /// Reads a template.
    pub fn read(text: &str, form: TemplateForm) -> Result<Self, TemplateErrors> {
        let node = match form {
            TemplateForm::Json => Node::from_json(text),
            TemplateForm::Yaml => Node::from_yaml(text),
        };
        let node = node.map_err(|error| TemplateError {
            pointer: JsonPointer::default(),
            line: error.line,
            reason: error.reason,
        })?;
        Self::of(node)
    }

    /// The template that a tree is.
    pub fn of(node: Node) -> Result<Self, TemplateErrors> {
        read::template(node)
    }

    /// The resources, in the order of the template.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resource with that logical id.
    pub fn resource(&self, logical_id: &str) -> Option<&Resource> {
        self.resources.get(*self.by_id.get(logical_id)?)
    }

    /// The parameters by name.
    pub fn parameters(&self) -> &BTreeMap<String, Parameter> {
        &self.parameters
    }

    /// The conditions by name.
    pub fn conditions(&self) -> &BTreeMap<String, Node> {
        &self.conditions
    }

    /// The outputs, as they stand there.
    pub fn outputs(&self) -> &[Entry] {
        &self.outputs
    }

    /// The macros that change the template before it is deployed, such as `AWS::Serverless-2016-10-31`.
    pub fn transforms(&self) -> &[String] {
        &self.transforms
    }

    /// What stands among the resources and makes some only when the template is deployed: loops and macros.
    pub fn left_alone(&self) -> &[LeftAlone] {
        &self.left_alone
    }

    /// A value with its intrinsic functions replaced by what they are, as far as that is known; `None` when
    /// it is left out by `AWS::NoValue`.
    pub fn reduce(&self, node: &Node, scope: &Scope) -> Option<Reduced> {
        reduce::Reducer::new(self, scope).reduce(node)
    }

    /// The properties of a resource, as [`Template::reduce`] has them; an empty object when it has none.
    pub fn properties(&self, resource: &Resource, scope: &Scope) -> Reduced {
        let properties = resource.properties.as_ref().and_then(|node| self.reduce(node, scope));
        properties.unwrap_or(Reduced { line: resource.line, index: 0, value: ReducedValue::Map(Vec::new()) })
    }

    /// A value as a text; `None` when it is none, or is not known to be one.
    pub fn text(&self, node: &Node, scope: &Scope) -> Option<Text> {
        self.reduce(node, scope)?.to_text()
    }

    /// The items of a list; `None` when the value is none, or is not known to be one.
    pub fn list(&self, node: &Node, scope: &Scope) -> Option<Vec<Reduced>> {
        match self.reduce(node, scope)?.value {
            ReducedValue::List(items) => Some(items),
            _ => None,
        }
    }

    /// Whether a condition holds; `None` when that is known only at the deployment.
    pub fn condition(&self, name: &str, scope: &Scope) -> Option<bool> {
        reduce::Reducer::new(self, scope).condition(name)
    }

    /// Whether a resource is part of the stack; `None` when that is known only at the deployment.
    pub fn is_created(&self, resource: &Resource, scope: &Scope) -> Option<bool> {
        resource.condition.as_ref().map_or(Some(true), |name| self.condition(name, scope))
    }
}
