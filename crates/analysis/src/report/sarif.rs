//! Findings in the Static Analysis Results Interchange Format, for code scanning.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

use super::Report;
use crate::code::Code;
use crate::finding::Finding;

/// The tool that a log names.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Tool<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
}

impl Report {
    /// The report as a SARIF log of one run. Accepted findings are suppressed results, with the reason.
    pub fn to_sarif(&self, tool: Tool<'_>) -> serde_json::Result<String> {
        let rules: Vec<Value> = Code::ALL.iter().map(|code| rule(*code)).collect();
        let results: Vec<Value> = self.all().map(|(finding, accepted)| result(finding, accepted)).collect();
        serde_json::to_string_pretty(&json!({
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": { "name": tool.name, "semanticVersion": tool.version, "rules": rules } },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        }))
    }
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.summary() },
        "help": { "text": format!("docs/LINT.md#{code} has an example and the reason.") },
        "defaultConfiguration": { "level": code.severity().as_str() },
    })
}

fn result(finding: &Finding, accepted: Option<&str>) -> Value {
    let place = &finding.place;
    let text = match &finding.fix {
        Some(fix) => format!("{}; {fix}", finding.sentence()),
        None => finding.sentence(),
    };
    let name = place
        .statement
        .as_ref()
        .map_or_else(|| place.policy.clone(), |sid| format!("{}/{sid}", place.policy));
    let mut result = json!({
        "ruleId": finding.code.as_str(),
        "ruleIndex": Code::ALL.iter().position(|code| *code == finding.code),
        "level": finding.code.severity().as_str(),
        "message": { "text": text },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&place.file) },
                "region": { "startLine": place.line.max(1) },
            },
            "logicalLocations": [{ "fullyQualifiedName": name, "kind": "member" }],
        }],
        // Lines move; what a finding is about does not.
        "partialFingerprints": {
            "finding/v1": format!("{}|{name}|{}|{}", finding.code, finding.action.as_deref().unwrap_or_default(), finding.message),
        },
    });
    if let (Some(reason), Some(fields)) = (accepted, result.as_object_mut()) {
        fields.insert("suppressions".to_owned(), json!([{ "kind": "external", "justification": reason }]));
    }
    result
}

/// A path as a relative URI: what a URI does not take is written in hexadecimal.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
