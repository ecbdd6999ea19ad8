//! The order of each command: read, plan, change, read back.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use policies::{PipelineTarget, Target};
use serde_json::{Value, json};
use toolkit::{
    Action, Environment, IdentityFinding, Mend, PipelineAccount, PipelineFinding, PipelinePlan,
    PipelineVerdict, plan_pipeline, refuse_deletion, verify_pipeline,
};

use super::bundle::Bundle;
use super::read_back;
use super::report::{Report, plan_text};
use crate::aws::Aws;
use crate::change_set::{ChangeSet, Kind, delete_stack};
use crate::generate;
use crate::interrupt::{Interrupt, Interrupted};
use crate::output;
use crate::project;
use crate::writer::{self, Destination, Mode};

/// How long IAM may take to show everywhere what was done.
const CONSISTENCY: Duration = Duration::from_secs(30);

/// One run of a command.
pub(super) struct Run<'a> {
    root: &'a Path,
    aws: &'a Aws,
    environment: &'a Environment,
    bundle: &'a Bundle,
    profile: Option<&'a str>,
    yes: bool,
    interrupt: Interrupt,
}

impl<'a> Run<'a> {
    /// A run in an environment.
    pub(super) fn new(
        root: &'a Path,
        aws: &'a Aws,
        environment: &'a Environment,
        bundle: &'a Bundle,
        profile: Option<&'a str>,
        yes: bool,
    ) -> anyhow::Result<Self> {
        Ok(Self { root, aws, environment, bundle, profile, yes, interrupt: Interrupt::watch()? })
    }

    /// Says what a deployment would change.
    pub(super) fn plan(&self) -> anyhow::Result<Report> {
        Ok(Report::Planned(Box::new(self.planned(&self.read()?)?)))
    }

    /// Deploys what the plan says, and reads it back.
    pub(super) fn deploy(&self, target: &Target, pipeline: &PipelineTarget) -> anyhow::Result<Report> {
        self.generate(target, pipeline)?;
        let found = self.read()?;
        let plan = self.planned(&found)?;
        output::progress(plan_text(&plan).trim_end());
        if !plan.taken_away.is_empty() {
            output::go_on("Something is taken away. Go on?", self.yes)?;
        }
        let _under_way = self.interrupt.begin();
        let deployed = match plan.action {
            // What was read a moment ago is what would be read back.
            Action::Nothing if self.findings(&found).is_empty() => Ok(()),
            _ => self.bring(&plan, &found).and_then(|()| self.wait_until_in_order()),
        };
        self.or_interrupted(deployed, "deploying").with_context(|| {
            format!(
                "the stack {} may be changed in part: `cargo xtask pipeline plan` says what is left to do",
                plan.stack_name
            )
        })?;
        let expected = &self.bundle.expected;
        let own = expected.set.policies().iter();
        let own = own.map(|policy| expected.policy_arn(&self.environment.account, policy.label.as_str()));
        let aws = expected.set.aws_managed().iter().map(|policy| policy.arn(expected.partition));
        Ok(Report::Deployed {
            environment: self.environment.to_string(),
            stack_name: plan.stack_name,
            action: plan.action,
            mode: expected.mode.clone(),
            principal: plan.principal,
            policies: own.chain(aws).collect(),
        })
    }

    /// Says whether the account has what was generated.
    pub(super) fn verify(&self) -> anyhow::Result<Report> {
        let expected = &self.bundle.expected;
        let findings = self.findings(&self.read()?);
        let verdict = PipelineVerdict::of(&findings);
        Ok(Report::Verified {
            environment: self.environment.to_string(),
            stack_name: expected.stack_name.clone(),
            verdict,
            findings: findings.iter().map(ToString::to_string).collect(),
            commands: self.commands(verdict, &findings),
        })
    }

    /// Deletes the stack, and reads back that nothing is left.
    pub(super) fn delete(&self) -> anyhow::Result<Report> {
        let found = self.read()?;
        let expected = &self.bundle.expected;
        refuse_deletion(self.environment, expected, &found, (&self.bundle.policies, self.profile))?;
        let was_there = found.stack.is_some();
        if was_there {
            let question =
                format!("The stack {} and the {} are deleted. Go on?", expected.stack_name, expected.holder);
            output::go_on(&question, self.yes)?;
            let _under_way = self.interrupt.begin();
            let deleted = delete_stack(self.aws, &expected.stack_name, &self.interrupt)
                .and_then(|()| self.wait_until_gone());
            self.or_interrupted(deleted, "deleting").with_context(|| {
                format!("the stack {} may be left in part: run the same command again", expected.stack_name)
            })?;
        }
        Ok(Report::Deleted {
            environment: self.environment.to_string(),
            stack_name: expected.stack_name.clone(),
            was_there,
        })
    }

    fn findings(&self, found: &PipelineAccount) -> Vec<PipelineFinding> {
        verify_pipeline(self.environment, &self.bundle.expected, found)
    }

    fn read(&self) -> anyhow::Result<PipelineAccount> {
        let _step = output::step("reading the account");
        read_back::account(self.aws, self.environment, self.bundle)
    }

    fn planned(&self, found: &PipelineAccount) -> anyhow::Result<PipelinePlan> {
        let mend = (self.bundle.policies.as_str(), self.profile);
        Ok(plan_pipeline(self.environment, &self.bundle.expected, found, mend)?)
    }

    /// Brings the committed files up to date, so that what is deployed is what they say.
    fn generate(&self, target: &Target, pipeline: &PipelineTarget) -> anyhow::Result<()> {
        let generated = generate::generate(self.root, target, Some(pipeline))?;
        let destination =
            Destination { artifacts: self.root.join(project::ARTIFACTS), pages: project::pages(self.root) };
        let files = writer::apply(&destination, &generated.artifacts(), Mode::Write)?;
        generate::say(self.root, &files);
        Ok(())
    }

    fn bring(&self, plan: &PipelinePlan, found: &PipelineAccount) -> anyhow::Result<()> {
        let kind = match plan.action {
            Action::Nothing => return Ok(()),
            Action::Create => Kind::Create,
            Action::Update => {
                Kind::Update(found.stack.as_ref().and_then(|stack| stack.last_updated_time.as_deref()))
            }
        };
        let parameters = self.bundle.expected.parameters.iter();
        let parameters =
            parameters.map(|(name, value)| json!({ "ParameterKey": name, "ParameterValue": value }));
        let change_set = ChangeSet {
            aws: self.aws,
            stack_name: &plan.stack_name,
            body: self.bundle.template.body(),
            parameters: Value::Array(parameters.collect()),
            kind,
            role_arn: None,
            interrupt: &self.interrupt,
        };
        change_set.apply(true).map(drop)
    }

    /// Reads the account back: anything but what was planned is a failure. IAM is eventually consistent, so what is not
    /// there yet is looked for again for a while.
    fn wait_until_in_order(&self) -> anyhow::Result<()> {
        self.wait_until_nothing("the account does not have what was generated", || {
            let found = read_back::account(self.aws, self.environment, self.bundle)?;
            Ok(self.findings(&found).iter().map(ToString::to_string).collect())
        })
    }

    fn wait_until_gone(&self) -> anyhow::Result<()> {
        let expected = &self.bundle.expected;
        self.wait_until_nothing("something is left", || {
            let found = read_back::account(self.aws, self.environment, self.bundle)?;
            let mut left: Vec<String> =
                found.stack.iter().map(|_| format!("stack {}", expected.stack_name)).collect();
            left.extend(found.identity.map(|_| expected.holder.to_string()));
            left.extend(found.documents.into_keys());
            Ok(left)
        })
    }

    fn wait_until_nothing(
        &self,
        wrong: &str,
        left: impl Fn() -> anyhow::Result<Vec<String>>,
    ) -> anyhow::Result<()> {
        let step = output::step("reading the account back");
        let deadline = Instant::now() + CONSISTENCY;
        loop {
            let left = left()?;
            if left.is_empty() {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("{wrong}:\n  {}", left.join("\n  "));
            }
            step.say("not everything is as it should be yet, reading again");
            self.interrupt.rest("reading the account back")?;
        }
    }

    /// A program that Ctrl-C ended fails in its own words; ours say what is left.
    fn or_interrupted(&self, result: anyhow::Result<()>, doing: &str) -> anyhow::Result<()> {
        result.or_else(|error| {
            if !error.is::<Interrupted>() {
                self.interrupt.check(doing)?;
            }
            Err(error)
        })
    }

    /// What mends it: a command for each change that somebody made, then a deployment where the stack is behind.
    fn commands(&self, verdict: PipelineVerdict, findings: &[PipelineFinding]) -> Vec<String> {
        let expected = &self.bundle.expected;
        let mend = Mend { holder: &expected.holder, policies: &self.bundle.policies, profile: self.profile };
        let by_hand = findings.iter().filter_map(|finding| match finding {
            PipelineFinding::Identity { finding, is_drift: true, .. } => Some(finding),
            _ => None,
        });
        let of = |command: &str| {
            format!("cargo xtask pipeline {command} {}{}", self.environment, self.bundle.options)
        };
        let is_gone = |finding: &&IdentityFinding| {
            matches!(finding, IdentityFinding::NotThere(_) | IdentityFinding::NoPolicy { .. })
        };
        // What CloudFormation made and somebody deleted it does not make again.
        if by_hand.clone().any(|finding| is_gone(&finding)) {
            return vec![of("delete"), of("deploy")];
        }
        let deploy = (verdict == PipelineVerdict::DeploymentNeeded).then(|| of("deploy"));
        by_hand.flat_map(|finding| finding.mending(&mend)).chain(deploy).collect()
    }
}
