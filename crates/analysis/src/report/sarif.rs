//! Findings as SARIF.

use super::Report;
use crate::code::Code;
use crate::finding::Finding;
use crate::sarif::{Found, Rule, Tool, log};

impl Report {
    /// The report as a SARIF log of one run. Accepted findings are suppressed results, with the reason.
    pub fn to_sarif(&self, tool: Tool<'_>) -> serde_json::Result<String> {
        let rules: Vec<Rule<'_>> = Code::ALL
            .iter()
            .map(|code| Rule {
                id: code.as_str(),
                summary: code.summary(),
                help: format!("docs/LINT.md#{code} has an example and the reason."),
                level: code.severity().as_str(),
            })
            .collect();
        let found: Vec<Found<'_>> = self.all().map(|(finding, accepted)| found(finding, accepted)).collect();
        log(tool, &rules, &found, &[])
    }
}

fn found<'a>(finding: &'a Finding, accepted: Option<&'a str>) -> Found<'a> {
    let place = &finding.place;
    let statement = place.statement.as_deref();
    let name = statement.map_or_else(|| place.policy.clone(), |sid| format!("{}/{sid}", place.policy));
    let action = finding.action.as_deref().unwrap_or_default();
    Found {
        rule: Code::ALL.iter().position(|code| *code == finding.code).unwrap_or_default(),
        text: match &finding.fix {
            Some(fix) => format!("{}; {fix}", finding.sentence()),
            None => finding.sentence(),
        },
        file: &place.file,
        line: place.line,
        fingerprint: format!("{}|{name}|{action}|{}", finding.code, finding.message),
        name,
        accepted,
    }
}
