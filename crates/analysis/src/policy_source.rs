//! [`PolicySource`]: a policy as it stands in a file, with what is known of its use.

use std::collections::BTreeSet;

use iam::{JsonPointer, PolicyKind};

use crate::node::Node;

/// A policy somewhere in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicySource {
    /// The file as its reader calls it.
    pub file: String,
    /// What the policy is called: its own name, or the logical id of its resource.
    pub name: String,
    /// What it is attached to.
    pub usage: PolicyUse,
    /// Where in the file it stands: empty when it is the whole of it.
    pub at: JsonPointer,
    /// The policy, every intrinsic function replaced by the text it has, or by a placeholder.
    pub document: Node,
    /// The places in `document` of those placeholders, for intrinsic functions of no one shape.
    pub opaque: BTreeSet<JsonPointer>,
    /// Whether `document` holds texts of which parts are known only when the stack is deployed, so that it has
    /// no size yet.
    pub is_partial: bool,
}

/// What a policy is attached to, which decides its elements and its size limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyUse {
    /// A managed policy.
    Managed,
    /// A policy that is part of a role, user or group.
    Inline,
    /// A role's trust policy.
    Trust,
}

impl PolicyUse {
    /// The elements that the policy may hold.
    pub const fn kind(self) -> PolicyKind {
        match self {
            Self::Managed | Self::Inline => PolicyKind::Identity,
            Self::Trust => PolicyKind::Trust,
        }
    }
}
