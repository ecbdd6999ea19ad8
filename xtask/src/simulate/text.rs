//! The answers for people: grouped by what decides, and denials by what is missing.

use std::fmt::Write as _;

use iam::{Decision, Mismatch, NearMiss};

use super::report::{Answer, Counts, Report};
use crate::output;

/// Where a long line of an explanation is broken.
const WIDTH: usize = 110;

/// Requests with one answer, for one reason.
struct Group<'a> {
    is_allowed: bool,
    heading: String,
    explanation: Vec<String>,
    rows: Vec<&'a Answer<'a>>,
}

/// What is allowed, then what is denied and why, then how many of each.
pub(super) fn text(report: &Report<'_>) -> String {
    let mut text = String::new();
    let layout = Layout::of(report.answers);
    let mut last_heading = None;
    for group in groups(report) {
        if last_heading.as_ref() != Some(&group.heading) {
            let blank = if last_heading.is_some() { "\n" } else { "" };
            let _ = writeln!(text, "{blank}{}", output::verdict(&group.heading, group.is_allowed));
        }
        for answer in &group.rows {
            let _ = writeln!(text, "  {}", layout.row(answer));
        }
        for line in &group.explanation {
            text += &wrap(line);
        }
        last_heading = Some(group.heading);
    }
    text += "\n";
    if let Some(context) = &layout.shared_context {
        let _ = writeln!(text, "in the context {context}");
    }
    let _ = writeln!(text, "{}", last_line(report));
    text
}

/// Groups in order of their first request: the allowed ones before the denied, those under one heading together.
fn groups<'a>(report: &Report<'a>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for answer in report.answers {
        let heading = heading(report, answer);
        let explanation = explanation(answer);
        let same = |group: &&mut Group<'_>| group.heading == heading && group.explanation == explanation;
        if let Some(group) = groups.iter_mut().find(same) {
            group.rows.push(answer);
        } else {
            let is_allowed = answer.explanation.decision.is_allowed();
            groups.push(Group { is_allowed, heading, explanation, rows: vec![answer] });
        }
    }
    let headings: Vec<String> = groups.iter().map(|group| group.heading.clone()).collect();
    let first = |heading: &String| headings.iter().position(|own| own == heading);
    groups.sort_by_key(|group| (!group.is_allowed, first(&group.heading)));
    groups
}

fn heading(report: &Report<'_>, answer: &Answer<'_>) -> String {
    match answer.explanation.decision {
        Decision::Allowed { by } => format!("allowed by {by}"),
        Decision::DeniedByStatement { by } => format!("denied by {by}"),
        Decision::DeniedByDefault => "denied by default".to_owned(),
        Decision::DeniedByBoundary => {
            let boundary = report.policies.boundary.as_ref();
            let name = boundary.map(|boundary| boundary.name.as_str()).unwrap_or_default();
            format!("denied by the permissions boundary `{name}`, which does not allow it")
        }
        Decision::DeniedByScp { level } => {
            let names = report.policies.scp_names(level);
            format!("denied by SCP level {}, where nothing allows it: {names}", level + 1)
        }
    }
}

/// Why a request is denied that no statement denies.
fn explanation(answer: &Answer<'_>) -> Vec<String> {
    let service = answer.asked.request.action().split(':').next().unwrap_or_default();
    match (&answer.explanation.nearest, answer.explanation.decision) {
        (Some(NearMiss { statement, mismatches }), _) => {
            let lines = mismatches.iter().map(|mismatch| format!("      {}", why_not(mismatch)));
            std::iter::once(format!("    nearest is {statement}:")).chain(lines).collect()
        }
        (None, Decision::Allowed { .. } | Decision::DeniedByStatement { .. }) => Vec::new(),
        (None, decision) => {
            let of = match decision {
                Decision::DeniedByBoundary => " of the boundary",
                Decision::DeniedByScp { .. } => " of that level",
                _ => "",
            };
            vec![format!("    no statement{of} allows anything of `{service}`")]
        }
    }
}

/// What does not match, about the requests in the rows above it.
fn why_not(mismatch: &Mismatch<'_>) -> String {
    let list = |patterns: &[&str]| {
        patterns.iter().map(|pattern| format!("`{pattern}`")).collect::<Vec<_>>().join(", ")
    };
    match mismatch {
        Mismatch::Action { element: "NotAction", .. } => "`NotAction` leaves the action out".to_owned(),
        Mismatch::Action { element, .. } => format!("`{element}` does not list the action"),
        Mismatch::Resource { element: "NotResource", patterns, .. } => {
            format!("`NotResource` leaves the resource out: it is {}", list(patterns))
        }
        Mismatch::Resource { element, patterns, .. } => {
            format!("`{element}` does not match the resource: it is {}", list(patterns))
        }
        Mismatch::Principal { .. } | Mismatch::Condition { .. } => mismatch.to_string(),
    }
}

/// How rows are aligned, and what is said once for all of them.
struct Layout {
    action_width: usize,
    resource_width: usize,
    shared_context: Option<String>,
}

impl Layout {
    fn of(answers: &[Answer<'_>]) -> Self {
        let width = |text: fn(&iam::Request) -> &str| {
            answers.iter().map(|answer| text(&answer.asked.request).chars().count()).max().unwrap_or_default()
        };
        // A trust policy speaks of no resource.
        let names_resources = answers.iter().any(|answer| {
            answer.asked.request.principal().is_none() || answer.asked.request.resource() != "*"
        });
        let first = answers.first().map(|answer| &answer.asked.context);
        let is_shared = answers.iter().all(|answer| Some(&answer.asked.context) == first);
        let shared_context =
            answers.first().filter(|_| is_shared).map(context).filter(|context| !context.is_empty());
        Self {
            action_width: width(iam::Request::action),
            resource_width: if names_resources { width(iam::Request::resource) } else { 0 },
            shared_context,
        }
    }

    fn row(&self, answer: &Answer<'_>) -> String {
        let request = &answer.asked.request;
        let Self { action_width, resource_width, shared_context } = self;
        let action = request.action();
        let resource = if *resource_width > 0 { request.resource() } else { "" };
        let mut columns = vec![format!("{action:action_width$}"), format!("{resource:resource_width$}")];
        columns.extend(request.principal().map(|who| format!("{}={who}", who.kind().as_str())));
        columns.extend(shared_context.is_none().then(|| context(answer)));
        columns.retain(|column| !column.is_empty());
        columns.join("  ").trim_end().to_owned()
    }
}

/// The context as options would give it.
fn context(answer: &Answer<'_>) -> String {
    let entries = answer.asked.context.entries();
    let pairs = entries.flat_map(|(key, values)| values.iter().map(move |value| format!("{key}={value}")));
    pairs.collect::<Vec<_>>().join(" ")
}

/// Breaks a line between words; what follows is indented once more.
fn wrap(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let mut text = String::new();
    let mut length = 0;
    for word in line.split_whitespace() {
        let width = word.chars().count();
        if length == 0 {
            text += &" ".repeat(indent);
            length = indent;
        } else if length + 1 + width > WIDTH {
            text += "\n";
            text += &" ".repeat(indent + 2);
            length = indent + 2;
        } else {
            text += " ";
            length += 1;
        }
        text += word;
        length += width;
    }
    text + "\n"
}

fn last_line(report: &Report<'_>) -> String {
    let counts = Counts::of(report.answers);
    let parts = [
        (counts.allowed, "allowed"),
        (counts.denied_by_default, "denied by default"),
        (counts.denied_by_statement, "denied by statement"),
        (counts.denied_by_boundary, "denied by the boundary"),
        (counts.denied_by_scp, "denied by SCP"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    format!("{}, against {}: {}", plural(counts.requests, "request"), against(report), parts.join(", "))
}

/// What was asked.
fn against(report: &Report<'_>) -> String {
    let policies = report.policies;
    if let Some(trust) = &policies.trust {
        return format!("the trust policy `{}`", trust.name);
    }
    let mut parts = vec![plural(policies.identity.len(), "policy")];
    if let Some(target) = &policies.target {
        let types: Vec<&str> = target.compute_types().iter().map(iam::ComputeType::as_str).collect();
        let types = types.join(", ");
        let first = format!("the {} of {} (compute types {types})", parts.concat(), target.stack_name());
        parts = vec![first];
    }
    parts.extend(policies.boundary.iter().map(|_| "a boundary".to_owned()));
    parts.extend(Some(policies.scp_levels.len()).filter(|n| *n > 0).map(|n| plural(n, "SCP level")));
    match parts.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => parts.concat(),
    }
}

fn plural(count: usize, what: &str) -> String {
    match (count, what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {what}s"),
    }
}
