//! `cargo xtask pipeline`: the role or user that runs `cdk deploy`, as a stack of its own: plan, deploy, verify, delete.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use policies::{PipelineTarget, StackName, Target};
use serde_json::json;
use toolkit::Environment;

use crate::UsageError;
use crate::account::Caller;
use crate::aws::Aws;
use crate::generate::Format;
use crate::interrupt::Interrupted;
use crate::output;
use crate::project;
use crate::target::TargetArgs;

mod bundle;
mod fitted;
mod gaps;
mod read_back;
pub mod render;
mod report;
mod run;

use self::bundle::Bundle;
pub use self::fitted::fitted;
pub use self::render::{policy_set, render};
use self::report::Report;
use self::run::Run;

/// The most characters of a role's or user's name.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
const LONGEST_NAME: usize = 64;

/// Create the role or user that runs `cdk deploy`, with its permissions; plan, verify and delete it
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    after_help = "What it is and may do stands in [pipeline] of bootstrap.toml; docs/design/PIPELINE_PERMISSIONS.md describes it.
No command here makes an access key, or prints one.

Exit codes: 0 fine, 1 failed or refused, 2 wrong usage, 10 `plan` finds changes, 130 interrupted;
`verify` also 3 when a deployment is due, 4 when somebody changed the account.

Examples:
  cargo xtask pipeline plan
  cargo xtask pipeline deploy aws://123456789012/eu-west-1 --profile admin
  cargo xtask pipeline verify --format json
  cargo xtask pipeline delete --stack-name pipeline-shop"
)]
pub struct Pipeline {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what a deployment would change, and stop; reads only
    Plan(Options),
    /// Create or update the stack, and read back that the account has what was generated
    Deploy(Changing),
    /// Check that the account has what was generated, and nothing else; reads only
    Verify(Options),
    /// Delete the stack, and read back that nothing is left
    Delete(Changing),
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// `aws://ACCOUNT/REGION` of the pipeline; without one, the caller's account and the configured region
    #[arg(value_name = "ENVIRONMENT")]
    environment: Option<Environment>,
    /// The stack's name, which the role or user has too [default: `pipeline-` and the application of stack-name]
    #[arg(long, value_name = "NAME")]
    stack_name: Option<String>,
    /// The identity provider that the role trusts [default: GitHub's, in the pipeline's account]
    #[arg(long, value_name = "ARN")]
    oidc_provider_arn: Option<String>,
    /// The profile of the AWS configuration
    #[arg(long)]
    profile: Option<String>,
    /// The region of the stack
    #[arg(long)]
    region: Option<String>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What a command takes that changes something.
#[derive(Clone, Debug, Args)]
pub struct Changing {
    #[command(flatten)]
    options: Options,
    /// Do not ask before something is taken away; without a terminal nobody is asked
    #[arg(long)]
    yes: bool,
}

impl Options {
    /// Two regions are one too many.
    fn refuse_other_region(&self) -> Result<(), UsageError> {
        match (&self.environment, &self.region) {
            (Some(environment), Some(region)) if environment.region.as_str() != region => Err(UsageError(
                format!("--region: `{region}` is not the region of `{environment}`: give one of them"),
            )),
            _ => Ok(()),
        }
    }
}

impl Pipeline {
    /// Runs the command.
    pub fn run(&self, root: &Path) -> anyhow::Result<ExitCode> {
        let (options, yes) = match &self.command {
            Command::Plan(options) | Command::Verify(options) => (options, true),
            Command::Deploy(Changing { options, yes }) | Command::Delete(Changing { options, yes }) => {
                (options, *yes)
            }
        };
        let (target, pipeline) = TargetArgs::default().resolve_with_pipeline(root)?;
        let pipeline = pipeline.with_context(no_table)?;
        let stack_name = stack_name(options, &target)?;
        options.refuse_other_region()?;
        let region = options.region.clone();
        let aws = Aws::new(
            options.profile.clone(),
            region.or_else(|| options.environment.as_ref().map(|e| e.region.to_string())),
        );
        let environment = environment(options, &aws, &pipeline);
        let named = environment.as_ref().ok().or(options.environment.as_ref()).cloned();
        let result = environment.and_then(|environment| {
            let aws = aws.in_region(environment.region.as_str());
            let bundle = Bundle::new(root, &pipeline, stack_name, &environment, options)?;
            let run = Run::new(root, &aws, &environment, &bundle, options.profile.as_deref(), yes)?;
            match &self.command {
                Command::Plan(_) => run.plan(),
                Command::Deploy(_) => run.deploy(&target, &pipeline),
                Command::Verify(_) => run.verify(),
                Command::Delete(_) => run.delete(),
            }
        });
        match result {
            Ok(report) => {
                print(&report, options.format)?;
                Ok(ExitCode::from(report.exit_code()))
            }
            Err(error) if error.is::<UsageError>() => Err(error),
            Err(error) => failed(error, named.as_ref(), options.format),
        }
    }
}

/// What is said where there is no pipeline.
pub fn no_table() -> String {
    format!("{} has no table [pipeline]: add one, as README.md says", project::TARGET_FILE)
}

/// Says why a command failed; the environment is not known where nobody said which account calls.
fn failed(
    error: anyhow::Error,
    environment: Option<&Environment>,
    format: Format,
) -> anyhow::Result<ExitCode> {
    if format == Format::Json {
        let failed = json!({ "environment": environment, "error": format!("{error:#}") });
        output::result(&serde_json::to_string_pretty(&failed)?)?;
    }
    let code = if error.is::<Interrupted>() { 130 } else { 1 };
    output::error(&match environment {
        Some(environment) => error.context(environment.to_string()),
        None => error,
    });
    Ok(ExitCode::from(code))
}

fn print(report: &Report, format: Format) -> anyhow::Result<()> {
    let text = match format {
        Format::Text => report.text(),
        Format::Json => serde_json::to_string_pretty(report)?,
    };
    Ok(output::result(&text)?)
}

/// The stack's name: not the application's first, as a pipeline could change what begins with that.
fn stack_name(options: &Options, target: &Target) -> anyhow::Result<String> {
    let derived = || format!("pipeline-{}", target.stack_name().application());
    let name = options.stack_name.clone().unwrap_or_else(derived);
    let usage = |message: String| UsageError(format!("--stack-name: {message}"));
    StackName::new(&name).map_err(|error| usage(error.to_string()))?;
    if name.len() > LONGEST_NAME {
        let message = format!(
            "`{name}` has {} characters; it is also the name of a role or user, which takes {LONGEST_NAME}",
            name.len()
        );
        return Err(usage(message).into());
    }
    Ok(name)
}

/// The environment that was given, else the caller's account and the region in force; credentials for another account or
/// partition are refused.
fn environment(options: &Options, aws: &Aws, pipeline: &PipelineTarget) -> anyhow::Result<Environment> {
    let caller = Caller::of(aws)?;
    let environment = if let Some(environment) = &options.environment {
        environment.clone()
    } else {
        let region = aws.region()?;
        let region = region.parse().map_err(|error: iam::RegionError| UsageError(error.to_string()))?;
        Environment { account: caller.account()?, region }
    };
    caller.refuse_other_account(&environment.account, pipeline.partition())?;
    Ok(environment)
}
