//! `cargo xtask bootstrap`: plan, bootstrap with the locked CDK CLI, finish what it cannot, read back.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use toolkit::{Account, Environment, Holder, Mend, Plan, Refusals, Route, Stack, parameter};
use xshell::Shell;

use crate::UsageError;
use crate::account::{self, Caller};
use crate::aws::Aws;
use crate::change_set::{ChangeSet, Kind};
use crate::interrupt::{Interrupt, Interrupted};
use crate::output;

mod bundle;
pub mod options;
mod outcome;
pub mod read_back;
pub mod report;

use self::bundle::Bundle;
pub use self::bundle::expected;
use self::options::Options;
use self::outcome::{CdkFailed, Outcome, exit_code, report_plans, summarize};

/// The bootstrap stack's name unless another is given.
pub const TOOLKIT_STACK: &str = "CDKToolkit";

/// How long IAM may take to show everywhere what was done.
const CONSISTENCY: Duration = Duration::from_secs(30);

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
        if options.help {
            return crate::print_help("bootstrap");
        }
        let stack_name = stack_name(&options)?;
        let bundle = Bundle::prepare(root, &options)?;
        if options.show_template {
            let status = bundle.cdk(sh, root, &stack_name, &options.pass_through, Stdio::inherit())?;
            return Ok(exit_code(status));
        }
        let first_region = options.environments.first().map(|environment| environment.region.to_string());
        let aws = Aws::new(options.profile.clone(), options.region.clone().or(first_region));
        let caller = Caller::of(&aws)?;
        let environments = environments(&options, &aws, &caller)?;
        let run = Run {
            sh,
            root,
            options: &options,
            bundle: &bundle,
            caller: &caller,
            stack_name: &stack_name,
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
            if let Ok(outcome) = &result {
                run.announce(environment, outcome)?;
            }
            results.push((environment, result));
            if interrupted {
                break;
            }
        }
        if options.plan {
            return report_plans(results, &stack_name, options.json);
        }
        Ok(summarize(results, environments.len()))
    }
}

/// The environments given, else the caller's account and the region in force.
fn environments(options: &Options, aws: &Aws, caller: &Caller) -> anyhow::Result<Vec<Environment>> {
    if !options.environments.is_empty() {
        return Ok(options.environments.clone());
    }
    let region = aws.region()?.parse().map_err(|error: iam::RegionError| UsageError(error.to_string()))?;
    Ok(vec![Environment { account: caller.account()?, region }])
}

/// The bootstrap stack's name: the option, else what the `cdk.json` of an app in this folder says, as the CDK CLI has it.
fn stack_name(options: &Options) -> anyhow::Result<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct CdkJson {
        toolkit_stack_name: Option<String>,
    }
    if let Some(name) = &options.toolkit_stack_name {
        return Ok(name.clone());
    }
    let of_app = match std::fs::read_to_string("cdk.json") {
        Ok(text) => serde_json::from_str::<CdkJson>(&text).context("cdk.json")?.toolkit_stack_name,
        Err(_) => None,
    };
    Ok(of_app.unwrap_or_else(|| TOOLKIT_STACK.to_owned()))
}

/// One run over all environments.
struct Run<'a> {
    sh: &'a Shell,
    root: &'a Path,
    options: &'a Options,
    bundle: &'a Bundle,
    caller: &'a Caller,
    stack_name: &'a str,
    interrupt: Interrupt,
}

impl Run<'_> {
    fn one(&self, environment: &Environment) -> anyhow::Result<Outcome> {
        let expected = &self.bundle.expected;
        self.caller.refuse_other_account(&environment.account, expected.partition)?;
        let aws = Aws::new(self.options.profile.clone(), Some(environment.region.to_string()));
        let account = self.account(&aws, environment)?;
        let stack = account.stack.as_ref();
        let attached = account.role.as_ref().map(|role| role.attached.clone()).unwrap_or_default();
        let plan = toolkit::plan(environment, expected, &self.bundle.request, stack, &attached)?;
        self.refuse_drift(environment, &account)?;
        if self.options.plan {
            return Ok(Outcome::Planned(Box::new(plan)));
        }
        output::progress(report::plan_text(&plan, self.stack_name).trim_end());
        self.ask(&plan)?;
        let _under_way = self.interrupt.begin();
        self.bootstrap(environment, &plan, stack)?;
        let is_left = self.bundle.request.no_execute;
        if is_left && plan.route != Route::ChangeSet {
            // There is nothing to finish yet: the CDK CLI's change set is not executed.
            return Ok(Outcome::LeftForReview(None));
        }
        let change_set = self.finish(&aws, &plan)?;
        if is_left {
            return Ok(Outcome::LeftForReview(change_set));
        }
        self.verify(&aws, environment, &plan)?;
        Ok(Outcome::Verified(plan.policies(expected)))
    }

    /// Reads the account. Where there is no stack to change, nothing else is worth a call.
    fn account(&self, aws: &Aws, environment: &Environment) -> anyhow::Result<Account> {
        match account::stack(aws, self.stack_name)? {
            Some(stack) if stack.stack_status.is_stable() => {
                Ok(read_back::account(aws, environment, &self.bundle.expected, self.stack_name)?)
            }
            stack => Ok(Account { stack, role: None, documents: BTreeMap::new() }),
        }
    }

    /// What somebody did by hand stays as it is, whatever CloudFormation does: said before anything is touched.
    fn refuse_drift(&self, environment: &Environment, account: &Account) -> anyhow::Result<()> {
        let expected = &self.bundle.expected;
        let role = Holder::Role(expected.execution_role(environment));
        let policies = self.bundle.policies();
        let mend = Mend { holder: &role, policies: &policies, profile: self.options.profile.as_deref() };
        match toolkit::drift(environment, expected, account, &mend) {
            Some(refusal) => Err(Refusals::from(refusal).into()),
            None => Ok(()),
        }
    }

    /// Says how an environment ended, as soon as it is known.
    fn announce(&self, environment: &Environment, outcome: &Outcome) -> anyhow::Result<()> {
        let text = match outcome {
            Outcome::Planned(_) => return Ok(()),
            Outcome::Verified(_) if self.bundle.request.execution_policies.is_none() => {
                format!("{environment}: bootstrapped; the execution role has the policies and nothing else")
            }
            Outcome::Verified(policies) => format!(
                "{environment}: bootstrapped; the execution role has {} in place of the policies of this bundle",
                policies.join(", ")
            ),
            Outcome::LeftForReview(Some(name)) => format!(
                "{environment}: nothing was changed; to execute what was made, run `aws cloudformation \
                 execute-change-set --stack-name {} --change-set-name {name}`",
                self.stack_name
            ),
            Outcome::LeftForReview(None) => format!(
                "{environment}: nothing was changed; whether a change set is left, and which, is said above"
            ),
        };
        Ok(output::result(&text)?)
    }

    /// Asks before something is taken away.
    fn ask(&self, plan: &Plan) -> anyhow::Result<()> {
        if plan.taken_away.is_empty() {
            return Ok(());
        }
        output::go_on("Something is taken away. Go on?", self.options.yes)
    }

    fn bootstrap(&self, environment: &Environment, plan: &Plan, stack: Option<&Stack>) -> anyhow::Result<()> {
        let Route::CdkCli { force } = plan.route else { return Ok(()) };
        let mut args = vec![environment.to_string()];
        args.extend(self.options.pass_through.iter().cloned());
        args.extend(force.then(|| "--force".to_owned()));
        // With CI set the CDK CLI writes its progress to stdout, where our results go.
        let progress = Stdio::from(std::io::stderr());
        let status = self.bundle.cdk(self.sh, self.root, self.stack_name, &args, progress)?;
        self.interrupt.check("the CDK CLI was at work")?;
        if !status.success() {
            return Err(CdkFailed(status).into());
        }
        let stored = stack.map(|stack| stack.list(parameter::EXECUTION_POLICIES)).unwrap_or_default();
        if stored.is_empty() && plan.list(parameter::EXECUTION_POLICIES).is_empty() {
            output::progress(
                "What the CDK CLI says of AdministratorAccess is not so: this template attaches the policies above.",
            );
        }
        Ok(())
    }

    /// Sets what is left to set; the change set's name, if there was something.
    fn finish(&self, aws: &Aws, plan: &Plan) -> anyhow::Result<Option<String>> {
        if plan.finish.is_empty() {
            return Ok(None);
        }
        let stack = account::stack(aws, self.stack_name)?
            .context("the stack is not there after the CDK CLI ran: what it said stands above")?;
        let hash = self.bundle.expected.hash.to_string();
        ensure!(
            plan.route == Route::ChangeSet || stack.output("BootstrapPolicyHash") == Some(&hash),
            "the CDK CLI ended well and did not bring the template to the stack: what it said stands above"
        );
        let change_set = ChangeSet {
            aws,
            stack_name: self.stack_name,
            body: self.bundle.rendered.body(),
            parameters: parameters(plan, &stack, self.bundle.rendered.parameters()),
            kind: Kind::Update(stack.last_updated_time.as_deref()),
            role_arn: self.options.role_arn.as_deref(),
            interrupt: &self.interrupt,
        };
        change_set.apply(!self.bundle.request.no_execute)
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
        let account = read_back::account(aws, environment, expected, self.stack_name)?;
        let found = toolkit::verify(environment, expected, &account);
        let mut findings: Vec<String> = found.iter().map(ToString::to_string).collect();
        let value =
            |name: &str| account.stack.as_ref().and_then(|stack| stack.parameter(name)).unwrap_or_default();
        let other = plan.desired.iter().filter(|(name, wanted)| value(name) != wanted.as_str());
        findings.extend(
            other.map(|(name, wanted)| format!("parameter {name} is `{}`, not `{wanted}`", value(name))),
        );
        Ok(findings)
    }
}

/// The value of each parameter of the template: decided by the plan, else the stack's, else the default.
fn parameters(plan: &Plan, stack: &Stack, template: &BTreeMap<String, String>) -> Value {
    let list = template.keys().filter_map(|name| match (plan.finish.get(name), stack.parameter(name)) {
        (Some(value), _) => Some(json!({ "ParameterKey": name, "ParameterValue": value })),
        (None, Some(_)) => Some(json!({ "ParameterKey": name, "UsePreviousValue": true })),
        (None, None) => None,
    });
    Value::Array(list.collect())
}
