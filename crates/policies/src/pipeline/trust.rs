//! The trust policy of a pipeline's role: which tokens of GitHub's may assume it.

use iam::{
    AccountId, Condition, ConditionKey, Operator, Partition, PolicyDocument, PolicyKind, PrincipalType,
};
use iam_reference::actions::sts;

use super::values::Values;
use crate::trust::{TrustPolicyError, assumed_by};

/// The issuer of the tokens, and the name of its provider in an account.
const ISSUER: &str = "token.actions.githubusercontent.com";

/// Whom the tokens are for.
const AUDIENCE: &str = "sts.amazonaws.com";

/// The ARN of GitHub's OIDC provider in an account that has it.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html>
pub fn oidc_provider_arn(partition: Partition, account: &AccountId) -> String {
    format!("arn:{partition}:iam::{account}:oidc-provider/{ISSUER}")
}

/// The provider's ARN where the account is not known.
pub(super) fn unknown_provider(partition: Partition) -> String {
    format!("arn:{partition}:iam::ACCOUNT_ID:oidc-provider/{ISSUER}")
}

/// Lets tokens of one subject assume the role. Both claims are compared as they are: a pattern would let in what merely
/// begins alike.
///
/// <https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws>
pub(super) fn policy(values: &Values, provider: &str) -> Result<Option<PolicyDocument>, TrustPolicyError> {
    let Some(subject) = &values.subject else { return Ok(None) };
    let mut claims = Condition::default();
    for (claim, value) in [("aud", AUDIENCE), ("sub", subject)] {
        let key = ConditionKey::new(format!("{ISSUER}:{claim}"))?;
        claims.add(Operator::StringEquals.into(), key, [value.to_owned()])?;
    }
    let statement = assumed_by(PrincipalType::Federated, provider, sts::AssumeRoleWithWebIdentity, claims)?;
    Ok(Some(PolicyDocument::new(PolicyKind::Trust, vec![statement])?))
}
