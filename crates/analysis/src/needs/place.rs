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

/// An ARN of a bucket.
pub(super) fn bucket(scope: &Scope, bucket: &str) -> ArnPattern {
    parsed(&format!("arn:{}:s3:::{bucket}", part(scope.partition.as_ref())))
}

/// An ARN of an object.
pub(super) fn object(scope: &Scope, bucket: &str, key: &str) -> ArnPattern {
    parsed(&format!("arn:{}:s3:::{bucket}/{key}", part(scope.partition.as_ref())))
}

/// What a request tells of a bucket or an object: it is taken to be in the stack's account, as buckets of assets are, whose
/// bootstrap made them.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount>
pub(super) fn bucket_context(scope: &Scope, on: &ArnPattern) -> Context {
    let [_, service, region, account, _] = on.segments();
    match &scope.account {
        Some(own) if (service, region, account) == ("s3", "", "") => {
            let keys = ["aws:ResourceAccount", "s3:ResourceAccount"].map(ConditionKey::new);
            keys.into_iter().flatten().map(|key| (key, vec![own.clone()])).collect()
        }
        _ => Context::default(),
    }
}

/// The bucket and the key of a URL of S3; `None` when it is none.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
pub(super) fn object_of_url(url: &str) -> Option<(String, String)> {
    let (host, path) = match url.strip_prefix("s3://") {
        Some(object) => ("s3", object),
        None => url.strip_prefix("https://")?.split_once('/')?,
    };
    let (bucket, key) = match host.split_once(".s3") {
        Some((bucket, _)) => (bucket, path),
        None if host.starts_with("s3") => path.split_once('/')?,
        None => return None,
    };
    Some((bucket.to_owned(), key.to_owned()))
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
