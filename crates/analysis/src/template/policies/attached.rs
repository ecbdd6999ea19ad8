//! Which policies each role, user and group of a template has.

use std::collections::BTreeMap;

use iam::JsonPointer;

use super::Inline;
use crate::policy_source::{Attachment, IdentityKind};
use crate::template::{Hole, Piece, Reduced, ReducedValue, Resource, Scope, Template, Text};

/// The properties by which a policy says what it is attached to.
pub(super) const LISTS: [(&str, IdentityKind); 3] =
    [("Roles", IdentityKind::Role), ("Users", IdentityKind::User), ("Groups", IdentityKind::Group)];

/// Collects what is attached to what.
pub(super) struct Attachments<'t> {
    template: &'t Template,
    file: &'t str,
    scope: &'t Scope,
    managed: &'t BTreeMap<&'t str, usize>,
    found: Vec<Attachment>,
    /// The roles, users and groups of the template: kind and logical id, and the position of each in `found`.
    by_id: BTreeMap<(IdentityKind, String), usize>,
    /// The same by the names that the template gives them, and others by theirs.
    by_name: BTreeMap<(IdentityKind, String), usize>,
}

impl<'t> Attachments<'t> {
    pub(super) fn new(
        template: &'t Template,
        file: &'t str,
        scope: &'t Scope,
        managed: &'t BTreeMap<&'t str, usize>,
    ) -> Self {
        let (found, by_id, by_name) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { template, file, scope, managed, found, by_id, by_name }
    }

    /// What is attached to each role, user and group; none without anything.
    pub(super) fn of(mut self, resources: &[&Resource], inline: &[Inline<'_>]) -> Vec<Attachment> {
        for resource in resources {
            if let Some(kind) = identity_kind(&resource.kind) {
                self.identity(resource, kind);
            }
        }
        for Inline { resource, position } in inline {
            match identity_kind(&resource.kind) {
                Some(kind) => self.attach_to(&resource.logical_id, kind, *position),
                None => self.attach_by_names(resource, *position),
            }
        }
        for resource in resources {
            if let Some(position) = self.managed.get(resource.logical_id.as_str()) {
                self.attach_by_names(resource, *position);
            }
        }
        self.found.retain(|attachment| !attachment.policies.is_empty() || attachment.others > 0);
        self.found
    }

    /// A role, user or group with the managed policies that it names itself.
    fn identity(&mut self, resource: &Resource, kind: IdentityKind) {
        let properties = self.template.properties(resource, self.scope);
        let at = resource.pointer();
        let mut attachment = self.empty(resource.logical_id.clone(), kind, at, resource.line);
        attachment.is_partial = false;
        if let Some(list) = properties.get("ManagedPolicyArns") {
            match &list.value {
                ReducedValue::List(items) => {
                    for item in items {
                        self.managed_policy(item, resource, &mut attachment);
                    }
                }
                _ => attachment.is_partial = true,
            }
        }
        let position = self.found.len();
        self.by_id.insert((kind, resource.logical_id.clone()), position);
        let name = match kind {
            IdentityKind::Role => "RoleName",
            IdentityKind::User => "UserName",
            IdentityKind::Group => "GroupName",
        };
        if let Some(name) = properties.get(name).and_then(Reduced::literal) {
            self.by_name.insert((kind, name), position);
        }
        self.found.push(attachment);
    }

    /// An item of `ManagedPolicyArns`: a policy of the template, or another.
    fn managed_policy(&self, item: &Reduced, identity: &Resource, attachment: &mut Attachment) {
        let Some(text) = item.to_text() else {
            attachment.is_partial = true;
            return;
        };
        let [Piece::Hole(Hole::Ref(logical_id))] = text.pieces() else {
            attachment.others += 1;
            return;
        };
        match (self.managed.get(logical_id.as_str()), self.template.resource(logical_id)) {
            (Some(position), Some(policy)) if self.goes_with(policy, identity) => {
                push(&mut attachment.policies, *position);
            }
            (None, Some(policy)) if policy.kind != "AWS::IAM::ManagedPolicy" => attachment.others += 1,
            _ => attachment.is_partial = true,
        }
    }

    /// Attaches a policy to all that it names.
    fn attach_by_names(&mut self, policy: &Resource, position: usize) {
        let properties = self.template.properties(policy, self.scope);
        let own_name = match policy.kind.as_str() {
            "AWS::IAM::RolePolicy" => Some(("RoleName", IdentityKind::Role)),
            "AWS::IAM::UserPolicy" => Some(("UserName", IdentityKind::User)),
            "AWS::IAM::GroupPolicy" => Some(("GroupName", IdentityKind::Group)),
            _ => None,
        };
        for (property, kind) in own_name.into_iter().chain(LISTS) {
            let Some(value) = properties.get(property) else { continue };
            let at = policy.properties_pointer().join(property);
            for name in value.items().unwrap_or(std::slice::from_ref(value)) {
                if let Some(name) = name.to_text() {
                    self.attach_by_name(policy, kind, &name, position, &at, value.line);
                }
            }
        }
    }

    fn attach_by_name(
        &mut self,
        policy: &Resource,
        kind: IdentityKind,
        name: &Text,
        position: usize,
        at: &JsonPointer,
        line: usize,
    ) {
        let known = match name.pieces() {
            [Piece::Hole(Hole::Ref(logical_id))] => self.by_id.get(&(kind, logical_id.clone())),
            _ => name.as_literal().and_then(|name| self.by_name.get(&(kind, name.to_owned()))),
        };
        let place = known.copied().unwrap_or_else(|| {
            let name = name.to_pattern(Hole::to_sub);
            let attachment = self.empty(name.clone(), kind, at.clone(), line);
            let next = self.found.len();
            let place = *self.by_name.entry((kind, name)).or_insert(next);
            if place == next {
                self.found.push(attachment);
            }
            place
        });
        let identity = self.found.get(place).and_then(|found| self.template.resource(&found.name));
        let certain =
            identity.map_or(policy.condition.is_none(), |identity| self.goes_with(policy, identity));
        if let Some(found) = self.found.get_mut(place) {
            if certain {
                push(&mut found.policies, position);
            } else {
                found.is_partial = true;
            }
        }
    }

    fn attach_to(&mut self, logical_id: &str, kind: IdentityKind, position: usize) {
        let place = self.by_id.get(&(kind, logical_id.to_owned()));
        if let Some(found) = place.and_then(|place| self.found.get_mut(*place)) {
            push(&mut found.policies, position);
        }
    }

    /// Whether a policy is there whenever the identity is.
    fn goes_with(&self, policy: &Resource, identity: &Resource) -> bool {
        policy.condition == identity.condition || self.template.is_created(policy, self.scope) == Some(true)
    }

    /// Of one that the template only names more may be attached than it says.
    fn empty(&self, name: String, kind: IdentityKind, at: JsonPointer, line: usize) -> Attachment {
        let file = self.file.to_owned();
        let (policies, identity) = (Vec::new(), Some(kind));
        Attachment { name, file, at, line, policies, others: 0, identity, is_partial: true }
    }
}

fn push(positions: &mut Vec<usize>, position: usize) {
    if !positions.contains(&position) {
        positions.push(position);
    }
}

fn identity_kind(kind: &str) -> Option<IdentityKind> {
    match kind {
        "AWS::IAM::Role" => Some(IdentityKind::Role),
        "AWS::IAM::User" => Some(IdentityKind::User),
        "AWS::IAM::Group" => Some(IdentityKind::Group),
        _ => None,
    }
}
