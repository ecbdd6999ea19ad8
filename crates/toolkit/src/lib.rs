//! The CDK toolkit stack of an account: what it is, what a bootstrap would change, and whether the account has
//! what was generated. Values in, values out: nothing here runs a program.

mod account;
mod difference;
mod environment;
mod expected;
mod identity;
mod mend;
mod plan;
mod refusal;
mod refuse;
mod request;
mod stack;
mod verify;

pub use account::Account;
pub use difference::document_differences;
pub use environment::{Environment, EnvironmentError};
pub use expected::{Expected, ExpectedPolicy};
pub use identity::{ExpectedDocument, ExpectedIdentity, Holder, Identity, IdentityFinding, verify_identity};
pub use mend::Mend;
pub use plan::{Action, Change, Plan, Route, plan};
pub use refusal::{Refusal, Refusals};
pub use refuse::drift;
pub use request::Request;
pub use stack::{Stack, StackStatus, parameter};
pub use verify::{Finding, verify};
