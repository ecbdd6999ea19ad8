//! YAML to a tree with lines.
//!
//! CloudFormation follows YAML 1.1, without timestamps. It takes no aliases and no merge keys itself; the AWS
//! CLI's `package` and the CDK's tools expand them before CloudFormation sees the template, so they are read here.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};

use super::{Entry, Node, NodeError, Value};

mod scalar;

/// How deep lists and objects may stand in each other: as deep as in a JSON text.
const MAX_DEPTH: usize = 127;

/// How many values aliases may stand for altogether; a template has at most a million characters.
const MAX_ALIASED: usize = 200_000;

/// Reads the one document of a text.
pub(super) fn read(text: &str) -> Result<Node, NodeError> {
    let mut reader = Reader::default();
    for event in EventsOf(Parser::new_from_str(text)) {
        let (event, span) = event?;
        reader.event(event, span.start.line().max(1))?;
    }
    reader.root.ok_or_else(|| error(1, "the text is empty"))
}

struct EventsOf<'t>(Parser<'t, StrInput<'t>>);

impl<'t> Iterator for EventsOf<'t> {
    type Item = Result<(Event<'t>, Span), NodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let refused = |refusal: saphyr_parser::ScanError| {
            error(refusal.marker().line().max(1), format!("this is no YAML: {}", refusal.info()))
        };
        self.0.next_event().map(|event| event.map_err(refused))
    }
}

fn error(line: usize, reason: impl Into<String>) -> NodeError {
    NodeError { line, reason: reason.into() }
}

/// Builds the tree; no recursion, so that no text exhausts the stack.
#[derive(Default)]
struct Reader {
    root: Option<Node>,
    open: Vec<Open>,
    /// What anchors stand for; a list or object is there once it has ended.
    anchors: BTreeMap<usize, Anchored>,
    /// How many values aliases have added.
    aliased: usize,
}

/// What an anchor stands for.
struct Anchored {
    node: Node,
    /// The text of a scalar, should an alias to it be a key.
    text: Option<String>,
    /// How many values it holds, itself among them.
    size: usize,
}

/// A list or object that has begun.
struct Open {
    line: usize,
    anchor: usize,
    tag: Option<Tag>,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        /// A key that waits for its value.
        key: Option<Key>,
        /// What `<<` brings in, in the order of the text.
        merged: Vec<Node>,
    },
}

struct Key {
    text: String,
    line: usize,
    is_merge: bool,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, line: usize) -> Result<(), NodeError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(text.into_owned(), style, anchor, tag.as_deref(), line)
            }
            Event::Alias(anchor) => self.alias(anchor, line),
            Event::SequenceStart(anchor, tag) => {
                self.open(line, anchor, tag.as_deref(), Content::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                let content = Content::Map { entries: Vec::new(), key: None, merged: Vec::new() };
                self.open(line, anchor, tag.as_deref(), content)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(error(line, "a second document begins: a template is one"))
            }
            _ => Ok(()),
        }
    }

    fn open(
        &mut self,
        line: usize,
        anchor: usize,
        tag: Option<&Tag>,
        content: Content,
    ) -> Result<(), NodeError> {
        if self.wants_key() {
            return Err(error(line, "a key is a list or an object: write a string"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(error(line, format!("values are nested more than {MAX_DEPTH} deep")));
        }
        self.open.push(Open { line, anchor, tag: tag.cloned(), content });
        Ok(())
    }

    fn close(&mut self) -> Result<(), NodeError> {
        let Some(Open { line, anchor, tag, content }) = self.open.pop() else { return Ok(()) };
        let value = match content {
            Content::List(items) => Value::List(items),
            Content::Map { entries, merged, .. } => Value::Map(merge(entries, merged)?),
        };
        let node = tagged(tag.as_ref(), Node { line, index: 0, value })?;
        self.add(node, None, anchor)
    }

    fn scalar(
        &mut self,
        text: String,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        line: usize,
    ) -> Result<(), NodeError> {
        let is_plain = style == ScalarStyle::Plain;
        if self.wants_key() {
            let node = Node { line, index: 0, value: Value::String(text.clone()) };
            self.anchor(anchor, &node, Some(&text));
            self.key(Key { is_merge: is_plain && text == "<<", text, line });
            return Ok(());
        }
        let value = match tag {
            None if is_plain => scalar::plain(&text),
            None => Value::String(text.clone()),
            Some(tag) => return self.tagged_scalar(&text, tag, anchor, line),
        };
        self.add(Node { line, index: 0, value }, Some(&text), anchor)
    }

    /// A scalar with a tag: the argument of a short form is a string, whatever it looks like.
    fn tagged_scalar(&mut self, text: &str, tag: &Tag, anchor: usize, line: usize) -> Result<(), NodeError> {
        let value = if tag.is_yaml_core_schema() {
            scalar::of_type(&tag.suffix, text)
                .ok_or_else(|| error(line, format!("`{text}` is no `!!{}` of a template", tag.suffix)))?
        } else {
            Value::String(text.to_owned())
        };
        let node = Node { line, index: 0, value };
        let node = if tag.is_yaml_core_schema() { node } else { tagged(Some(tag), node)? };
        self.add(node, Some(text), anchor)
    }

    fn alias(&mut self, anchor: usize, line: usize) -> Result<(), NodeError> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(error(line, "an alias stands inside of what it stands for"));
        };
        if self.wants_key() {
            let text = anchored.text.clone();
            let text = text.ok_or_else(|| error(line, "a key is a list or an object: write a string"))?;
            self.key(Key { text, line, is_merge: false });
            return Ok(());
        }
        self.aliased += anchored.size;
        if self.aliased > MAX_ALIASED {
            return Err(error(line, format!("aliases stand for more than {MAX_ALIASED} values")));
        }
        let node = anchored.node.clone();
        if depth(&node) + self.open.len() > MAX_DEPTH {
            return Err(error(line, format!("values are nested more than {MAX_DEPTH} deep")));
        }
        self.add(node, None, 0)
    }

    /// Whether the next value is the key of an object.
    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Map { key: None, .. }, .. }))
    }

    fn key(&mut self, next: Key) {
        if let Some(Open { content: Content::Map { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(next);
        }
    }

    /// Remembers a value that has an anchor.
    fn anchor(&mut self, anchor: usize, node: &Node, text: Option<&str>) {
        if anchor != 0 {
            let anchored = Anchored { node: node.clone(), text: text.map(str::to_owned), size: size(node) };
            self.anchors.insert(anchor, anchored);
        }
    }

    /// Puts a value where it belongs.
    fn add(&mut self, mut node: Node, text: Option<&str>, anchor: usize) -> Result<(), NodeError> {
        self.anchor(anchor, &node, text);
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => {
                node.index = items.len();
                items.push(node);
            }
            Some(Content::Map { entries, key, merged }) => {
                let Some(key) = key.take() else { return Err(error(node.line, "a value has no key")) };
                node.index = 0;
                if key.is_merge {
                    merged.push(node);
                } else {
                    entries.push(Entry { key: key.text, line: key.line, value: node });
                }
            }
        }
        Ok(())
    }
}

/// The entries of an object with those that `<<` brings in: its own win, then the first of the others.
fn merge(mut entries: Vec<Entry>, merged: Vec<Node>) -> Result<Vec<Entry>, NodeError> {
    for node in merged {
        let sources = match node.value {
            Value::List(items) => items,
            _ => vec![node],
        };
        for Node { line, value, .. } in sources {
            let Value::Map(more) = value else {
                return Err(error(line, "`<<` takes an object or a list of objects"));
            };
            for entry in more {
                if !entries.iter().any(|own| own.key == entry.key) {
                    entries.push(entry);
                }
            }
        }
    }
    Ok(entries)
}

/// The value below a tag: a short form becomes an object with the function's full name.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>
fn tagged(tag: Option<&Tag>, node: Node) -> Result<Node, NodeError> {
    let Some(tag) = tag else { return Ok(node) };
    let line = node.line;
    if tag.is_yaml_core_schema() {
        return match (tag.suffix.as_str(), &node.value) {
            ("seq", Value::List(_)) | ("map", Value::Map(_)) => Ok(node),
            _ => Err(error(line, format!("CloudFormation takes no `!!{}` here", tag.suffix))),
        };
    }
    // The tag that says nothing: a string stays a string.
    if tag.handle.is_empty() && tag.suffix == "!" {
        return Ok(node);
    }
    if tag.handle != "!" {
        return Err(error(line, format!("CloudFormation knows no tag `{}{}`", tag.handle, tag.suffix)));
    }
    let key = match tag.suffix.as_str() {
        name @ ("Ref" | "Condition") => name.to_owned(),
        name => format!("Fn::{name}"),
    };
    let value = match &node.value {
        Value::String(path) if key == "Fn::GetAtt" => {
            let Some((id, attribute)) = path.split_once('.') else {
                return Err(error(
                    line,
                    format!("`!GetAtt {path}` names no attribute: write `LogicalId.Attribute`"),
                ));
            };
            let part = |index, text: &str| Node { line, index, value: Value::String(text.to_owned()) };
            Node { value: Value::List(vec![part(0, id), part(1, attribute)]), ..node }
        }
        _ => node,
    };
    Ok(Node { line, index: 0, value: Value::Map(vec![Entry { key, line, value }]) })
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(entries) => entries.iter().map(|entry| size(&entry.value)).sum(),
        _ => 0,
    }
}

fn depth(node: &Node) -> usize {
    let inner = match &node.value {
        Value::List(items) => items.iter().map(depth).max(),
        Value::Map(entries) => entries.iter().map(|entry| depth(&entry.value)).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or(0)
}
