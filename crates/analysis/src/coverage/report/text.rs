//! Coverage for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{ActionGaps, CoverageReport, because};
use crate::coverage::{Certainty, Change, Suggestion};

impl CoverageReport {
    /// The report as text: summary, gaps by action, what would close them.
    pub fn to_text(&self) -> String {
        let mut text = self.summary();
        for certainty in Certainty::ALL {
            let groups = self.by_action(certainty);
            if groups.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\n{certainty} gaps, by action:");
            let in_full = self.in_full.is_none_or(|least| certainty >= least);
            for group in &groups {
                if in_full {
                    write_group(&mut text, group);
                } else {
                    write_line(&mut text, group);
                }
            }
        }
        if !self.judged.accepted.is_empty() {
            text.push_str("\naccepted gaps:\n");
            self.write_accepted(&mut text);
        }
        for (acceptance, action) in &self.judged.stale {
            let (file, line) = &acceptance.origin;
            let _ = writeln!(
                text,
                "\n{file} line {line}: `{action}` is no gap of stack `{}` any more: remove the acceptance",
                acceptance.stack
            );
        }
        self.write_suggestions(&mut text);
        self.write_unused(&mut text);
        if !self.problems.is_empty() {
            let _ = writeln!(text, "\nleft out of the answer: {}", self.problems.len());
            for problem in &self.problems {
                let _ = writeln!(text, "  {problem}");
            }
        }
        text
    }

    fn summary(&self) -> String {
        let mut text = String::new();
        for (stack, file) in &self.stacks {
            let _ = writeln!(text, "{stack} ({file})");
        }
        for note in &self.notes {
            let _ = writeln!(text, "note: {note}");
        }
        let gaps = self.judged.open.len();
        let needs: usize = self.coverage.needs.values().sum();
        let _ = writeln!(
            text,
            "{} resources of {} types need {needs} permissions; {gaps} are not covered, {} are accepted gaps",
            self.coverage.resources,
            self.coverage.kinds,
            self.judged.accepted.len(),
        );
        let phases = self.phases();
        let heads: Vec<String> = phases.iter().map(|phase| format!("{:>16}", phase.as_str())).collect();
        let _ = writeln!(text, "{:<12}{}", "gaps", heads.concat());
        for certainty in Certainty::ALL {
            let cells = phases.iter().map(|phase| {
                let (needs, open) = self.count(certainty, *phase);
                format!("{:>16}", format!("{open} of {needs}"))
            });
            let _ = writeln!(text, "{:<12}{}", certainty.as_str(), cells.collect::<String>());
        }
        text
    }

    fn write_accepted(&self, text: &mut String) {
        let mut told: Vec<(&str, &str, &str)> = Vec::new();
        for (gap, reason) in &self.judged.accepted {
            let row = (gap.resource.stack.as_str(), gap.need.action.as_str(), reason.as_str());
            if !told.contains(&row) {
                told.push(row);
                let _ = writeln!(text, "  {} ({}): {reason}", gap.need.action, gap.resource.stack);
            }
        }
    }

    fn write_suggestions(&self, text: &mut String) {
        if let Some(why) = &self.no_suggestion {
            let _ = writeln!(text, "\nnothing is suggested: {why}");
        }
        if !self.suggestions.is_empty() {
            text.push_str("\nto close them:\n");
        }
        for suggestion in &self.suggestions {
            let Suggestion { policy, statement, change, added, characters_left } = suggestion;
            let sid = statement.label(0);
            let what = match change {
                Change::AddActions => format!("{} to statement `{sid}`", added.join(", ")),
                Change::AddServices => format!("{} to the services of statement `{sid}`", added.join(", ")),
                Change::AddStatement => format!("a statement `{sid}`"),
            };
            let _ =
                writeln!(text, "\n  in {policy}, which then has {characters_left} characters left: {what}");
            write_block(text, &statement.to_reading());
            if let Some(module) = self.modules.get(policy) {
                let _ = writeln!(text, "  in {module}:");
                write_block(text, &suggestion.module_lines());
            }
        }
    }

    fn write_unused(&self, text: &mut String) {
        let Some(unused) = &self.unused else { return };
        let _ = writeln!(
            text,
            "\n{} grants that nothing in these templates explains. They are candidates for a look, no more: other\n\
             stacks, older versions of resources, rollbacks and handlers that call more than they say may use them.",
            unused.len()
        );
        let mut last = None;
        for grant in unused {
            let place = (&grant.policy, &grant.statement);
            if last != Some(place) {
                let _ = write!(
                    text,
                    "{}  {} {}:",
                    if last.is_some() { "\n" } else { "" },
                    grant.policy,
                    grant.statement
                );
                last = Some(place);
            }
            let _ = write!(text, " {}", grant.action);
        }
        text.push('\n');
    }
}

fn write_group(text: &mut String, group: &ActionGaps<'_>) {
    let _ = writeln!(text, "  {} ({})", group.action, group.phases());
    for (arn, resources) in &group.places {
        let _ = writeln!(text, "    on {arn}");
        for (resource, gaps) in resources {
            let _ = writeln!(
                text,
                "      {}: {}, {}, line {}: {}{}",
                resource.stack,
                resource.logical_id,
                resource.kind,
                resource.line,
                because(gaps),
                gaps.first().map(|gap| verdict(gap)).unwrap_or_default(),
            );
        }
    }
}

/// A group in one line: what brings it in, and how many resources of which types.
fn write_line(text: &mut String, group: &ActionGaps<'_>) {
    let of_all = || group.places.values().flat_map(|resources| resources.iter());
    let resources: BTreeSet<_> = of_all().map(|(resource, _)| resource).collect();
    let kinds: BTreeSet<&str> = resources.iter().map(|resource| resource.kind.as_str()).collect();
    let gaps: Vec<_> = of_all().flat_map(|(_, gaps)| gaps.iter().copied()).collect();
    let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
    let count = resources.len();
    let _ = writeln!(text, "  {} ({}): {}; {count} of {kinds}", group.action, group.phases(), because(&gaps));
}

fn verdict(gap: &crate::coverage::Gap) -> String {
    match (&gap.denied_by, gap.is_partly_covered) {
        (Some(statement), _) => format!("; denied by {statement}"),
        (None, true) => "; partly covered".to_owned(),
        (None, false) => String::new(),
    }
}

fn write_block(text: &mut String, block: &str) {
    for line in block.lines() {
        let _ = writeln!(text, "    {line}");
    }
}
