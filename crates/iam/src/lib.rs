//! The IAM policy model: what a policy document is, how it is read, written, measured and hashed.
//!
//! Everything a value of this crate can hold is something IAM accepts; whatever IAM refuses is refused at
//! the edge, by [`PolicyDocument::parse`] and the constructors, with the place and the reason.
//! No function here reads a file, prints, or looks at the clock.
//!
//! ```
//! use iam::{PolicyDocument, PolicyKind};
//!
//! let text = r#"{
//!     "Version": "2012-10-17",
//!     "Statement": { "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*" }
//! }"#;
//! let document = PolicyDocument::parse(text, PolicyKind::Identity)?;
//! assert_eq!(document.to_minified(), concat!(
//!     r#"{"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"*"}],"#,
//!     r#""Version":"2012-10-17"}"#,
//! ));
//! # Ok::<(), iam::ParseErrors>(())
//! ```

mod account_id;
mod action_pattern;
mod arn_pattern;
mod aws_managed_policy;
mod compute_type;
mod condition;
mod condition_value;
mod date;
mod digest;
mod document;
mod errors;
mod evaluate;
mod json;
mod managed_policy;
mod name;
mod operator;
mod partition;
mod policy_set;
mod principal;
mod read;
mod region;
mod sid;
mod statement;
mod wildcard;
mod write;

pub use account_id::{AccountId, AccountIdError};
pub use action_pattern::{ActionPattern, ActionPatternError};
pub use arn_pattern::{ArnPattern, ArnPatternError};
pub use aws_managed_policy::{AwsManagedPolicy, AwsManagedPolicyError};
pub use compute_type::{ComputeType, ComputeTypeError};
pub use condition::{Condition, ConditionKey, ConditionKeyError};
pub use condition_value::ConditionValueError;
pub use digest::{Sha256Digest, Sha256DigestError};
pub use document::{PolicyDocument, PolicyDocumentError, PolicyKind, Version};
pub use errors::Errors;
pub use evaluate::{
    Context, Covering, Decision, Evaluator, Explanation, Mismatch, NearMiss, PolicyType, Request,
    RequestError, RequestPrincipal, RequestPrincipalError, StatementRef, TrustEvaluator,
};
pub use iam_reference::Action;
pub use json::{Json, JsonPointer};
pub use managed_policy::{Applies, MANAGED_POLICY_SIZE_LIMIT, ManagedPolicy, ManagedPolicyError};
pub use name::{LogicalId, LogicalIdError, PolicyName, PolicyNameError};
pub use operator::{ConditionOperator, ConditionOperatorError, Operator, SetQualifier};
pub use partition::{Partition, PartitionError};
pub use policy_set::{AttachmentQuota, PolicySet, PolicySetError, PolicySetErrors, UnlistedGrant};
pub use principal::{Principal, PrincipalName, PrincipalNameError, PrincipalType};
pub use read::{ParseError, ParseErrors, Reading, Rule};
pub use region::{Region, RegionError};
pub use sid::{Sid, SidError};
pub use statement::{ActionBlock, Effect, ResourceBlock, Statement};
