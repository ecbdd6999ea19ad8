//! The generated table and the way into it: rows are numbers, which are places in one text and one array of lists.
//!
//! The build writes only places that exist. A wrong one would read as nothing: an empty name, an empty list.

#![expect(clippy::unreadable_literal, reason = "generated")]

use crate::{PermissionKind, ValueType};

/// A row of the actions: name, access levels, uses of resource types, condition keys, dependent actions.
pub(crate) struct ActionRow(pub(crate) u32, pub(crate) u8, pub(crate) u32, pub(crate) u32, pub(crate) u32);

/// A row of the resource types: name, ARN patterns, condition keys.
pub(crate) struct ResourceTypeRow(pub(crate) u32, pub(crate) u32, pub(crate) u32);

/// A row of the condition keys: name, value type.
pub(crate) struct ConditionKeyRow(pub(crate) u32, pub(crate) ValueType);

/// A row of the CloudFormation types: name, permissions of each phase, property of the tags, system tags.
pub(crate) struct CloudFormationRow(pub(crate) u32, pub(crate) [u32; 5], pub(crate) u32, pub(crate) bool);

/// A row of the permissions: text, kind.
pub(crate) struct PermissionRow(pub(crate) u32, pub(crate) PermissionKind);

mod generated {
    // One-letter names keep the generated file small: it has a hundred thousand lines.
    use super::{
        ActionRow as A, CloudFormationRow as C, ConditionKeyRow as K, PermissionRow as P,
        ResourceTypeRow as T,
    };
    use crate::{
        AwsManagedPolicy as M, PermissionKind as N, Registry as R, Service as S, Source, ValueType as V,
    };

    include!(concat!(env!("OUT_DIR"), "/table.rs"));
}

pub(crate) use generated::{
    ACTIONS, CLOUDFORMATION, CONDITION_KEYS, GLOBAL_KEYS, LISTS, MANAGED_POLICIES, ONLY_EXIST, PERMISSIONS,
    RESOURCE_TYPES, SERVICES, SOURCES,
};

static TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/text.txt"));

/// The text at a place: where it starts in the upper 24 bits, its length in the lower 8.
pub(crate) fn text(place: u32) -> &'static str {
    let start = index(place >> 8);
    TEXT.get(start..start + index(place & 0xFF)).unwrap_or_default()
}

/// The list at a place: its length, which its items follow.
pub(crate) fn list(place: u32) -> &'static [u32] {
    let list = LISTS.get(index(place)..).and_then(|rest| rest.split_first());
    list.and_then(|(length, items)| items.get(..index(*length))).unwrap_or_default()
}

/// A number of the table as a place in an array.
pub(crate) fn index(number: u32) -> usize {
    // Fails only where addresses have 16 bits, and there the table does not fit.
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Finds a row of a sorted array by its name, whatever the case of either.
pub(crate) fn find<R>(rows: &[R], name: &str, name_of: impl Fn(&R) -> &str) -> Option<usize> {
    rows.binary_search_by(|row| lower(name_of(row)).cmp(lower(name))).ok()
}

fn lower(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}
