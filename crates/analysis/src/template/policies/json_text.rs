//! A policy that a template has as a string of JSON, which may have holes.

use crate::node::{Node, Value};
use crate::template::{Hole, Piece, Reduced, ReducedEntry, ReducedValue, Text};

/// What stands around the number of a hole while the text is read; of Unicode's private use, so in no policy.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// The tree of a JSON text. Its values all stand in one line: that of the string.
pub(super) fn read(text: &Text, line: usize) -> Result<Reduced, String> {
    let holes: Vec<&Hole> = text.holes().collect();
    let mut json = String::new();
    let mut next = 0;
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) if literal.contains([OPEN, CLOSE]) => {
                return Err("the JSON text holds characters of private use".to_owned());
            }
            Piece::Literal(literal) => json.push_str(literal),
            Piece::Hole(_) => {
                json.extend([OPEN.to_string(), next.to_string(), CLOSE.to_string()]);
                next += 1;
            }
        }
    }
    match Node::from_json(&json) {
        Ok(node) => Ok(reduced(&node, line, &holes)),
        Err(_) if !holes.is_empty() => Err("the text is JSON only when the stack is deployed".to_owned()),
        Err(error) => Err(error.reason),
    }
}

fn reduced(node: &Node, line: usize, holes: &[&Hole]) -> Reduced {
    let value = match &node.value {
        Value::Null => ReducedValue::Null,
        Value::Bool(value) => ReducedValue::Bool(*value),
        Value::Number(text) => ReducedValue::Number(text.clone()),
        Value::String(text) => ReducedValue::Text(with_holes(text, holes)),
        Value::List(items) => {
            ReducedValue::List(items.iter().map(|item| reduced(item, line, holes)).collect())
        }
        Value::Map(entries) => ReducedValue::Map(
            entries
                .iter()
                .map(|entry| ReducedEntry {
                    key: with_holes(&entry.key, holes).to_pattern(Hole::to_sub),
                    line,
                    value: reduced(&entry.value, line, holes),
                })
                .collect(),
        ),
    };
    Reduced { line, index: node.index, value }
}

fn with_holes(text: &str, holes: &[&Hole]) -> Text {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, (number, after))) =
        rest.split_once(OPEN).and_then(|(before, after)| Some((before, after.split_once(CLOSE)?)))
    {
        pieces.push(Piece::Literal(before.to_owned()));
        let hole = number.parse::<usize>().ok().and_then(|number| holes.get(number));
        pieces.extend(hole.map(|hole| Piece::Hole((*hole).clone())));
        rest = after;
    }
    pieces.push(Piece::Literal(rest.to_owned()));
    Text::new(pieces)
}
