//! Whether policies that are not asked would have a say: as far as the request shows it.

use iam::{Decision, Effect, PrincipalType};

use super::super::policies::{FULL_AWS_ACCESS, Policies};
use super::super::report::Answer;
use super::Code;

pub(super) fn check(answer: &Answer<'_>, policies: &Policies, keep: &mut impl FnMut(Code, String)) {
    let decision = answer.explanation.decision;
    if decision == Decision::DeniedByDefault {
        attached_otherwise(answer, policies, keep);
    }
    if let Decision::DeniedByScp { level } = decision {
        silent_level(level, policies, keep);
    }
    let caller = answer.asked.context.first("aws:PrincipalArn").unwrap_or_default();
    if !policies.scp_levels.is_empty() && caller.contains(":role/aws-service-role/") {
        keep(
            Code::ScpNotInForce,
            format!("SCPs do not affect service-linked roles such as `{caller}`: leave --scp out"),
        );
    }
    if decision.is_allowed() {
        allowed(answer, policies, keep);
    }
}

/// A policy of the target that would allow the request, but belongs to a compute type that is not asked for.
fn attached_otherwise(answer: &Answer<'_>, policies: &Policies, keep: &mut impl FnMut(Code, String)) {
    let Some(target) = &policies.target else { return };
    let Some((compute_type, policy)) = policies.unattached_that_allows(&answer.asked.request) else { return };
    let mut types: Vec<&str> = target.compute_types().iter().map(iam::ComputeType::as_str).collect();
    types.push(compute_type.as_str());
    keep(
        Code::ComputeType,
        format!(
            "policy `{}` would allow it and is attached with compute type `{compute_type}` only: give \
             --compute-types {}",
            policy.name,
            types.join(","),
        ),
    );
}

/// A level of SCPs that allows nothing to anybody.
fn silent_level(level: usize, policies: &Policies, keep: &mut impl FnMut(Code, String)) {
    let statements =
        policies.scp_levels.get(level).into_iter().flatten().map(|scp| scp.document.statements());
    if statements.flatten().all(|statement| statement.effect == Effect::Deny) {
        keep(
            Code::SilentScpLevel,
            format!(
                "SCP level {} denies everything, as none of its policies allows anything: unless it was taken away \
                 AWS's own is attached there as well, which `--scp {FULL_AWS_ACCESS},FILE` adds",
                level + 1
            ),
        );
    }
}

/// What else AWS asks before it allows a request.
fn allowed(answer: &Answer<'_>, policies: &Policies, keep: &mut impl FnMut(Code, String)) {
    let request = &answer.asked.request;
    let (action, resource) = (request.action(), request.resource());
    if policies.trust.is_some() {
        if let Some(principal) =
            request.principal().filter(|principal| principal.kind() == PrincipalType::Aws)
        {
            keep(
                Code::CallersPolicy,
                format!(
                    "an identity-based policy of `{principal}` must allow `{action}` as well, unless it is in the \
                     role's account and the trust policy names it itself"
                ),
            );
        }
        return;
    }
    let context = &answer.asked.context;
    let caller = context.first("aws:PrincipalArn").unwrap_or_default();
    let callers_account = context.first("aws:PrincipalAccount").or_else(|| account(caller));
    let owner = account(resource).or_else(|| context.first("aws:ResourceAccount"));
    if let (Some(one), Some(other)) = (callers_account, owner)
        && one != other
    {
        keep(
            Code::CrossAccount,
            format!(
                "`{resource}` is in account {other} and the caller in {one}: a resource-based policy there must allow \
                 it as well, and is not asked"
            ),
        );
    }
    let lower = action.to_ascii_lowercase();
    if lower.starts_with("kms:") && resource.contains(":key/") {
        keep(
            Code::ResourcePolicy,
            format!(
                "the key policy of `{resource}` must allow it as well, or leave it to IAM, and is not asked"
            ),
        );
    }
    if lower.starts_with("sts:assumerole") && resource.contains(":role/") {
        keep(
            Code::ResourcePolicy,
            format!("the trust policy of `{resource}` must allow it as well: ask it with --trust"),
        );
    }
    if caller.contains(":assumed-role/") || caller.contains(":federated-user/") {
        keep(
            Code::SessionPolicy,
            format!(
                "`{caller}` is a session: session policies that it was made with may allow less, and are not asked"
            ),
        );
    }
}

/// The account in an ARN.
fn account(arn: &str) -> Option<&str> {
    let account = arn.split(':').nth(4)?;
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then_some(account)
}
