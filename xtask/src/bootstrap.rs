//! `cargo xtask bootstrap`: plan, bootstrap with the locked CDK CLI, finish what it cannot, read back.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::{ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use serde_json::json;
use toolkit::{Action, Environment, Plan, Route, parameter};
use xshell::Shell;

use crate::UsageError;
use crate::aws::Aws;
use crate::output;

mod bundle;
pub mod change_set;
pub mod interrupt;
pub mod options;
pub mod read_back;
pub mod report;

use self::bundle::Bundle;
pub use self::bundle::expected;
use self::change_set::ChangeSet;
use self::interrupt::{Interrupt, Interrupted};
use self::options::Options;
use self::read_back::Caller;

/// The bootstrap stack's name unless another is given.
pub const TOOLKIT_STACK: &str = "CDKToolkit";

/// How long IAM may take to show everywhere what was done.
const CONSISTENCY: Duration = Duration::from_secs(10);

/// Exit code of `--plan` when something would change.
const CHANGES: u8 = 10;

/// Bootstrap an account with the policies, and read back that it has them
#[derive(Debug, Args)]
#[command(after_help = "ARGS:
  [ENVIRONMENT…]           aws://ACCOUNT/REGION; without one, the caller's account and the configured region
  --plan                   say what would change, and stop: exit code 0 nothing, 10 changes, 1 cannot be done
  --format json            the plan for machines
  --compute-types TYPES    compute backends that get a policy; also --context ComputeTypes=TYPES
                           [default: compute-types in bootstrap.toml]
  --adopt                  take over a stack of another variant, or one with stored execution policies
  --yes                    do not ask before something is taken away
  --trust, --untrust       accounts that may deploy; unlike with the CDK CLI, our policies stay
  any option of `cdk bootstrap` but --template

Exit codes: 0 done and read back, 1 failed or something is left, 2 wrong usage, 10 see --plan, 130 interrupted;
else that of the CDK CLI.

Examples:
  cargo xtask bootstrap --plan aws://123456789012/us-east-1
  cargo xtask bootstrap aws://123456789012/us-east-1 --profile prod
  cargo xtask bootstrap aws://123456789012/us-east-1 --compute-types agentcore,ecs
  cargo xtask bootstrap aws://123456789012/us-east-1 --adopt
  cargo xtask bootstrap --show-template        print the template as it would be sent")]
pub struct Bootstrap {
    /// Environments and options
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

impl Bootstrap {
    /// Runs the command.
    pub fn run(&self, sh: &Shell, root: &Path) -> anyhow::Result<ExitCode> {
        let options = Options::parse(&self.args)?;
        let bundle = Bundle::prepare(root, &options)?;
        if options.show_template {
            let status = bundle.cdk(sh, root, &options.pass_through)?;
            return Ok(exit_code(status));
        }
        let first_region = options.environments.first().map(|environment| environment.region.to_string());
        let aws = Aws::new(options.profile.clone(), options.region.clone().or(first_region));
        let caller = Caller::of(&aws)?;
        bundle.refuse_partition(&caller)?;
        let environments = environments(&options, &aws, &caller)?;
        let run = Run {
            sh,
            root,
            options: &options,
            bundle: &bundle,
            caller: &caller,
            interrupt: Interrupt::watch()?,
        };
        let mut results = Vec::new();
        for environment in &environments {
            // A program that Ctrl-C ended fails in its own words; ours say what is left.
            let result = run.one(environment).or_else(|error| {
                if !error.is::<Interrupted>() {
                    run.interrupt.check("bootstrapping")?;
                }
                Err(error)
            });
            let interrupted = result.as_ref().err().is_some_and(anyhow::Error::is::<Interrupted>);
            results.push((environment, result));
            if interrupted {
                break;
            }
        }
        if options.plan {
            return report_plans(results, run.stack_name(), options.json);
        }
        summarize(results, environments.len())
    }
}

/// What became of one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// `--plan`: what would happen.
    Planned(Box<Plan>),
    /// Done, and read back.
    Verified,
    /// `--no-execute`: a change set is left to be reviewed.
    LeftForReview,
}

/// The environments given, else the caller's account and the region in force.
fn environments(options: &Options, aws: &Aws, caller: &Caller) -> anyhow::Result<Vec<Environment>> {
    if !options.environments.is_empty() {
        return Ok(options.environments.clone());
    }
    let region =
        aws.region()?.parse().map_err(|error: toolkit::EnvironmentError| UsageError(error.to_string()))?;
    Ok(vec![Environment { account: caller.account()?, region }])
}

/// One run over all environments.
struct Run<'a> {
    sh: &'a Shell,
    root: &'a Path,
    options: &'a Options,
    bundle: &'a Bundle,
    caller: &'a Caller,
    interrupt: Interrupt,
}

impl Run<'_> {
    fn one(&self, environment: &Environment) -> anyhow::Result<Outcome> {
        read_back::refuse_other_account(self.caller, environment)?;
        let aws = Aws::new(self.options.profile.clone(), Some(environment.region.to_string()));
        let expected = &self.bundle.expected;
        let stack = read_back::stack(&aws, self.stack_name())?;
        let attached = match &stack {
            Some(_) => read_back::attached(&aws, &expected.execution_role(environment))?.unwrap_or_default(),
            None => Vec::new(),
        };
        let plan = toolkit::plan(environment, expected, &self.bundle.request, stack.as_ref(), &attached)?;
        if self.options.plan {
            return Ok(Outcome::Planned(Box::new(plan)));
        }
        output::progress(report::plan_text(&plan, self.stack_name()).trim_end());
        self.ask(&plan)?;
        let _under_way = self.interrupt.begin();
        self.bootstrap(environment, &plan)?;
        let is_left = self.bundle.request.no_execute;
        // After the CDK CLI there is nothing to finish yet: its change set is not executed.
        if !is_left || plan.route == Route::ChangeSet {
            self.finish(&aws, &plan)?;
        }
        if is_left {
            return Ok(Outcome::LeftForReview);
        }
        self.verify(&aws, environment, &plan)?;
        Ok(Outcome::Verified)
    }

    fn stack_name(&self) -> &str {
        self.options.toolkit_stack_name.as_deref().unwrap_or(TOOLKIT_STACK)
    }

    /// Asks before something is taken away, where there is somebody to ask.
    fn ask(&self, plan: &Plan) -> anyhow::Result<()> {
        let somebody = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if plan.taken_away.is_empty() || self.options.yes || !somebody {
            return Ok(());
        }
        let mut stderr = anstream::stderr();
        write!(stderr, "Something is taken away. Go on? [y/N] ").context("asking")?;
        stderr.flush().context("asking")?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).context("reading the answer")?;
        ensure!(matches!(answer.trim(), "y" | "Y" | "yes"), "nothing was changed, as you wished");
        Ok(())
    }

    fn bootstrap(&self, environment: &Environment, plan: &Plan) -> anyhow::Result<()> {
        let Route::CdkCli { force } = plan.route else { return Ok(()) };
        let mut args = vec![environment.to_string()];
        args.extend(self.options.pass_through.iter().cloned());
        args.extend(force.then(|| "--force".to_owned()));
        let status = self.bundle.cdk(self.sh, self.root, &args)?;
        self.interrupt.check("the CDK CLI was at work")?;
        if plan.list(parameter::EXECUTION_POLICIES).is_empty() {
            output::progress(
                "What the CDK CLI says of AdministratorAccess is not so: this template attaches the policies above.",
            );
        }
        if !status.success() {
            return Err(CdkFailed(status).into());
        }
        Ok(())
    }

    fn finish(&self, aws: &Aws, plan: &Plan) -> anyhow::Result<()> {
        if plan.finish.is_empty() {
            return Ok(());
        }
        let stack = read_back::stack(aws, self.stack_name())?
            .context("the stack is not there after the CDK CLI ran")?;
        let change_set = ChangeSet {
            aws,
            stack_name: self.stack_name(),
            body: self.bundle.rendered.body(),
            parameters: self.bundle.rendered.parameters(),
            role_arn: self.options.role_arn.as_deref(),
            interrupt: &self.interrupt,
        };
        change_set.apply(plan, &stack, !self.bundle.request.no_execute)?;
        Ok(())
    }

    /// Reads the account back: anything but what was planned is a failure.
    ///
    /// IAM is eventually consistent, so what is not there yet is looked for again for a while.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>
    fn verify(&self, aws: &Aws, environment: &Environment, plan: &Plan) -> anyhow::Result<()> {
        let step = output::step("reading the account back");
        let deadline = Instant::now() + CONSISTENCY;
        loop {
            let findings = self.findings(aws, environment, plan)?;
            if findings.is_empty() {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("the account does not have what was generated:\n  {}", findings.join("\n  "));
            }
            step.say("not everything is there yet, reading again");
            self.interrupt.rest("reading the account back")?;
        }
    }

    fn findings(&self, aws: &Aws, environment: &Environment, plan: &Plan) -> anyhow::Result<Vec<String>> {
        let expected = &self.bundle.expected;
        let account = read_back::account(aws, environment, expected, self.stack_name())?;
        let role = expected.execution_role(environment);
        let mut findings: Vec<String> = toolkit::verify(environment, expected, &account)
            .iter()
            .map(|finding| match finding.mending(&role) {
                Some(command) => format!("{finding}; to mend it, run `{command}`"),
                None => finding.to_string(),
            })
            .collect();
        let value =
            |name: &str| account.stack.as_ref().and_then(|stack| stack.parameter(name)).unwrap_or_default();
        let other = plan.desired.iter().filter(|(name, wanted)| value(name) != wanted.as_str());
        findings.extend(
            other.map(|(name, wanted)| format!("parameter {name} is `{}`, not `{wanted}`", value(name))),
        );
        Ok(findings)
    }
}

/// The CDK CLI failed; its exit code is ours.
#[derive(Debug, thiserror::Error)]
#[error("the CDK CLI failed ({0}): what it said stands above")]
struct CdkFailed(ExitStatus);

/// Says what would happen in each environment.
fn report_plans(
    results: Vec<(&Environment, anyhow::Result<Outcome>)>,
    stack_name: &str,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    let mut failed = false;
    let mut values = Vec::new();
    for (environment, result) in results {
        match result {
            Ok(Outcome::Planned(plan)) => {
                if plan.action != Action::Nothing && !failed {
                    code = ExitCode::from(CHANGES);
                }
                if !json {
                    output::result(&report::plan_text(&plan, stack_name))?;
                }
                values.push(serde_json::to_value(plan)?);
            }
            Ok(_) => {}
            Err(error) => {
                failed = true;
                code = failure_code(&error);
                values.push(json!({ "environment": environment, "error": format!("{error:#}") }));
                output::error(&error.context(environment.to_string()));
            }
        }
    }
    if json {
        output::result(&serde_json::to_string_pretty(&values)?)?;
    }
    Ok(code)
}

/// Says how each environment ended; one that fails does not hide the rest.
fn summarize(
    results: Vec<(&Environment, anyhow::Result<Outcome>)>,
    asked: usize,
) -> anyhow::Result<ExitCode> {
    let several = asked > 1;
    let mut code = ExitCode::SUCCESS;
    let mut failed = 0;
    let done = results.len();
    for (environment, result) in results {
        match result {
            Ok(Outcome::Planned(_)) => {}
            Ok(Outcome::Verified) => {
                output::result(&format!(
                    "{environment}: bootstrapped; the execution role has the policies and nothing else"
                ))?;
            }
            Ok(Outcome::LeftForReview) => {
                output::result(&format!(
                    "{environment}: a change set is left for review; nothing was changed"
                ))?;
            }
            Err(error) => {
                failed += 1;
                code = failure_code(&error);
                output::error(&error.context(environment.to_string()));
            }
        }
    }
    if several && failed > 0 {
        output::progress(&format!(
            "{failed} of {asked} environments failed, {} were not begun",
            asked - done
        ));
    }
    Ok(code)
}

fn failure_code(error: &anyhow::Error) -> ExitCode {
    if error.is::<Interrupted>() {
        ExitCode::from(130)
    } else if let Some(CdkFailed(status)) = error.downcast_ref() {
        exit_code(*status)
    } else {
        ExitCode::FAILURE
    }
}

/// The code of a program that ended by itself; as shells do, 128 and the signal of one that was ended.
fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let by_signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let by_signal = None;
    let code = status.code().or(by_signal).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
