//! What is committed is what `cargo xtask generate` writes.

use std::path::Path;

use xtask::generate::{self, REGENERATE};
use xtask::project;
use xtask::target::TargetArgs;
use xtask::writer::{self, Destination, Mode, Status};

#[test]
fn the_committed_artifacts_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (target, pipeline) = TargetArgs::default().resolve_with_pipeline(root).unwrap();
    let generated = generate::generate(root, &target, pipeline.as_ref()).unwrap();
    let destination = Destination { artifacts: root.join(project::ARTIFACTS), pages: project::pages(root) };
    let files = writer::apply(&destination, &generated.artifacts(), Mode::Check).unwrap();
    let stale: Vec<_> = files
        .iter()
        .filter(|file| file.status != Status::Unchanged)
        .map(|file| {
            format!("{:?} {}\n{}", file.status, file.path.display(), file.diff.as_deref().unwrap_or(""))
        })
        .collect();
    assert!(stale.is_empty(), "run `{REGENERATE}`: these are not up to date:\n{}", stale.join("\n"));
    let of_bundle = policies::policy_set(&target).unwrap().policies().len() + 4;
    let pipeline = policies::pipeline_policy_set(&pipeline.unwrap()).unwrap();
    let of_pipeline = pipeline.policies().len() + 2;
    assert_eq!(
        files.len(),
        of_bundle + of_pipeline,
        "the policies, the template, version, hash and the page; the pipeline's policies, template and page"
    );
}
