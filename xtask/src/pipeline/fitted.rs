//! [`fitted`]: the pipeline of mode `direct` as it would be made for one stack.

use std::collections::BTreeSet;

use analysis::{AssetManifest, Scope};
use anyhow::Context as _;
use policies::{PipelineTarget, RepositoryName, StackName};

/// The pipeline in the stack's environment, with its names, and with its bucket and image repository where its assets go
/// to any. What the scope does not know stays as it is.
pub fn fitted(
    pipeline: &PipelineTarget,
    stack: &str,
    scope: &Scope,
    assets: &AssetManifest,
) -> anyhow::Result<PipelineTarget> {
    let account = match &scope.account {
        Some(account) => account.parse()?,
        None => first(pipeline.accounts())?,
    };
    let region = match &scope.region {
        Some(region) => region.parse()?,
        None => first(pipeline.regions())?,
    };
    let mut target = pipeline.for_stack(&StackName::new(stack)?, account, region)?;
    let destinations = assets.files.iter().flat_map(|asset| &asset.destinations);
    let buckets: BTreeSet<&str> = destinations.filter_map(|to| bucket_prefix(&to.bucket, scope)).collect();
    if let Some(bucket) = buckets.first() {
        target = target.with_staging_bucket(bucket)?;
    }
    let destinations = assets.images.iter().flat_map(|asset| &asset.destinations);
    let repositories: BTreeSet<&str> = destinations.map(|to| to.repository.as_str()).collect();
    if let Some(Ok(repository)) = repositories.first().map(|name| RepositoryName::new(name)) {
        target = target.with_repository(repository);
    }
    Ok(target)
}

fn first<T: Clone>(items: &[T]) -> anyhow::Result<T> {
    items.first().cloned().context("the pipeline deploys to nowhere")
}

/// What a bucket's name begins with, before its account and region.
fn bucket_prefix<'a>(bucket: &'a str, scope: &Scope) -> Option<&'a str> {
    let before = |place: &str| bucket.split_once(&format!("-{place}")).map(|(before, _)| before);
    before("${").or_else(|| before(scope.account.as_deref()?))
}
