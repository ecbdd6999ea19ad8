//! Reading an account back: the pipeline's stack, its role or user, its policies.

use std::thread;

use toolkit::{Environment, Holder, PipelineAccount};

use super::bundle::Bundle;
use crate::account::{self, joined};
use crate::aws::Aws;

/// Everything that a pipeline is judged by. Calls that do not depend on each other run side by side.
pub(super) fn account(
    aws: &Aws,
    environment: &Environment,
    bundle: &Bundle,
) -> anyhow::Result<PipelineAccount> {
    let expected = &bundle.expected;
    let name = expected.stack_name.as_str();
    let (stack, stored, holder, has_provider, versions) = thread::scope(|scope| {
        let stack = scope.spawn(|| account::stack(aws, name));
        let stored = scope.spawn(|| account::template(aws, name));
        let holder = scope.spawn(|| match &expected.holder {
            Holder::Role(role) => Ok(account::role(aws, role)?.map(|role| (role, 0))),
            Holder::User(user) => account::user(aws, user),
        });
        let has_provider = scope.spawn(|| match &bundle.provider {
            Some(provider) => account::has_provider(aws, provider),
            None => Ok(true),
        });
        let versions = account::default_versions(aws);
        (joined(stack), joined(stored), joined(holder), joined(has_provider), versions)
    });
    let (stack, stored) = (stack?, stored?);
    let differing = stored.as_deref().map(|stored| bundle.template.changed_resources(stored));
    let differing = differing.transpose()?.unwrap_or_default();
    let mut changed = differing.clone();
    for (parameter, value) in &expected.parameters {
        if stack.as_ref().and_then(|stack| stack.parameter(parameter)) != Some(value) {
            changed.extend(bundle.template.resources_with(parameter));
        }
    }
    let (identity, mut access_keys) = holder?.map_or((None, 0), |(identity, keys)| (Some(identity), keys));
    // A user that the stack has from before, and that a role is to take the place of.
    if matches!(expected.holder, Holder::Role(_)) && differing.contains(&expected.other_id) {
        access_keys = account::user(aws, name)?.map_or(0, |(_, keys)| keys);
    }
    let labels = expected.set.policies().iter().map(|policy| policy.label.as_str());
    let arns = labels.map(|label| expected.policy_arn(&environment.account, label));
    let documents = account::documents(aws, arns, &versions?)?;
    let missing_provider = bundle.provider.clone().filter(|_| matches!(has_provider, Ok(false)));
    has_provider?;
    Ok(PipelineAccount {
        stack,
        template: stored,
        differing,
        changed,
        identity,
        documents,
        access_keys,
        missing_provider,
    })
}
