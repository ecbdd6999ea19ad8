//! What became of each environment, as text and as an exit code.

use std::process::{ExitCode, ExitStatus};

use serde_json::json;
use toolkit::{Action, Environment, Plan};

use super::report;
use crate::interrupt::Interrupted;
use crate::output;

/// Exit code of `--plan` when something would change.
const CHANGES: u8 = 10;

/// What became of one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// `--plan`: what would happen.
    Planned(Box<Plan>),
    /// Done, and read back: the role has these policies.
    Verified(Vec<String>),
    /// `--no-execute`: a change set of ours is left to be reviewed, or what the CDK CLI said it left.
    LeftForReview(Option<String>),
}

/// The CDK CLI failed; its exit code is ours.
#[derive(Debug, thiserror::Error)]
#[error("the CDK CLI failed ({0}): what it said stands above")]
pub(super) struct CdkFailed(pub(super) ExitStatus);

/// Says what would happen in each environment.
pub(super) fn report_plans(
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
pub(super) fn summarize(results: Vec<(&Environment, anyhow::Result<Outcome>)>, asked: usize) -> ExitCode {
    let several = asked > 1;
    let mut code = ExitCode::SUCCESS;
    let mut failed = 0;
    let done = results.len();
    for (environment, result) in results {
        match result {
            Ok(_) => {}
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
    code
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
pub(super) fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let by_signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let by_signal = None;
    let code = status.code().or(by_signal).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
