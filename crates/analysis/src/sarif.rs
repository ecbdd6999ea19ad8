//! The Static Analysis Results Interchange Format, for code scanning.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::fmt::Write as _;

use serde_json::{Value, json};

/// The tool that a log names.
#[derive(Clone, Copy, Debug)]
pub struct Tool<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
}

/// Something that a tool looks for.
pub(crate) struct Rule<'a> {
    pub(crate) id: &'a str,
    pub(crate) summary: &'a str,
    pub(crate) help: String,
    /// `note`, `warning` or `error`.
    pub(crate) level: &'a str,
}

/// Something that it found.
pub(crate) struct Found<'a> {
    /// The position of its rule.
    pub(crate) rule: usize,
    pub(crate) text: String,
    pub(crate) file: &'a str,
    pub(crate) line: usize,
    /// What it is about, as `policy/statement` or `stack/resource`.
    pub(crate) name: String,
    /// What stays the same when lines move.
    pub(crate) fingerprint: String,
    /// Why it is accepted, if it is.
    pub(crate) accepted: Option<&'a str>,
}

/// What there is to know of a run besides its results.
pub(crate) struct Told<'a> {
    /// `note` or `warning`.
    pub(crate) level: &'a str,
    pub(crate) text: &'a str,
}

/// A log of one run. Accepted findings are suppressed results, with the reason.
pub(crate) fn log(
    tool: Tool<'_>,
    rules: &[Rule<'_>],
    found: &[Found<'_>],
    told: &[Told<'_>],
) -> serde_json::Result<String> {
    let results: Vec<Value> = found.iter().map(|found| result(rules, found)).collect();
    let rules: Vec<Value> = rules.iter().map(rule).collect();
    let told: Vec<Value> =
        told.iter().map(|told| json!({ "level": told.level, "message": { "text": told.text } })).collect();
    serde_json::to_string_pretty(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": tool.name, "semanticVersion": tool.version, "rules": rules } },
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": told }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(rule: &Rule<'_>) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary },
        "help": { "text": rule.help },
        "defaultConfiguration": { "level": rule.level },
    })
}

fn result(rules: &[Rule<'_>], found: &Found<'_>) -> Value {
    let rule = rules.get(found.rule);
    let mut result = json!({
        "ruleId": rule.map(|rule| rule.id),
        "ruleIndex": found.rule,
        "level": rule.map(|rule| rule.level),
        "message": { "text": found.text },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(found.file) },
                "region": { "startLine": found.line.max(1) },
            },
            "logicalLocations": [{ "fullyQualifiedName": found.name, "kind": "member" }],
        }],
        "partialFingerprints": { "finding/v1": found.fingerprint },
    });
    if let (Some(reason), Some(fields)) = (found.accepted, result.as_object_mut()) {
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
