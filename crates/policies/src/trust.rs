//! The trust policy of a role that takes the policies without the bootstrap stack.

use std::collections::BTreeMap;

use iam::{
    Action, ActionBlock, ActionPattern, Condition, ConditionKey, ConditionKeyError, ConditionValueError,
    Effect, Errors, Operator, PolicyDocument, PolicyDocumentError, PolicyKind, Principal, PrincipalName,
    PrincipalNameError, PrincipalType, Statement,
};
use iam_reference::actions::sts;

use crate::target::Target;

/// Why there is no trust policy for a target.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TrustPolicyError {
    /// A bad condition key.
    #[error(transparent)]
    Key(#[from] ConditionKeyError),
    /// A bad condition value.
    #[error(transparent)]
    Value(#[from] ConditionValueError),
    /// The statements make no trust policy.
    #[error(transparent)]
    Document(#[from] Errors<PolicyDocumentError>),
    /// A bad principal.
    #[error(transparent)]
    Principal(#[from] PrincipalNameError),
}

/// Lets CloudFormation assume the role, and principals of the account that give the CDK's external id.
///
/// The account stands as the placeholder `ACCOUNT_ID`: the policy is for people to copy.
pub fn trust_policy(target: &Target) -> Result<PolicyDocument, TrustPolicyError> {
    let mut external_id = Condition::default();
    external_id.add(
        Operator::StringEquals.into(),
        ConditionKey::new("sts:ExternalId")?,
        [format!("cdk-{}", target.qualifier())],
    )?;
    let account = format!("arn:{}:iam::ACCOUNT_ID:root", target.partition());
    let statements = vec![
        assumed_by(
            PrincipalType::Service,
            "cloudformation.amazonaws.com",
            sts::AssumeRole,
            Condition::default(),
        )?,
        assumed_by(PrincipalType::Aws, &account, sts::AssumeRole, external_id)?,
    ];
    Ok(PolicyDocument::new(PolicyKind::Trust, statements)?)
}

/// Lets one principal assume the role, by that action.
pub(crate) fn assumed_by(
    kind: PrincipalType,
    name: &str,
    action: Action,
    condition: Condition,
) -> Result<Statement, PrincipalNameError> {
    let name = PrincipalName::new(kind, name)?;
    Ok(Statement {
        sid: None,
        effect: Effect::Allow,
        principal: Some(Principal::Named(BTreeMap::from([(kind, vec![name])]))),
        action: ActionBlock::Action(vec![ActionPattern::from(action)]),
        resource: None,
        condition,
    })
}
