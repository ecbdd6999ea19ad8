//! [`Statement`]: one permission of a policy.

use crate::action_pattern::ActionPattern;
use crate::arn_pattern::ArnPattern;
use crate::condition::Condition;
use crate::principal::Principal;
use crate::sid::Sid;

/// Whether a statement allows or denies.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Grants what it matches.
    Allow,
    /// Forbids what it matches, whatever else allows it.
    Deny,
}

impl Effect {
    /// The effect as policies write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// The actions a statement speaks of; never empty in a [`crate::PolicyDocument`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionBlock {
    /// These actions.
    Action(Vec<ActionPattern>),
    /// Every action but these.
    NotAction(Vec<ActionPattern>),
}

impl ActionBlock {
    /// The name of the policy element.
    pub const fn element(&self) -> &'static str {
        match self {
            Self::Action(_) => "Action",
            Self::NotAction(_) => "NotAction",
        }
    }

    /// The patterns, whichever way they are meant.
    pub fn patterns(&self) -> &[ActionPattern] {
        match self {
            Self::Action(patterns) | Self::NotAction(patterns) => patterns,
        }
    }
}

/// The resources a statement speaks of; never empty in a [`crate::PolicyDocument`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourceBlock {
    /// These resources.
    Resource(Vec<ArnPattern>),
    /// Every resource but these.
    NotResource(Vec<ArnPattern>),
}

impl ResourceBlock {
    /// The name of the policy element.
    pub const fn element(&self) -> &'static str {
        match self {
            Self::Resource(_) => "Resource",
            Self::NotResource(_) => "NotResource",
        }
    }

    /// The patterns, whichever way they are meant.
    pub fn patterns(&self) -> &[ArnPattern] {
        match self {
            Self::Resource(patterns) | Self::NotResource(patterns) => patterns,
        }
    }
}

/// One permission: an effect on actions, on resources or for principals, under conditions.
///
/// Which elements are there depends on the kind of policy: [`crate::PolicyDocument`] checks it.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The statement's id.
    pub sid: Option<Sid>,
    /// Allow or Deny.
    pub effect: Effect,
    /// Who, in a trust policy.
    pub principal: Option<Principal>,
    /// Which actions.
    pub action: ActionBlock,
    /// Which resources, in an identity policy.
    pub resource: Option<ResourceBlock>,
    /// When.
    pub condition: Condition,
}

impl Statement {
    /// The statement's id, or the place `position` that stands in for it in a message.
    pub fn label(&self, position: usize) -> String {
        self.sid.as_ref().map_or_else(|| format!("#{position}"), Sid::to_string)
    }
}
