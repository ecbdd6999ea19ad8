//! Findings for machines.

use serde::Serialize;

use super::{Counts, ReadCounts, Report};
use crate::finding::Finding;

#[derive(Serialize)]
struct Json<'a> {
    findings: Vec<Row<'a>>,
    counts: Counts,
    read: ReadCounts,
}

#[derive(Serialize)]
struct Row<'a> {
    code: &'static str,
    severity: &'static str,
    file: &'a str,
    policy: &'a str,
    sid: Option<&'a str>,
    pointer: &'a str,
    line: usize,
    action: Option<&'a str>,
    message: String,
    fix: Option<&'a str>,
    /// Why it is accepted; absent when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<&'a str>,
}

impl Report {
    /// The report as JSON: every finding, how many there are, and what was read.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let findings = self.all().map(|(finding, accepted)| row(finding, accepted)).collect();
        serde_json::to_string_pretty(&Json { findings, counts: self.counts(), read: self.read })
    }
}

fn row<'a>(finding: &'a Finding, accepted: Option<&'a str>) -> Row<'a> {
    Row {
        code: finding.code.as_str(),
        severity: finding.code.severity().as_str(),
        file: &finding.place.file,
        policy: &finding.place.policy,
        sid: finding.place.statement.as_deref(),
        pointer: finding.place.pointer.as_str(),
        line: finding.place.line,
        action: finding.action.as_deref(),
        message: finding.sentence(),
        fix: finding.fix.as_deref(),
        accepted,
    }
}
