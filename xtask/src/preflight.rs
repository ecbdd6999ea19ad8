//! `cargo xtask preflight`: whether an account is bootstrapped with this bundle, by reading alone.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use iam::Region;
use toolkit::{
    Account, Environment, EnvironmentError, Expected, Finding, Holder, Mend, Refusal, Stack, parameter,
    shell_word,
};

mod report;

use self::report::{Report, Verdict, annotations, text};
use crate::UsageError;
use crate::account::Caller;
use crate::aws::Aws;
use crate::bootstrap::read_back;
use crate::bootstrap::{TOOLKIT_STACK, expected};
use crate::output;
use crate::project;
use crate::target::TargetArgs;

#[cfg(test)]
mod tests;

/// The folder that a command names for the files of another target than the committed one.
const OTHER_TARGET: &str = "other-target";

/// The hash that the reference implementation writes for its five policies. It depends on the number of statements
/// alone, so that many policy sets have it: it proves nothing.
const REFERENCE_HASH: &str = "b0501c8a57f20e4b5bf50d6fe8bbb934310adc4b64480228565d8392a19d1503";

/// Check before a deployment that an account is bootstrapped with this bundle; reads only
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 in order, 3 a bootstrap is needed, 4 somebody changed the account, 1 could not tell, 2 wrong usage.

Examples:
  cargo xtask preflight
  cargo xtask preflight aws://123456789012/us-east-1 --profile prod
  cargo xtask preflight --require-compute ecs --format github"
)]
pub struct Preflight {
    /// `aws://ACCOUNT/REGION`; without one, the caller's account and the configured region
    #[arg(value_name = "ENVIRONMENT")]
    environments: Vec<String>,
    /// Compute types that the account must have, comma-separated [default: compute-types in bootstrap.toml]
    #[arg(long, value_name = "TYPES")]
    require_compute: Option<String>,
    /// The bootstrap stack's name
    #[arg(long, value_name = "NAME", default_value = TOOLKIT_STACK)]
    toolkit_stack_name: String,
    /// The profile of the AWS configuration
    #[arg(long)]
    profile: Option<String>,
    /// The region
    #[arg(long)]
    region: Option<String>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The bootstrap's qualifier
    #[arg(long, value_name = "QUALIFIER")]
    qualifier: Option<String>,
}

/// How the result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
}

impl Preflight {
    /// Runs the command; the exit code is that of the worst environment.
    pub fn run(&self, root: &Path) -> anyhow::Result<ExitCode> {
        let usage = |error: EnvironmentError| UsageError(error.to_string());
        let given: Vec<Environment> =
            self.environments.iter().map(|text| text.parse().map_err(usage)).collect::<Result<_, _>>()?;
        let target = TargetArgs {
            qualifier: self.qualifier.clone(),
            compute_types: self.require_compute.clone(),
            ..TargetArgs::default()
        };
        let target = target.resolve(root)?;
        let expected = expected(&target)?;
        let wanted: Vec<String> = target.compute_types().iter().map(ToString::to_string).collect();
        let aws = Aws::new(self.profile.clone(), self.region.clone());
        let environments = if given.is_empty() {
            let account = Caller::of(&aws)?.account()?;
            let region = aws.region()?.parse::<Region>().map_err(|error| usage(error.into()))?;
            vec![Environment { account, region }]
        } else {
            given
        };
        let folder = match self.qualifier {
            Some(_) => PathBuf::from(OTHER_TARGET),
            None => root.join(project::ARTIFACTS),
        };
        let policies = folder.join("policies").display().to_string();
        let reports: Vec<Report> = environments
            .iter()
            .map(|environment| self.one(&aws, environment, &expected, &wanted, &policies))
            .collect();
        self.print(&reports)?;
        let worst = reports.iter().map(|report| report.verdict).max().unwrap_or(Verdict::InOrder);
        Ok(ExitCode::from(worst.exit_code()))
    }

    fn one(
        &self,
        aws: &Aws,
        environment: &Environment,
        expected: &Expected,
        wanted: &[String],
        policies: &str,
    ) -> Report {
        let aws = aws.in_region(environment.region.as_str());
        match read_back::account_of(&aws, environment, expected, &self.toolkit_stack_name) {
            Ok(account) => self.judge(environment, expected, &account, wanted, policies),
            Err(error) => Report {
                environment: environment.to_string(),
                verdict: Verdict::Unknown,
                findings: vec![format!("{error:#}")],
                notes: Vec::new(),
                commands: Vec::new(),
            },
        }
    }

    fn judge(
        &self,
        environment: &Environment,
        expected: &Expected,
        account: &Account,
        wanted: &[String],
        policies: &str,
    ) -> Report {
        let mut findings = toolkit::verify(environment, expected, account);
        let mut notes = Vec::new();
        let stored = account.stack.as_ref().map(|s| s.list(parameter::COMPUTE_TYPES)).unwrap_or_default();
        // What is required is not all that there may be: what else is stored stays.
        let stays = |stored: &&String| self.require_compute.is_some() && !wanted.contains(stored);
        let known = expected.allowed_compute_types();
        let stored_known = stored.iter().filter(|stored| known.iter().any(|known| known.as_str() == *stored));
        let wanted: Vec<String> = stored_known.filter(stays).chain(wanted).cloned().collect();
        let other_types = match self.require_compute {
            Some(_) => wanted.iter().any(|compute_type| !stored.contains(compute_type)),
            None => stored.len() != wanted.len() || wanted.iter().any(|wanted| !stored.contains(wanted)),
        };
        if account.stack.is_some() && other_types {
            findings.push(Finding::Parameter {
                name: parameter::COMPUTE_TYPES.to_owned(),
                found: Some(stored.join(",")).filter(|stored| !stored.is_empty()),
                expected: wanted.join(","),
            });
            if self.require_compute.is_none() {
                notes.push(format!(
                    "where `{}` is wanted here, say so: `--require-compute {0}`, or `compute-types` in {}",
                    stored.join(","),
                    project::TARGET_FILE
                ));
            }
        }
        if let Some(stack) = &account.stack {
            let given = stack.list(parameter::EXECUTION_POLICIES);
            if !given.is_empty() {
                findings.push(Finding::Parameter {
                    name: parameter::EXECUTION_POLICIES.to_owned(),
                    found: Some(given.join(",")),
                    expected: String::new(),
                });
            }
        }
        let variant = account.stack.as_ref().and_then(|stack| stack.parameter(parameter::VARIANT));
        if let Some(variant) = variant.filter(|variant| *variant != expected.variant) {
            notes.push(format!(
                "the stack has the variant `{variant}`: a bootstrap takes it over only with `--adopt`"
            ));
        }
        let qualifier = account.stack.as_ref().and_then(|stack| stack.parameter(parameter::QUALIFIER));
        if let Some(found) = qualifier.filter(|found| *found != expected.qualifier) {
            notes.push(format!("the stack has the qualifier `{found}`: give `--qualifier {found}`"));
        }
        let hash = account.stack.as_ref().and_then(|stack| stack.output("BootstrapPolicyHash"));
        if hash == Some(REFERENCE_HASH) {
            notes.push(
                "the hash is that of the reference implementation, which counts statements and proves nothing; \
                 the policies were compared themselves"
                    .to_owned(),
            );
        }
        let verdict = self.verdict(&findings, account, expected);
        Report {
            environment: environment.to_string(),
            verdict,
            findings: findings.iter().map(ToString::to_string).collect(),
            notes,
            commands: self.commands((verdict, &findings), environment, expected, account, &wanted, policies),
        }
    }

    fn verdict(&self, findings: &[Finding], account: &Account, expected: &Expected) -> Verdict {
        let newer =
            account.stack.as_ref().and_then(Stack::policy_version).is_some_and(|v| v > expected.version);
        let qualifier = account.stack.as_ref().and_then(|stack| stack.parameter(parameter::QUALIFIER));
        let other_qualifier = qualifier.is_some_and(|found| found != expected.qualifier);
        let busy = account.stack.as_ref().is_some_and(|stack| stack.stack_status.is_in_progress());
        let is_change = |finding: &Finding| {
            finding.is_drift()
                || matches!(finding, Finding::Parameter { .. }) && self.require_compute.is_none()
        };
        if findings.is_empty() {
            Verdict::InOrder
        } else if newer || busy || other_qualifier {
            Verdict::Unknown
        } else if findings.iter().all(is_change) {
            Verdict::Drift
        } else {
            Verdict::BootstrapNeeded
        }
    }

    /// What mends it: a command for each change that somebody made, then a bootstrap where the stack is behind.
    fn commands(
        &self,
        judged: (Verdict, &[Finding]),
        environment: &Environment,
        expected: &Expected,
        account: &Account,
        wanted: &[String],
        policies: &str,
    ) -> Vec<String> {
        let (verdict, findings) = judged;
        if matches!(verdict, Verdict::InOrder | Verdict::Unknown) {
            return Vec::new();
        }
        let role = Holder::Role(expected.execution_role(environment));
        let mend = Mend { holder: &role, policies, profile: self.profile.as_deref() };
        let by_hand = match toolkit::drift(environment, expected, account, &mend) {
            Some(Refusal::Drift { commands, .. }) => commands,
            _ => Vec::new(),
        };
        // Of another target than the committed one the policies are no files yet.
        let names_files = by_hand.iter().any(|command| command.contains("file://"));
        let files = self.qualifier.as_ref().filter(|_| names_files);
        let files = files
            .map(|qualifier| format!("cargo xtask generate --qualifier {qualifier} --out {OTHER_TARGET}"));
        let is_behind = verdict == Verdict::BootstrapNeeded || findings.iter().any(|f| !f.is_drift());
        let bootstrap = is_behind.then(|| self.command(environment, expected, account, wanted));
        files.into_iter().chain(by_hand).chain(bootstrap).collect()
    }

    fn command(
        &self,
        environment: &Environment,
        expected: &Expected,
        account: &Account,
        wanted: &[String],
    ) -> String {
        let mut command = format!("cargo xtask bootstrap {environment} --compute-types {}", wanted.join(","));
        let takes_over = account.stack.as_ref().is_some_and(|stack| {
            stack.parameter(parameter::VARIANT) != Some(expected.variant.as_str())
                || !stack.list(parameter::EXECUTION_POLICIES).is_empty()
        });
        if takes_over {
            command += " --adopt";
        }
        if self.toolkit_stack_name != TOOLKIT_STACK {
            let _ = write!(command, " --toolkit-stack-name {}", shell_word(&self.toolkit_stack_name));
        }
        if self.qualifier.is_some() {
            let _ = write!(command, " --qualifier {}", expected.qualifier);
        }
        if let Some(profile) = &self.profile {
            let _ = write!(command, " --profile {}", shell_word(profile));
        }
        command
    }

    fn print(&self, reports: &[Report]) -> anyhow::Result<()> {
        match self.format {
            Format::Json => Ok(output::result(&serde_json::to_string_pretty(reports)?)?),
            Format::Text => Ok(output::result(&reports.iter().map(text).collect::<String>())?),
            Format::Github => Ok(output::result(&reports.iter().map(annotations).collect::<String>())?),
        }
    }
}
