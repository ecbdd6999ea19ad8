//! JSON to a tree with lines.

use jsonc_parser::ast::Value as Ast;
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde::de::IgnoredAny;

use super::{Entry, Lines, Node, NodeError, Value};

/// Reads a text that `serde_json` accepts; the other parser, which knows places, is more lenient.
pub(super) fn read(text: &str) -> Result<Node, NodeError> {
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| NodeError {
        line: error.line().max(1),
        reason: format!("this is no JSON: {error}"),
    })?;
    let lines = Lines::of(text);
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    let value = parsed
        .map_err(|error| error.to_string())
        .and_then(|parsed| parsed.value.ok_or_else(|| "it is empty".to_owned()));
    let value =
        value.map_err(|reason| NodeError { line: 1, reason: format!("this is no JSON: {reason}") })?;
    Ok(node(value, 0, &lines))
}

fn node(ast: Ast<'_>, index: usize, lines: &Lines) -> Node {
    let line = lines.at(ast.start());
    let value = match ast {
        Ast::NullKeyword(_) => Value::Null,
        Ast::BooleanLit(literal) => Value::Bool(literal.value),
        Ast::NumberLit(literal) => Value::Number(literal.value.to_owned()),
        Ast::StringLit(literal) => Value::String(literal.value.into_owned()),
        Ast::Array(array) => Value::List(
            array.elements.into_iter().enumerate().map(|(i, item)| node(item, i, lines)).collect(),
        ),
        Ast::Object(object) => Value::Map(
            object
                .properties
                .into_iter()
                .map(|property| Entry {
                    line: lines.at(property.range.start),
                    key: property.name.into_string(),
                    value: node(property.value, 0, lines),
                })
                .collect(),
        ),
    };
    Node { line, index, value }
}
