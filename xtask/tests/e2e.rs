//! Accounts bootstrapped end to end: the real `cargo xtask`, CDK CLI and `aws` CLI against `LocalStack`.
//!
//! Every scenario asserts on what it reads back from the stack and from IAM. `cargo xtask e2e` installs what
//! they need and runs them; a plain `cargo test` leaves them out.

#![cfg(unix)]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what fails"
)]

#[path = "e2e/account.rs"]
mod account;
#[path = "e2e/busy.rs"]
mod busy;
#[path = "e2e/by_mise.rs"]
mod by_mise;
#[path = "e2e/compute_types.rs"]
mod compute_types;
#[path = "e2e/drift.rs"]
mod drift;
#[path = "e2e/environments.rs"]
mod environments;
#[path = "e2e/fresh.rs"]
mod fresh;
#[path = "e2e/ground.rs"]
mod ground;
#[path = "e2e/interrupted.rs"]
mod interrupted;
#[path = "e2e/needed.rs"]
mod needed;
#[path = "e2e/pipeline.rs"]
mod pipeline;
#[path = "e2e/plan.rs"]
mod plan;
#[path = "e2e/reference.rs"]
mod reference;
#[path = "e2e/review.rs"]
mod review;
#[path = "e2e/server.rs"]
mod server;
#[path = "e2e/stand_in.rs"]
mod stand_in;
#[path = "e2e/takeover.rs"]
mod takeover;
#[path = "e2e/too_large.rs"]
mod too_large;
#[path = "e2e/trust.rs"]
mod trust;
#[path = "e2e/wanted.rs"]
mod wanted;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "common/workspace.rs"]
mod workspace;
