//! `cargo xtask simulate` as a user meets it: answers, refusals, warnings, and the examples of its page.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what fails"
)]

#[path = "simulate/answers.rs"]
mod answers;
#[path = "simulate/generated.rs"]
mod generated;
#[path = "simulate/page.rs"]
mod page;
#[path = "simulate/policies.rs"]
mod policies;
#[path = "simulate/refusals.rs"]
mod refusals;
#[path = "simulate/warnings.rs"]
mod warnings;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "common/workspace.rs"]
mod workspace;
