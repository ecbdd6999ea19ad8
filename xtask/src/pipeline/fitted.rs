//! [`fitted`]: the pipeline of mode `direct` as it would be made for one stack.

use std::collections::BTreeSet;

use analysis::{AssetManifest, DeploymentSettings, Scope};
use anyhow::Context as _;
use policies::{PipelineTarget, RepositoryName, StackName};

/// The pipeline in the stack's environment, with its names, and with its bucket and image repository where its assets and
/// its template go to any.
///
/// Errors when the scope does not know the environment, or when no prefix can be had from the stack's name. A bucket or
/// repository that no pipeline can have is left aside.
pub fn fitted(
    pipeline: &PipelineTarget,
    stack: &str,
    scope: &Scope,
    assets: &AssetManifest,
    settings: &DeploymentSettings,
) -> anyhow::Result<PipelineTarget> {
    let known = |part: &Option<String>| part.clone().context("it is not known where the stack goes");
    let (partition, account) = (known(&scope.partition)?.parse()?, known(&scope.account)?.parse()?);
    let region = known(&scope.region)?.parse()?;
    let mut target = pipeline.for_stack(&StackName::new(stack)?, partition, account, region)?;
    let of_files = assets.files.iter().flat_map(|asset| &asset.destinations).map(|to| to.bucket.as_str());
    let of_template = settings.template_url.as_deref().and_then(bucket_of_url);
    let buckets = of_files.chain(of_template).filter_map(|bucket| bucket_prefix(bucket, scope));
    // What no pipeline can have stays a gap.
    if let Some(Ok(fitting)) =
        buckets.collect::<BTreeSet<_>>().first().map(|bucket| target.clone().with_staging_bucket(bucket))
    {
        target = fitting;
    }
    let destinations = assets.images.iter().flat_map(|asset| &asset.destinations);
    let repositories: BTreeSet<String> = destinations.map(|to| scope.filled(&to.repository)).collect();
    if let Some(Ok(repository)) = repositories.first().map(|name| RepositoryName::new(name)) {
        target = target.with_repository(repository);
    }
    Ok(target)
}

/// The bucket of `s3://BUCKET/KEY`.
fn bucket_of_url(url: &str) -> Option<&str> {
    url.strip_prefix("s3://")?.split('/').next()
}

/// What a bucket's name begins with, before its account and region, or else before the last hyphen.
fn bucket_prefix<'a>(bucket: &'a str, scope: &Scope) -> Option<&'a str> {
    let before = |place: &str| bucket.split_once(&format!("-{place}")).map(|(before, _)| before);
    let last = || bucket.rsplit_once('-').map(|(before, _)| before);
    before("${").or_else(|| before(scope.account.as_deref()?)).or_else(last)
}
