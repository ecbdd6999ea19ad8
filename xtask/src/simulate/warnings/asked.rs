//! Whether AWS would ask its policies for that action on that resource.

use analysis::Shape;
use iam::ArnPattern;
use iam_reference::{ActionFacts, ResourceType, exists, lookup, nearest_action, service};

use super::super::policies::Policies;
use super::super::report::Answer;
use super::Code;

pub(super) fn check(answer: &Answer<'_>, policies: &Policies, keep: &mut impl FnMut(Code, String)) {
    let request = &answer.asked.request;
    let (action, resource) = (request.action(), request.resource());
    if !exists(action) {
        let hint = match nearest_action(action) {
            Some(nearest) => format!("is it `{nearest}`?"),
            None => "AWS may not have it".to_owned(),
        };
        keep(Code::UnknownAction, format!("`{action}` is in no reference of AWS's actions: {hint}"));
    }
    // The role is the resource, and statements of a trust policy name none.
    if policies.trust.is_some() {
        return;
    }
    if resource != "*" && resource.contains(['*', '?']) {
        keep(
            Code::WildcardInResource,
            format!(
                "`*` and `?` in `{resource}` are taken as these very characters, as a request asks for one \
                 resource: name one"
            ),
        );
    }
    let Some(facts) = lookup(action) else { return };
    let types: Vec<ResourceType> = facts.resources().map(iam_reference::ResourceUse::resource_type).collect();
    if resource == "*" {
        // What is allowed on `*` is allowed everywhere, unless a statement tells resources apart.
        let is_certain = answer.explanation.decision.is_allowed() && !policies.tell_resources_apart();
        if facts.resources().any(iam_reference::ResourceUse::required) && !is_certain {
            let patterns = arn_patterns(&types);
            keep(
                Code::ResourceNeeded,
                format!("AWS asks `{action}` on an ARN and not on `*`: give --resource, such as {patterns}"),
            );
        }
    } else if types.is_empty() {
        keep(
            Code::NoResourceTypes,
            format!("AWS asks `{action}` on `*` and on no ARN: leave --resource out"),
        );
    } else if let Some(reason) = not_of(facts, &types, resource) {
        keep(Code::OtherResourceType, reason);
    }
}

/// Why an ARN is of none of the resource types of an action, if that is so.
///
/// What follows a further colon, the version of a function for example, is asked on where the reference does not say
/// so, too.
fn not_of(facts: ActionFacts, types: &[ResourceType], resource: &str) -> Option<String> {
    let arn = ArnPattern::parse(resource).ok()?;
    let service = service(facts.service_prefix())?;
    let is_of = |own: &ResourceType| Shape::of(service, *own).iter().any(|shape| shape.meets(&arn));
    if types.iter().any(is_of) {
        return None;
    }
    let actual: Vec<ResourceType> = service.resource_types().filter(is_of).collect();
    let taken = || types.iter().flat_map(|own| own.arn_patterns());
    let qualifies = |own: &str| {
        taken().any(|pattern| own.strip_prefix(pattern).is_some_and(|rest| rest.starts_with(':')))
    };
    if actual.iter().flat_map(|own| own.arn_patterns()).any(qualifies) {
        return None;
    }
    let action = facts.as_str();
    let is = match actual.first() {
        Some(own) => format!("which is the ARN of a resource of type `{}`", own.name()),
        None => format!("which is no ARN of `{}`", facts.service_prefix()),
    };
    let asked = arn_patterns(types);
    Some(format!("by the reference AWS does not ask `{action}` on `{resource}`, {is}: it asks on {asked}"))
}

/// The ARNs of the types, some of them where there are many.
fn arn_patterns(types: &[ResourceType]) -> String {
    const MOST: usize = 3;
    let patterns: Vec<&str> = types.iter().flat_map(|own| own.arn_patterns()).collect();
    let shown: Vec<String> = patterns.iter().take(MOST).map(|pattern| format!("`{pattern}`")).collect();
    match patterns.len().checked_sub(MOST) {
        Some(more @ 1..) => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}
