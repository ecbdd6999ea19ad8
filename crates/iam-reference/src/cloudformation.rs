//! [`CloudFormationType`]: what CloudFormation's handlers of a resource type may call.

use std::fmt;

use crate::table::{self, CLOUDFORMATION, CloudFormationRow, PERMISSIONS, PermissionRow};

/// The resource types whose handlers say what they call, in the order of their names.
pub fn cloudformation_types() -> impl ExactSizeIterator<Item = CloudFormationType> {
    (0..CLOUDFORMATION.len()).map(CloudFormationType)
}

/// The resource type with a name such as `AWS::S3::Bucket`, in exactly this spelling.
pub fn cloudformation_type(name: &str) -> Option<CloudFormationType> {
    let place = CLOUDFORMATION.binary_search_by(|row| table::text(row.0).cmp(name)).ok()?;
    Some(CloudFormationType(place))
}

/// A resource type of CloudFormation.
///
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html>
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CloudFormationType(usize);

impl CloudFormationType {
    fn row(self) -> &'static CloudFormationRow {
        const NONE: &CloudFormationRow = &CloudFormationRow(0, [0; 5], 0, false);
        CLOUDFORMATION.get(self.0).unwrap_or(NONE)
    }

    /// The name: `AWS::S3::Bucket`.
    pub fn name(self) -> &'static str {
        table::text(self.row().0)
    }

    /// What the handler of a phase may call, sorted: an upper bound over all features of the resource type.
    ///
    /// Empty when the resource type has no handler for the phase.
    pub fn permissions(self, phase: Phase) -> impl ExactSizeIterator<Item = Permission> {
        let [create, read, update, delete, list] = self.row().1;
        let place = match phase {
            Phase::Create => create,
            Phase::Read => read,
            Phase::Update => update,
            Phase::Delete => delete,
            Phase::List => list,
        };
        table::list(place).iter().map(|place| Permission(table::index(*place)))
    }

    /// How its resources are tagged; `None` when they are not, or when the schema does not say.
    pub fn tagging(self) -> Option<Tagging> {
        let &CloudFormationRow(_, _, property, system_tags) = self.row();
        let property = table::text(property);
        (!property.is_empty()).then_some(Tagging { property, system_tags })
    }
}

/// How resources of a type are tagged.
///
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-tagging>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tagging {
    /// The property that holds the tags: `Tags` in most types.
    pub property: &'static str,
    /// Whether CloudFormation adds tags of its own, such as `aws:cloudformation:stack-name`, so that each resource
    /// gets some.
    pub system_tags: bool,
}

impl fmt::Debug for CloudFormationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CloudFormationType").field(&self.name()).finish()
    }
}

/// What CloudFormation does with a resource.
///
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Makes it.
    Create,
    /// Reads its properties.
    Read,
    /// Changes it in place.
    Update,
    /// Deletes it.
    Delete,
    /// Lists all resources of the type.
    List,
}

impl Phase {
    /// All phases.
    pub const ALL: [Self; 5] = [Self::Create, Self::Read, Self::Update, Self::Delete, Self::List];

    /// The name of the handler: `create`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::List => "list",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a handler may call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission(usize);

impl Permission {
    fn row(self) -> &'static PermissionRow {
        const NONE: &PermissionRow = &PermissionRow(0, PermissionKind::Unknown);
        PERMISSIONS.get(self.0).unwrap_or(NONE)
    }

    /// The permission as a policy writes it: `s3:CreateBucket`.
    pub fn as_str(self) -> &'static str {
        table::text(self.row().0)
    }

    /// Whether it is one action, many, or none that exists.
    pub fn kind(self) -> PermissionKind {
        self.row().1
    }
}

impl fmt::Debug for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Permission").field(&self.as_str()).field(&self.kind()).finish()
    }
}

/// What the reference says of a permission of a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PermissionKind {
    /// An action that exists, in the spelling of the reference where that has one.
    Known,
    /// A pattern with `*` that matches an action at least.
    Wildcard,
    /// No source knows such an action: the handler's author misspelled it, or wrote the name of an API call.
    Unknown,
}
