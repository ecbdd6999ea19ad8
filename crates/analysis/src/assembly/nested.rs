//! [`nested_stacks`]: the nested stacks of a template, and where their own templates are.

use std::collections::BTreeMap;

use crate::template::{Names, Resource, Scope, Template};

/// A nested stack of a template, with what is known of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NestedStack {
    /// The logical id of the `AWS::CloudFormation::Stack` resource.
    pub logical_id: String,
    /// The name that CloudFormation makes up for it, with `*` for what only the deployment knows.
    pub name: String,
    /// The template, from the assembly's folder; none when its place is not among the assets.
    pub template: Option<String>,
    /// The values that the parent gives to parameters, as far as they are texts that are known.
    pub parameters: BTreeMap<String, String>,
    /// The line of the resource.
    pub line: usize,
}

/// The nested stacks of a template, whose own templates are among these file assets.
pub fn nested_stacks(
    template: &Template,
    scope: &Scope,
    assets: &BTreeMap<String, String>,
) -> Vec<NestedStack> {
    let is_nested = |resource: &&Resource| {
        resource.kind == "AWS::CloudFormation::Stack" && template.is_created(resource, scope) != Some(false)
    };
    let names = Names::new(template, scope);
    let of = |resource: &Resource| {
        let properties = template.properties(resource, scope);
        let url = properties.get("TemplateURL").and_then(crate::Reduced::to_text);
        let url = url.map(|url| url.to_pattern(|_| "*".to_owned())).unwrap_or_default();
        let published = url.rsplit('/').next().unwrap_or_default();
        let parameters = properties.get("Parameters").and_then(crate::Reduced::entries).unwrap_or_default();
        NestedStack {
            logical_id: resource.logical_id.clone(),
            name: names.name(&resource.logical_id).unwrap_or_else(|| "*".to_owned()),
            template: assets.get(published).cloned(),
            parameters: parameters
                .iter()
                .filter_map(|entry| Some((entry.key.clone(), entry.value.literal()?)))
                .collect(),
            line: resource.line,
        }
    };
    template.resources().iter().filter(is_nested).map(of).collect()
}
