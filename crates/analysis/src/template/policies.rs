//! The policies that a template gives to roles, users and groups.

use std::collections::BTreeMap;

use iam::JsonPointer;

use super::arn::Arns;
use super::{LeftAlone, Reduced, ReducedValue, Resource, Scope, Template};
use crate::node::{Node, Value};
use crate::policy_source::{Attachment, IdentityKind, PolicySource, PolicyUse};
use attached::Attachments;
use document::{Document, Place, Writer};

mod attached;
mod document;
mod json_text;
mod placeholder;

/// The policies of a template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PoliciesOf {
    /// The policies, in the order of the template.
    pub sources: Vec<PolicySource>,
    /// What each role, user and group has of them; `policies` are positions in `sources`.
    pub attachments: Vec<Attachment>,
    /// What is left alone: what is known only at the deployment, and policies of resources.
    pub left_alone: Vec<LeftAlone>,
}

impl Template {
    /// Every managed, inline and trust policy, with placeholders for what is known only at the deployment.
    ///
    /// `file` is what the policies' [`PolicySource::file`] says.
    pub fn policies(&self, file: &str, scope: &Scope) -> PoliciesOf {
        let arns = Arns::new(self);
        let found = PoliciesOf { left_alone: self.left_alone.clone(), ..PoliciesOf::default() };
        let mut collector = Collector {
            template: self,
            arns: &arns,
            file,
            scope,
            found,
            managed: BTreeMap::new(),
            inline: Vec::new(),
        };
        let created = |resource: &&Resource| self.is_created(resource, scope) != Some(false);
        let resources: Vec<&Resource> = self.resources.iter().filter(created).collect();
        for resource in &resources {
            collector.resource(resource);
        }
        let attachments =
            Attachments::new(self, file, scope, &collector.managed).of(&resources, &collector.inline);
        PoliciesOf { attachments, ..collector.found }
    }
}

/// An inline policy: its resource, and its position among the sources.
struct Inline<'t> {
    resource: &'t Resource,
    position: usize,
}

struct Collector<'t> {
    template: &'t Template,
    arns: &'t Arns<'t>,
    file: &'t str,
    scope: &'t Scope,
    found: PoliciesOf,
    /// The positions of managed policies, by their logical ids.
    managed: BTreeMap<&'t str, usize>,
    inline: Vec<Inline<'t>>,
}

impl<'t> Collector<'t> {
    fn resource(&mut self, resource: &'t Resource) {
        match resource.kind.as_str() {
            "AWS::IAM::ManagedPolicy" => {
                if let Some(position) = self.own(resource, "ManagedPolicyName", PolicyUse::Managed) {
                    self.managed.insert(&resource.logical_id, position);
                }
            }
            "AWS::IAM::Policy" => {
                let usage = PolicyUse::Inline(self.narrowest(resource));
                self.own_inline(resource, usage);
            }
            "AWS::IAM::RolePolicy" => self.own_inline(resource, PolicyUse::Inline(IdentityKind::Role)),
            "AWS::IAM::UserPolicy" => self.own_inline(resource, PolicyUse::Inline(IdentityKind::User)),
            "AWS::IAM::GroupPolicy" => self.own_inline(resource, PolicyUse::Inline(IdentityKind::Group)),
            "AWS::IAM::Role" => self.identity(resource, IdentityKind::Role),
            "AWS::IAM::User" => self.identity(resource, IdentityKind::User),
            "AWS::IAM::Group" => self.identity(resource, IdentityKind::Group),
            "AWS::SSO::PermissionSet" => {
                let properties = self.template.properties(resource, self.scope);
                if let Some(policy) = properties.get("InlinePolicy") {
                    let at = resource.properties_pointer().join("InlinePolicy");
                    self.add(resource.logical_id.clone(), PolicyUse::PermissionSet, policy, at);
                }
            }
            "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => self.serverless(resource),
            _ => self.leave_other_policies(resource),
        }
    }

    fn own_inline(&mut self, resource: &'t Resource, usage: PolicyUse) {
        if let Some(position) = self.own(resource, "PolicyName", usage) {
            self.inline.push(Inline { resource, position });
        }
    }

    /// The policy that a resource is.
    fn own(&mut self, resource: &Resource, name: &str, usage: PolicyUse) -> Option<usize> {
        let properties = self.template.properties(resource, self.scope);
        let name = properties.get(name).and_then(Reduced::literal);
        let at = resource.properties_pointer().join("PolicyDocument");
        let Some(document) = properties.get("PolicyDocument") else {
            let why = "the policy has no `PolicyDocument`".to_owned();
            self.found.left_alone.push(LeftAlone { pointer: resource.pointer(), line: resource.line, why });
            return None;
        };
        self.add(name.unwrap_or_else(|| resource.logical_id.clone()), usage, document, at)
    }

    /// The policies that stand in a role, user or group.
    fn identity(&mut self, resource: &'t Resource, kind: IdentityKind) {
        let properties = self.template.properties(resource, self.scope);
        let at = resource.properties_pointer();
        if kind == IdentityKind::Role
            && let Some(trust) = properties.get("AssumeRolePolicyDocument")
        {
            let at = at.join("AssumeRolePolicyDocument");
            self.add(resource.logical_id.clone(), PolicyUse::Trust, trust, at);
        }
        let Some(policies) = properties.get("Policies") else { return };
        let at = at.join("Policies");
        let Some(items) = policies.items() else { return self.leave(&policies.value, at, policies.line) };
        for item in items {
            let at = at.join(item.index);
            let Some(document) = item.get("PolicyDocument") else {
                self.leave(&item.value, at, item.line);
                continue;
            };
            let name = item.get("PolicyName").and_then(Reduced::literal);
            let name = name.unwrap_or_else(|| item.index.to_string());
            let name = format!("{}/{name}", resource.logical_id);
            let usage = PolicyUse::Inline(kind);
            if let Some(position) = self.add(name, usage, document, at.join("PolicyDocument")) {
                self.inline.push(Inline { resource, position });
            }
        }
    }

    /// The documents among the policies of a role that AWS SAM makes. Names and ARNs of managed policies stand there
    /// too; SAM's own policy templates are left alone.
    ///
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>
    fn serverless(&mut self, resource: &Resource) {
        let properties = self.template.properties(resource, self.scope);
        let at = resource.properties_pointer();
        if let Some(trust) = properties.get("AssumeRolePolicyDocument") {
            let at = at.join("AssumeRolePolicyDocument");
            self.add(resource.logical_id.clone(), PolicyUse::Trust, trust, at);
        }
        let Some(policies) = properties.get("Policies") else { return };
        let at = at.join("Policies");
        let is_list = policies.items().is_some();
        for item in policies.items().unwrap_or(std::slice::from_ref(policies)) {
            let (name, at) = if is_list {
                (format!("{}/{}", resource.logical_id, item.index), at.join(item.index))
            } else {
                (resource.logical_id.clone(), at.clone())
            };
            if item.get("Statement").is_some() {
                self.add(name, PolicyUse::Inline(IdentityKind::Role), item, at);
            } else if item.to_text().is_none() {
                self.leave(&item.value, at, item.line);
            }
        }
    }

    fn add(&mut self, name: String, usage: PolicyUse, value: &Reduced, at: JsonPointer) -> Option<usize> {
        let from_text = match &value.value {
            ReducedValue::Text(text) => match json_text::read(text, value.line) {
                Ok(read) => Some(read),
                // A text that is no JSON at all is for IAM's parser to refuse.
                Err(_) if text.as_literal().is_some() => None,
                Err(why) => {
                    self.found.left_alone.push(LeftAlone { pointer: at, line: value.line, why });
                    return None;
                }
            },
            ReducedValue::Unknown(_) => {
                self.leave(&value.value, at, value.line);
                return None;
            }
            _ => None,
        };
        let is_json_text = from_text.is_some();
        let mut writer = Writer { template: self.template, arns: self.arns, document: Document::default() };
        let place = Place::new(at.clone(), is_json_text);
        let written = writer.policy(from_text.as_ref().unwrap_or(value), &place);
        let Document { opaque, holes, left_alone } = writer.document;
        let is_partial = !opaque.is_empty() || !holes.is_empty() || !left_alone.is_empty();
        self.found.left_alone.extend(left_alone);
        let file = self.file.to_owned();
        let source = PolicySource {
            file,
            name,
            usage,
            at,
            document: written?,
            opaque,
            holes,
            is_partial,
            is_json_text,
        };
        self.found.sources.push(source);
        Some(self.found.sources.len() - 1)
    }

    fn leave(&mut self, value: &ReducedValue, pointer: JsonPointer, line: usize) {
        let why = match value {
            ReducedValue::Unknown(why) => why.clone(),
            _ => "it is known only at the deployment, or is no policy".to_owned(),
        };
        self.found.left_alone.push(LeftAlone { pointer, line, why });
    }

    /// Of the kinds that an inline policy names, the one that takes the fewest characters.
    fn narrowest(&self, resource: &Resource) -> IdentityKind {
        let kinds = attached::LISTS.into_iter().filter(|(name, _)| {
            let list = resource.property(name).and_then(|node| self.template.reduce(node, self.scope));
            list.is_some_and(|list| list.items().is_none_or(|items| !items.is_empty()))
        });
        let narrowest = kinds.map(|(_, kind)| kind).min_by_key(|kind| kind.inline_size_limit());
        narrowest.unwrap_or(IdentityKind::Role)
    }

    /// Counts policies that say who may use a resource: they are left alone.
    fn leave_other_policies(&mut self, resource: &Resource) {
        let entries = resource.properties.as_ref().and_then(Node::entries).unwrap_or_default();
        for entry in entries {
            if holds_policy(&entry.value) {
                self.found.left_alone.push(LeftAlone {
                    pointer: resource.properties_pointer().join(&entry.key),
                    line: entry.line,
                    why: "a policy that belongs to no role, user or group".to_owned(),
                });
            }
        }
    }
}

/// Whether there is a policy in a value, as an object or as JSON in a string.
fn holds_policy(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => text.contains("\"Statement\""),
        Value::List(items) => items.iter().any(holds_policy),
        Value::Map(entries) => {
            let has_effect = |node: &Node| node.get("Effect").is_some();
            let is_statement =
                |node: &Node| has_effect(node) || node.items().is_some_and(|i| i.iter().any(has_effect));
            node.get("Statement").is_some_and(is_statement)
                || entries.iter().any(|entry| holds_policy(&entry.value))
        }
        _ => false,
    }
}
