//! Condition keys that no request has, operators that compare another type, and `iam:PassRole` to any service.

use iam::{ActionBlock, ArnPattern, ConditionOperator, Operator, PrincipalType, ResourceBlock};
use iam_reference::{ValueType, global_condition_keys, nearest_condition_key, service};

use super::services::Granted;
use super::{At, Placed, Policy, Sink, WithFix as _, is_allow};
use crate::code::Code;

mod values;

pub(super) fn check(policy: &Policy<'_>, placed: &Placed, granted: &[Granted<'_>], sink: &mut Sink) {
    for (operator, keys) in placed.statement.condition.operators() {
        for key in keys.keys() {
            check_key(policy, placed, granted, (operator, key.as_str()), sink);
        }
        values::check(policy, placed, (operator, keys), sink);
    }
    check_pass_role(policy, placed, granted, sink);
}

fn check_key(
    policy: &Policy<'_>,
    placed: &Placed,
    granted: &[Granted<'_>],
    (operator, key): (ConditionOperator, &str),
    sink: &mut Sink,
) {
    let name = operator.to_string();
    let known = known_as(placed, granted, key);
    let (code, message) = match known {
        Known::With(value_type) if !compares(operator.operator, value_type) => (
            Code::OperatorTypeMismatch,
            format!("`{name}` does not compare `{key}`, whose type is {value_type}"),
        ),
        Known::With(_) | Known::OfUnknownType => return,
        Known::Nowhere => (
            Code::UnknownConditionKey,
            format!(
                "no action of the statement has the condition key `{key}`, so that it is never in a request"
            ),
        ),
    };
    let block = placed.pointer.join("Condition").join(&name);
    let mut finding =
        policy.finding(placed, code, At { element: "Condition", text: None, action: None }, message);
    finding.place = policy.place(&policy.source.document.item(&block, key), Some(&placed.label));
    let fix = match known {
        Known::With(value_type) => Some(format!("use an operator such as `{}`", fitting(value_type))),
        _ => nearest_condition_key(key)
            .filter(|nearest| !nearest.eq_ignore_ascii_case(key))
            .map(|nearest| format!("write `{nearest}`, if that is meant")),
    };
    sink.push(match fix {
        Some(fix) => finding.with_fix(fix),
        None => finding,
    });
}

/// What is known of a condition key in a statement.
#[derive(Clone, Copy)]
enum Known {
    /// A request can have it, with values of this type.
    With(ValueType),
    /// A request can have it.
    OfUnknownType,
    /// No request has it.
    Nowhere,
}

fn known_as(placed: &Placed, granted: &[Granted<'_>], key: &str) -> Known {
    if let Some(global) = global_condition_keys().find(|known| known.is_named(key)) {
        return Known::With(global.value_type());
    }
    // A provider's keys are its own: `token.actions.githubusercontent.com:sub`.
    let is_federated = placed.statement.principal.as_ref().is_some_and(names_a_provider);
    let prefix = key.split(':').next().unwrap_or_default();
    if is_federated && prefix.contains('.') {
        return Known::OfUnknownType;
    }
    let of_any_action = matches!(placed.statement.action, ActionBlock::NotAction(_))
        || granted.iter().any(|granted| granted.pattern.service() == "*")
        // No more is known of an action without facts.
        || granted.iter().any(|granted| granted.actions.is_empty() && iam_reference::exists(granted.pattern.as_str()));
    if of_any_action {
        let own =
            service(prefix).and_then(|service| service.condition_keys().find(|known| known.is_named(key)));
        return own.map_or(Known::OfUnknownType, |own| Known::With(own.value_type()));
    }
    let of_actions = granted.iter().flat_map(|granted| &granted.actions).find_map(|action| {
        let of_resources = action.resources().flat_map(|resource| {
            resource.condition_keys().chain(resource.resource_type().condition_keys()).collect::<Vec<_>>()
        });
        action.condition_keys().chain(of_resources).find(|known| known.is_named(key))
    });
    match of_actions {
        Some(own) => Known::With(own.value_type()),
        // Nothing can be said when no action of the statement is known.
        None if granted.iter().all(|granted| granted.actions.is_empty()) => Known::OfUnknownType,
        None => Known::Nowhere,
    }
}

fn names_a_provider(principal: &iam::Principal) -> bool {
    matches!(principal, iam::Principal::Named(names) if names.contains_key(&PrincipalType::Federated))
}

/// Whether an operator compares values of that type.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
fn compares(operator: Operator, value_type: ValueType) -> bool {
    use ValueType as T;
    let name = operator.as_str();
    let is = |start: &str| name.starts_with(start);
    match value_type {
        _ if operator == Operator::Null => true,
        T::ARN | T::ArrayOfARN => is("Arn") || is("String"),
        // The reference calls some ARNs and base64 texts strings.
        T::String | T::ArrayOfString => is("String") || is("Arn") || is("Binary"),
        T::Bool | T::ArrayOfBool => is("Bool"),
        // Times can be given in seconds.
        T::Date => is("Date") || is("Numeric"),
        T::Numeric => is("Numeric"),
        T::IPAddress => is("IpAddress") || is("NotIpAddress"),
    }
}

/// An operator that compares values of that type.
const fn fitting(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::ARN | ValueType::ArrayOfARN => "ArnLike",
        ValueType::String | ValueType::ArrayOfString => "StringEquals",
        ValueType::Bool | ValueType::ArrayOfBool => "Bool",
        ValueType::Date => "DateLessThan",
        ValueType::Numeric => "NumericEquals",
        ValueType::IPAddress => "IpAddress",
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService>
fn check_pass_role(policy: &Policy<'_>, placed: &Placed, granted: &[Granted<'_>], sink: &mut Sink) {
    let limits = |(operator, keys): (
        ConditionOperator,
        &std::collections::BTreeMap<iam::ConditionKey, Vec<String>>,
    )| {
        !operator.if_exists()
            && operator.operator != Operator::Null
            && keys.iter().any(|(key, values)| {
                let is_any = |value: &String| value == "*" && operator.operator == Operator::StringLike;
                key.as_str().eq_ignore_ascii_case("iam:PassedToService") && !values.iter().any(is_any)
            })
    };
    if !is_allow(placed) || placed.statement.condition.operators().any(limits) {
        return;
    }
    let action = &placed.statement.action;
    let at = match (action, granted.iter().find(|granted| granted.pattern.matches("iam:PassRole"))) {
        (ActionBlock::Action(_), Some(granted)) => At::action(&placed.statement, granted.pattern),
        (ActionBlock::NotAction(_), None) if allows_roles(placed) => {
            At { element: action.element(), text: None, action: None }
        }
        _ => return,
    };
    let message = if at.action.is_some() {
        "no condition says to which service a role may be passed"
    } else {
        "it allows `iam:PassRole`, and no condition says to which service a role may be passed"
    };
    let finding = policy.finding(placed, Code::PassRoleToAnyService, at, message.to_owned());
    sink.push(finding.with_fix("add a condition `StringEquals` of `iam:PassedToService`"));
}

/// Whether roles are among the resources of a statement that lists no actions.
fn allows_roles(placed: &Placed) -> bool {
    match &placed.statement.resource {
        Some(ResourceBlock::Resource(resources)) => {
            resources.iter().any(|resource| resource.is_any() || resource.segments()[1] == "iam")
        }
        Some(ResourceBlock::NotResource(resources)) => !resources.iter().any(ArnPattern::is_any),
        None => false,
    }
}
