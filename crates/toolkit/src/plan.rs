//! [`plan`]: what a bootstrap would do to the stack, or why it would not.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::environment::Environment;
use crate::expected::Expected;
use crate::refusal::Refusals;
use crate::refuse::{refusals, unknown_compute_type};
use crate::request::Request;
use crate::stack::{Stack, parameter};

/// What happens to the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// There is none yet.
    Create,
    /// It changes.
    Update,
    /// It is as it should be.
    Nothing,
}

/// Who brings the template to the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// The CDK CLI; a change set sets afterwards what it cannot.
    CdkCli {
        /// It needs `--force`: it would refuse the stack's variant otherwise.
        force: bool,
    },
    /// A change set alone: the CDK CLI would refuse.
    ChangeSet,
}

/// A value that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The parameter's or output's name.
    pub name: String,
    /// The value now; `None` where the stack does not have it.
    pub from: Option<String>,
    /// The value afterwards.
    pub to: String,
}

/// What a bootstrap would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Where.
    pub environment: Environment,
    /// What happens to the stack.
    pub action: Action,
    /// How.
    pub route: Route,
    /// Parameters that change.
    pub parameters: Vec<Change>,
    /// Versions and hash that change.
    pub outputs: Vec<Change>,
    /// ARNs of policies that the execution role gets.
    pub attached: Vec<String>,
    /// ARNs of policies that the execution role loses.
    pub detached: Vec<String>,
    /// Parameters that a change set sets, because the CDK CLI cannot.
    pub finish: BTreeMap<String, String>,
    /// Every parameter that is decided here, with its value afterwards.
    pub desired: BTreeMap<String, String>,
    /// What is taken away, a sentence each: worth a question.
    pub taken_away: Vec<String>,
    /// Bytes of the template as it is sent.
    pub body_bytes: usize,
}

impl Plan {
    /// ARNs of the policies that the execution role has afterwards, in order.
    pub fn policies(&self, expected: &Expected) -> Vec<String> {
        let given = self.list(parameter::EXECUTION_POLICIES);
        if given.is_empty() {
            let compute_types = self.list(parameter::COMPUTE_TYPES);
            let policies = expected.policies(&compute_types);
            policies.iter().map(|policy| expected.policy_arn(&self.environment, policy.name)).collect()
        } else {
            given
        }
    }

    /// The items of a list parameter afterwards.
    pub fn list(&self, name: &str) -> Vec<String> {
        self.desired.get(name).map(|list| crate::stack::split(list)).unwrap_or_default()
    }
}

/// Plans a bootstrap of the environment whose toolkit stack is `stack` and whose execution role has these
/// policies now.
pub fn plan(
    environment: &Environment,
    expected: &Expected,
    request: &Request,
    stack: Option<&Stack>,
    attached_now: &[String],
) -> Result<Plan, Refusals> {
    // A change set that was never executed left nothing but a name. The CDK CLI takes that for a stack of the
    // default variant.
    let is_only_reviewed = stack.is_some_and(|stack| stack.stack_status.is_only_reviewed());
    let stack = stack.filter(|_| !is_only_reviewed);
    let desired = desired(expected, request, stack);
    let left_by_cli = left_by_cli(&desired, request, stack);
    let route = match route(request, &desired, &left_by_cli, stack, expected) {
        Route::CdkCli { .. } if is_only_reviewed => Route::CdkCli { force: !request.force },
        // What is left to be reviewed is one change set: that of the CDK CLI would lack what it cannot set.
        Route::CdkCli { .. } if is_one_change_set(request, &desired, &left_by_cli, stack) => Route::ChangeSet,
        // By itself the variant is a parameter that no resource uses: CloudFormation may find nothing to change in it.
        // With the template it goes in one change set, where nothing needs the CDK CLI.
        Route::CdkCli { force: true }
            if request.other_options.is_empty() && !request.no_previous_parameters && stack.is_some() =>
        {
            Route::ChangeSet
        }
        route => route,
    };
    let refusals = refusals(expected, request, stack, route);
    if !refusals.is_empty() {
        return Err(Refusals::of(refusals));
    }
    let mut plan = Plan {
        environment: environment.clone(),
        action: Action::Create,
        route,
        parameters: parameter_changes(&desired, &reset(expected, request, &desired, stack), stack),
        outputs: output_changes(expected, &desired, stack),
        attached: Vec::new(),
        detached: Vec::new(),
        finish: finish(&desired, &left_by_cli, route),
        desired,
        taken_away: Vec::new(),
        body_bytes: expected.body_bytes,
    };
    let policies = plan.policies(expected);
    plan.attached = policies.iter().filter(|arn| !attached_now.contains(arn)).cloned().collect();
    plan.detached = attached_now.iter().filter(|arn| !policies.contains(arn)).cloned().collect();
    if stack.is_some() {
        let changes = !plan.parameters.is_empty() || !plan.outputs.is_empty();
        let policies_change = !plan.attached.is_empty() || !plan.detached.is_empty();
        plan.action = if changes || policies_change { Action::Update } else { Action::Nothing };
    }
    plan.taken_away = taken_away(&plan, stack);
    Ok(plan)
}

/// Whether a change set of ours is all that `--no-execute` should leave.
fn is_one_change_set(
    request: &Request,
    desired: &BTreeMap<String, String>,
    left_by_cli: &BTreeMap<String, String>,
    stack: Option<&Stack>,
) -> bool {
    let carries_all = request.other_options.is_empty() && !request.no_previous_parameters;
    request.no_execute && stack.is_some() && carries_all && desired != left_by_cli
}

/// What the parameters shall be in the end.
fn desired(expected: &Expected, request: &Request, stack: Option<&Stack>) -> BTreeMap<String, String> {
    let stored = |name: &str| stack.map(|stack| stack.list(name)).unwrap_or_default();
    let trust = |given: &Option<Vec<String>>, name: &str| {
        let all = given.clone().unwrap_or_else(|| stored(name));
        all.into_iter().filter(|account| !request.untrust.contains(account)).collect::<Vec<_>>().join(",")
    };
    let stored_boundary =
        stack.and_then(|s| s.parameter(parameter::BOUNDARY)).filter(|_| !request.no_previous_parameters);
    // In another order the list says the same, and CloudFormation would have nothing to change.
    let stored_types = stored(parameter::COMPUTE_TYPES);
    let is_same = |a: &[String], b: &[String]| a.len() == b.len() && a.iter().all(|item| b.contains(item));
    let types =
        if is_same(&stored_types, &request.compute_types) { &stored_types } else { &request.compute_types };
    let compute_types = types.join(",");
    let boundary = request.permissions_boundary.as_deref().or(stored_boundary).unwrap_or_default();
    [
        (parameter::COMPUTE_TYPES, compute_types),
        (parameter::VARIANT, expected.variant.clone()),
        (parameter::EXECUTION_POLICIES, request.execution_policies.clone().unwrap_or_default().join(",")),
        (parameter::TRUSTED, trust(&request.trust, parameter::TRUSTED)),
        (parameter::TRUSTED_FOR_LOOKUP, trust(&request.trust_for_lookup, parameter::TRUSTED_FOR_LOOKUP)),
        (parameter::QUALIFIER, expected.qualifier.clone()),
        (parameter::BOUNDARY, boundary.to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// What the CDK CLI would leave the parameters at, when it is given everything but `--trust` and `--untrust`
/// (it refuses trusted accounts without execution policies).
fn left_by_cli(
    desired: &BTreeMap<String, String>,
    request: &Request,
    stack: Option<&Stack>,
) -> BTreeMap<String, String> {
    desired
        .iter()
        .map(|(name, value)| {
            let stored = stack.and_then(|stack| stack.parameter(name));
            let left = match name.as_str() {
                // Sent from what is stored, whatever else is reset.
                parameter::EXECUTION_POLICIES | parameter::TRUSTED
                    if request.execution_policies.is_none() =>
                {
                    stored.unwrap_or_default().to_owned()
                }
                // Never sent: kept as stored, or the default of the template, which is made for this run.
                parameter::COMPUTE_TYPES | parameter::VARIANT if !request.no_previous_parameters => {
                    stored.unwrap_or(value).to_owned()
                }
                parameter::TRUSTED_FOR_LOOKUP if request.execution_policies.is_none() => request
                    .trust_for_lookup
                    .as_ref()
                    .map_or(stored.unwrap_or_default().to_owned(), |l| l.join(",")),
                // An empty one is not sent.
                parameter::BOUNDARY if value.is_empty() && !request.no_previous_parameters => {
                    stored.unwrap_or_default().to_owned()
                }
                _ => value.clone(),
            };
            (name.clone(), left)
        })
        .collect()
}

fn route(
    request: &Request,
    desired: &BTreeMap<String, String>,
    left_by_cli: &BTreeMap<String, String>,
    stack: Option<&Stack>,
    expected: &Expected,
) -> Route {
    let is_empty = |name: &str| left_by_cli.get(name).is_none_or(String::is_empty);
    let trusts_alone = !is_empty(parameter::TRUSTED) && is_empty(parameter::EXECUTION_POLICIES);
    let bad_compute_types = stack
        .is_some_and(|stack| unknown_compute_type(expected, &stack.list(parameter::COMPUTE_TYPES)).is_some());
    if trusts_alone || bad_compute_types && !request.no_previous_parameters {
        return Route::ChangeSet;
    }
    let stored_variant = stack.and_then(|stack| stack.parameter(parameter::VARIANT));
    let other_variant =
        stack.is_some() && stored_variant != desired.get(parameter::VARIANT).map(String::as_str);
    Route::CdkCli { force: other_variant && !request.force }
}

fn finish(
    desired: &BTreeMap<String, String>,
    left_by_cli: &BTreeMap<String, String>,
    route: Route,
) -> BTreeMap<String, String> {
    match route {
        Route::ChangeSet => desired.clone(),
        Route::CdkCli { .. } => desired
            .iter()
            .filter(|(name, value)| left_by_cli.get(*name) != Some(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    }
}

/// Parameters that `--no-previous-parameters` puts back to the template's default, with that default. A bucket,
/// a key or a repository is replaced where its name changes.
fn reset(
    expected: &Expected,
    request: &Request,
    desired: &BTreeMap<String, String>,
    stack: Option<&Stack>,
) -> BTreeMap<String, String> {
    let is_reset = |name: &str, default: &str| {
        request.no_previous_parameters
            && !desired.contains_key(name)
            && stack.and_then(|stack| stack.parameter(name)).is_some_and(|stored| stored != default)
    };
    let defaults = expected.parameters.iter().filter(|(name, default)| is_reset(name, default));
    defaults.map(|(name, default)| (name.clone(), default.clone())).collect()
}

fn parameter_changes(
    desired: &BTreeMap<String, String>,
    reset: &BTreeMap<String, String>,
    stack: Option<&Stack>,
) -> Vec<Change> {
    let from = |name: &str| stack.and_then(|stack| stack.parameter(name)).map(str::to_owned);
    desired
        .iter()
        .chain(reset)
        .map(|(name, to)| Change { name: name.clone(), from: from(name), to: to.clone() })
        // What a stack does not have yet and stays empty is no change worth a line.
        .filter(|change| change.from.as_deref().unwrap_or_default() != change.to)
        .collect()
}

fn output_changes(
    expected: &Expected,
    desired: &BTreeMap<String, String>,
    stack: Option<&Stack>,
) -> Vec<Change> {
    let compute_types =
        desired.get(parameter::COMPUTE_TYPES).map(|l| crate::stack::split(l)).unwrap_or_default();
    [
        ("BootstrapVersion", expected.bootstrap_version.to_string()),
        ("BootstrapPolicyVersion", expected.version.to_string()),
        ("BootstrapPolicyHash", expected.hash.to_string()),
        ("BootstrapPolicySet", expected.set_output(&compute_types)),
    ]
    .into_iter()
    .map(|(name, to)| {
        let from = stack.and_then(|stack| stack.output(name)).map(str::to_owned);
        Change { name: name.to_owned(), from, to }
    })
    .filter(|change| change.from.as_ref() != Some(&change.to))
    .collect()
}

fn taken_away(plan: &Plan, stack: Option<&Stack>) -> Vec<String> {
    let Some(stack) = stack else { return Vec::new() };
    let mut lost = Vec::new();
    let stored = stack.list(parameter::EXECUTION_POLICIES);
    if !stored.is_empty() && plan.list(parameter::EXECUTION_POLICIES).is_empty() {
        lost.push(format!("the stored execution policies {} are cleared", stored.join(", ")));
    }
    let found = stack.parameter(parameter::VARIANT).unwrap_or("AWS CDK: Default Resources");
    if plan.desired.get(parameter::VARIANT).is_some_and(|ours| ours != found) {
        lost.push(format!("the variant `{found}` is taken over"));
    }
    let reset = plan.parameters.iter().filter(|change| !plan.desired.contains_key(&change.name));
    lost.extend(reset.map(|change| {
        let stored = change.from.as_deref().unwrap_or_default();
        format!("parameter {} loses `{stored}`, and what it names is replaced", change.name)
    }));
    if stack.parameter(parameter::BOUNDARY).is_some_and(|b| !b.is_empty())
        && plan.desired.get(parameter::BOUNDARY).is_some_and(String::is_empty)
    {
        lost.push("the permissions boundary is removed from the execution role".to_owned());
    }
    lost.extend(plan.detached.iter().map(|arn| format!("{arn} is detached from the execution role")));
    lost
}
