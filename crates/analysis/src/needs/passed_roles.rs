//! `iam:PassRole`: the roles that a resource's properties name, and the services that get them.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>

use iam::{ArnPattern, Context};

use super::authorization::{AUTHORIZATION, Receiver};
use super::given::Given;
use super::place::{context, parsed, role_arn};
use crate::coverage::Certainty;
use crate::template::{Hole, Names, Piece, Reduced, ReducedValue, Resource, Scope, Template, Text};

/// What the names of properties end with that hold a role.
const ROLES: [&str; 6] = ["Role", "RoleArn", "RoleARN", "Roles", "Credentials", "PermissionArn"];

/// What the names of properties end with that hold an instance profile, whose role is passed.
const PROFILES: [&str; 2] = ["IamInstanceProfile", "InstanceProfile"];

/// A role that is passed on.
pub(super) struct PassedRole {
    pub(super) arn: ArnPattern,
    /// The service that gets it, if the request tells it.
    pub(super) context: Context,
    pub(super) certainty: Certainty,
    /// The property that names it.
    pub(super) property: String,
}

/// What is looked at to find roles.
pub(super) struct Roles<'a> {
    pub(super) template: &'a Template,
    pub(super) scope: &'a Scope,
    /// The prefix of the service that the resource type belongs to; empty when that is unknown.
    pub(super) service: &'a str,
}

impl Roles<'_> {
    /// The roles that a resource's properties name.
    pub(super) fn passed_by(&self, given: &Given<'_>) -> Vec<PassedRole> {
        let mut found = Vec::new();
        for entry in given.properties() {
            self.collect(&entry.key, &entry.value, given, &mut found);
        }
        found
    }

    fn collect(&self, key: &str, value: &Reduced, given: &Given<'_>, found: &mut Vec<PassedRole>) {
        match &value.value {
            ReducedValue::List(items) => {
                for item in items {
                    self.collect(key, item, given, found);
                }
            }
            ReducedValue::Map(entries) => {
                // A profile may be an object with its name or ARN.
                let is_profile = ends_with(key, &PROFILES);
                for entry in entries.iter().filter(|entry| !is_told_elsewhere(&entry.key)) {
                    let key = if is_profile { key } else { &entry.key };
                    self.collect(key, &entry.value, given, found);
                }
            }
            ReducedValue::Text(text) if ends_with(key, &ROLES) => {
                self.add(key, text, given, found);
            }
            ReducedValue::Text(text) if ends_with(key, &PROFILES) => {
                for role in self.of_profile(text, given.names) {
                    self.add(key, &role, given, found);
                }
            }
            ReducedValue::Unknown(_) if ends_with(key, &ROLES) => {
                found.extend(self.passed(key, None, &role_arn(self.scope, "*"), given));
            }
            _ => {}
        }
    }

    fn add(&self, key: &str, text: &Text, given: &Given<'_>, found: &mut Vec<PassedRole>) {
        let names = given.names;
        if let Some(role) = self.referred_to(text) {
            if role.kind != "AWS::IAM::Role" {
                return;
            }
            for arn in names.arns(&role.logical_id, "iam", "role") {
                found.extend(self.passed(key, Some(role), &arn, given));
            }
            return;
        }
        let pattern = names.pattern_of(text);
        let arn = match pattern.as_str() {
            arn if arn.starts_with("arn:") && arn.contains(":role/") => parsed(arn),
            // `arn:aws:iam::*:user/*` lets API Gateway use the caller's own credentials.
            arn if arn.starts_with("arn:") => return,
            name if name.contains('*') => role_arn(self.scope, "*"),
            name => role_arn(self.scope, name),
        };
        found.extend(self.passed(key, None, &arn, given));
    }

    /// The role for each service that may get it: one, unless the template names more and the type's own is not
    /// among them.
    fn passed(
        &self,
        key: &str,
        role: Option<&Resource>,
        arn: &ArnPattern,
        given: &Given<'_>,
    ) -> Vec<PassedRole> {
        let trusted = role.map_or_else(Vec::new, |role| trusted_services(role, given.names));
        let by_type = AUTHORIZATION.passed_to(&given.resource.kind);
        let own = |service: &&String| service.split('.').next() == Some(self.service);
        let services: Vec<String> = match (by_type, trusted.as_slice()) {
            (Some(Receiver::Untold), _) => Vec::new(),
            (Some(Receiver::Service(service)), []) => vec![service.to_owned()],
            (Some(Receiver::Service(service)), all) if all.iter().any(|trusted| trusted == service) => {
                vec![service.to_owned()]
            }
            (_, all) => all.iter().find(own).map_or_else(|| all.to_vec(), |own| vec![own.clone()]),
        };
        let certainty = if services.len() > 1 { Certainty::Conditional } else { Certainty::Required };
        let one = |context| PassedRole { arn: arn.clone(), context, certainty, property: key.to_owned() };
        if services.is_empty() {
            return vec![one(Context::default())];
        }
        services.iter().map(|service| one(context("iam:PassedToService", service))).collect()
    }

    /// The resource that a text is nothing but a reference to.
    fn referred_to(&self, text: &Text) -> Option<&Resource> {
        match text.pieces() {
            [Piece::Hole(Hole::Ref(logical_id) | Hole::Attribute { logical_id, .. })] => {
                self.template.resource(logical_id)
            }
            _ => None,
        }
    }

    /// The roles of an instance profile of the template.
    fn of_profile(&self, text: &Text, names: &Names<'_>) -> Vec<Text> {
        let profile = self.referred_to(text).filter(|found| found.kind == "AWS::IAM::InstanceProfile");
        let properties = profile.and_then(|profile| names.properties(&profile.logical_id));
        let roles = properties.and_then(|properties| properties.get("Roles")?.items());
        roles.unwrap_or_default().iter().filter_map(Reduced::to_text).collect()
    }
}

/// The services that a role's trust policy names.
fn trusted_services(role: &Resource, names: &Names<'_>) -> Vec<String> {
    let document = names.properties(&role.logical_id).and_then(|all| all.get("AssumeRolePolicyDocument"));
    let statements = document.and_then(|document| document.get("Statement")).map(list).unwrap_or_default();
    let principals = statements.iter().filter_map(|statement| statement.get("Principal")?.get("Service"));
    let texts = principals.flat_map(list).filter_map(Reduced::to_text).map(|text| names.pattern_of(&text));
    let mut services: Vec<String> = texts.filter(|service| !service.contains('*')).collect();
    services.sort();
    services.dedup();
    services
}

fn list(value: &Reduced) -> Vec<&Reduced> {
    value.items().map_or_else(|| vec![value], |items| items.iter().collect())
}

fn ends_with(key: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| key.ends_with(end))
}

/// Whether what stands under a key says nothing of what CloudFormation passes on.
fn is_told_elsewhere(key: &str) -> bool {
    key.ends_with("PolicyDocument") || matches!(key, "Environment" | "EnvironmentVariables" | "Tags")
}
