//! Writing a policy: the artifact's bytes, the docs page's block, and the minified text that IAM counts.
//!
//! A list of one is always written as a plain string.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::condition::Condition;
use crate::document::PolicyDocument;
use crate::principal::{Principal, PrincipalName};
use crate::statement::Statement;

/// The order in which a policy's elements are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyOrder {
    /// Alphabetical, as in the JSON artifacts: `Action`, `Condition`, `Effect`, …; `Statement`, `Version`.
    Alphabetical,
    /// As people write policies: `Version`, `Statement`; `Sid`, `Effect`, `Principal`, `Action`, ….
    Reading,
}

impl PolicyDocument {
    /// The artifact's text: indented by two spaces, keys in alphabetical order, one final newline.
    pub fn to_artifact(&self) -> String {
        pretty(self) + "\n"
    }

    /// The text for people: indented by two spaces, in reading order, without a final newline.
    pub fn to_reading(&self) -> String {
        pretty(&Ordered(self, KeyOrder::Reading))
    }

    /// The text without any white space, keys in alphabetical order.
    pub fn to_minified(&self) -> String {
        infallible(serde_json::to_string(self))
    }
}

impl Statement {
    /// The bare statement for people: indented by two spaces, in reading order, without a final newline.
    pub fn to_reading(&self) -> String {
        pretty(&Ordered(self, KeyOrder::Reading))
    }
}

fn pretty(value: &impl Serialize) -> String {
    infallible(serde_json::to_string_pretty(value))
}

/// Maps with string keys into memory cannot fail; an empty text would fail every comparison.
fn infallible(text: serde_json::Result<String>) -> String {
    text.unwrap_or_default()
}

/// A value with the order of its keys.
struct Ordered<'a, T>(&'a T, KeyOrder);

impl Serialize for PolicyDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Ordered(self, KeyOrder::Alphabetical).serialize(serializer)
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Ordered(self, KeyOrder::Alphabetical).serialize(serializer)
    }
}

impl Serialize for Ordered<'_, PolicyDocument> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (document, order) = (self.0, self.1);
        let statements: Vec<_> = document.statements().iter().map(|s| Ordered(s, order)).collect();
        let version = document.version().map(super::document::Version::as_str);
        let mut map = serializer.serialize_map(None)?;
        if let (KeyOrder::Reading, Some(version)) = (order, version) {
            map.serialize_entry("Version", version)?;
        }
        if let Some(id) = document.id() {
            map.serialize_entry("Id", id)?;
        }
        map.serialize_entry("Statement", &statements)?;
        if let (KeyOrder::Alphabetical, Some(version)) = (order, version) {
            map.serialize_entry("Version", version)?;
        }
        map.end()
    }
}

impl Serialize for Ordered<'_, Statement> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const ALPHABETICAL: [Element; 6] = [
            Element::Action,
            Element::Condition,
            Element::Effect,
            Element::Principal,
            Element::Resource,
            Element::Sid,
        ];
        const READING: [Element; 6] = [
            Element::Sid,
            Element::Effect,
            Element::Principal,
            Element::Action,
            Element::Resource,
            Element::Condition,
        ];
        let statement = self.0;
        let mut map = serializer.serialize_map(None)?;
        for element in match self.1 {
            KeyOrder::Alphabetical => Element::negated_in_place(ALPHABETICAL, statement),
            KeyOrder::Reading => READING,
        } {
            element.write(statement, &mut map)?;
        }
        map.end()
    }
}

/// What a statement is made of; a negated element takes the place of the plain one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Action,
    Condition,
    Effect,
    Principal,
    Resource,
    Sid,
}

impl Element {
    /// Alphabetical order holds for the names that are written: `NotAction` comes after `Effect`.
    fn negated_in_place(mut order: [Self; 6], statement: &Statement) -> [Self; 6] {
        order.sort_by_key(|element| element.name(statement));
        order
    }

    fn name(self, statement: &Statement) -> &'static str {
        match self {
            Self::Action => statement.action.element(),
            Self::Condition => "Condition",
            Self::Effect => "Effect",
            Self::Principal => "Principal",
            Self::Resource => statement.resource.as_ref().map_or("Resource", |block| block.element()),
            Self::Sid => "Sid",
        }
    }

    fn write<M: SerializeMap>(self, statement: &Statement, map: &mut M) -> Result<(), M::Error> {
        let name = self.name(statement);
        match self {
            Self::Action => {
                let texts: Vec<_> = statement
                    .action
                    .patterns()
                    .iter()
                    .map(super::action_pattern::ActionPattern::as_str)
                    .collect();
                map.serialize_entry(name, &OneOrMany(&texts))
            }
            Self::Condition if statement.condition.is_empty() => Ok(()),
            Self::Condition => map.serialize_entry(name, &statement.condition),
            Self::Effect => map.serialize_entry(name, statement.effect.as_str()),
            Self::Principal => match &statement.principal {
                Some(principal) => map.serialize_entry(name, principal),
                None => Ok(()),
            },
            Self::Resource => match &statement.resource {
                Some(block) => {
                    let texts: Vec<_> =
                        block.patterns().iter().map(super::arn_pattern::ArnPattern::as_str).collect();
                    map.serialize_entry(name, &OneOrMany(&texts))
                }
                None => Ok(()),
            },
            Self::Sid => match &statement.sid {
                Some(sid) => map.serialize_entry(name, sid.as_str()),
                None => Ok(()),
            },
        }
    }
}

/// A list of one is written as a plain string.
struct OneOrMany<'a, T>(&'a [T]);

impl<T: Serialize> Serialize for OneOrMany<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Keys<'a>(&'a std::collections::BTreeMap<crate::condition::ConditionKey, Vec<String>>);
        impl Serialize for Keys<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(key, values)| (key.as_str(), OneOrMany(values))))
            }
        }
        serializer.collect_map(self.operators().map(|(operator, keys)| (operator.to_string(), Keys(keys))))
    }
}

impl Serialize for PrincipalName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for Principal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Any => serializer.serialize_str("*"),
            Self::Named(named) => {
                serializer.collect_map(named.iter().map(|(kind, names)| (kind.as_str(), OneOrMany(names))))
            }
        }
    }
}
