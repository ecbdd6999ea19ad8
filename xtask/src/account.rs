//! What is read of an account: who calls, stacks, roles and users, policies. Calls that do not depend on each other run
//! side by side.

use std::collections::BTreeMap;
use std::thread;

use iam::{AccountId, Partition};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toolkit::{Identity, Stack};

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

    /// An error when the credentials are for another account, or for another partition than the policies.
    pub fn refuse_other_account(&self, account: &AccountId, partition: Partition) -> anyhow::Result<()> {
        let own = self.account()?;
        anyhow::ensure!(
            own == *account,
            "the credentials are for account {own}: choose a profile for {account}"
        );
        let found = self.arn.split(':').nth(1).unwrap_or_default();
        anyhow::ensure!(
            found == partition.as_str(),
            "the account is in the partition `{found}`, but the policies are for `{partition}`: set `partition` in {}",
            crate::project::TARGET_FILE
        );
        Ok(())
    }
}

/// A stack; `None` where there is none.
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

/// The template that a stack has, as it was sent; `None` where there is no stack, or only the name of one.
pub fn template(aws: &Aws, stack_name: &str) -> Result<Option<String>, AwsError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Got {
        // A stack that was never made has none.
        template_body: Option<Value>,
    }
    let got: Option<Got> = found(aws.call(&["cloudformation", "get-template", "--stack-name", stack_name]))?;
    Ok(got.and_then(|got| got.template_body).map(|body| match body {
        Value::String(text) => text,
        // One that was sent as JSON.
        value => value.to_string(),
    }))
}

/// What gives a role its permissions, and who may assume it; `None` where there is no such role.
pub fn role(aws: &Aws, name: &str) -> Result<Option<Identity>, AwsError> {
    let (attached, inline, facts) = thread::scope(|scope| {
        let attached = scope.spawn(|| attached(aws, "role", name));
        let inline = scope.spawn(|| inline(aws, "role", name));
        let facts = facts(aws, "role", name);
        (joined(attached), joined(inline), facts)
    });
    Ok(match (attached?, inline?, facts?) {
        (Some(attached), Some(inline), Some(facts)) => Some(Identity {
            attached,
            inline,
            groups: Vec::new(),
            trust: facts.assume_role_policy_document.map(|document| document.to_string()),
            boundary: facts.permissions_boundary.map(|boundary| boundary.permissions_boundary_arn),
        }),
        _ => None,
    })
}

/// What gives a user its permissions, and how many access keys it has; `None` where there is no such user.
pub fn user(aws: &Aws, name: &str) -> Result<Option<(Identity, usize)>, AwsError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Group {
        group_name: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Groups {
        groups: Vec<Group>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Keys {
        access_key_metadata: Vec<Value>,
    }
    let (attached, inline, groups, keys, facts) = thread::scope(|scope| {
        let attached = scope.spawn(|| attached(aws, "user", name));
        let inline = scope.spawn(|| inline(aws, "user", name));
        let groups = scope.spawn(|| of::<Groups>(aws, "list-groups-for-user", "user", name));
        let keys = scope.spawn(|| of::<Keys>(aws, "list-access-keys", "user", name));
        let facts = facts(aws, "user", name);
        (joined(attached), joined(inline), joined(groups), joined(keys), facts)
    });
    Ok(match (attached?, inline?, groups?, keys?, facts?) {
        (Some(attached), Some(inline), Some(groups), Some(keys), Some(facts)) => {
            let identity = Identity {
                attached,
                inline,
                groups: groups.groups.into_iter().map(|group| group.group_name).collect(),
                trust: None,
                boundary: facts.permissions_boundary.map(|boundary| boundary.permissions_boundary_arn),
            };
            Some((identity, keys.access_key_metadata.len()))
        }
        _ => None,
    })
}

/// Whether an identity provider is there.
pub fn has_provider(aws: &Aws, arn: &str) -> Result<bool, AwsError> {
    let args = ["iam", "get-open-id-connect-provider", "--open-id-connect-provider-arn", arn];
    Ok(found(aws.call::<Value>(&args))?.is_some())
}

/// The default version of each of the account's own policies, by ARN: one call instead of one for each.
pub fn default_versions(aws: &Aws) -> Result<BTreeMap<String, String>, AwsError> {
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

/// What policies say, as JSON text by ARN: of those that there are, in the versions that are given.
pub fn documents(
    aws: &Aws,
    arns: impl IntoIterator<Item = String>,
    versions: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, AwsError> {
    thread::scope(|scope| {
        let calls: Vec<_> = arns
            .into_iter()
            .filter_map(|arn| versions.get(&arn).map(|version| (arn, version)))
            .map(|(arn, version)| scope.spawn(move || document(aws, &arn, version).map(|text| (arn, text))))
            .collect();
        calls.into_iter().map(joined).collect()
    })
}

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

/// The ARNs of the managed policies of a role or user.
fn attached(aws: &Aws, kind: &str, name: &str) -> Result<Option<Vec<String>>, AwsError> {
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
    let attached: Option<Attached> = of(aws, &format!("list-attached-{kind}-policies"), kind, name)?;
    Ok(attached.map(|a| a.attached_policies.into_iter().map(|policy| policy.policy_arn).collect()))
}

fn inline(aws: &Aws, kind: &str, name: &str) -> Result<Option<Vec<String>>, AwsError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Inline {
        policy_names: Vec<String>,
    }
    let inline: Option<Inline> = of(aws, &format!("list-{kind}-policies"), kind, name)?;
    Ok(inline.map(|inline| inline.policy_names))
}

/// What `get-role` and `get-user` tell.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Facts {
    assume_role_policy_document: Option<Value>,
    permissions_boundary: Option<Boundary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Boundary {
    permissions_boundary_arn: String,
}

fn facts(aws: &Aws, kind: &str, name: &str) -> Result<Option<Facts>, AwsError> {
    #[derive(Deserialize)]
    struct Got {
        #[serde(alias = "Role", alias = "User")]
        holder: Facts,
    }
    let got: Option<Got> = of(aws, &format!("get-{kind}"), kind, name)?;
    Ok(got.map(|got| got.holder))
}

/// Calls an operation of IAM on a role or user; `None` where it is not there.
fn of<T: DeserializeOwned>(
    aws: &Aws,
    operation: &str,
    kind: &str,
    name: &str,
) -> Result<Option<T>, AwsError> {
    found(aws.call(&["iam", operation, &format!("--{kind}-name"), name]))
}

/// What is not there is an answer too.
fn found<T>(result: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(AwsError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a call on another thread answered.
pub fn joined<T>(handle: thread::ScopedJoinHandle<'_, Result<T, AwsError>>) -> Result<T, AwsError> {
    handle.join().unwrap_or_else(|_| {
        Err(AwsError::Other { operation: "aws".to_owned(), message: "a call ended unexpectedly".to_owned() })
    })
}
