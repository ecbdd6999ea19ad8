//! `Fn::ToJsonString`: a value as a text of JSON, with the holes of the value.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ToJsonString.html>

use super::{Piece, Reduced, ReducedValue, Text};

/// The JSON text of a value; `None` when its form is not known.
pub(super) fn to_json_string(value: &Reduced) -> Option<Text> {
    let mut pieces = Vec::new();
    write(value, &mut pieces)?;
    Some(Text::new(pieces))
}

fn write(value: &Reduced, to: &mut Vec<Piece>) -> Option<()> {
    match &value.value {
        ReducedValue::Null => literal(to, "null"),
        ReducedValue::Bool(value) => literal(to, if *value { "true" } else { "false" }),
        ReducedValue::Number(text) => literal(to, text),
        ReducedValue::Unknown(_) => return None,
        ReducedValue::Text(text) => {
            literal(to, "\"");
            for piece in text.pieces() {
                match piece {
                    Piece::Literal(text) => literal(to, &escaped(text)),
                    Piece::Hole(_) => to.push(piece.clone()),
                }
            }
            literal(to, "\"");
        }
        ReducedValue::List(items) => {
            for (i, item) in items.iter().enumerate() {
                literal(to, if i == 0 { "[" } else { "," });
                write(item, to)?;
            }
            literal(to, if items.is_empty() { "[]" } else { "]" });
        }
        ReducedValue::Map(entries) => {
            for (i, entry) in entries.iter().enumerate() {
                literal(to, if i == 0 { "{\"" } else { ",\"" });
                literal(to, &escaped(&entry.key));
                literal(to, "\":");
                write(&entry.value, to)?;
            }
            literal(to, if entries.is_empty() { "{}" } else { "}" });
        }
    }
    Some(())
}

fn literal(to: &mut Vec<Piece>, text: &str) {
    to.push(Piece::Literal(text.to_owned()));
}

/// The text as it stands between the quotes of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
}
