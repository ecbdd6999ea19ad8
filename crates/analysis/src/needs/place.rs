//! ARNs of a stack's account and region.

use iam::{ArnPattern, ConditionKey, Context};

use crate::template::Scope;

/// A part of an ARN; `*` where it is not known.
pub(super) fn part(known: Option<&String>) -> &str {
    known.map_or("*", String::as_str)
}

/// An ARN of the stack's region and account.
pub(super) fn arn(scope: &Scope, service: &str, resource: &str) -> ArnPattern {
    let Scope { partition, region, account, .. } = scope;
    let [partition, region, account] = [partition, region, account].map(|known| part(known.as_ref()));
    parsed(&format!("arn:{partition}:{service}:{region}:{account}:{resource}"))
}

/// An ARN of a role of the stack's account; `*` stands for the paths and names that are not known.
pub(super) fn role_arn(scope: &Scope, resource: &str) -> ArnPattern {
    let Scope { partition, account, .. } = scope;
    parsed(&format!("arn:{}:iam::{}:role/{resource}", part(partition.as_ref()), part(account.as_ref())))
}

/// What is no ARN that IAM takes stands for any.
pub(super) fn parsed(arn: &str) -> ArnPattern {
    ArnPattern::parse(arn).unwrap_or_else(|_| ArnPattern::any())
}

/// A request's context with one key.
pub(super) fn context(key: &str, value: &str) -> Context {
    let key = ConditionKey::new(key).ok();
    key.map(|key| (key, vec![value.to_owned()])).into_iter().collect()
}
