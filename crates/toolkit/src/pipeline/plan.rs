//! [`plan_pipeline`]: what a deployment of a pipeline would change, or why it would not be made.

use serde::Serialize;

use super::{ExpectedPipeline, PipelineAccount, PipelineRefusal, PipelineRefusals};
use crate::environment::Environment;
use crate::identity::{Holder, IdentityFinding};
use crate::mend::Mend;
use crate::plan::{Action, Change};
use crate::refusal::Refusal;
use crate::refuse::cannot_change;
use crate::stack::Stack;

/// What a deployment of a pipeline would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PipelinePlan {
    /// Where.
    pub environment: Environment,
    /// The stack's name.
    pub stack_name: String,
    /// What happens to the stack.
    pub action: Action,
    /// The ARN of the role or user.
    pub principal: String,
    /// The mode, where it changes.
    pub mode: Option<Change>,
    /// Parameters that change.
    pub parameters: Vec<Change>,
    /// ARNs of policies that the role or user gets.
    pub attached: Vec<String>,
    /// ARNs of policies that the role or user loses.
    pub detached: Vec<String>,
    /// Policies that say something else afterwards.
    pub documents: Vec<DocumentChange>,
    /// How the trust policy changes, a phrase each.
    pub trust: Vec<String>,
    /// What is taken away, a sentence each: worth a question.
    pub taken_away: Vec<String>,
    /// Bytes of the template as it is sent.
    pub body_bytes: usize,
}

/// How a policy changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentChange {
    /// Its ARN.
    pub arn: String,
    /// How what it says now differs from what it shall say, a phrase each.
    pub differences: Vec<String>,
}

/// Plans a deployment to an account in that state. `policies` is the folder of the policies, for commands.
pub fn plan_pipeline(
    environment: &Environment,
    expected: &ExpectedPipeline,
    found: &PipelineAccount,
    mend: (&str, Option<&str>),
) -> Result<PipelinePlan, PipelineRefusals> {
    let refusals = refusals(environment, expected, found, mend);
    if !refusals.is_empty() {
        return Err(PipelineRefusals::of(refusals));
    }
    let stack = found.stack.as_ref().filter(|_| found.has_stack());
    let parameters = parameter_changes(expected, stack);
    let action = match stack {
        None => Action::Create,
        Some(_) if found.changed.is_empty() && parameters.is_empty() => Action::Nothing,
        Some(_) => Action::Update,
    };
    let mut plan = PipelinePlan {
        environment: environment.clone(),
        stack_name: expected.stack_name.clone(),
        action,
        principal: expected.principal_arn(&environment.account),
        mode: stack.and_then(|stack| mode_change(expected, stack)),
        parameters,
        attached: Vec::new(),
        detached: Vec::new(),
        documents: Vec::new(),
        trust: Vec::new(),
        taken_away: Vec::new(),
        body_bytes: expected.body_bytes,
    };
    if found.identity.is_none() {
        plan.attached = expected.identity(&environment.account).attached;
    }
    for finding in expected.findings(&environment.account, found) {
        match finding {
            IdentityFinding::NotAttached { arn } => plan.attached.push(arn),
            IdentityFinding::Attached { arn } => plan.detached.push(arn),
            IdentityFinding::Document { arn, differences, .. } => {
                plan.documents.push(DocumentChange { arn, differences });
            }
            IdentityFinding::Trust { differences, .. } => plan.trust = differences,
            // Each is drift, and refused.
            _ => {}
        }
    }
    plan.taken_away = taken_away(expected, found, &plan);
    Ok(plan)
}

fn parameter_changes(expected: &ExpectedPipeline, stack: Option<&Stack>) -> Vec<Change> {
    let value = |name: &str| stack.and_then(|stack| stack.parameter(name)).map(str::to_owned);
    let change =
        |name: &String, to: &String| Change { name: name.clone(), from: value(name), to: to.clone() };
    expected
        .parameters
        .iter()
        .map(|(name, to)| change(name, to))
        .filter(|change| change.from.as_ref() != Some(&change.to))
        .collect()
}

fn mode_change(expected: &ExpectedPipeline, stack: &Stack) -> Option<Change> {
    let mode = stack.output(&expected.mode_output);
    let to = expected.mode.clone();
    (mode != Some(&to)).then(|| Change { name: "mode".to_owned(), from: mode.map(str::to_owned), to })
}

/// Why a pipeline's stack would not be deleted.
pub fn refuse_deletion(
    environment: &Environment,
    expected: &ExpectedPipeline,
    found: &PipelineAccount,
    mend: (&str, Option<&str>),
) -> Result<(), PipelineRefusals> {
    let mut refusals = Vec::new();
    let Some(stack) = &found.stack else {
        // To say that there is nothing would be wrong: whoever deletes a pipeline wants it to end.
        refusals.extend(name_taken(environment, expected, found));
        return if refusals.is_empty() { Ok(()) } else { Err(PipelineRefusals::of(refusals)) };
    };
    if !is_ours(expected, found) {
        refusals.push(PipelineRefusal::NotOurs(expected.stack_name.clone()));
    } else if stack.stack_status.is_in_progress() {
        refusals.push(Refusal::Busy(stack.stack_status.as_str().to_owned()).into());
    } else {
        refusals.extend(access_keys(expected, found));
        // What hinders IAM from deleting the role or user: it has to lose all that CloudFormation does not know of.
        let hinders = |finding: &IdentityFinding| {
            matches!(
                finding,
                IdentityFinding::Attached { .. }
                    | IdentityFinding::Inline { .. }
                    | IdentityFinding::InGroup { .. }
            )
        };
        refusals.extend(drift(environment, expected, found, mend, hinders));
    }
    if refusals.is_empty() { Ok(()) } else { Err(PipelineRefusals::of(refusals)) }
}

fn refusals(
    environment: &Environment,
    expected: &ExpectedPipeline,
    found: &PipelineAccount,
    mend: (&str, Option<&str>),
) -> Vec<PipelineRefusal> {
    let mut refusals = Vec::new();
    let name = &expected.stack_name;
    if let Some(account) = expected.account.as_ref().filter(|account| **account != environment.account) {
        let (expected, found) = (account.clone(), environment.account.clone());
        refusals.push(PipelineRefusal::OtherAccount { expected, found });
    }
    if let Some(prefix) = expected.forbidden_prefix.as_ref()
        && name.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    {
        refusals.push(PipelineRefusal::WithinReach { name: name.clone(), prefix: prefix.clone() });
    }
    refusals.extend(found.missing_provider.clone().map(PipelineRefusal::NoProvider));
    match &found.stack {
        Some(stack) if found.has_stack() => {
            if !is_ours(expected, found) {
                refusals.push(PipelineRefusal::NotOurs(name.clone()));
            } else if let Some(refusal) = cannot_change(&stack.stack_status) {
                refusals.push(refusal.into());
            } else {
                refusals.extend(drift(environment, expected, found, mend, |_| true));
                // The user goes where a role takes its place.
                let is_replaced = matches!(expected.holder, Holder::Role(_));
                refusals.extend(access_keys(expected, found).filter(|_| is_replaced));
            }
        }
        _ => {
            match name_taken(environment, expected, found) {
                // Its policies are whose it is.
                Some(taken) => refusals.push(taken),
                None => refusals.extend(found.documents.keys().cloned().map(PipelineRefusal::PolicyTaken)),
            }
        }
    }
    refusals
}

/// Whether the stack's template says that it is a pipeline's; one that was never made has none yet.
fn is_ours(expected: &ExpectedPipeline, found: &PipelineAccount) -> bool {
    let description = found.stack.as_ref().and_then(|stack| stack.description.as_ref());
    !found.has_stack() || description == Some(&expected.description)
}

/// The refusal where there is a role or user of the name and the region's stack did not make it.
fn name_taken(
    environment: &Environment,
    expected: &ExpectedPipeline,
    found: &PipelineAccount,
) -> Option<PipelineRefusal> {
    let (holder, region) = (expected.holder.clone(), environment.region.clone());
    found.identity.as_ref().map(|_| PipelineRefusal::NameTaken { holder, region })
}

fn access_keys(expected: &ExpectedPipeline, found: &PipelineAccount) -> Option<PipelineRefusal> {
    let refusal = PipelineRefusal::AccessKeys { user: expected.stack_name.clone(), count: found.access_keys };
    (found.access_keys > 0).then_some(refusal)
}

/// What somebody did by hand, of the kinds that count.
fn drift(
    environment: &Environment,
    expected: &ExpectedPipeline,
    found: &PipelineAccount,
    (policies, profile): (&str, Option<&str>),
    counts: impl Fn(&IdentityFinding) -> bool,
) -> Vec<PipelineRefusal> {
    let account = &environment.account;
    let findings: Vec<_> = expected
        .findings(account, found)
        .into_iter()
        .filter(|finding| expected.is_drift(account, found, finding) && counts(finding))
        .collect();
    let mut refusals = Vec::new();
    let (mut changes, mut commands) = (Vec::new(), Vec::new());
    let mend = Mend { holder: &expected.holder, policies, profile };
    for finding in findings {
        match finding {
            IdentityFinding::NotThere(holder) => refusals.push(PipelineRefusal::Gone(holder)),
            IdentityFinding::NoPolicy { arn } => refusals.push(PipelineRefusal::PolicyGone(arn)),
            // A policy that somebody deleted has no document, and is not attached: it cannot be attached again.
            IdentityFinding::NotAttached { arn }
                if arn.starts_with(&expected.policy_arn_prefix(account))
                    && !found.documents.contains_key(&arn) =>
            {
                refusals.push(PipelineRefusal::PolicyGone(arn));
            }
            finding => {
                changes.push(finding.sentence(expected.who()));
                commands.extend(finding.mending(&mend));
            }
        }
    }
    if !changes.is_empty() {
        refusals.push(Refusal::Drift { who: expected.who(), changes, commands }.into());
    }
    refusals
}

fn taken_away(expected: &ExpectedPipeline, found: &PipelineAccount, plan: &PipelinePlan) -> Vec<String> {
    let mut lost = Vec::new();
    let other = match &expected.holder {
        Holder::Role(name) => Holder::User(name.clone()),
        Holder::User(name) => Holder::Role(name.clone()),
    };
    if found.differing.contains(&expected.other_id) {
        lost.push(format!("the {other} is deleted, and whoever uses it cannot deploy any more"));
    }
    lost.extend(plan.detached.iter().map(|arn| format!("{arn} is detached from {}", expected.who())));
    lost
}
