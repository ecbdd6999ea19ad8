//! Coverage for machines.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::CoverageReport;
use crate::coverage::{Certainty, Change, Gap, Suggestion, UnusedGrant};

#[derive(Serialize)]
struct Json<'a> {
    stacks: Vec<Stack<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    summary: Summary,
    gaps: Vec<Row<'a>>,
    stale_acceptances: Vec<Stale<'a>>,
    suggestions: Vec<Suggested<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_suggestion: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unused: Option<Vec<Unused<'a>>>,
    problems: &'a [String],
}

#[derive(Serialize)]
struct Stack<'a> {
    name: &'a str,
    template: &'a str,
}

#[derive(Serialize)]
struct Summary {
    resources: usize,
    types: usize,
    needs: usize,
    gaps: usize,
    accepted: usize,
    /// By certainty and phase.
    by_phase: BTreeMap<&'static str, BTreeMap<&'static str, Cell>>,
}

#[derive(Serialize)]
struct Cell {
    needs: usize,
    gaps: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    action: &'a str,
    resource: &'a str,
    certainty: &'static str,
    phase: &'static str,
    because: &'a str,
    stack: &'a str,
    logical_id: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    file: &'a str,
    line: usize,
    covered: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    denied_by: Option<&'a str>,
    /// Why it is accepted; absent when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<&'a str>,
}

#[derive(Serialize)]
struct Stale<'a> {
    file: &'a str,
    line: usize,
    stack: &'a str,
    action: &'a str,
}

#[derive(Serialize)]
struct Suggested<'a> {
    policy: &'a str,
    change: &'static str,
    added: &'a [String],
    statement: Value,
    characters_left: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module_lines: Option<String>,
}

#[derive(Serialize)]
struct Unused<'a> {
    policy: &'a str,
    sid: &'a str,
    action: &'a str,
}

impl CoverageReport {
    /// The report as JSON: every gap, what would close those that count, and what was left out.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let open = self.judged.open.iter().map(|gap| row(gap, None));
        let accepted = self.judged.accepted.iter().map(|(gap, reason)| row(gap, Some(reason)));
        let json = Json {
            stacks: self.stacks.iter().map(|(name, template)| Stack { name, template }).collect(),
            summary: self.json_summary(),
            gaps: open.chain(accepted).collect(),
            stale_acceptances: self
                .judged
                .stale
                .iter()
                .map(|(acceptance, action)| Stale {
                    file: &acceptance.origin.0,
                    line: acceptance.origin.1,
                    stack: &acceptance.stack,
                    action,
                })
                .collect(),
            suggestions: self.suggested()?,
            no_suggestion: self.no_suggestion.as_deref(),
            unused: self.unused.as_ref().map(|unused| unused.iter().map(grant).collect()),
            problems: &self.problems,
            notes: &self.notes,
        };
        serde_json::to_string_pretty(&json)
    }

    fn json_summary(&self) -> Summary {
        let phases = self.phases();
        let of = |certainty: Certainty| {
            let cells = phases.iter().map(|phase| {
                let (needs, gaps) = self.count(certainty, *phase);
                (phase.as_str(), Cell { needs, gaps })
            });
            (certainty.as_str(), cells.collect())
        };
        Summary {
            resources: self.coverage.resources,
            types: self.coverage.kinds,
            needs: self.coverage.needs.values().sum(),
            gaps: self.judged.open.len(),
            accepted: self.judged.accepted.len(),
            by_phase: Certainty::ALL.into_iter().map(of).collect(),
        }
    }

    fn suggested(&self) -> serde_json::Result<Vec<Suggested<'_>>> {
        self.suggestions.iter().map(|suggestion| self.suggested_one(suggestion)).collect()
    }

    fn suggested_one<'a>(&'a self, suggestion: &'a Suggestion) -> serde_json::Result<Suggested<'a>> {
        let module = self.modules.get(&suggestion.policy);
        Ok(Suggested {
            policy: &suggestion.policy,
            change: match suggestion.change {
                Change::AddActions => "add-actions",
                Change::AddServices => "add-services",
                Change::AddStatement => "add-statement",
            },
            added: &suggestion.added,
            statement: serde_json::from_str(&suggestion.statement.to_reading())?,
            characters_left: suggestion.characters_left,
            module: module.map(String::as_str),
            module_lines: module.map(|_| suggestion.module_lines()),
        })
    }
}

fn row<'a>(gap: &'a Gap, accepted: Option<&'a str>) -> Row<'a> {
    Row {
        action: &gap.need.action,
        resource: gap.need.resource.as_str(),
        certainty: gap.need.certainty.as_str(),
        phase: gap.need.phase.as_str(),
        because: &gap.need.because,
        stack: &gap.resource.stack,
        logical_id: &gap.resource.logical_id,
        kind: &gap.resource.kind,
        file: &gap.resource.file,
        line: gap.resource.line,
        covered: if gap.is_partly_covered { "partly" } else { "not" },
        denied_by: gap.denied_by.as_deref(),
        accepted,
    }
}

fn grant(grant: &UnusedGrant) -> Unused<'_> {
    Unused { policy: &grant.policy, sid: &grant.statement, action: &grant.action }
}
