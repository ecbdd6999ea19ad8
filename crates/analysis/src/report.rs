//! [`Report`]: findings as text, JSON or SARIF.

use serde::Serialize;

use crate::acceptance::Judged;
use crate::code::Severity;
use crate::finding::Finding;

mod json;
mod sarif;

mod text;

/// What lint has to say.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The findings.
    pub judged: Judged,
    /// What was read.
    pub read: ReadCounts,
}

/// What was read, and what was left alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReadCounts {
    /// Policies that were checked.
    pub policies: usize,
    /// Their statements.
    pub statements: usize,
    /// Intrinsic functions of no one shape, and policies that are not looked at.
    pub left_alone: usize,
}

/// Findings of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Errors that nobody accepted.
    pub error: usize,
    /// Warnings that nobody accepted.
    pub warning: usize,
    /// Notes that nobody accepted.
    pub note: usize,
    /// What somebody accepted.
    pub accepted: usize,
}

impl Report {
    /// How many findings there are.
    pub fn counts(&self) -> Counts {
        let count =
            |severity| self.judged.open.iter().filter(|finding| finding.code.severity() == severity).count();
        Counts {
            error: count(Severity::Error),
            warning: count(Severity::Warning),
            note: count(Severity::Note),
            accepted: self.judged.accepted.len(),
        }
    }

    /// Whether something is found that matters as much as that, and nobody accepted it.
    pub fn has(&self, at_least: Severity) -> bool {
        self.judged.open.iter().any(|finding| finding.code.severity() >= at_least)
    }

    /// All findings, those that somebody accepted with the reason.
    fn all(&self) -> impl Iterator<Item = (&Finding, Option<&str>)> {
        let accepted = self.judged.accepted.iter().map(|(finding, reason)| (finding, Some(reason.as_str())));
        self.judged.open.iter().map(|finding| (finding, None)).chain(accepted)
    }
}
