//! [`Need`]: a permission that CloudFormation needs for a resource.

use std::fmt;

use iam::{ArnPattern, Context};
use iam_reference::Phase;

/// How sure it is that a permission is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The handler goes on without it.
    Tolerated,
    /// Needed for a feature that this template does not use, as far as can be told.
    Conditional,
    /// Without it the phase fails.
    Required,
}

impl Certainty {
    /// All, from the surest.
    pub const ALL: [Self; 3] = [Self::Required, Self::Conditional, Self::Tolerated];

    /// The certainty as reports and options write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tolerated => "tolerated",
            Self::Conditional => "conditional",
            Self::Required => "required",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One permission that CloudFormation needs in one phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The action, in the spelling of the reference where that has it.
    pub action: String,
    /// What it is asked on: an ARN with wildcards for what is known only at the deployment, or `*` for an action
    /// that takes no resource.
    pub resource: ArnPattern,
    /// The condition keys of the request that are known beforehand.
    pub context: Context,
    /// When.
    pub phase: Phase,
    /// How sure it is.
    pub certainty: Certainty,
    /// What brings it in, in a few words: a property, or what CloudFormation does.
    pub because: String,
}

/// What a resource of a template needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceNeeds {
    /// The resource.
    pub resource: ResourceRef,
    /// Its needs.
    pub needs: Vec<Need>,
}

/// A resource of a stack, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceRef {
    /// The stack's name.
    pub stack: String,
    /// The template's file as its reader calls it.
    pub file: String,
    /// The logical id.
    pub logical_id: String,
    /// The type: `AWS::S3::Bucket`.
    pub kind: String,
    /// The line of the logical id, counted from 1.
    pub line: usize,
}
