//! [`ResourceType`]: a kind of resource, and the ARNs it has.

use std::fmt;

use crate::ConditionKey;
use crate::table::{self, RESOURCE_TYPES, ResourceTypeRow};

/// A kind of resource that actions of a service can be limited to.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#resources_table>
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceType(usize);

impl ResourceType {
    pub(crate) fn at(place: usize) -> Self {
        Self(place)
    }

    fn row(self) -> &'static ResourceTypeRow {
        const NONE: &ResourceTypeRow = &ResourceTypeRow(0, 0, 0);
        RESOURCE_TYPES.get(self.0).unwrap_or(NONE)
    }

    /// The name in the reference: `bucket`. It may hold spaces.
    pub fn name(self) -> &'static str {
        table::text(self.row().0)
    }

    /// The patterns of its ARNs, one or more: `arn:${Partition}:s3:::${BucketName}`.
    pub fn arn_patterns(self) -> impl ExactSizeIterator<Item = &'static str> {
        table::list(self.row().1).iter().map(|place| table::text(*place))
    }

    /// Whether AWS makes up what tells resources of this type apart, so that no policy can go by their names.
    ///
    /// The reference does not say so in words; the last variable of the ARN does: `${VpcId}`, but `${BucketName}`.
    pub fn has_generated_id(self) -> bool {
        self.arn_patterns().all(|pattern| {
            let variable = pattern.rsplit_once("${").map_or("", |(_, rest)| rest);
            let name = variable.split('}').next().unwrap_or_default();
            // A secret's "id" is its name and six characters.
            let is_chosen = ["AccountId", "SecretId"].contains(&name);
            !is_chosen && ["Id", "ID", "Uuid", "UUID"].iter().any(|end| name.ends_with(end))
        })
    }

    /// The condition keys that a resource of this type brings into a request.
    pub fn condition_keys(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        ConditionKey::list(self.row().2)
    }
}

impl fmt::Debug for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResourceType").field(&self.name()).finish()
    }
}
