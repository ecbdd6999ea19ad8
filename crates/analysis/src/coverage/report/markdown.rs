//! Coverage as a comment on a pull request.

use std::fmt::Write as _;

use super::{CoverageReport, because};
use crate::coverage::Certainty;

/// The most actions that are told of each certainty; a comment has a limit of its own.
const SHOWN: usize = 40;

impl CoverageReport {
    /// The report as Markdown: a summary, the gaps by action, and what would close them, folded.
    pub fn to_markdown(&self) -> String {
        let required = self.by_action(Certainty::Required).len();
        let mut text = match required {
            0 => "### Coverage: every permission that is required is granted\n\n".to_owned(),
            count => format!(
                "### Coverage: {count} required {} missing\n\n",
                if count == 1 { "action is" } else { "actions are" }
            ),
        };
        for note in &self.notes {
            let _ = writeln!(text, "{}\n", cell(note));
        }
        self.write_table(&mut text);
        for certainty in Certainty::ALL {
            self.write_gaps(&mut text, certainty);
        }
        if !self.suggestions.is_empty() {
            text.push_str("\n<details><summary>Statements that would close them</summary>\n\n");
            for suggestion in &self.suggestions {
                let left = suggestion.characters_left;
                let _ =
                    writeln!(text, "In `{}`, which then has {left} characters left:\n", suggestion.policy);
                let _ = writeln!(text, "```json\n{}\n```\n", suggestion.statement.to_reading().trim_end());
            }
            text.push_str("</details>\n");
        }
        if !self.problems.is_empty() {
            let _ = writeln!(
                text,
                "\n<details><summary>Left out of the answer: {}</summary>\n",
                self.problems.len()
            );
            for problem in &self.problems {
                let _ = writeln!(text, "- {}", cell(problem));
            }
            text.push_str("\n</details>\n");
        }
        text
    }

    fn write_table(&self, text: &mut String) {
        let stacks: Vec<String> = self.stacks.iter().map(|(name, _)| format!("`{name}`")).collect();
        let _ = writeln!(
            text,
            "{}: {} resources of {} types. Gaps of needs, by phase:\n",
            stacks.join(", "),
            self.coverage.resources,
            self.coverage.kinds
        );
        let phases = self.phases();
        let heads: Vec<&str> = phases.iter().map(|phase| phase.as_str()).collect();
        let _ = writeln!(text, "| | {} |\n|---|{}", heads.join(" | "), "---|".repeat(phases.len()));
        for certainty in Certainty::ALL {
            let cells: Vec<String> = phases
                .iter()
                .map(|phase| {
                    let (needs, gaps) = self.count(certainty, *phase);
                    format!("{gaps} of {needs}")
                })
                .collect();
            let _ = writeln!(text, "| {certainty} | {} |", cells.join(" | "));
        }
    }

    fn write_gaps(&self, text: &mut String, certainty: Certainty) {
        let groups = self.by_action(certainty);
        if groups.is_empty() {
            return;
        }
        let open = if certainty == Certainty::Required { " open" } else { "" };
        let _ = writeln!(text, "\n<details{open}><summary>{certainty}: {} actions</summary>\n", groups.len());
        text.push_str("| Action | Phases | Resources | Why |\n|---|---|---|---|\n");
        for group in groups.iter().take(SHOWN) {
            let resources: Vec<String> = group
                .places
                .values()
                .flat_map(|resources| resources.keys())
                .map(|resource| format!("`{}` ({})", resource.logical_id, resource.kind))
                .collect();
            let first: Vec<&str> = resources.iter().take(3).map(String::as_str).collect();
            let more = if resources.len() > 3 {
                format!(" and {} more", resources.len() - 3)
            } else {
                String::new()
            };
            let why = group.places.values().flat_map(|resources| resources.values()).next();
            let why = why.map(|gaps| because(gaps)).unwrap_or_default();
            let _ = writeln!(
                text,
                "| `{}` | {} | {}{more} | {} |",
                group.action,
                group.phases(),
                first.join(", "),
                cell(&why)
            );
        }
        if groups.len() > SHOWN {
            let _ = writeln!(text, "\nand {} more actions", groups.len() - SHOWN);
        }
        text.push_str("\n</details>\n");
    }
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
