//! A change set: create, wait, execute, wait. And the end of a stack: delete, wait.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::account;
use crate::aws::{Aws, AwsError};
use crate::interrupt::Interrupt;
use crate::output;

/// How long CloudFormation may take for either half; a bootstrap stack changes within a minute or two.
const PATIENCE: Duration = Duration::from_mins(15);

/// How long CloudFormation may take to begin with an execution.
const BEGIN: Duration = Duration::from_secs(10);

/// What our change sets are called, so that a left-over one is known for ours.
const PREFIX: &str = "abca-bootstrap-";

/// A stack, the template it gets, and who executes.
pub struct ChangeSet<'a> {
    /// The `aws` CLI.
    pub aws: &'a Aws,
    /// The stack's name.
    pub stack_name: &'a str,
    /// The template as it is sent: without the file's header, which would count against the limit.
    pub body: &'a str,
    /// The parameters, as `create-change-set` takes them.
    pub parameters: Value,
    /// Whether the stack is there.
    pub kind: Kind<'a>,
    /// The role that CloudFormation assumes, if one was given.
    pub role_arn: Option<&'a str>,
    /// Whether the user wants to stop.
    pub interrupt: &'a Interrupt,
}

/// What becomes of the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// It is made.
    Create,
    /// It changes; last at this time, if ever.
    Update(Option<&'a str>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    status: String,
    status_reason: Option<String>,
}

impl ChangeSet<'_> {
    /// Brings the stack to the template and the parameters.
    ///
    /// The answer is the change set's name, `None` when there was nothing to change. With `execute` false it is left to
    /// be reviewed.
    pub fn apply(&self, execute: bool) -> anyhow::Result<Option<String>> {
        let name = name()?;
        let step = output::step("making a change set");
        self.delete_left_overs()?;
        self.create(&name)?;
        if !self.is_created(&name)? {
            self.delete(&name)?;
            drop(step);
            return Ok(None);
        }
        if !execute {
            return Ok(Some(name));
        }
        step.say("executing the change set");
        self.aws
            .run(&[
                "cloudformation",
                "execute-change-set",
                "--stack-name",
                self.stack_name,
                "--change-set-name",
                &name,
            ])
            .context("executing the change set")?;
        self.wait_for_stack()?;
        Ok(Some(name))
    }

    /// Deletes change sets of ours that a run before this one left: it was interrupted, or not meant to execute them.
    fn delete_left_overs(&self) -> anyhow::Result<()> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Summary {
            change_set_name: String,
            execution_status: String,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct List {
            summaries: Vec<Summary>,
        }
        let list: Result<List, AwsError> =
            self.aws.call(&["cloudformation", "list-change-sets", "--stack-name", self.stack_name]);
        let list = match list {
            // There is no stack yet.
            Err(AwsError::NotFound { .. }) => return Ok(()),
            list => list.context("looking for change sets that are left")?,
        };
        // One that was executed is history, and stays.
        let is_left =
            |summary: &&Summary| matches!(summary.execution_status.as_str(), "AVAILABLE" | "UNAVAILABLE");
        let names = list.summaries.iter().filter(is_left).map(|summary| summary.change_set_name.as_str());
        names.filter(|name| name.starts_with(PREFIX)).try_for_each(|name| self.delete(name))
    }

    fn create(&self, name: &str) -> anyhow::Result<()> {
        let folder = tempfile::tempdir().context("a folder for the change set")?;
        let written = |name: &str, contents: &str| -> anyhow::Result<String> {
            let path = folder.path().join(name);
            std::fs::write(&path, contents).with_context(|| format!("writing `{}`", path.display()))?;
            Ok(format!("file://{}", path.display()))
        };
        let parameters = written("parameters.json", &self.parameters.to_string())?;
        let template = written("template.yaml", self.body)?;
        let mut args = vec![
            "cloudformation",
            "create-change-set",
            "--stack-name",
            self.stack_name,
            "--change-set-name",
            name,
            "--change-set-type",
            if self.kind == Kind::Create { "CREATE" } else { "UPDATE" },
            "--capabilities",
            "CAPABILITY_NAMED_IAM",
            "--template-body",
            &template,
            "--parameters",
            &parameters,
        ];
        args.extend(self.role_arn.iter().flat_map(|role| ["--role-arn", *role]));
        self.aws.run(&args).context("creating the change set")
    }

    /// Waits until the change set is made; false when there is nothing to change.
    fn is_created(&self, name: &str) -> anyhow::Result<bool> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let described: Described = self
                .aws
                .call(&[
                    "cloudformation",
                    "describe-change-set",
                    "--stack-name",
                    self.stack_name,
                    "--change-set-name",
                    name,
                ])
                .context("looking at the change set")?;
            let reason = described.status_reason.unwrap_or_default();
            let nothing = reason.contains("didn't contain changes")
                || reason.contains("No updates are to be performed");
            match described.status.as_str() {
                "CREATE_COMPLETE" => return Ok(true),
                "FAILED" if nothing => return Ok(false),
                "FAILED" => {
                    self.delete(name)?;
                    bail!("CloudFormation refuses the change set: {reason}");
                }
                _ => self.interrupt.pause(deadline, "CloudFormation makes the change set")?,
            }
        }
    }

    fn delete(&self, name: &str) -> anyhow::Result<()> {
        self.aws
            .run(&[
                "cloudformation",
                "delete-change-set",
                "--stack-name",
                self.stack_name,
                "--change-set-name",
                name,
            ])
            .context("deleting the change set, which is not needed")
    }

    /// Waits until the stack was made or changed. The execution begins some time after it was asked for.
    fn wait_for_stack(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let latest_begin = Instant::now() + BEGIN;
        loop {
            let stack = account::stack(self.aws, self.stack_name).context("looking at the stack")?;
            let Some(stack) = stack else { bail!("the stack is gone") };
            let has_begun = match self.kind {
                Kind::Create => !stack.stack_status.is_only_reviewed(),
                Kind::Update(before) => stack.last_updated_time.as_deref() != before,
            };
            if stack.stack_status.is_in_progress() {
                self.interrupt.pause(deadline, "CloudFormation executes the change set")?;
            } else if !has_begun && Instant::now() < latest_begin {
                self.interrupt.pause(deadline, "CloudFormation begins with the change set")?;
            } else if stack.stack_status.is_success() {
                return Ok(());
            } else {
                bail!(
                    "the change set failed and the stack is in {}: {}",
                    stack.stack_status.as_str(),
                    first_failure(self.aws, self.stack_name)
                );
            }
        }
    }
}

/// Deletes a stack and waits until it is gone.
pub fn delete_stack(aws: &Aws, stack_name: &str, interrupt: &Interrupt) -> anyhow::Result<()> {
    let step = output::step("deleting the stack");
    aws.run(&["cloudformation", "delete-stack", "--stack-name", stack_name]).context("deleting the stack")?;
    let deadline = Instant::now() + PATIENCE;
    let latest_begin = Instant::now() + BEGIN;
    loop {
        let Some(stack) = account::stack(aws, stack_name).context("looking at the stack")? else {
            drop(step);
            return Ok(());
        };
        match stack.stack_status.as_str() {
            "DELETE_COMPLETE" => return Ok(()),
            "DELETE_FAILED" => bail!("the stack is in DELETE_FAILED: {}", first_failure(aws, stack_name)),
            "DELETE_IN_PROGRESS" => interrupt.pause(deadline, "CloudFormation deletes the stack")?,
            _ if Instant::now() < latest_begin => {
                interrupt.pause(deadline, "CloudFormation begins to delete the stack")?;
            }
            status => {
                bail!("the stack is in {status}, and CloudFormation does not delete it: its events say why")
            }
        }
    }
}

/// The reason of the first failure since the last operation began, from the stack's events.
fn first_failure(aws: &Aws, stack_name: &str) -> String {
    failure(aws, stack_name).unwrap_or_else(|| "its events say why".to_owned())
}

fn failure(aws: &Aws, stack_name: &str) -> Option<String> {
    let events: Value =
        aws.call(&["cloudformation", "describe-stack-events", "--stack-name", stack_name]).ok()?;
    let text = |event: &Value, key: &str| event.get(key).and_then(Value::as_str).map(str::to_owned);
    let events = events.get("StackEvents")?.as_array()?;
    let begins = |event: &Value| {
        let status = text(event, "ResourceStatus").unwrap_or_default();
        text(event, "ResourceType").as_deref() == Some("AWS::CloudFormation::Stack")
            && ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"].contains(&status.as_str())
    };
    events
        .iter()
        .take_while(|event| !begins(event))
        .filter(|event| text(event, "ResourceStatus").is_some_and(|status| status.ends_with("_FAILED")))
        .last()
        .and_then(|event| {
            let id = text(event, "LogicalResourceId")?;
            Some(format!("{id}: {}", text(event, "ResourceStatusReason").unwrap_or_default()))
        })
}

/// A name that no other run has.
fn name() -> anyhow::Result<String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    Ok(format!("{PREFIX}{}-{}", since.as_millis(), std::process::id()))
}
