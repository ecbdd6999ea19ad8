//! Reading an account back: the bootstrap stack, the execution role, the policies.

use std::thread;

use toolkit::{Account, Environment, Expected, parameter};

use crate::account::{self, Caller, joined};
use crate::aws::{Aws, AwsError};

/// Everything that a bootstrap is judged by. Calls that do not depend on each other run side by side.
pub fn account(
    aws: &Aws,
    environment: &Environment,
    expected: &Expected,
    stack_name: &str,
) -> Result<Account, AwsError> {
    let role_name = expected.execution_role(environment);
    let (stack, role, versions) = thread::scope(|scope| {
        let stack = scope.spawn(|| account::stack(aws, stack_name));
        let role = scope.spawn(|| account::role(aws, &role_name));
        let versions = account::default_versions(aws);
        (joined(stack), joined(role), versions)
    });
    let (stack, role, versions) = (stack?, role?, versions?);
    let compute_types = stack.as_ref().map(|s| s.list(parameter::COMPUTE_TYPES)).unwrap_or_default();
    let policies = expected.policies(&compute_types);
    let wanted = policies.iter().map(|policy| expected.policy_arn(environment, policy.name));
    let documents = account::documents(aws, wanted, &versions)?;
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
    caller?.refuse_other_account(&environment.account, expected.partition)?;
    Ok(account?)
}
