//! Every reason not to bootstrap, looked for before anything is touched.

use crate::account::Account;
use crate::environment::Environment;
use crate::expected::Expected;
use crate::identity::IdentityFinding;
use crate::mend::Mend;
use crate::plan::Route;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::stack::{Stack, StackStatus, parameter};
use crate::verify::{Finding, verify};

/// The most bytes of a template that a new account takes.
const INLINE_TEMPLATE_LIMIT: usize = 51_200;

/// Every reason that request, bundle and stack give.
pub(crate) fn refusals(
    expected: &Expected,
    request: &Request,
    stack: Option<&Stack>,
    route: Route,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if let Some(both) = request.trust.iter().flatten().find(|account| request.untrust.contains(account)) {
        refusals.push(Refusal::TrustedAndUntrusted(both.clone()));
    }
    if expected.body_bytes > INLINE_TEMPLATE_LIMIT {
        refusals.push(Refusal::TooLarge { bytes: expected.body_bytes });
    }
    let Some(stack) = stack else { return refusals };
    let status = &stack.stack_status;
    // What cannot change at all: nothing else is worth saying.
    if let Some(refusal) = cannot_change(status) {
        return vec![refusal];
    }
    refusals.extend(stack_refusals(expected, request, stack));
    if route == Route::ChangeSet && !request.other_options.is_empty() {
        let options = request.other_options.iter().map(|o| format!("`{o}`")).collect::<Vec<_>>().join(", ");
        refusals.push(Refusal::OptionsNeedTheCli(options));
    }
    refusals
}

/// Why a stack in that status cannot be changed, if it cannot.
pub(crate) fn cannot_change(status: &StackStatus) -> Option<Refusal> {
    if status.is_in_progress() {
        Some(Refusal::Busy(status.as_str().to_owned()))
    } else if status.must_be_deleted() {
        Some(Refusal::MustBeDeleted(status.as_str().to_owned()))
    } else if status.needs_continued_rollback() {
        Some(Refusal::ContinueRollback)
    } else {
        None
    }
}

/// What somebody did to the execution role behind CloudFormation's back, which a bootstrap would leave as it is.
///
/// Of a stack with this very bundle all is known that the role should have. Of one with another bundle of ours it is
/// known that the role has no inline policies, and no managed ones but its own and those that were given.
pub fn drift(
    environment: &Environment,
    expected: &Expected,
    account: &Account,
    mend: &Mend<'_>,
) -> Option<Refusal> {
    let stack = account.stack.as_ref().filter(|stack| !stack.stack_status.is_in_progress())?;
    if stack.parameter(parameter::VARIANT) != Some(expected.variant.as_str()) {
        return None;
    }
    let is_this_bundle = stack.output("BootstrapPolicyHash") == Some(expected.hash.to_string().as_str());
    let own = expected.policy_arn_prefix(environment);
    let given = stack.list(parameter::EXECUTION_POLICIES);
    let is_foreign = |arn: &String| !arn.starts_with(&own) && !given.contains(arn);
    let findings: Vec<Finding> = verify(environment, expected, account)
        .into_iter()
        .filter(|finding| match finding {
            Finding::Role(IdentityFinding::Attached { arn }) => is_this_bundle || is_foreign(arn),
            Finding::Role(IdentityFinding::Inline { .. }) => true,
            other => is_this_bundle && other.is_drift(),
        })
        .collect();
    if findings.is_empty() {
        return None;
    }
    let changes = findings.iter().map(ToString::to_string).collect();
    let commands = findings.iter().flat_map(|finding| finding.mending(mend)).collect();
    Some(Refusal::Drift { who: "the execution role", changes, commands })
}

/// What the stack holds that we would not change without being told to.
fn stack_refusals(expected: &Expected, request: &Request, stack: &Stack) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let ours = expected.qualifier.clone();
    if let Some(found) = stack.parameter(parameter::QUALIFIER).filter(|found| *found != ours) {
        refusals.push(Refusal::OtherQualifier { found: found.to_owned(), ours });
    }
    // The CDK's own word for a stack whose template has no variant.
    let found = stack.parameter(parameter::VARIANT).unwrap_or("AWS CDK: Default Resources");
    if found != expected.variant && !request.adopt {
        refusals.push(Refusal::OtherVariant { found: found.to_owned(), ours: expected.variant.clone() });
    }
    let stored = stack.list(parameter::EXECUTION_POLICIES);
    if !stored.is_empty() && request.execution_policies.is_none() && !request.adopt {
        refusals.push(Refusal::StoredExecutionPolicies(stored.join(",")));
    }
    let compute_types = stack.list(parameter::COMPUTE_TYPES);
    if let Some(unknown) =
        unknown_compute_type(expected, &compute_types).filter(|_| !request.compute_types_given)
    {
        let allowed = expected.allowed_compute_types().iter().map(ToString::to_string).collect::<Vec<_>>();
        let (found, allowed) = (compute_types.join(","), allowed.join(", "));
        refusals.push(Refusal::StoredComputeTypes { found, unknown, allowed });
    }
    if let Some(found) = stack.bootstrap_version().filter(|found| *found > expected.bootstrap_version)
        && !request.force
    {
        refusals.push(Refusal::NewerBootstrap { found, ours: expected.bootstrap_version });
    }
    if let Some(found) = stack.policy_version().filter(|found| *found > expected.version) {
        refusals.push(Refusal::NewerPolicies { found, ours: expected.version.clone() });
    }
    refusals
}

/// The first stored compute type that there is no policy for.
pub(crate) fn unknown_compute_type(expected: &Expected, stored: &[String]) -> Option<String> {
    let allowed = expected.allowed_compute_types();
    stored.iter().find(|item| !allowed.iter().any(|known| known.as_str() == item.as_str())).cloned()
}
