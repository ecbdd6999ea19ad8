//! What a preflight says: the verdict, and how it is printed.

use std::fmt::Write as _;

use serde::Serialize;

/// What the account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    InOrder,
    Drift,
    BootstrapNeeded,
    Unknown,
}

impl Verdict {
    pub(super) const fn exit_code(self) -> u8 {
        match self {
            Self::InOrder => 0,
            Self::Unknown => 1,
            Self::BootstrapNeeded => 3,
            Self::Drift => 4,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::InOrder => "in order",
            Self::Drift => "somebody changed the account",
            Self::BootstrapNeeded => "a bootstrap is needed",
            Self::Unknown => "could not tell",
        }
    }
}

/// What was found in one environment.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) environment: String,
    pub(super) verdict: Verdict,
    /// What is not as it should be, a sentence each.
    pub(super) findings: Vec<String>,
    /// What to know besides.
    pub(super) notes: Vec<String>,
    /// The commands that mend it.
    pub(super) commands: Vec<String>,
}

/// The report for people.
pub(super) fn text(report: &Report) -> String {
    let mut text = format!("{}: {}\n", report.environment, report.verdict.words());
    for line in report.findings.iter().chain(&report.notes) {
        let _ = writeln!(text, "  {}", line.replace('\n', "\n  "));
    }
    for command in &report.commands {
        let _ = writeln!(text, "  to mend it, run `{command}`");
    }
    text
}

/// Workflow commands: a value's `%`, CR and LF are escaped, and in a property `:` and `,` as well.
///
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
pub(super) fn annotations(report: &Report) -> String {
    let value = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let title = value(&report.environment).replace(':', "%3A").replace(',', "%2C");
    let level = if report.verdict == Verdict::InOrder { "notice" } else { "error" };
    let mut lines = vec![report.verdict.words().to_owned()];
    lines.extend(report.findings.iter().chain(&report.notes).cloned());
    lines.extend(report.commands.iter().map(|command| format!("to mend it, run `{command}`")));
    lines
        .iter()
        .fold(String::new(), |text, line| text + &format!("::{level} title={title}::{}\n", value(line)))
}
