//! YAML to a tree with lines.

use super::{Node, NodeError};

pub(super) fn read(text: &str) -> Result<Node, NodeError> {
    let _ = text;
    Err(NodeError { line: 1, reason: "not read yet".to_owned() })
}
