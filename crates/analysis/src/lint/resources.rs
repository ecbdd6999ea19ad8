//! Actions and resources that do not go together, and what is open to every resource.

use iam::{ActionBlock, ArnPattern, ResourceBlock};
use iam_reference::{AccessLevel, ActionFacts};

use super::services::{Granted, Services};
use super::{At, Placed, Policy, Sink, WithFix as _, is_allow, named};
use crate::code::Code;

pub(super) fn check(
    services: &Services,
    policy: &Policy<'_>,
    placed: &Placed,
    granted: &[Granted<'_>],
    sink: &mut Sink,
) {
    let Some(ResourceBlock::Resource(resources)) = &placed.statement.resource else { return };
    if placed.is_opaque || resources.is_empty() {
        return;
    }
    if resources.iter().any(ArnPattern::is_any) {
        if is_allow(placed) {
            check_all_open(policy, placed, granted, sink);
        }
        return;
    }
    // What could not be read may be what is missing.
    if matches!(placed.statement.action, ActionBlock::NotAction(_)) || policy.is_refused(placed, "Resource") {
        return;
    }
    for granted in granted {
        check_effect(services, policy, placed, granted, resources, sink);
    }
    check_used(services, policy, placed, granted, resources, sink);
}

/// An action on ARNs that cannot grant it.
fn check_effect(
    services: &Services,
    policy: &Policy<'_>,
    placed: &Placed,
    granted: &Granted<'_>,
    resources: &[ArnPattern],
    sink: &mut Sink,
) {
    // Of several actions, one that is granted makes the wildcard mean something.
    let (Some(first), true) = (
        granted.actions.first(),
        granted.actions.iter().all(|action| !takes_any(services, *action, resources)),
    ) else {
        return;
    };
    let at = At::action(&placed.statement, granted.pattern);
    let takes_none = granted.actions.iter().all(|action| action.resources().len() == 0);
    let finding = if takes_none {
        let verb = if is_allow(placed) { "grant" } else { "deny" };
        let message = format!(
            "by the service reference it takes no resource, so that a statement on ARNs does not {verb} it"
        );
        let fix = format!("{verb} it on `*`, in a statement of its own");
        policy.finding(placed, Code::NoResourceTypes, at, message).with_fix(fix)
    } else {
        let types = types_of(*first);
        let message = format!("it takes {}, and no ARN of the statement is of that type", named(&types));
        policy
            .finding(placed, Code::WrongResourceType, at, message)
            .with_fix(format!("name an ARN such as `{}`", example(*first)))
    };
    sink.push(finding);
}

fn takes_any(services: &Services, action: ActionFacts, resources: &[ArnPattern]) -> bool {
    resources.iter().any(|resource| services.takes(action, resource))
}

/// An ARN that no action can use.
fn check_used(
    services: &Services,
    policy: &Policy<'_>,
    placed: &Placed,
    granted: &[Granted<'_>],
    resources: &[ArnPattern],
    sink: &mut Sink,
) {
    // Of an action without facts nobody knows what it takes, nor of one that could not be read.
    if granted.iter().any(|granted| granted.actions.is_empty()) || policy.is_refused(placed, "Action") {
        return;
    }
    let element = placed.statement.resource.as_ref().map_or("Resource", ResourceBlock::element);
    for resource in resources {
        let is_used = granted
            .iter()
            .flat_map(|granted| &granted.actions)
            .any(|action| services.takes(*action, resource));
        if !is_used {
            let message = format!("no action of the statement works on `{resource}`");
            let at = At::resource(element, resource.as_str());
            sink.push(
                policy
                    .finding(placed, Code::UnusedResource, at, message)
                    .with_fix("remove it, or correct it"),
            );
        }
    }
}

/// Actions on every resource.
fn check_all_open(policy: &Policy<'_>, placed: &Placed, granted: &[Granted<'_>], sink: &mut Sink) {
    if matches!(placed.statement.action, ActionBlock::NotAction(_)) {
        let message = "every action but the listed ones is allowed on every resource".to_owned();
        let at = At { element: placed.statement.action.element(), text: None, action: None };
        let finding = policy.finding(placed, Code::AnyResource, at, message);
        return sink.push(finding.with_fix("list the actions that are meant in `Action`"));
    }
    for granted in granted {
        check_open(policy, placed, granted, sink);
    }
}

/// An action on every resource that could be on some.
fn check_open(policy: &Policy<'_>, placed: &Placed, granted: &Granted<'_>, sink: &mut Sink) {
    if granted.pattern.service() == "*" {
        let message = "it stands for actions of every service, on every resource".to_owned();
        let at = At::action(&placed.statement, granted.pattern);
        let finding = policy.finding(placed, Code::AnyResource, at, message);
        return sink.push(finding.with_fix("list the actions that are meant"));
    }
    let scoped: Vec<ActionFacts> =
        granted.actions.iter().copied().filter(|action| action.resources().len() > 0).collect();
    let at = At::action(&placed.statement, granted.pattern);
    let writes: Vec<ActionFacts> = scoped.iter().copied().filter(|action| is_write(*action)).collect();
    let by_name: Vec<ActionFacts> = writes.iter().copied().filter(|action| !all_generated(*action)).collect();
    let (code, actions) = match (scoped.as_slice(), writes.as_slice(), by_name.as_slice()) {
        ([], ..) => return,
        (_, [], _) => (Code::AnyResourceRead, &scoped),
        (.., []) => (Code::GeneratedId, &writes),
        _ => (Code::AnyResource, &by_name),
    };
    let mut types: Vec<&str> = actions.iter().flat_map(|action| types_of(*action)).collect();
    types.sort_unstable();
    types.dedup();
    let stands_for = match (granted.pattern.has_wildcard(), actions.as_slice()) {
        (false, _) => "it".to_owned(),
        (true, [only]) => format!("`{}`, which it stands for,", only.as_str()),
        (true, several) => format!("{} of its actions", several.len()),
    };
    let message = match code {
        Code::GeneratedId => {
            format!(
                "{stands_for} can be limited to {}, whose ids AWS makes up: by tags or the account, not by names",
                named(&types)
            )
        }
        _ => format!("{stands_for} can be limited to {}", named(&types)),
    };
    sink.push(policy.finding(placed, code, at, message));
}

fn is_write(action: ActionFacts) -> bool {
    let levels = action.access_levels();
    let is_tagging = levels.contains(AccessLevel::Tagging);
    levels.contains(AccessLevel::Write) && !is_tagging || levels.contains(AccessLevel::PermissionsManagement)
}

fn all_generated(action: ActionFacts) -> bool {
    action.resources().all(|resource| resource.resource_type().has_generated_id())
}

fn types_of(action: ActionFacts) -> Vec<&'static str> {
    action.resources().map(|resource| resource.resource_type().name()).collect()
}

/// An ARN pattern that an action takes, from the reference.
fn example(action: ActionFacts) -> &'static str {
    let mut uses: Vec<_> = action.resources().collect();
    uses.sort_by_key(|resource| !resource.required());
    uses.first().and_then(|resource| resource.resource_type().arn_patterns().next()).unwrap_or("*")
}
