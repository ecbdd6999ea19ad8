//! Rendering every artifact in memory, the reading of the default template included.
//!
//! `cargo bench --package xtask`

#![expect(clippy::expect_used, reason = "a benchmark stops at what fails")]

use policies::Target;

fn main() {
    divan::main();
}

/// Everything that `cargo xtask generate` does but for the disk.
#[divan::bench]
fn everything(bencher: divan::Bencher<'_, '_>) {
    let target = Target::reference();
    bencher.bench(|| xtask::generate::render(&target).expect("the reference target renders"));
}

/// The policies alone.
#[divan::bench]
fn policy_set(bencher: divan::Bencher<'_, '_>) {
    let target = Target::reference();
    bencher.bench(|| policies::policy_set(&target).expect("the reference target has policies"));
}

/// Reading the default template.
#[divan::bench]
fn base_template() -> artifacts::BaseTemplate {
    xtask::project::base_template().expect("the record is whole")
}
