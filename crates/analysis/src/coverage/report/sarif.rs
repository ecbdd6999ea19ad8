//! Gaps as SARIF: one result for each action and resource.

use std::collections::BTreeSet;

use super::{CoverageReport, because};
use crate::coverage::{Certainty, Gap};
use crate::sarif::{Found, Rule, Told, Tool, log};

impl CoverageReport {
    /// The report as a SARIF log of one run. Accepted gaps are suppressed results, with the reason; notes, and what is
    /// left out, are notifications of the run.
    pub fn to_sarif(&self, tool: Tool<'_>) -> serde_json::Result<String> {
        let rules: Vec<Rule<'_>> = Certainty::ALL.into_iter().map(rule).collect();
        let open = self.judged.open.iter().map(|gap| (gap, None));
        let accepted = self.judged.accepted.iter().map(|(gap, reason)| (gap, Some(reason.as_str())));
        let mut found: Vec<Found<'_>> = Vec::new();
        let mut told: BTreeSet<(Certainty, &str, &super::ResourceRef)> = BTreeSet::new();
        let all: Vec<(&Gap, Option<&str>)> = open.chain(accepted).collect();
        for (gap, reason) in &all {
            if told.insert((gap.need.certainty, &gap.need.action, &gap.resource)) {
                let same: Vec<&Gap> =
                    all.iter().map(|(other, _)| *other).filter(|other| is_same(gap, other)).collect();
                found.push(result(gap, &same, *reason));
            }
        }
        let notes = self.notes.iter().map(|text| Told { level: "note", text });
        let problems = self.problems.iter().map(|text| Told { level: "warning", text });
        let told: Vec<Told<'_>> = notes.chain(problems).collect();
        log(tool, &rules, &found, &told)
    }
}

fn is_same(one: &Gap, other: &Gap) -> bool {
    (one.need.certainty, &one.need.action, &one.resource)
        == (other.need.certainty, &other.need.action, &other.resource)
}

fn rule(certainty: Certainty) -> Rule<'static> {
    let (id, summary, level) = match certainty {
        Certainty::Required => {
            ("missing-permission", "A phase of the deployment fails without the permission.", "error")
        }
        Certainty::Conditional => (
            "missing-conditional-permission",
            "The permission is needed for a feature that the template does not use, as far as can be told.",
            "note",
        ),
        Certainty::Tolerated => {
            ("missing-tolerated-permission", "The handler goes on without the permission.", "note")
        }
    };
    Rule { id, summary, help: "docs/COVERAGE.md says how it is known.".to_owned(), level }
}

fn result<'a>(gap: &'a Gap, same: &[&Gap], accepted: Option<&'a str>) -> Found<'a> {
    let (need, resource) = (&gap.need, &gap.resource);
    let phases: BTreeSet<&str> = same.iter().map(|gap| gap.need.phase.as_str()).collect();
    let arns: BTreeSet<&str> = same.iter().map(|gap| gap.need.resource.as_str()).collect();
    let list = |texts: BTreeSet<&str>| texts.into_iter().collect::<Vec<_>>().join(", ");
    let text = format!(
        "`{}` of type {} needs `{}` on {} ({}): {}",
        resource.logical_id,
        resource.kind,
        need.action,
        list(arns),
        list(phases),
        because(same)
    );
    Found {
        rule: Certainty::ALL.iter().position(|certainty| *certainty == need.certainty).unwrap_or_default(),
        text,
        file: &resource.file,
        line: resource.line,
        name: format!("{}/{}", resource.stack, resource.logical_id),
        fingerprint: format!("{}|{}|{}", resource.stack, resource.logical_id, need.action),
        accepted,
    }
}
