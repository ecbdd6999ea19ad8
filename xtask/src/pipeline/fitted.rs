//! [`fitted`]: the pipeline of mode `direct` as it would be made for one stack.

use std::collections::BTreeSet;

use analysis::{AssetManifest, DeploymentSettings, Scope};
use anyhow::Context as _;
use policies::{PipelineTarget, RepositoryName, StackName};

/// The pipeline in the stack's environment, with its names, and with its bucket and image repository where its assets and
/// its template go to any. What the scope does not know stays as it is.
pub fn fitted(
    pipeline: &PipelineTarget,
    stack: &str,
    scope: &Scope,
    assets: &AssetManifest,
    settings: &DeploymentSettings,
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
    let of_files = assets.files.iter().flat_map(|asset| &asset.destinations).map(|to| to.bucket.as_str());
    let of_template = settings.template_url.as_deref().and_then(bucket_of_url);
    let buckets = of_files.chain(of_template).filter_map(|bucket| bucket_prefix(bucket, scope));
    if let Some(bucket) = buckets.collect::<BTreeSet<_>>().first() {
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

/// The bucket of `s3://BUCKET/KEY`.
fn bucket_of_url(url: &str) -> Option<&str> {
    url.strip_prefix("s3://")?.split('/').next()
}

/// What a bucket's name begins with, before its account and region.
fn bucket_prefix<'a>(bucket: &'a str, scope: &Scope) -> Option<&'a str> {
    let before = |place: &str| bucket.split_once(&format!("-{place}")).map(|(before, _)| before);
    before("${").or_else(|| before(scope.account.as_deref()?))
}
