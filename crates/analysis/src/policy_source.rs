//! [`PolicySource`]: a policy as it stands in a file, with what is known of its use.

use std::collections::{BTreeMap, BTreeSet};

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
    /// The places in `document` of placeholders for what is wholly unknown, such as `*` for a resource; and the
    /// places of lists and objects of which items are left out, as nothing can stand for them.
    pub opaque: BTreeSet<JsonPointer>,
    /// The places in `document` of texts of which a part is known only when the stack is deployed, each with the
    /// text as `Fn::Sub` would write it. What stands in `document` for the parts may be a wildcard, which then is
    /// none of the author's: two such texts are surely the same only when they are so here.
    pub holes: BTreeMap<JsonPointer, String>,
    /// Whether `document` holds such texts or placeholders, so that it has no size yet.
    pub is_partial: bool,
    /// Whether the policy stands in the file as a string of JSON: then `at` is the place of the string, and the
    /// places of `document` are places in that JSON, all in the string's line.
    pub is_json_text: bool,
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
            holes: BTreeMap::new(),
            is_partial: false,
            is_json_text: false,
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

    /// Whether a text at or below that place has a part that is known only when the stack is deployed.
    pub fn has_holes(&self, place: &JsonPointer) -> bool {
        self.holes.keys().any(|hole| hole.is_at_or_below(place))
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
    /// What has them, when it is one of the three.
    pub identity: Option<IdentityKind>,
    /// Whether more may be attached than that: by conditions, or where the identity itself is defined.
    pub is_partial: bool,
}

/// What policies are attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdentityKind {
    /// A role.
    Role,
    /// A user.
    User,
    /// A group.
    Group,
}

impl IdentityKind {
    /// The most characters that all its inline policies may have together, white space not counted.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
    pub const fn inline_size_limit(self) -> usize {
        match self {
            Self::Role => 10_240,
            Self::User => 2_048,
            Self::Group => 5_120,
        }
    }

    /// What it is called.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::User => "user",
            Self::Group => "group",
        }
    }
}

/// What a policy is attached to, which decides its elements and its size limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyUse {
    /// A managed policy.
    Managed,
    /// A policy that is part of a role, user or group; of several the one with the smallest limit.
    Inline(IdentityKind),
    /// The inline policy of a permission set of IAM Identity Center.
    PermissionSet,
    /// A role's trust policy.
    Trust,
}

impl PolicyUse {
    /// The elements that the policy may hold.
    pub const fn kind(self) -> PolicyKind {
        match self {
            Self::Managed | Self::Inline(_) | Self::PermissionSet => PolicyKind::Identity,
            Self::Trust => PolicyKind::Trust,
        }
    }

    /// The most characters that IAM takes, white space not counted; for inline policies of a role it is the sum
    /// of all of them, so that one alone can be refused already.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
    /// and <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html>
    pub const fn size_limit(self) -> usize {
        match self {
            Self::Managed => iam::MANAGED_POLICY_SIZE_LIMIT,
            Self::Inline(identity) => identity.inline_size_limit(),
            Self::PermissionSet => 32_768,
            Self::Trust => 2_048,
        }
    }
}
