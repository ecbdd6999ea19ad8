//! [`Finding`]: one thing that lint found, and where.

use iam::JsonPointer;

use crate::code::Code;

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as its reader calls it.
    pub file: String,
    /// What the policy is called.
    pub policy: String,
    /// The line in the file, counted from 1.
    pub line: usize,
    /// The statement, if it is one of its own: its id, or `#0` for its position.
    pub statement: Option<String>,
    /// The place in the file; empty for the whole of it.
    pub pointer: JsonPointer,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub code: Code,
    /// The action that it is about, as the policy writes it, when it is about one.
    pub action: Option<String>,
    /// What is wrong, in one sentence that goes on from the action.
    pub message: String,
    /// What to do about it, where that is known.
    pub fix: Option<String>,
}

impl Finding {
    /// The whole sentence, with the action.
    pub fn sentence(&self) -> String {
        match &self.action {
            Some(action) => format!("`{action}`: {}", self.message),
            None => self.message.clone(),
        }
    }
}
