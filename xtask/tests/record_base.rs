//! The recorded default template is that of the locked CDK CLI.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

use std::fs;
use std::path::Path;

use xshell::Shell;
use xtask::record_base::{RECORD, Record, RecordBase, TEMPLATE, run};
use xtask::tools::cdk_lock::CdkLock;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn the_record_belongs_to_the_lock_and_the_template() {
    let lock = CdkLock::parse(&fs::read_to_string(root().join("cdk/package-lock.json")).unwrap()).unwrap();
    let record = Record::parse(&fs::read_to_string(root().join(RECORD)).unwrap()).unwrap();
    let template = fs::read(root().join(TEMPLATE)).unwrap();
    assert_eq!(record, Record::of(lock.version, &template), "run `cargo xtask record-base`");
}

#[test]
fn the_installed_cli_has_the_recorded_template() {
    let sh = Shell::new().unwrap();
    run(&sh, root(), &RecordBase { check: true }).unwrap();
}

#[test]
fn the_lock_file_names_no_registry() {
    let lock = fs::read_to_string(root().join("cdk/package-lock.json")).unwrap();
    assert!(!lock.contains("\"resolved\""), "`npm install` ran in `cdk/` without its `.npmrc`");
}
