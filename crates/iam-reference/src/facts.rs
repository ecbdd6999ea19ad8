//! [`ActionFacts`]: what the reference says of an action.

use std::fmt;

use crate::table::{self, ACTIONS, ActionRow, ONLY_EXIST, find};
use crate::{AccessLevels, ConditionKey, ResourceType, service};

/// What the reference says of an action such as `s3:GetObject`, whatever the case of the text.
pub fn lookup(action: &str) -> Option<ActionFacts> {
    let (prefix, name) = action.split_once(':')?;
    service(prefix)?.action(name)
}

/// Whether any source knows an action such as `s3:GetObject`, whatever the case of the text.
///
/// Some actions exist of which no more is known: [`lookup`] finds no facts about them, and as no source has their
/// spelling there are no constants for them. `data/existence.txt` lists them.
pub fn exists(action: &str) -> bool {
    lookup(action).is_some() || find(&ONLY_EXIST, action, |only| only).is_some()
}

/// What the reference says of an action.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#actions_table>
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionFacts(usize);

impl ActionFacts {
    pub(crate) fn at(place: usize) -> Self {
        Self(place)
    }

    fn row(self) -> &'static ActionRow {
        const NONE: &ActionRow = &ActionRow(0, 0, 0, 0, 0);
        ACTIONS.get(self.0).unwrap_or(NONE)
    }

    /// The action in AWS spelling: `s3:GetObject`.
    pub fn as_str(self) -> &'static str {
        table::text(self.row().0)
    }

    /// The prefix of its service: `s3`.
    pub fn service_prefix(self) -> &'static str {
        self.as_str().split_once(':').unwrap_or_default().0
    }

    /// The name without the prefix: `GetObject`.
    pub fn name(self) -> &'static str {
        self.as_str().split_once(':').unwrap_or_default().1
    }

    /// Its access levels, one or more.
    pub fn access_levels(self) -> AccessLevels {
        AccessLevels::from_bits(self.row().1)
    }

    /// The resource types that it can be limited to; without any, a policy must grant it on `*`.
    pub fn resources(self) -> impl ExactSizeIterator<Item = ResourceUse> {
        let (uses, _) = table::list(self.row().2).as_chunks::<2>();
        uses.iter().map(|&[place, keys]| ResourceUse { place, keys })
    }

    /// The condition keys that apply whatever it works on; those of its [`ResourceUse`]s may apply as well.
    pub fn condition_keys(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        ConditionKey::list(self.row().3)
    }

    /// Actions that its caller may need as well, for some of its uses: `iam:PassRole` for `ecs:RunTask`.
    pub fn dependent_actions(self) -> impl ExactSizeIterator<Item = ActionFacts> {
        table::list(self.row().4).iter().map(|place| Self(table::index(*place)))
    }
}

impl fmt::Debug for ActionFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ActionFacts").field(&self.as_str()).finish()
    }
}

/// That an action works on a resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceUse {
    /// The place of the resource type, twice, and one more when it is required.
    place: u32,
    keys: u32,
}

impl ResourceUse {
    /// The resource type.
    pub fn resource_type(self) -> ResourceType {
        ResourceType::at(table::index(self.place / 2))
    }

    /// Whether a statement that allows the action must name a resource of this type: the `*` of AWS's page.
    pub const fn required(self) -> bool {
        self.place % 2 == 1
    }

    /// The condition keys that apply when the action works on this resource type.
    pub fn condition_keys(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        ConditionKey::list(self.keys)
    }
}
