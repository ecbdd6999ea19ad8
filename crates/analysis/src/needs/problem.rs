//! [`Problem`]: what the needs leave out, or cannot tell.

use iam::JsonPointer;

/// Something of a template that the needs leave out or only guess, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct Problem {
    /// The stack's name.
    pub stack: String,
    /// The template's file as its reader calls it.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The place in the template; empty for the whole of it.
    pub pointer: JsonPointer,
    /// What kind it is.
    pub kind: ProblemKind,
    /// What is wrong, and what to do where something can be done.
    pub reason: String,
}

/// What kind of problem it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// A resource type of which nothing is known: its needs are missing.
    UnknownType,
    /// A part of the template that only the deployment makes, such as what a macro returns: its needs are missing.
    LeftAlone,
    /// A name, an ARN or a role that cannot be told: every one is asked for.
    Unresolved,
    /// A condition that only the deployment decides: its resources count as created.
    UndecidedCondition,
    /// A line of the project's own data that cannot be read.
    Data,
}
