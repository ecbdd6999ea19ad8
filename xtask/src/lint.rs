//! `cargo xtask lint`: policies checked against IAM's grammar and what AWS defines.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use analysis::{Judged, LintInput, LintOptions, ReadCounts, Report, Severity, Tool};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use iam::PolicySet;

use crate::accepted::{self, ACCEPTED};
use crate::target::TargetArgs;
use crate::{UsageError, output, project};

mod input;

use self::input::GeneratedSet;

/// Check policies against what AWS defines: the generated set, or policy files and CloudFormation templates
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask lint                                        the generated policies, as one role has them
  cargo xtask lint --no-accepted --fail-on error          with everything that accepted.toml accepts
  cargo xtask lint policy.json template.yaml cdk.out      policy files, templates, and all of them in a folder
  cargo xtask lint --together a.json b.json               policies that one role has together
  cargo xtask lint --format sarif > lint.sarif            for code scanning

docs/LINT.md explains every code. Exit codes: 0 nothing found, 1 something found at or above --fail-on, 2 wrong usage.")]
pub struct Lint {
    /// Policy files (JSON), CloudFormation templates (JSON, YAML), or folders with them [default: the generated sets]
    #[arg(value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
    /// How much a finding has to matter for exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Warning)]
    fail_on: FailOn,
    /// Accept the findings of this file [default: accepted.toml, for the generated set]
    #[arg(long, value_name = "FILE", conflicts_with = "no_accepted")]
    accepted: Option<PathBuf>,
    /// Accept nothing
    #[arg(long)]
    no_accepted: bool,
    /// The policy files are what one role has: check them as a set, as one file alone always is
    #[arg(long, requires = "paths")]
    together: bool,
    /// Note a managed policy with fewer characters left
    #[arg(long, value_name = "CHARACTERS", default_value_t = LintOptions::default().margin)]
    margin: usize,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: TargetArgs,
}

/// How much a finding has to matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Errors and warnings.
    Warning,
    /// Everything.
    Note,
}

impl FailOn {
    const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, policy by policy.
    #[default]
    Text,
    /// For machines.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
}

impl Lint {
    /// Runs the command; the exit code is 1 when something is found that matters enough.
    pub fn run(&self, root: &Path) -> anyhow::Result<ExitCode> {
        let options = LintOptions { margin: self.margin };
        let report = if self.paths.is_empty() {
            let (target, pipeline) = self.target.resolve_with_pipeline(root)?;
            let set = policies::policy_set(&target)?;
            let pipeline = pipeline.as_ref().map(crate::pipeline::policy_set).transpose()?;
            let mut sets = vec![(&set, project::POLICIES)];
            sets.extend(pipeline.iter().map(|set| (set, project::PIPELINE_POLICIES)));
            lint(&input::of_sets(&sets)?, options, &self.acceptances(root, &sets)?, 0)
        } else {
            let found = input::of_paths(&self.paths, self.together)?;
            for name in &found.skipped {
                output::progress(&format!("{name} is neither a policy nor a template: skipped"));
            }
            lint(&found.input, options, &self.acceptances(root, &[])?, found.left_alone)
        };
        let tool = Tool { name: "cargo xtask lint", version: env!("CARGO_PKG_VERSION") };
        let text = match self.format {
            Format::Text => report.to_text(),
            Format::Json => report.to_json()?,
            Format::Sarif => report.to_sarif(tool)?,
        };
        output::result(&text)?;
        Ok(ExitCode::from(u8::from(report.has(self.fail_on.severity()))))
    }

    fn acceptances(
        &self,
        root: &Path,
        sets: &[GeneratedSet<'_>],
    ) -> anyhow::Result<Vec<analysis::Acceptance>> {
        match (&self.accepted, sets) {
            _ if self.no_accepted => Ok(Vec::new()),
            (Some(path), sets) => {
                let mut acceptances = accepted::read(path, &path.display().to_string())
                    .map_err(|error| UsageError(format!("{error:#}")))?;
                acceptances.extend(sets.iter().flat_map(|(set, _)| accepted::of_modules(set)));
                Ok(acceptances)
            }
            (None, []) => Ok(Vec::new()),
            (None, sets) => of_generated_sets(root, sets),
        }
    }
}

/// What is accepted of generated sets: by `accepted.toml`, and by the modules for what they grant unlisted. What is
/// accepted of a pipeline's policies in the mode that is not in force waits for it.
fn of_generated_sets(root: &Path, sets: &[GeneratedSet<'_>]) -> anyhow::Result<Vec<analysis::Acceptance>> {
    let mut acceptances = accepted::of_workspace(root)?;
    let is_generated = |name: &str| {
        sets.iter().any(|(set, _)| set.policies().iter().any(|policy| policy.name.as_str() == name))
    };
    let waiting: Vec<String> = policies::pipeline_policy_names().filter(|name| !is_generated(name)).collect();
    acceptances.retain(|acceptance| !waiting.contains(&acceptance.policy));
    acceptances.extend(sets.iter().flat_map(|(set, _)| accepted::of_modules(set)));
    Ok(acceptances)
}

/// Refuses a generated set in which lint finds errors that nobody accepted.
pub fn refuse_errors(root: &Path, set: &PolicySet) -> anyhow::Result<()> {
    let sets = [(set, project::POLICIES)];
    let acceptances = of_generated_sets(root, &sets)?;
    let report = lint(&input::of_sets(&sets)?, LintOptions::default(), &acceptances, 0);
    let errors: Vec<String> = report
        .judged
        .open
        .iter()
        .filter(|finding| finding.code.severity() == Severity::Error)
        .map(|finding| {
            let place = &finding.place;
            let statement =
                place.statement.as_ref().map(|sid| format!(", statement `{sid}`")).unwrap_or_default();
            format!("policy `{}`{statement}: {} [{}]", place.policy, finding.sentence(), finding.code)
        })
        .collect();
    anyhow::ensure!(
        errors.is_empty(),
        "lint finds errors in the policies: correct them, or accept them in `{ACCEPTED}`\n{}",
        errors.join("\n")
    );
    Ok(())
}

fn lint(
    input: &LintInput,
    options: LintOptions,
    acceptances: &[analysis::Acceptance],
    left_alone: usize,
) -> Report {
    let mut findings = analysis::lint(input, options);
    findings.retain(|finding| finding.place.file != input::AWS_MANAGED);
    let judged: Judged = analysis::judge(findings, acceptances);
    let own = input.policies.iter().filter(|policy| policy.file != input::AWS_MANAGED);
    let (policies, statements) =
        own.fold((0, 0), |(count, statements), policy| (count + 1, statements + policy.statements()));
    Report { judged, read: ReadCounts { policies, statements, left_alone } }
}

/// The paths as a user gave them, read from the folder of the call.
fn read(path: &Path) -> anyhow::Result<String> {
    project::read_text(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Where a generated policy stands, from the workspace root.
fn artifact(folder: &str, file_stem: &str) -> String {
    format!("{}/{folder}/{file_stem}.json", project::ARTIFACTS)
}
