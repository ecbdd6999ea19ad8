//! [`Node`]: a JSON or YAML text as a tree in which every value knows its line.

use iam::{Json, JsonPointer};

mod json;
mod yaml;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The line of its first character, counted from 1.
    pub line: usize,
    /// The position among its list's items in the text, when it is one: items that are left out of a list
    /// leave the others their places.
    pub index: usize,
    /// The value.
    pub value: Value,
}

/// What a text can hold. Keys keep their order, and equal keys are all kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string.
    String(String),
    /// A list.
    List(Vec<Node>),
    /// An object; the short forms of YAML, such as `!Sub`, are objects with one key here too.
    Map(Vec<Entry>),
}

/// A key of an object and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The line of the key.
    pub line: usize,
    /// The value.
    pub value: Node,
}

/// Why a text is no tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct NodeError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

impl Node {
    /// Reads a JSON text, as strictly as RFC 8259 has it.
    pub fn from_json(text: &str) -> Result<Self, NodeError> {
        json::read(text)
    }

    /// Reads a YAML text of one document, with the tags of CloudFormation's short forms.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>
    pub fn from_yaml(text: &str) -> Result<Self, NodeError> {
        yaml::read(text)
    }

    /// The entries of an object.
    pub fn entries(&self) -> Option<&[Entry]> {
        if let Value::Map(entries) = &self.value { Some(entries) } else { None }
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Self]> {
        if let Value::List(items) = &self.value { Some(items) } else { None }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// The value of the first entry with that key, if this is an object that has one.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The value at a place.
    pub fn at(&self, pointer: &JsonPointer) -> Option<&Self> {
        pointer.tokens().try_fold(self, |node, token| match &node.value {
            Value::List(items) => items.get(token.parse::<usize>().ok()?),
            _ => node.get(&token),
        })
    }

    /// The place of the item with that text in the list at a place, or of its entry with that key; the place
    /// itself when there is none, as when one text stands for a list of one.
    pub fn item(&self, list: &JsonPointer, text: &str) -> JsonPointer {
        let position = self.at(list).and_then(|node| match &node.value {
            Value::List(items) => items
                .iter()
                .rposition(|item| item.as_str() == Some(text))
                .map(|position| position.to_string()),
            _ => node.get(text).map(|_| text.to_owned()),
        });
        position.map_or_else(|| list.clone(), |token| list.join(token))
    }

    /// The tree as IAM's parser takes it, without lines.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(text) => Json::Number(text.clone()),
            Value::String(text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Map(entries) => {
                Json::Object(entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect())
            }
        }
    }

    /// Where a place of this tree stands in the text: the pointer with list positions as they are there, and
    /// the line. A place that the tree does not have is as near to it as there is a value.
    pub fn locate(&self, pointer: &JsonPointer) -> (JsonPointer, usize) {
        let (mut place, mut line, mut node) = (JsonPointer::default(), self.line, self);
        for token in pointer.tokens() {
            let step = match &node.value {
                Value::List(items) => token
                    .parse::<usize>()
                    .ok()
                    .and_then(|i| items.get(i))
                    .map(|item| (item.index.to_string(), item.line, item)),
                Value::Map(entries) => entries.iter().find(|entry| entry.key == token).map(|entry| {
                    // An object is found by its key: its own first line may be the next one.
                    (entry.key.clone(), entry.line, &entry.value)
                }),
                _ => None,
            };
            let Some((token, at, next)) = step else { break };
            (place, line, node) = (place.join(token), at, next);
        }
        (place, line)
    }
}

/// The lines of a text, found by the place of a byte.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    /// The line of a byte, counted from 1.
    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|end| *end < byte) + 1
    }
}
