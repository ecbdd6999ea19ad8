//! A value with its intrinsic functions replaced by what they are, as far as that is known.

use std::cell::RefCell;
use std::collections::BTreeMap;

use iam::JsonPointer;

use super::{Hole, LeftAlone, Scope, Template, Text};
use crate::node::{Node, Value};

/// A value of a template without intrinsic functions, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduced {
    /// The line of its first character, counted from 1.
    pub line: usize,
    /// The position among its list's items in the text, when it is one.
    pub index: usize,
    /// What it is.
    pub value: ReducedValue,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum ReducedValue {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string, or what becomes one.
    Text(Text),
    /// A list, without the items that `AWS::NoValue` leaves out.
    List(Vec<Reduced>),
    /// An object, without the entries that `AWS::NoValue` leaves out.
    Map(Vec<ReducedEntry>),
    /// Not even that is known, and why: a text, a list, an object, or nothing at all.
    Unknown(String),
}

/// A key of an object and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct ReducedEntry {
    /// The key.
    pub key: String,
    /// The line of the key.
    pub line: usize,
    /// The value.
    pub value: Reduced,
}

impl Reduced {
    /// The value of the first entry with that key, if this is an object that has one.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let ReducedValue::Map(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Self]> {
        if let ReducedValue::List(items) = &self.value { Some(items) } else { None }
    }

    /// The entries of an object.
    pub fn entries(&self) -> Option<&[ReducedEntry]> {
        if let ReducedValue::Map(entries) = &self.value { Some(entries) } else { None }
    }

    /// The text; CloudFormation takes numbers and Booleans for theirs.
    pub fn to_text(&self) -> Option<Text> {
        match &self.value {
            ReducedValue::Text(text) => Some(text.clone()),
            ReducedValue::Number(text) => Some(Text::literal(text.clone())),
            ReducedValue::Bool(value) => Some(Text::literal(value.to_string())),
            _ => None,
        }
    }

    /// The text when all of it is known.
    pub fn literal(&self) -> Option<String> {
        self.to_text()?.as_literal().map(str::to_owned)
    }

    /// What is left alone in it, of which `at` is the place in the template.
    pub fn left_alone(&self, at: &JsonPointer) -> Vec<LeftAlone> {
        let mut found = Vec::new();
        self.collect_left_alone(at, &mut found);
        found
    }

    fn collect_left_alone(&self, at: &JsonPointer, found: &mut Vec<LeftAlone>) {
        let mut leave = |why: &String| {
            found.push(LeftAlone { pointer: at.clone(), line: self.line, why: why.clone() });
        };
        match &self.value {
            ReducedValue::Unknown(why) => leave(why),
            ReducedValue::Text(text) => {
                for hole in text.holes() {
                    if let Hole::Unknown(why) = hole {
                        leave(why);
                    }
                }
            }
            ReducedValue::List(items) => {
                for item in items {
                    item.collect_left_alone(&at.join(item.index), found);
                }
            }
            ReducedValue::Map(entries) => {
                for entry in entries {
                    entry.value.collect_left_alone(&at.join(&entry.key), found);
                }
            }
            ReducedValue::Null | ReducedValue::Bool(_) | ReducedValue::Number(_) => {}
        }
    }

    /// Whether both are the same wherever they are deployed; what is unknown is the same as nothing.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (ReducedValue::List(items), ReducedValue::List(others)) => {
                items.len() == others.len() && items.iter().zip(others).all(|(a, b)| a.is_same(b))
            }
            (ReducedValue::Map(entries), ReducedValue::Map(others)) => {
                entries.len() == others.len()
                    && entries.iter().zip(others).all(|(a, b)| a.key == b.key && a.value.is_same(&b.value))
            }
            (ReducedValue::Null, ReducedValue::Null) => true,
            _ => match (self.to_text(), other.to_text()) {
                (Some(text), Some(other)) => {
                    text == other && !text.holes().any(|hole| matches!(hole, Hole::Unknown(_)))
                }
                _ => false,
            },
        }
    }

    /// Whether all of it is known.
    pub(super) fn is_known(&self) -> bool {
        match &self.value {
            ReducedValue::Unknown(_) => false,
            ReducedValue::Text(text) => text.as_literal().is_some(),
            ReducedValue::List(items) => items.iter().all(Self::is_known),
            ReducedValue::Map(entries) => entries.iter().all(|entry| entry.value.is_known()),
            ReducedValue::Null | ReducedValue::Bool(_) | ReducedValue::Number(_) => true,
        }
    }
}

/// Replaces intrinsic functions. Recursion is as deep as the template is nested, which its reader bounds.
pub(super) struct Reducer<'t> {
    pub(super) template: &'t Template,
    pub(super) scope: &'t Scope,
    /// The conditions that are being decided, so that one which needs itself comes to an end.
    pub(super) deciding: RefCell<Vec<String>>,
    /// The conditions that were decided, or were found to be open.
    pub(super) decided: RefCell<BTreeMap<String, Option<bool>>>,
}

impl<'t> Reducer<'t> {
    pub(super) fn new(template: &'t Template, scope: &'t Scope) -> Self {
        Self { template, scope, deciding: RefCell::default(), decided: RefCell::default() }
    }

    /// The value; `None` for what `AWS::NoValue` leaves out.
    pub(super) fn reduce(&self, node: &Node) -> Option<Reduced> {
        let value = match &node.value {
            Value::Null => ReducedValue::Null,
            Value::Bool(value) => ReducedValue::Bool(*value),
            Value::Number(text) => ReducedValue::Number(text.clone()),
            Value::String(text) => ReducedValue::Text(Text::literal(text.as_str())),
            Value::List(items) => {
                ReducedValue::List(items.iter().filter_map(|item| self.reduce(item)).collect())
            }
            Value::Map(entries) => match entries.as_slice() {
                [entry] if entry.key == "Ref" && entry.value.as_str().is_some() => {
                    self.reference(entry.value.as_str().unwrap_or_default())?
                }
                [entry] if entry.key.starts_with("Fn::") => self.function(&entry.key, &entry.value)?,
                entries => match entries.iter().find(|entry| entry.key.starts_with("Fn::")) {
                    Some(function) => {
                        ReducedValue::Unknown(format!("`{}` changes what is beside it", function.key))
                    }
                    None => ReducedValue::Map(
                        entries
                            .iter()
                            .filter_map(|entry| {
                                let value = self.reduce(&entry.value)?;
                                Some(ReducedEntry { key: entry.key.clone(), line: entry.line, value })
                            })
                            .collect(),
                    ),
                },
            },
        };
        Some(Reduced { line: node.line, index: node.index, value })
    }

    /// `Ref`.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ref.html>
    pub(super) fn reference(&self, name: &str) -> Option<ReducedValue> {
        if name == "AWS::NoValue" {
            return None;
        }
        if let Some(parameter) = self.template.parameters.get(name)
            && parameter.is_list()
        {
            let Some(value) = self.scope.parameter(name) else {
                return Some(ReducedValue::Unknown(format!(
                    "the parameter `{name}` is a list without a known value"
                )));
            };
            let item = |(index, item): (usize, &str)| Reduced {
                line: parameter.line,
                index,
                value: ReducedValue::Text(Text::literal(item.trim())),
            };
            let items = value.split(',').enumerate().map(item);
            return Some(ReducedValue::List(if value.is_empty() { Vec::new() } else { items.collect() }));
        }
        Some(ReducedValue::Text(self.named(name)))
    }

    /// What a name stands for in `Ref` and `Fn::Sub`.
    pub(super) fn named(&self, name: &str) -> Text {
        let hole = match name {
            "AWS::Partition" => Hole::Partition,
            "AWS::Region" => Hole::Region,
            "AWS::AccountId" => Hole::Account,
            "AWS::URLSuffix" => Hole::UrlSuffix,
            "AWS::StackName" => Hole::StackName,
            "AWS::StackId" => Hole::StackId,
            "AWS::NotificationARNs" => Hole::NotificationArns,
            _ if self.template.parameters.contains_key(name) => Hole::Parameter(name.to_owned()),
            _ if self.template.by_id.contains_key(name) => Hole::Ref(name.to_owned()),
            _ => Hole::Unknown(format!("`{name}` is neither a parameter nor a resource of the template")),
        };
        Text::hole(hole).fill(self.scope)
    }

    /// What an attribute of a resource is, by `Fn::GetAtt` and in `Fn::Sub`.
    pub(super) fn attribute(&self, logical_id: &str, attribute: &str) -> Text {
        Text::hole(if self.template.by_id.contains_key(logical_id) {
            Hole::Attribute { logical_id: logical_id.to_owned(), attribute: attribute.to_owned() }
        } else {
            Hole::Unknown(format!("`{logical_id}` is no resource of the template"))
        })
    }
}
