//! [`Facts`]: what is read off a resource's properties once.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use iam::ArnPattern;
use iam_reference::ResourceType;

use crate::template::{Reduced, ReducedValue, Text};

/// What names of variables and properties end with, behind what they are about.
const ENDS: [&str; 6] = ["namewithpath", "identifier", "name", "arns", "arn", "id"];

/// A resource's properties, and what is found in them.
pub(super) struct Facts {
    pub(super) properties: Reduced,
    /// The forms that its own ARN may have.
    pub(super) own: OnceCell<Vec<&'static str>>,
    /// The ARNs that its properties refer to, by the form that was asked for.
    pub(super) referred_to: RefCell<BTreeMap<&'static str, Vec<String>>>,
    /// What actions work on for it, by their resource types and whether these are required: many have the same.
    pub(super) works_on: RefCell<BTreeMap<Usages, Vec<ArnPattern>>>,
    top: OnceCell<Vec<Property>>,
    /// The places in `top` of the properties that variables are named after: the same ones are asked for often.
    places: RefCell<BTreeMap<String, Option<usize>>>,
    below: OnceCell<Vec<Property>>,
}

/// The resource types of an action, each with whether it is required.
pub(super) type Usages = Vec<(ResourceType, bool)>;

/// The texts of a property.
pub(super) struct Property {
    /// Its name in lower case.
    name: String,
    /// What the name is about: `role` of `RoleArn`.
    base: String,
    /// Its value, or the items of its list.
    pub(super) values: Vec<Named>,
}

/// A text, and what it is with the names of the template.
pub(super) struct Named {
    pub(super) text: Text,
    pub(super) pattern: OnceCell<String>,
}

impl Facts {
    pub(super) const fn new(properties: Reduced) -> Self {
        Self {
            works_on: RefCell::new(BTreeMap::new()),
            properties,
            own: OnceCell::new(),
            referred_to: RefCell::new(BTreeMap::new()),
            top: OnceCell::new(),
            places: RefCell::new(BTreeMap::new()),
            below: OnceCell::new(),
        }
    }

    /// The property that a variable of an ARN is named after: `FunctionName`, or `Roles` for `RoleNameWithPath`.
    pub(super) fn property_for(&self, variable: &str) -> Option<&Property> {
        let top = self.top.get_or_init(|| self.top_properties());
        let known = self.places.borrow().get(variable).copied();
        let place = known.unwrap_or_else(|| {
            let place = place_for(top, variable);
            self.places.borrow_mut().insert(variable.to_owned(), place);
            place
        });
        top.get(place?)
    }

    /// The texts at any depth, but for those of policies, tags and environment variables, which say nothing of
    /// what CloudFormation works with.
    pub(super) fn below(&self) -> &[Property] {
        self.below.get_or_init(|| {
            let mut found = Vec::new();
            collect(&self.properties, "", &mut found);
            found
        })
    }

    /// The properties at any depth whose names end with what a variable is about, such as the `S3Bucket` of a
    /// function's `Code`.
    pub(super) fn below_for(&self, variable: &str) -> Vec<&Named> {
        const MIN: usize = 5;
        let base = base(variable);
        let fits = |property: &&Property| base.len() >= MIN && property.base.ends_with(&base);
        self.below().iter().filter(fits).flat_map(|property| &property.values).collect()
    }

    fn top_properties(&self) -> Vec<Property> {
        let entries = self.properties.entries().unwrap_or_default().iter();
        let properties = entries.map(|entry| {
            let texts = match &entry.value.value {
                ReducedValue::List(items) => items.iter().filter_map(Reduced::to_text).collect(),
                _ => entry.value.to_text().into_iter().collect(),
            };
            Property::new(&entry.key, texts)
        });
        properties.filter(|property| !property.values.is_empty()).collect()
    }
}

impl Property {
    fn new(key: &str, texts: Vec<Text>) -> Self {
        let values = texts.into_iter().map(|text| Named { text, pattern: OnceCell::new() }).collect();
        Self { name: normal(key), base: base(key), values }
    }
}

/// The place of the property that a variable is named after.
fn place_for(top: &[Property], variable: &str) -> Option<usize> {
    let (name, base) = (normal(variable), base(variable));
    top.iter().position(|property| property.name == name).or_else(|| {
        let is_near = |property: &Property| {
            property.base == base || property.base.strip_suffix('s') == Some(base.as_str())
        };
        top.iter().position(is_near).filter(|_| !base.is_empty())
    })
}

fn collect(value: &Reduced, key: &str, found: &mut Vec<Property>) {
    match &value.value {
        ReducedValue::List(items) => {
            for item in items {
                collect(item, key, found);
            }
        }
        ReducedValue::Map(entries) => {
            let is_other = |key: &str| {
                key.ends_with("PolicyDocument")
                    || ["Environment", "EnvironmentVariables", "Tags"].contains(&key)
            };
            for entry in entries.iter().filter(|entry| !is_other(&entry.key)) {
                collect(&entry.value, &entry.key, found);
            }
        }
        ReducedValue::Text(text) => found.push(Property::new(key, vec![text.clone()])),
        _ => {}
    }
}

/// What a variable or property is about: `role` of `RoleNameWithPath`.
fn base(name: &str) -> String {
    let name = normal(name);
    let base = ENDS.iter().find_map(|end| name.strip_suffix(end));
    base.map_or_else(|| name.clone(), str::to_owned)
}

fn normal(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
