//! A policy of a template as IAM's parser takes it: placeholders for what is known only when it is deployed.

use std::collections::{BTreeMap, BTreeSet};

use iam::{JsonPointer, PrincipalType};

use super::placeholder::{self, Filled};
use crate::node::{Entry, Node, Value};
use crate::template::arn::Arns;
use crate::template::{Hole, LeftAlone, Reduced, ReducedEntry, ReducedValue, Template, Text};

/// A policy with its placeholders.
#[derive(Default)]
pub(super) struct Document {
    pub(super) opaque: BTreeSet<JsonPointer>,
    pub(super) holes: BTreeMap<JsonPointer, String>,
    pub(super) left_alone: Vec<LeftAlone>,
}

/// A place in the document, and the same one in the template.
#[derive(Clone)]
pub(super) struct Place {
    here: JsonPointer,
    source: JsonPointer,
    /// Whether the document is a string of the template, so that its places all are that string's.
    is_in_text: bool,
}

impl Place {
    pub(super) fn new(source: JsonPointer, is_in_text: bool) -> Self {
        Self { here: JsonPointer::default(), source, is_in_text }
    }

    fn key(&self, key: &str) -> Self {
        self.below(key, key)
    }

    fn item(&self, position: usize, index: usize) -> Self {
        self.below(&position.to_string(), &index.to_string())
    }

    fn below(&self, here: &str, source: &str) -> Self {
        let source = if self.is_in_text { self.source.clone() } else { self.source.join(source) };
        Self { here: self.here.join(here), source, is_in_text: self.is_in_text }
    }
}

/// Writes a document.
pub(super) struct Writer<'t> {
    pub(super) template: &'t Template,
    pub(super) arns: &'t Arns<'t>,
    pub(super) document: Document,
}

/// How a text of an element is filled.
type Fill<'f> = &'f dyn Fn(&Text) -> Filled;

impl Writer<'_> {
    /// The policy; `None` when no statement of it is known.
    pub(super) fn policy(&mut self, value: &Reduced, place: &Place) -> Option<Node> {
        let Some(entries) = value.entries() else { return Some(self.plain(value, place)) };
        let mut written = Vec::new();
        for entry in entries {
            let at = place.key(&entry.key);
            let node = match entry.key.as_str() {
                "Statement" => self.statements(&entry.value, &at)?,
                "Version" => self.element(&entry.value, &at, &|_| opaque("2012-10-17"), "2012-10-17"),
                _ => self.plain(&entry.value, &at),
            };
            written.push(keyed(entry, node));
        }
        Some(Node { line: value.line, index: value.index, value: Value::Map(written) })
    }

    fn statements(&mut self, value: &Reduced, place: &Place) -> Option<Node> {
        match &value.value {
            ReducedValue::List(items) => {
                let mut written: Vec<Node> = Vec::new();
                for item in items {
                    let at = place.item(written.len(), item.index);
                    match self.statement(item, &at) {
                        Some(node) => written.push(node),
                        None => self.mark_opaque(place),
                    }
                }
                let all_left_out = written.is_empty() && !items.is_empty();
                (!all_left_out).then(|| node(value, Value::List(written)))
            }
            _ => self.statement(value, place),
        }
    }

    /// A statement; `None` when it is not known whether it is there, or whether it allows or denies.
    fn statement(&mut self, value: &Reduced, place: &Place) -> Option<Node> {
        match &value.value {
            ReducedValue::Unknown(why) => {
                self.leave(place, value.line, why.clone());
                None
            }
            ReducedValue::Text(text) if text.as_literal().is_none() => {
                self.leave(place, value.line, why(text));
                None
            }
            ReducedValue::Map(entries) => {
                if let Some(effect) = value.get("Effect").filter(|effect| !is_known(effect)) {
                    let why = "whether it allows or denies is known only at the deployment".to_owned();
                    self.leave(&place.key("Effect"), effect.line, why);
                    return None;
                }
                let written = entries.iter().filter_map(|entry| self.statement_entry(entry, place));
                Some(node(value, Value::Map(written.collect())))
            }
            _ => Some(self.plain(value, place)),
        }
    }

    /// An element of a statement; `None` for an id that is left out.
    fn statement_entry(&mut self, entry: &ReducedEntry, place: &Place) -> Option<Entry> {
        let (value, at) = (&entry.value, place.key(&entry.key));
        let arns = self.arns;
        let node = match entry.key.as_str() {
            "Sid" => return self.sid(entry, &at),
            "Action" | "NotAction" => self.element(value, &at, &placeholder::action, "*"),
            "Resource" | "NotResource" => {
                self.element(value, &at, &|text| placeholder::resource(arns, text), "*")
            }
            "Principal" | "NotPrincipal" => self.principal(value, &at),
            "Condition" => self.condition(value, &at),
            _ => self.plain(value, &at),
        };
        Some(keyed(entry, node))
    }

    fn sid(&mut self, entry: &ReducedEntry, place: &Place) -> Option<Entry> {
        let Some(text) = entry.value.to_text().filter(|text| text.as_literal().is_none()) else {
            return Some(keyed(entry, self.plain(&entry.value, place)));
        };
        let Some(sid) = placeholder::sid(&text) else {
            self.leave(place, entry.value.line, why(&text));
            return None;
        };
        self.document.holes.insert(place.here.clone(), text.to_pattern(Hole::to_sub));
        Some(keyed(entry, node(&entry.value, Value::String(sid))))
    }

    /// A text, or a list of them.
    fn element(&mut self, value: &Reduced, place: &Place, fill: Fill<'_>, unknown: &str) -> Node {
        match &value.value {
            ReducedValue::List(items) => {
                let items = items.iter().enumerate();
                let written =
                    items.map(|(i, item)| self.text(item, &place.item(i, item.index), fill, unknown));
                node(value, Value::List(written.collect()))
            }
            _ => self.text(value, place, fill, unknown),
        }
    }

    /// One text of an element.
    fn text(&mut self, value: &Reduced, place: &Place, fill: Fill<'_>, unknown: &str) -> Node {
        let text = match &value.value {
            ReducedValue::Text(text) => text,
            ReducedValue::Unknown(why) => {
                self.leave(place, value.line, why.clone());
                self.mark_opaque(place);
                return node(value, Value::String(unknown.to_owned()));
            }
            _ => return self.plain(value, place),
        };
        if let Some(literal) = text.as_literal() {
            return node(value, Value::String(literal.to_owned()));
        }
        let filled = fill(text);
        self.document.holes.insert(place.here.clone(), text.to_pattern(Hole::to_sub));
        if filled.is_opaque {
            self.leave(place, value.line, why(text));
            self.mark_opaque(place);
        }
        node(value, Value::String(filled.text))
    }

    fn principal(&mut self, value: &Reduced, place: &Place) -> Node {
        let template = self.template;
        let aws = |text: &Text| placeholder::principal(template, PrincipalType::Aws, text);
        if let Some(entries) = value.entries() {
            let written = entries.iter().map(|entry| {
                let at = place.key(&entry.key);
                let kind = PrincipalType::ALL.into_iter().find(|kind| kind.as_str() == entry.key);
                let node = match kind {
                    Some(kind) => {
                        let unknown = placeholder::principal(template, kind, &Text::default()).text;
                        let fill = |text: &Text| placeholder::principal(template, kind, text);
                        self.element(&entry.value, &at, &fill, &unknown)
                    }
                    None => self.plain(&entry.value, &at),
                };
                keyed(entry, node)
            });
            return node(value, Value::Map(written.collect()));
        }
        if is_known(value) {
            return self.plain(value, place);
        }
        // It may be everyone or anyone: an object of one kind can stand for it.
        let inner = self.element(value, &place.key("AWS"), &aws, &aws(&Text::default()).text);
        self.mark_opaque(place);
        let entry = Entry { key: "AWS".to_owned(), line: value.line, value: inner };
        node(value, Value::Map(vec![entry]))
    }

    /// A condition: operators, keys, values. What is no object yet is an empty one, which IAM accepts.
    fn condition(&mut self, value: &Reduced, place: &Place) -> Node {
        let at_operator = |writer: &mut Self, block: &Reduced, at: &Place| {
            writer.block(block, at, &|writer: &mut Self, values: &Reduced, at: &Place| {
                writer.element(values, at, &placeholder::value, "${Unknown}")
            })
        };
        self.block(value, place, &at_operator)
    }

    /// The entries of an object, each written by `inner`.
    fn block(
        &mut self,
        value: &Reduced,
        place: &Place,
        inner: &dyn Fn(&mut Self, &Reduced, &Place) -> Node,
    ) -> Node {
        if let Some(entries) = value.entries() {
            let written =
                entries.iter().map(|entry| keyed(entry, inner(self, &entry.value, &place.key(&entry.key))));
            return node(value, Value::Map(written.collect()));
        }
        if is_known(value) {
            return self.plain(value, place);
        }
        let reason = match &value.value {
            ReducedValue::Unknown(why) => why.clone(),
            _ => value.to_text().map_or_else(String::new, |text| why(&text)),
        };
        self.leave(place, value.line, reason);
        self.mark_opaque(place);
        node(value, Value::Map(Vec::new()))
    }

    /// A value of which IAM makes nothing, or refuses: as it is.
    fn plain(&mut self, value: &Reduced, place: &Place) -> Node {
        let written = match &value.value {
            ReducedValue::Null => Value::Null,
            ReducedValue::Bool(value) => Value::Bool(*value),
            ReducedValue::Number(text) => Value::Number(text.clone()),
            ReducedValue::Text(_) | ReducedValue::Unknown(_) => {
                return self.text_or_unknown(value, place);
            }
            ReducedValue::List(items) => {
                let items = items.iter().enumerate();
                Value::List(items.map(|(i, item)| self.plain(item, &place.item(i, item.index))).collect())
            }
            ReducedValue::Map(entries) => {
                let entries = entries.iter();
                let entries = entries.map(|e| keyed(e, self.plain(&e.value, &place.key(&e.key))));
                Value::Map(entries.collect())
            }
        };
        node(value, written)
    }

    fn text_or_unknown(&mut self, value: &Reduced, place: &Place) -> Node {
        self.text(value, place, &placeholder::value, "${Unknown}")
    }

    fn mark_opaque(&mut self, place: &Place) {
        self.document.opaque.insert(place.here.clone());
    }

    fn leave(&mut self, place: &Place, line: usize, why: String) {
        self.document.left_alone.push(LeftAlone { pointer: place.source.clone(), line, why });
    }
}

fn keyed(entry: &ReducedEntry, value: Node) -> Entry {
    Entry { key: entry.key.clone(), line: entry.line, value }
}

fn node(value: &Reduced, written: Value) -> Node {
    Node { line: value.line, index: value.index, value: written }
}

fn opaque(text: &str) -> Filled {
    Filled { text: text.to_owned(), is_opaque: true }
}

/// Whether it is what it looks like: no hole, and not unknown.
fn is_known(value: &Reduced) -> bool {
    match &value.value {
        ReducedValue::Unknown(_) => false,
        ReducedValue::Text(text) => text.as_literal().is_some(),
        _ => true,
    }
}

/// Why a text is left alone.
fn why(text: &Text) -> String {
    let unknown = text.holes().find_map(|hole| match hole {
        Hole::Unknown(why) => Some(why.clone()),
        _ => None,
    });
    unknown.unwrap_or_else(|| format!("`{}` is known only at the deployment", text.to_pattern(Hole::to_sub)))
}
