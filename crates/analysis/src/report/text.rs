//! Findings for people, policy by policy.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Report;
use crate::finding::Finding;

/// How wide lists of actions are.
const WIDTH: usize = 112;

impl Report {
    /// The report as text. Findings of a statement that say the same of several actions are told once.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let open: Vec<(&Finding, Option<&str>)> =
            self.judged.open.iter().map(|finding| (finding, None)).collect();
        let accepted: Vec<(&Finding, Option<&str>)> =
            self.judged.accepted.iter().map(|(finding, reason)| (finding, Some(reason.as_str()))).collect();
        write_all(&mut text, &open);
        if !accepted.is_empty() {
            text.push_str("accepted:\n\n");
            write_all(&mut text, &accepted);
        }
        let counts = self.counts();
        let _ = write!(
            text,
            "{} and {} checked: {}, {}, {}, {} accepted",
            plural(self.read.policies, "policy", "policies"),
            plural(self.read.statements, "statement", "statements"),
            plural(counts.error, "error", "errors"),
            plural(counts.warning, "warning", "warnings"),
            plural(counts.note, "note", "notes"),
            counts.accepted,
        );
        if self.read.left_alone > 0 {
            let _ = write!(text, "; {} left alone", self.read.left_alone);
        }
        text.push('\n');
        text
    }
}

fn write_all(text: &mut String, findings: &[(&Finding, Option<&str>)]) {
    // What says the same of several actions of a statement, in the order in which it first occurs.
    let mut groups: Vec<(Vec<&Finding>, Option<&str>)> = Vec::new();
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for (finding, reason) in findings {
        let place = &finding.place;
        let about = (&place.file, &place.policy, &place.statement, finding.action.is_some());
        let says = (finding.code, &finding.message, &finding.fix, reason);
        let position = *known.entry((about, says)).or_insert_with(|| {
            groups.push((Vec::new(), *reason));
            groups.len() - 1
        });
        if let Some((group, _)) = groups.get_mut(position) {
            group.push(finding);
        }
    }
    let mut policy = None;
    for (group, reason) in &groups {
        let Some(first) = group.first() else { continue };
        let place = (&first.place.file, &first.place.policy);
        if policy != Some(place) {
            text.push_str(if policy.is_some() { "\n" } else { "" });
            let _ = writeln!(text, "{} ({})", first.place.policy, first.place.file);
            policy = Some(place);
        }
        write_group(text, first, group, *reason);
    }
    text.push_str(if policy.is_some() { "\n" } else { "" });
}

fn write_group(text: &mut String, first: &Finding, same: &[&Finding], reason: Option<&str>) {
    let place = &first.place;
    let statement = place.statement.as_ref().map(|sid| format!("{sid}, ")).unwrap_or_default();
    let _ = writeln!(
        text,
        "  {}[{}] {statement}line {}: {}",
        first.code.severity(),
        first.code,
        place.line,
        first.message
    );
    let mut line = String::new();
    for action in same.iter().filter_map(|finding| finding.action.as_ref()) {
        if !line.is_empty() && line.len() + action.len() > WIDTH {
            let _ = writeln!(text, "    {line}");
            line.clear();
        }
        let _ = write!(line, "{}{action}", if line.is_empty() { "" } else { " " });
    }
    if !line.is_empty() {
        let _ = writeln!(text, "    {line}");
    }
    match (reason, &first.fix) {
        (Some(reason), _) => {
            let _ = writeln!(text, "    accepted: {reason}");
        }
        (None, Some(fix)) => {
            let _ = writeln!(text, "    fix: {fix}");
        }
        (None, None) => {}
    }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
