//! The pipeline that golden tests hold to: a Fargate service in one account, deployed by workflows on a branch.

use policies::{PipelineKeys, PipelineMode, PipelineTarget, Target};

/// What `[pipeline]` says of it.
pub(crate) fn keys(mode: PipelineMode) -> PipelineKeys {
    PipelineKeys {
        mode: mode.as_str().to_owned(),
        accounts: vec!["111122223333".to_owned()],
        regions: vec!["eu-west-1".to_owned()],
        repository: Some("web".to_owned()),
        stack_prefix: Some("web".to_owned()),
        github_repository: Some("example/web".to_owned()),
        branch: Some("main".to_owned()),
        ..PipelineKeys::default()
    }
}

/// The pipeline of that mode, whatever `bootstrap.toml` says.
pub(crate) fn reference(mode: PipelineMode) -> PipelineTarget {
    PipelineTarget::new(&Target::reference(), &keys(mode)).unwrap()
}
