//! What is committed is what `cargo xtask generate` writes.

use std::path::Path;

use xtask::generate::{self, REGENERATE};
use xtask::project;
use xtask::target::TargetArgs;
use xtask::writer::{self, Destination, Mode, Status};

#[test]
fn the_committed_artifacts_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target = TargetArgs::default().resolve(root).unwrap();
    let (_, rendered) = generate::render(&target).unwrap();
    let destination = Destination {
        artifacts: root.join(project::ARTIFACTS),
        docs_page: Some(root.join(project::DOCS_PAGE)),
    };
    let files = writer::apply(&destination, &rendered.artifacts, Mode::Check).unwrap();
    let stale: Vec<_> = files
        .iter()
        .filter(|file| file.status != Status::Unchanged)
        .map(|file| {
            format!("{:?} {}\n{}", file.status, file.path.display(), file.diff.as_deref().unwrap_or(""))
        })
        .collect();
    assert!(stale.is_empty(), "run `{REGENERATE}`: these are not up to date:\n{}", stale.join("\n"));
    let policies = policies::policy_set(&target).unwrap().policies().len();
    assert_eq!(files.len(), policies + 4, "the policies, the template, version, hash and the page");
}
