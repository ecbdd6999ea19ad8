//! [`Service`]: an AWS service as the service authorization reference describes it.

use std::ops::Range;

use crate::table::{self, ACTIONS, RESOURCE_TYPES, SERVICES, find};
use crate::{ActionFacts, ConditionKey, ResourceType};

/// All services, in the order of their prefixes.
pub fn services() -> &'static [Service] {
    &SERVICES
}

/// The service with a prefix such as `s3`, whatever its case.
pub fn service(prefix: &str) -> Option<&'static Service> {
    SERVICES.get(find(&SERVICES, prefix, |service| service.prefix)?)
}

/// An AWS service.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    prefix: &'static str,
    name: &'static str,
    actions: Range<usize>,
    resource_types: Range<usize>,
    condition_keys: Range<usize>,
}

impl Service {
    /// A row of the table; only generated code calls this.
    pub(crate) const fn new(
        prefix: &'static str,
        name: &'static str,
        actions: Range<usize>,
        resource_types: Range<usize>,
        condition_keys: Range<usize>,
    ) -> Self {
        Self { prefix, name, actions, resource_types, condition_keys }
    }

    /// The prefix of its actions: `s3`.
    pub const fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// The name that AWS documentation uses: `Amazon S3`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its actions, in the order of their names whatever their case.
    pub fn actions(&self) -> impl ExactSizeIterator<Item = ActionFacts> + use<> {
        self.actions.clone().map(ActionFacts::at)
    }

    /// The action with a name such as `GetObject`, whatever its case: IAM does not tell cases apart.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
    pub fn action(&self, name: &str) -> Option<ActionFacts> {
        let rows = ACTIONS.get(self.actions.clone())?;
        let name_at = self.prefix.len() + 1;
        let place = find(rows, name, |row| table::text(row.0).get(name_at..).unwrap_or_default())?;
        Some(ActionFacts::at(self.actions.start + place))
    }

    /// Its resource types, in the order of their names whatever their case.
    pub fn resource_types(&self) -> impl ExactSizeIterator<Item = ResourceType> + use<> {
        self.resource_types.clone().map(ResourceType::at)
    }

    /// The resource type with a name such as `bucket`, whatever its case.
    pub fn resource_type(&self, name: &str) -> Option<ResourceType> {
        let rows = RESOURCE_TYPES.get(self.resource_types.clone())?;
        let place = find(rows, name, |row| table::text(row.0))?;
        Some(ResourceType::at(self.resource_types.start + place))
    }

    /// The condition keys that its actions or resource types support, the global ones among them.
    ///
    /// Any request has the keys of [`crate::global_condition_keys`] as well.
    pub fn condition_keys(&self) -> impl ExactSizeIterator<Item = ConditionKey> + use<> {
        self.condition_keys.clone().map(ConditionKey::at)
    }
}
