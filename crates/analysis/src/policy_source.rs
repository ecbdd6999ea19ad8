//! [`PolicySource`]: a policy as it stands in a file, with what is known of its use.

use std::collections::BTreeSet;

use iam::{JsonPointer, PolicyKind};

use crate::node::{Node, NodeError};

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

impl PolicySource {
    /// The policy that is the whole of a JSON text.
    pub fn of_json(
        file: impl Into<String>,
        name: impl Into<String>,
        usage: PolicyUse,
        text: &str,
    ) -> Result<Self, NodeError> {
        Ok(Self::new(file, name, usage, Node::from_json(text)?))
    }

    /// The policy that is the whole of a file.
    pub fn new(file: impl Into<String>, name: impl Into<String>, usage: PolicyUse, document: Node) -> Self {
        Self {
            file: file.into(),
            name: name.into(),
            usage,
            at: JsonPointer::default(),
            document,
            opaque: BTreeSet::new(),
            is_partial: false,
        }
    }

    /// How many statements it has.
    pub fn statements(&self) -> usize {
        self.document.get("Statement").map_or(0, |node| node.items().map_or(1, <[Node]>::len))
    }

    /// Whether there is a placeholder at or below that place of the document.
    pub fn is_opaque(&self, place: &JsonPointer) -> bool {
        self.opaque.iter().any(|opaque| opaque.is_at_or_below(place))
    }
}

/// Policies that one role, user or group has together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// What they are attached to: a role's logical id, or what a reader calls the whole.
    pub name: String,
    /// The file as its reader calls it.
    pub file: String,
    /// Where the attachment stands in the file.
    pub at: JsonPointer,
    /// The line of it, counted from 1.
    pub line: usize,
    /// The policies, by their positions in the list that goes with this.
    pub policies: Vec<usize>,
    /// How many managed policies are attached of which no document is at hand.
    pub others: usize,
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

    /// The most characters that IAM takes, white space not counted; for inline policies of a role it is the sum
    /// of all of them, so that one alone can be refused already.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
    pub const fn size_limit(self) -> usize {
        match self {
            Self::Managed => iam::MANAGED_POLICY_SIZE_LIMIT,
            Self::Inline => 10_240,
            Self::Trust => 2_048,
        }
    }
}
