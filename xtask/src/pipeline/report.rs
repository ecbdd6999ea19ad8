//! What each command of `pipeline` says in the end, for people and for machines.

use std::fmt::Write as _;

use serde::Serialize;
use toolkit::{Action, PipelinePlan, PipelineVerdict};

/// Exit code of `plan` when something would change.
const CHANGES: u8 = 10;

/// The result of a command.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Report {
    /// `plan`: what would change.
    Planned(Box<PipelinePlan>),
    /// `deploy`: done, and read back.
    Deployed {
        environment: String,
        stack_name: String,
        action: Action,
        mode: String,
        /// The ARN of the role or user.
        principal: String,
        /// The ARNs of the policies that it has.
        policies: Vec<String>,
    },
    /// `verify`: what was found.
    Verified {
        environment: String,
        stack_name: String,
        verdict: PipelineVerdict,
        /// What is not as it should be, a sentence each.
        findings: Vec<String>,
        /// The commands that mend it.
        commands: Vec<String>,
    },
    /// `delete`: nothing is left.
    Deleted {
        environment: String,
        stack_name: String,
        /// Whether there was something.
        was_there: bool,
    },
}

impl Report {
    /// The command's exit code.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Planned(plan) if plan.action != Action::Nothing => CHANGES,
            Self::Verified { verdict: PipelineVerdict::DeploymentNeeded, .. } => 3,
            Self::Verified { verdict: PipelineVerdict::Drift, .. } => 4,
            _ => 0,
        }
    }

    /// The report for people.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Planned(plan) => plan_text(plan),
            Self::Deployed { environment, stack_name, action, mode, principal, policies } => {
                let done = match action {
                    Action::Create => "created",
                    Action::Update => "updated",
                    Action::Nothing => "nothing to do for",
                };
                format!(
                    "{environment}: {done} stack {stack_name}; {principal} has {} polic{} in mode {mode} and nothing else\n",
                    policies.len(),
                    if policies.len() == 1 { "y" } else { "ies" }
                )
            }
            Self::Verified { environment, stack_name, verdict, findings, commands } => {
                let verdict = match verdict {
                    PipelineVerdict::InOrder => "in order",
                    PipelineVerdict::Drift => "somebody changed the account",
                    PipelineVerdict::DeploymentNeeded => "a deployment is due",
                };
                let mut text = format!("{environment}: stack {stack_name}: {verdict}\n");
                for finding in findings {
                    let _ = writeln!(text, "  {}", finding.replace('\n', "\n  "));
                }
                for command in commands {
                    let _ = writeln!(text, "  to mend it, run `{command}`");
                }
                text
            }
            Self::Deleted { environment, stack_name, was_there } => {
                let done = if *was_there { "deleted; nothing of it is left" } else { "there is none" };
                format!("{environment}: stack {stack_name}: {done}\n")
            }
        }
    }
}

/// The plan as text.
pub(super) fn plan_text(plan: &PipelinePlan) -> String {
    let mut text = String::new();
    let what = match plan.action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Nothing => "nothing to do for",
    };
    let _ = writeln!(text, "{}: {what} stack {}, for {}", plan.environment, plan.stack_name, plan.principal);
    for change in plan.mode.iter().chain(&plan.parameters) {
        let from = change.from.as_deref().map_or("not there".to_owned(), |from| format!("`{from}`"));
        let _ = writeln!(text, "  {}: {from} -> `{}`", change.name, change.to);
    }
    for arn in &plan.attached {
        let _ = writeln!(text, "  + attach {arn}");
    }
    for arn in &plan.detached {
        let _ = writeln!(text, "  - detach {arn}");
    }
    for change in &plan.documents {
        let _ = writeln!(text, "  {} says now:", change.arn);
        for difference in &change.differences {
            let _ = writeln!(text, "    {difference}");
        }
    }
    for difference in &plan.trust {
        let _ = writeln!(text, "  trust policy now: {difference}");
    }
    let _ = writeln!(text, "  template body: {} of 51200 bytes", plan.body_bytes);
    for lost in &plan.taken_away {
        let _ = writeln!(text, "  taken away: {lost}");
    }
    text
}
