//! [`Kind`]: what the actions of a resource type's own service call it.

use std::collections::BTreeMap;

use iam_reference::{
    AccessLevel, ActionFacts, CloudFormationType, Permission, PermissionKind, Phase, lookup, service,
};

use iam::ActionPattern;

use super::words::{normal, verb_and_noun, without_whole};

/// The verbs that make a resource or a part of it.
const CREATING: [&str; 23] = [
    "Create",
    "Put",
    "Register",
    "Allocate",
    "Publish",
    "Run",
    "Associate",
    "Attach",
    "Add",
    "Enable",
    "Start",
    "Import",
    "Set",
    "Issue",
    "Request",
    "Authorize",
    "Subscribe",
    "Post",
    "Upload",
    "Provision",
    "Activate",
    "Define",
    "Accept",
];

/// The verbs that change one.
const CHANGING: [&str; 13] = [
    "Update",
    "Modify",
    "Put",
    "Set",
    "Change",
    "Replace",
    "Register",
    "Publish",
    "Alter",
    "Reset",
    "Add",
    "Associate",
    "Authorize",
];

/// The verbs that end one.
const ENDING: [&str; 13] = [
    "Delete",
    "Remove",
    "Deregister",
    "Release",
    "Terminate",
    "Disassociate",
    "Detach",
    "Disable",
    "Unsubscribe",
    "Schedule",
    "Revoke",
    "Stop",
    "Cancel",
];

/// The verbs that can put something back.
const RESETTING: [&str; 2] = ["Put", "Set"];

/// The verbs that look.
const READING: [&str; 8] = ["Get", "Describe", "List", "Lookup", "Batch", "View", "Search", "Head"];

/// The verbs that make a resource of something else than its properties.
const OTHER_WAYS: [&str; 4] = ["Import", "Restore", "Copy", "Clone"];

/// The verbs that take a part away on an update.
const REMOVING: [&str; 6] = ["Delete", "Remove", "Disassociate", "Detach", "Revoke", "Disable"];

/// A resource type by the words of its service's actions.
pub(super) struct Kind {
    /// The prefix of the service whose resource it is: that which its handlers call most.
    pub(super) service: &'static str,
    /// What it is called, in normal form: the last part of the type's name, or what the data says instead.
    pub(super) noun: String,
    /// The same behind the name of the service: `UserPool` is a `CognitoUserPool`.
    long_noun: String,
    /// What the one action is about that creates it, where no action has its noun: `AgentRuntime`.
    alias: Option<String>,
}

/// An action that a handler may call.
#[derive(Clone, Copy)]
pub(super) struct Called {
    /// `service:Name`.
    pub(super) action: &'static str,
    /// What the reference says of it; none when all that is known is that it exists.
    pub(super) facts: Option<ActionFacts>,
}

impl Called {
    /// An action that the reference knows, in any case.
    pub(super) fn of(action: &str) -> Option<Self> {
        let facts = lookup(action)?;
        Some(Self { action: facts.as_str(), facts: Some(facts) })
    }

    pub(super) fn service(self) -> &'static str {
        self.action.split_once(':').unwrap_or_default().0
    }

    pub(super) fn name(self) -> &'static str {
        self.action.split_once(':').unwrap_or_default().1
    }

    /// The first word of the name.
    pub(super) fn verb(self) -> &'static str {
        verb_and_noun(self.name()).0
    }

    /// The name without its first word.
    pub(super) fn noun(self) -> &'static str {
        verb_and_noun(self.name()).1
    }

    /// Whether it only looks.
    pub(super) fn only_reads(self) -> bool {
        let looks = |level| matches!(level, AccessLevel::List | AccessLevel::Read);
        READING.contains(&self.verb())
            || self.facts.is_some_and(|facts| facts.access_levels().iter().all(looks))
    }

    /// Whether it changes tags and nothing else.
    pub(super) fn only_tags(self) -> bool {
        let tags = |facts: ActionFacts| facts.access_levels().contains(AccessLevel::Tagging);
        // OpenSearch Serverless has them as `Write`.
        (self.name().contains("Tag") || self.verb() == "Untag")
            && (self.facts.is_some_and(tags) || self.name().ends_with("agResource"))
    }

    /// Whether it makes a resource of something else than its properties, such as a backup.
    pub(super) fn is_another_way(self) -> bool {
        OTHER_WAYS.contains(&self.verb())
    }

    /// Whether it takes a part of a resource away, or a tag.
    pub(super) fn removes(self) -> bool {
        REMOVING.contains(&self.verb()) || self.verb() == "Untag"
    }

    /// Whether a phase after create does with it what create began: `StartSchemaCreation` again, or its end.
    pub(super) fn goes_on_with(self, phase: Phase) -> bool {
        match phase {
            Phase::Update => self.verb() != "Create" && !ENDING.contains(&self.verb()),
            Phase::Delete => self.is_of(phase),
            _ => false,
        }
    }

    /// Whether its verb is one of a phase, or looks.
    pub(super) fn is_of(self, phase: Phase) -> bool {
        let verbs: &[&str] = match phase {
            Phase::Create => &CREATING,
            Phase::Update => &CHANGING,
            Phase::Delete => &ENDING,
            Phase::Read | Phase::List => &[],
        };
        // What has no end of its own is put back to what it is by default.
        let resets = phase == Phase::Delete && RESETTING.contains(&self.verb());
        resets || verbs.contains(&self.verb()) || READING.contains(&self.verb())
    }
}

/// The actions that the handler of a phase may call. A pattern stands for each action that it matches; what no
/// source knows as an action cannot be granted, and is left out.
pub(super) fn called(kind: CloudFormationType, phase: Phase) -> Vec<Called> {
    let mut all = Vec::new();
    for permission in kind.permissions(phase) {
        match permission.kind() {
            PermissionKind::Known => {
                let action = permission.as_str();
                all.push(Called { action, facts: lookup(action) });
            }
            PermissionKind::Wildcard => all.extend(matching(permission)),
            PermissionKind::Unknown => {}
        }
    }
    all
}

fn matching(permission: Permission) -> impl Iterator<Item = Called> {
    let pattern = ActionPattern::parse(permission.as_str()).ok();
    let service = pattern.as_ref().and_then(|pattern| service(pattern.service()));
    let actions = service.into_iter().flat_map(iam_reference::Service::actions);
    let found =
        actions.filter(move |facts| pattern.as_ref().is_some_and(|pattern| pattern.matches(facts.as_str())));
    found.map(|facts| Called { action: facts.as_str(), facts: Some(facts) })
}

impl Kind {
    /// The words of a resource type; `noun` is what the data calls it.
    pub(super) fn new(kind: CloudFormationType, noun: Option<&str>) -> Self {
        let mut parts = kind.name().split("::").skip(1);
        let (of, last) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let service = own_service(kind, of, &normal(last));
        let noun = noun.unwrap_or(last);
        let long_noun = normal(&format!("{of}{noun}"));
        let mut own = Self { service, noun: normal(noun), long_noun, alias: None };
        own.alias = own.find_alias(kind);
        own
    }

    /// Whether an action's noun is the resource type itself.
    pub(super) fn is_exactly(&self, noun: &str) -> bool {
        let noun = normal(noun);
        noun == self.noun || noun == self.long_noun
    }

    /// Whether an action's noun is the resource type, its alias, or all of one: `DeliveryConfiguration`.
    pub(super) fn is_own(&self, noun: &str) -> bool {
        let whole = without_whole(noun);
        let is_alias = |noun: &str| self.alias.as_deref() == Some(noun);
        self.is_exactly(noun) || whole == self.noun || is_alias(&whole) || is_alias(&normal(noun))
    }

    /// The noun of the one creating action that is longer or shorter than the type's, where none is the same.
    fn find_alias(&self, kind: CloudFormationType) -> Option<String> {
        let mut found: Vec<String> = Vec::new();
        for called in called(kind, Phase::Create) {
            let noun = normal(called.noun());
            let creates = CREATING.contains(&called.verb()) && !called.only_reads() && !called.only_tags();
            if called.service() != self.service || !creates || noun.is_empty() {
                continue;
            }
            if noun == self.noun {
                return None;
            }
            let is_longer = noun.ends_with(&self.noun) || (self.noun.len() > 5 && noun.contains(&self.noun));
            let is_shorter = self.noun.ends_with(&noun) || (noun.len() > 5 && self.noun.contains(&noun));
            if noun.len() >= 4 && (is_longer || is_shorter) && !found.contains(&noun) {
                found.push(noun);
            }
        }
        if found.len() == 1 { found.pop() } else { None }
    }
}

/// The service prefix that is in a type's lists most often; one that is the service of the type's name, or has the
/// type's noun, counts for more.
fn own_service(kind: CloudFormationType, of: &str, noun: &str) -> &'static str {
    let mut weights: BTreeMap<&'static str, usize> = BTreeMap::new();
    for phase in Phase::ALL {
        for permission in kind.permissions(phase) {
            if permission.kind() == PermissionKind::Unknown {
                continue;
            }
            let Some((prefix, name)) = permission.as_str().split_once(':') else { continue };
            let is_service = prefix.replace('-', "").eq_ignore_ascii_case(of);
            let is_noun = normal(verb_and_noun(name).1) == noun;
            let weight = 1 + 5 * usize::from(is_service) + 5 * usize::from(is_noun);
            *weights.entry(prefix).or_default() += weight;
        }
    }
    // Of equals the first by the alphabet.
    let heaviest = weights.into_iter().rev().max_by_key(|(_, weight)| *weight);
    heaviest.map_or("", |(prefix, _)| prefix)
}
