//! The intrinsic functions whose names begin with `Fn::`.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>

use super::json_string::to_json_string;
use super::reduce::{Reduced, ReducedValue, Reducer};
use super::{Hole, Text};
use crate::node::{Node, Value};

impl Reducer<'_> {
    /// The value of a function with that argument; `None` for what it leaves out.
    pub(super) fn function(&self, name: &str, argument: &Node) -> Option<ReducedValue> {
        Some(match name {
            "Fn::If" => return self.choose(argument),
            "Fn::GetAtt" => ReducedValue::Text(self.get_att(argument)),
            "Fn::Join" => ReducedValue::Text(self.join(argument)),
            "Fn::Sub" => ReducedValue::Text(self.sub(argument)),
            "Fn::Select" => self.select(argument),
            "Fn::Split" => self.split(argument),
            "Fn::FindInMap" => self.find_in_map(argument),
            "Fn::ImportValue" => {
                ReducedValue::Text(match self.reduce(argument).and_then(|name| name.to_text()) {
                    Some(name) => Text::hole(Hole::Import(name)),
                    None => unknown("the name of the export is known only at the deployment"),
                })
            }
            "Fn::Base64" => ReducedValue::Text(unknown("`Fn::Base64` is not looked into")),
            "Fn::ToJsonString" => {
                let text = self.reduce(argument).and_then(|value| to_json_string(&value));
                ReducedValue::Text(text.unwrap_or_else(|| {
                    unknown("`Fn::ToJsonString` of a value that is known only at the deployment")
                }))
            }
            "Fn::Length" => match self.reduce(argument).as_ref().and_then(Reduced::items) {
                Some(items) if !items.iter().any(|item| matches!(item.value, ReducedValue::Unknown(_))) => {
                    ReducedValue::Number(items.len().to_string())
                }
                _ => ReducedValue::Text(unknown("the length of the list is known only at the deployment")),
            },
            _ => ReducedValue::Unknown(format!("`{name}` is evaluated only at the deployment")),
        })
    }

    /// `Fn::If`: one branch when the condition is decided, or both are the same.
    fn choose(&self, argument: &Node) -> Option<ReducedValue> {
        let Some([condition, then, otherwise]) = argument.items() else {
            return Some(malformed("Fn::If"));
        };
        let Some(name) = condition.as_str() else { return Some(malformed("Fn::If")) };
        match self.condition(name) {
            Some(true) => self.reduce(then).map(|value| value.value),
            Some(false) => self.reduce(otherwise).map(|value| value.value),
            None => match (self.reduce(then), self.reduce(otherwise)) {
                (None, None) => None,
                (Some(then), Some(otherwise)) if then.is_same(&otherwise) => Some(then.value),
                _ => {
                    Some(ReducedValue::Unknown(format!("`Fn::If` has two values, by the condition `{name}`")))
                }
            },
        }
    }

    fn get_att(&self, argument: &Node) -> Text {
        let parts = match &argument.value {
            Value::String(path) => path.split_once('.').map(|(id, name)| (id.to_owned(), name.to_owned())),
            Value::List(items) => match items.as_slice() {
                [id, name] => id.as_str().map(str::to_owned).zip(self.literal(name)),
                _ => None,
            },
            _ => None,
        };
        match parts {
            Some((id, name)) => self.attribute(&id, &name),
            None => unknown("`Fn::GetAtt` names no one attribute"),
        }
    }

    fn join(&self, argument: &Node) -> Text {
        let Some([delimiter, list]) = argument.items() else { return unknown("`Fn::Join` is malformed") };
        let (Some(delimiter), Some(list)) = (self.text(delimiter), self.reduce(list)) else {
            return unknown("`Fn::Join` is malformed");
        };
        match list.value {
            ReducedValue::List(items) => Text::join(&delimiter, items.iter().map(text_or_hole)),
            ReducedValue::Unknown(why) => unknown(why),
            _ => unknown("`Fn::Join` joins a list that is known only at the deployment"),
        }
    }

    /// `Fn::Sub`, with or without variables of its own.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html>
    fn sub(&self, argument: &Node) -> Text {
        let (text, variables) = match (&argument.value, argument.items()) {
            (Value::String(text), _) => (text.as_str(), None),
            (_, Some([text, variables])) => match text.as_str() {
                Some(text) => (text, variables.entries()),
                None => return unknown("`Fn::Sub` is malformed"),
            },
            _ => return unknown("`Fn::Sub` is malformed"),
        };
        let value = |name: &str| {
            let own = variables.and_then(|entries| entries.iter().find(|entry| entry.key == name));
            match (own, name.split_once('.')) {
                (Some(own), _) => self.reduce(&own.value).map_or_else(Text::default, |v| text_or_hole(&v)),
                (None, Some((id, attribute))) => self.attribute(id, attribute),
                (None, None) => self.named(name),
            }
        };
        let (mut texts, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once("${") {
            texts.push(Text::literal(before));
            let Some((name, after)) = after.split_once('}') else {
                texts.push(Text::literal("${"));
                rest = after;
                continue;
            };
            texts.push(match name.strip_prefix('!') {
                Some(literal) => Text::literal(format!("${{{literal}}}")),
                None => value(name.trim()),
            });
            rest = after;
        }
        texts.push(Text::literal(rest));
        Text::join(&Text::default(), texts)
    }

    fn select(&self, argument: &Node) -> ReducedValue {
        let Some([index, list]) = argument.items() else { return malformed("Fn::Select") };
        let Some(index) = self.literal(index).and_then(|index| index.parse::<usize>().ok()) else {
            return ReducedValue::Text(unknown(
                "`Fn::Select` has an index that is known only at the deployment",
            ));
        };
        let Some(list) = self.reduce(list) else { return malformed("Fn::Select") };
        match list.value {
            // An item of two values may be none, which moves the others.
            ReducedValue::List(items) => {
                let moves =
                    items.iter().take(index).any(|item| matches!(item.value, ReducedValue::Unknown(_)));
                match items.into_iter().nth(index).filter(|_| !moves) {
                    Some(item) => item.value,
                    None => {
                        ReducedValue::Text(unknown("`Fn::Select` has no item of that index that is known"))
                    }
                }
            }
            ReducedValue::Unknown(why) => ReducedValue::Text(unknown(why)),
            _ => ReducedValue::Text(unknown(
                "`Fn::Select` takes from a list that is known only at the deployment",
            )),
        }
    }

    fn split(&self, argument: &Node) -> ReducedValue {
        let Some([delimiter, text]) = argument.items() else { return malformed("Fn::Split") };
        let (Some(delimiter), Some(text)) = (self.literal(delimiter), self.text(text)) else {
            return ReducedValue::Unknown("`Fn::Split` splits a text that is no one text".to_owned());
        };
        let Some(parts) = text.split(&delimiter) else {
            return ReducedValue::Unknown(
                "`Fn::Split` splits a text that is known only at the deployment".to_owned(),
            );
        };
        let part = |(index, text)| Reduced { line: argument.line, index, value: ReducedValue::Text(text) };
        ReducedValue::List(parts.into_iter().enumerate().map(part).collect())
    }

    /// `Fn::FindInMap`, with the default value that the language extensions have.
    fn find_in_map(&self, argument: &Node) -> ReducedValue {
        let (keys, default) = match argument.items() {
            Some([map, top, second]) => ([map, top, second], None),
            Some([map, top, second, options]) => ([map, top, second], options.get("DefaultValue")),
            _ => return malformed("Fn::FindInMap"),
        };
        let keys: Option<Vec<String>> = keys.into_iter().map(|key| self.literal(key)).collect();
        let Some(keys) = keys else {
            return ReducedValue::Unknown(
                "`Fn::FindInMap` has a key that is known only at the deployment".to_owned(),
            );
        };
        let mappings = self.template.mappings.as_ref();
        let found = mappings.and_then(|all| keys.iter().try_fold(all, |node, key| node.get(key)));
        let found = found.and_then(mapped).or_else(|| self.reduce(default?).map(|value| value.value));
        found.unwrap_or_else(|| ReducedValue::Unknown(format!("no mapping has `{}`", keys.join("`, `"))))
    }

    fn text(&self, node: &Node) -> Option<Text> {
        self.reduce(node)?.to_text()
    }

    fn literal(&self, node: &Node) -> Option<String> {
        self.reduce(node)?.literal()
    }
}

/// A value of a mapping: a string, a number, a Boolean, or a list of them; functions cannot stand there.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html>
fn mapped(node: &Node) -> Option<ReducedValue> {
    Some(match &node.value {
        Value::String(text) => ReducedValue::Text(Text::literal(text.as_str())),
        Value::Number(text) => ReducedValue::Number(text.clone()),
        Value::Bool(value) => ReducedValue::Bool(*value),
        Value::List(items) => ReducedValue::List(
            items
                .iter()
                .map(|item| Some(Reduced { line: item.line, index: item.index, value: mapped(item)? }))
                .collect::<Option<_>>()?,
        ),
        Value::Null | Value::Map(_) => return None,
    })
}

/// The text of a value that has to be one.
fn text_or_hole(value: &Reduced) -> Text {
    value.to_text().unwrap_or_else(|| match &value.value {
        ReducedValue::Unknown(why) => unknown(why.as_str()),
        _ => unknown("a list or object stands where a text should"),
    })
}

fn unknown(why: impl Into<String>) -> Text {
    Text::hole(Hole::Unknown(why.into()))
}

fn malformed(function: &str) -> ReducedValue {
    ReducedValue::Unknown(format!("`{function}` is malformed"))
}
