//! Facts about AWS: every service, action and resource type, as typed constants and a lookup table.
//!
//! - [`actions`]: one constant for each action of the services that policies use. A name that AWS does not define does
//!   not compile.
//! - [`services`], [`service`], [`lookup`]: the service authorization reference of all services.
//! - [`cloudformation_type`]: what CloudFormation's handlers of a resource type may call.
//! - [`aws_managed_policy`]: what a policy that AWS maintains says.
//!
//! All of it is made at build time from the text files in `data/`, which `cargo xtask refresh-data` writes: nothing is
//! read or parsed at run time.
//!
//! ```
//! use iam_reference::{AccessLevel, actions::s3, lookup};
//!
//! let facts = lookup(s3::GetObject.as_str()).unwrap();
//! assert!(facts.access_levels().contains(AccessLevel::Read));
//! assert!(facts.resources().any(|resource| resource.resource_type().name() == "object"));
//! ```

mod access_level;
mod action;
mod aws_managed_policy;
mod cloudformation;
mod condition_key;
mod facts;
mod nearest;
mod resource_type;
mod service;
mod source;
mod table;

pub use access_level::{AccessLevel, AccessLevels};
pub use action::Action;
pub use aws_managed_policy::{
    AwsManagedPolicy, aws_managed_policies, aws_managed_policies_source, aws_managed_policy,
};
pub use cloudformation::{
    CloudFormationType, Permission, PermissionKind, Phase, Tagging, cloudformation_type, cloudformation_types,
};
pub use condition_key::{ConditionKey, ValueType, global_condition_keys};
pub use facts::{ActionFacts, ResourceUse, exists, lookup};
pub use nearest::{nearest_action, nearest_condition_key, nearest_service};
pub use resource_type::ResourceType;
pub use service::{Service, service, services};
pub use source::{Registry, Source, sources};

/// One module for each service that policies use, with a constant for each of its actions, in AWS spelling.
///
/// A module is named by the service prefix with `_` for `-`. `data/services.txt` lists the services.
pub mod actions {
    #![expect(non_upper_case_globals, reason = "the constants have the spelling of AWS")]

    include!(concat!(env!("OUT_DIR"), "/constants.rs"));
}
