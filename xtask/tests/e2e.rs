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
#[path = "e2e/fresh.rs"]
mod fresh;
#[path = "e2e/ground.rs"]
mod ground;
#[path = "e2e/server.rs"]
mod server;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "common/workspace.rs"]
mod workspace;
