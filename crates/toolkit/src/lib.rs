//! The CDK toolkit stack of an account, and the stack of a pipeline: what each is, what a run would change, and whether
//! the account has what was generated. Values in, values out: nothing here runs a program.

mod account;
mod difference;
mod environment;
mod expected;
mod identity;
mod mend;
mod pipeline;
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
pub use mend::{Mend, shell_word};
pub use pipeline::{
    DocumentChange, ExpectedPipeline, PipelineAccount, PipelineFinding, PipelinePlan, PipelineRefusal,
    PipelineRefusals, PipelineVerdict, plan_pipeline, refuse_deletion, verify_pipeline,
};
pub use plan::{Action, Change, Plan, Route, plan};
pub use refusal::{Refusal, Refusals};
pub use refuse::drift;
pub use request::Request;
pub use stack::{Stack, StackStatus, parameter};
pub use verify::{Finding, verify};
