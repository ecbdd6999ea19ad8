//! What a person reads of a plan and of a result.

use std::fmt::Write as _;

use toolkit::{Action, Plan, Route};

/// The plan as text.
pub fn plan_text(plan: &Plan, stack_name: &str) -> String {
    let mut text = String::new();
    let what = match plan.action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Nothing => "nothing to do for",
    };
    let _ = writeln!(text, "{}: {what} stack {stack_name}", plan.environment);
    for change in plan.parameters.iter().chain(&plan.outputs) {
        let from = change.from.as_deref().map_or_else(|| "not there".to_owned(), quoted);
        let _ = writeln!(text, "  {}: {from} -> {}", change.name, quoted(&change.to));
    }
    for arn in &plan.attached {
        let _ = writeln!(text, "  + attach {arn}");
    }
    for arn in &plan.detached {
        let _ = writeln!(text, "  - detach {arn}");
    }
    let how = match (plan.route, plan.finish.is_empty(), plan.action) {
        (_, _, Action::Nothing) => String::new(),
        (Route::ChangeSet, ..) => {
            "  by a change set alone, as the CDK CLI could not do all of it\n".to_owned()
        }
        (Route::CdkCli { force }, done, _) => {
            let force = if force { " with --force, as it would leave the stack alone" } else { "" };
            let names = plan.finish.keys().cloned().collect::<Vec<_>>().join(", ");
            let finish = if done { String::new() } else { format!(", then a change set for {names}") };
            format!("  by the CDK CLI{force}{finish}\n")
        }
    };
    text += &how;
    let _ = writeln!(text, "  template body: {} of 51200 bytes", plan.body_bytes);
    for lost in &plan.taken_away {
        let _ = writeln!(text, "  taken away: {lost}");
    }
    text
}

fn quoted(value: &str) -> String {
    if value.is_empty() { "empty".to_owned() } else { format!("`{value}`") }
}
