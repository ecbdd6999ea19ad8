//! [`Given`]: what a template gives a resource, as the rules ask for it.

use std::cell::OnceCell;

use super::StackInput;
use super::brought_in::BroughtIn;
use super::classify::Plans;
use super::words::{letters, stem, without_ends};
use crate::template::{Names, Reduced, ReducedEntry, ReducedValue, Resource};

/// A resource of a template, with its properties.
pub(super) struct Given<'a> {
    pub(super) resource: &'a Resource,
    pub(super) names: &'a Names<'a>,
    properties: &'a [ReducedEntry],
    stack: &'a StackInput<'a>,
    set: Vec<SetProperty<'a>>,
    plans: &'a Plans<'a>,
    brought_in: OnceCell<BroughtIn>,
}

/// A property that is set, by the words of its name.
struct SetProperty<'a> {
    name: &'a str,
    letters: String,
    /// What it is about; none when that is the resource itself, as in `RoleName`.
    stem: Option<String>,
}

impl<'a> Given<'a> {
    /// A resource, with the plans of all types that its template has.
    pub(super) fn new(
        resource: &'a Resource,
        names: &'a Names<'a>,
        stack: &'a StackInput<'a>,
        plans: &'a Plans<'a>,
    ) -> Self {
        let noun = plans.of(&resource.kind).map_or("", |plan| plan.kind.noun.as_str());
        let properties =
            names.properties(&resource.logical_id).and_then(Reduced::entries).unwrap_or_default();
        let set = properties.iter().filter(|entry| is_something(&entry.value)).map(|entry| SetProperty {
            name: &entry.key,
            letters: letters(&entry.key),
            stem: (without_ends(&entry.key) != noun).then(|| stem(&entry.key, noun)),
        });
        let set = set.collect();
        Self { resource, names, properties, stack, set, plans, brought_in: OnceCell::new() }
    }

    /// The properties.
    pub(super) fn properties(&self) -> &'a [ReducedEntry] {
        self.properties
    }

    /// The value of a property.
    pub(super) fn property(&self, name: &str) -> Option<&'a Reduced> {
        self.properties.iter().find(|entry| entry.key == name).map(|entry| &entry.value)
    }

    /// Whether CloudFormation tags it with tags that somebody gave, to it or to its stack.
    pub(super) fn has_tags(&self) -> bool {
        let tagging = self.plans.of(&self.resource.kind).and_then(|plan| plan.tagging);
        let property = tagging.map_or("Tags", |tagging| tagging.property);
        self.stack.has_tags || self.property(property).is_some_and(is_something)
    }

    /// The set property of exactly that name.
    pub(super) fn named(&self, name: &str) -> Option<&'a str> {
        self.set.iter().find(|property| property.name == name).map(|property| property.name)
    }

    /// The set property whose name has those letters, unless it is the resource's own name.
    pub(super) fn of_letters(&self, letters: &str) -> Option<&'a str> {
        let found = self.set.iter().find(|property| property.stem.is_some() && property.letters == letters);
        found.map(|property| property.name)
    }

    /// The set property with that stem.
    pub(super) fn of_stem(&self, stem: &str) -> Option<&'a str> {
        let found = self.set.iter().find(|property| property.stem.as_deref() == Some(stem));
        found.map(|property| property.name)
    }

    /// The property that brings in a service which the resource is not of.
    pub(super) fn brings_in(&self, service: &str) -> Option<&str> {
        let brought_in = self
            .brought_in
            .get_or_init(|| BroughtIn::by(self.properties, self.names, self.stack.template, self.plans));
        brought_in.by_property(service)
    }

    /// Whether a property is set, or may be: `Code.S3Bucket`.
    pub(super) fn is_set(&self, path: &str) -> bool {
        match path.strip_prefix('@') {
            Some("Tags") => self.has_tags(),
            Some(attribute) => self.attribute(attribute).is_some(),
            None => self.at(path).iter().any(|value| is_something(value)),
        }
    }

    /// The texts of a property, with `*` for what only the deployment knows.
    pub(super) fn texts(&self, path: &str) -> Vec<String> {
        if let Some(attribute) = path.strip_prefix('@') {
            return self.attribute(attribute).map(str::to_owned).into_iter().collect();
        }
        let texts = self.at(path).into_iter().filter_map(Reduced::to_text);
        texts.map(|text| self.names.pattern_of(&text)).collect()
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        match name {
            "DeletionPolicy" => self.resource.deletion_policy.as_deref(),
            "UpdateReplacePolicy" => self.resource.update_replace_policy.as_deref(),
            _ => None,
        }
    }

    /// The values at a path, through lists; one that is not known ends it.
    fn at(&self, path: &str) -> Vec<&'a Reduced> {
        let mut keys = path.split('.');
        let first = keys.next().unwrap_or_default();
        let mut values: Vec<&Reduced> = self.property(first).into_iter().flat_map(items).collect();
        for key in keys {
            let below = |value: &'a Reduced| match &value.value {
                ReducedValue::Unknown(_) => Some(value),
                _ => value.get(key),
            };
            values = values.into_iter().filter_map(below).flat_map(items).collect();
        }
        values
    }
}

/// The items of a list, or the value itself.
fn items(value: &Reduced) -> Vec<&Reduced> {
    value.items().map_or_else(|| vec![value], |items| items.iter().collect())
}

fn is_something(value: &Reduced) -> bool {
    match &value.value {
        ReducedValue::Null => false,
        ReducedValue::List(items) => !items.is_empty(),
        _ => true,
    }
}
