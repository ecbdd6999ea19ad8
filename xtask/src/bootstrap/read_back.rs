//! Reading an account back: the bootstrap stack, the execution role, the policies.

use std::collections::BTreeMap;
use std::thread;

use anyhow::ensure;
use iam::AccountId;
use serde::Deserialize;
use serde_json::Value;
use toolkit::{Account, Environment, Expected, Identity, Stack, parameter};

use crate::aws::{Aws, AwsError};

/// Who calls.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Caller {
    account: String,
    arn: String,
}

impl Caller {
    /// Asks STS.
    pub fn of(aws: &Aws) -> Result<Self, AwsError> {
        aws.call(&["sts", "get-caller-identity"])
    }

    /// The caller's account.
    pub fn account(&self) -> anyhow::Result<AccountId> {
        Ok(self.account.parse()?)
    }

    /// The partition that the caller's ARN names.
    pub fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or_default()
    }
}

/// An error when the credentials are for another account than the environment's, or for another partition than the
/// policies.
pub fn refuse_other_account(
    caller: &Caller,
    environment: &Environment,
    expected: &Expected,
) -> anyhow::Result<()> {
    let account = caller.account()?;
    ensure!(
        account == environment.account,
        "the credentials are for account {account}: choose a profile for {}",
        environment.account
    );
    ensure!(
        caller.partition() == expected.partition.as_str(),
        "the account is in the partition `{}`, but the policies are for `{}`: set `partition` in {}",
        caller.partition(),
        expected.partition,
        crate::project::TARGET_FILE
    );
    Ok(())
}

/// The bootstrap stack; `None` where there is none.
pub fn stack(aws: &Aws, name: &str) -> Result<Option<Stack>, AwsError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Stacks {
        stacks: Vec<Stack>,
    }
    let stacks: Option<Stacks> =
        found(aws.call(&["cloudformation", "describe-stacks", "--stack-name", name]))?;
    Ok(stacks.and_then(|stacks| stacks.stacks.into_iter().next()))
}

/// The ARNs of the managed policies of a role; `None` where there is no such role.
pub fn attached(aws: &Aws, role: &str) -> Result<Option<Vec<String>>, AwsError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Policy {
        policy_arn: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Attached {
        attached_policies: Vec<Policy>,
    }
    let attached: Option<Attached> =
        found(aws.call(&["iam", "list-attached-role-policies", "--role-name", role]))?;
    Ok(attached.map(|a| a.attached_policies.into_iter().map(|policy| policy.policy_arn).collect()))
}

/// Everything that a bootstrap is judged by. Calls that do not depend on each other run side by side.
pub fn account(
    aws: &Aws,
    environment: &Environment,
    expected: &Expected,
    stack_name: &str,
) -> Result<Account, AwsError> {
    let role_name = expected.execution_role(environment);
    let (stack, attached, inline, facts, versions) = thread::scope(|scope| {
        let stack = scope.spawn(|| stack(aws, stack_name));
        let attached = scope.spawn(|| attached(aws, &role_name));
        let inline = scope.spawn(|| inline(aws, &role_name));
        let facts = scope.spawn(|| role_facts(aws, &role_name));
        let versions = default_versions(aws);
        (joined(stack), joined(attached), joined(inline), joined(facts), versions)
    });
    let (stack, versions) = (stack?, versions?);
    let role = match (attached?, inline?, facts?) {
        (Some(attached), Some(inline), Some(RoleFacts { trust, boundary })) => {
            Some(Identity { attached, inline, groups: Vec::new(), trust: Some(trust), boundary })
        }
        _ => None,
    };
    let compute_types = stack.as_ref().map(|s| s.list(parameter::COMPUTE_TYPES)).unwrap_or_default();
    let wanted: Vec<(String, String)> = expected
        .policies(&compute_types)
        .iter()
        .map(|policy| expected.policy_arn(environment, policy.name))
        .filter_map(|arn| versions.get(&arn).map(|version| (arn.clone(), version.clone())))
        .collect();
    let documents = thread::scope(|scope| {
        let calls: Vec<_> = wanted
            .iter()
            .map(|(arn, version)| {
                scope.spawn(move || document(aws, arn, version).map(|text| (arn.clone(), text)))
            })
            .collect();
        calls.into_iter().map(joined).collect::<Result<BTreeMap<_, _>, _>>()
    })?;
    Ok(Account { stack, role, documents })
}

/// Reads an account back after asking, at the same time, whether it is the caller's.
pub fn account_of(
    aws: &Aws,
    environment: &Environment,
    expected: &Expected,
    stack_name: &str,
) -> anyhow::Result<Account> {
    let (caller, account) = thread::scope(|scope| {
        let caller = scope.spawn(|| Caller::of(aws));
        let account = account(aws, environment, expected, stack_name);
        (joined(caller), account)
    });
    refuse_other_account(&caller?, environment, expected)?;
    Ok(account?)
}

fn inline(aws: &Aws, role: &str) -> Result<Option<Vec<String>>, AwsError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Inline {
        policy_names: Vec<String>,
    }
    let inline: Option<Inline> = found(aws.call(&["iam", "list-role-policies", "--role-name", role]))?;
    Ok(inline.map(|inline| inline.policy_names))
}

/// What `get-role` tells: the trust policy, and the boundary if there is one.
struct RoleFacts {
    trust: String,
    boundary: Option<String>,
}

/// What a role is; `None` where there is none of that name.
fn role_facts(aws: &Aws, role: &str) -> Result<Option<RoleFacts>, AwsError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Boundary {
        permissions_boundary_arn: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Role {
        assume_role_policy_document: Value,
        permissions_boundary: Option<Boundary>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Got {
        role: Role,
    }
    let got: Option<Got> = found(aws.call(&["iam", "get-role", "--role-name", role]))?;
    Ok(got.map(|Got { role }| RoleFacts {
        trust: role.assume_role_policy_document.to_string(),
        boundary: role.permissions_boundary.map(|boundary| boundary.permissions_boundary_arn),
    }))
}

/// The default version of each of the account's own policies, by ARN: one call instead of one for each.
fn default_versions(aws: &Aws) -> Result<BTreeMap<String, String>, AwsError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Policy {
        arn: String,
        default_version_id: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Policies {
        policies: Vec<Policy>,
    }
    let all: Policies = aws.call(&["iam", "list-policies", "--scope", "Local"])?;
    Ok(all.policies.into_iter().map(|policy| (policy.arn, policy.default_version_id)).collect())
}

/// A policy's document as JSON text.
fn document(aws: &Aws, arn: &str, version: &str) -> Result<String, AwsError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Version {
        document: Value,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Got {
        policy_version: Version,
    }
    let got: Got = aws.call(&["iam", "get-policy-version", "--policy-arn", arn, "--version-id", version])?;
    Ok(got.policy_version.document.to_string())
}

/// What is not there is an answer too.
fn found<T>(result: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(AwsError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn joined<T>(handle: thread::ScopedJoinHandle<'_, Result<T, AwsError>>) -> Result<T, AwsError> {
    handle.join().unwrap_or_else(|_| {
        Err(AwsError::Other { operation: "aws".to_owned(), message: "a call ended unexpectedly".to_owned() })
    })
}
