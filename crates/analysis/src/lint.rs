//! [`lint`]: policies checked against IAM's grammar and what AWS defines.

use std::collections::BTreeMap;

use iam::{ActionPattern, Effect, JsonPointer, Reading, Statement};

use crate::code::Code;
use crate::finding::{Finding, Place};
use crate::policy_source::{Attachment, PolicySource};

mod conditions;
mod dependents;
mod grammar;
mod names;
mod redundancy;
mod resources;
mod services;

use services::Services;

/// What is checked: policies, and who has which of them together.
#[derive(Clone, Debug, Default)]
pub struct LintInput {
    /// The policies.
    pub policies: Vec<PolicySource>,
    /// Who has them; a policy that nobody has is checked by itself.
    pub attachments: Vec<Attachment>,
}

/// What the user of lint can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LintOptions {
    /// Below this many characters left in a managed policy, the number is worth a note.
    pub margin: usize,
}

impl Default for LintOptions {
    fn default() -> Self {
        // Room for one more statement of some twenty actions.
        Self { margin: 1024 }
    }
}

/// Everything that is to be said of policies, in the order of the policies, their lines, and the codes.
pub fn lint(input: &LintInput, options: LintOptions) -> Vec<Finding> {
    let services = Services::default();
    let policies: Vec<Policy<'_>> = input.policies.iter().map(Policy::read).collect();
    let mut sink = Sink::default();
    for (position, policy) in policies.iter().enumerate() {
        sink.position = position;
        grammar::check(policy, options, &mut sink);
        for placed in &policy.statements {
            let granted = services::granted(placed.statement.action.patterns());
            names::check(policy, placed, &granted, &mut sink);
            conditions::check(policy, placed, &granted, &mut sink);
            resources::check(&services, policy, placed, &granted, &mut sink);
        }
    }
    sink.position = policies.len();
    for attachment in &input.attachments {
        grammar::check_attachment(attachment, &policies, &mut sink);
        dependents::check(attachment, &policies, &mut sink);
    }
    redundancy::check(&input.attachments, &policies, &mut sink);
    sink.sorted()
}

/// A policy and what could be read of it.
struct Policy<'a> {
    source: &'a PolicySource,
    reading: Reading,
    statements: Vec<Placed>,
}

/// A statement and where it stands in its policy.
struct Placed {
    /// In the policy, not in the file.
    pointer: JsonPointer,
    /// Its id, or `#0` for its position.
    label: String,
    statement: Statement,
    /// Whether a placeholder stands for a resource or an action that is not known.
    is_opaque: bool,
}

impl<'a> Policy<'a> {
    fn read(source: &'a PolicySource) -> Self {
        let reading = Reading::of(source.document.to_json(), source.usage.kind());
        let statements = reading
            .statements
            .iter()
            .enumerate()
            .map(|(position, (pointer, statement))| Placed {
                pointer: pointer.clone(),
                label: statement.label(position_of(source, pointer).unwrap_or(position)),
                statement: statement.clone(),
                is_opaque: ["Action", "NotAction", "Resource", "NotResource"]
                    .iter()
                    .any(|element| source.is_opaque(&pointer.join(element))),
            })
            .collect();
        Self { source, reading, statements }
    }

    /// Whether an item of that element of a statement could not be read, and is not in it.
    fn is_refused(&self, placed: &Placed, element: &str) -> bool {
        let place = placed.pointer.join(element);
        self.reading.errors.iter().any(|error| error.pointer.is_at_or_below(&place))
    }

    /// Whether that action stands in for one that is not known.
    fn is_placeholder(&self, placed: &Placed, action: &str) -> bool {
        let element = placed.pointer.join(placed.statement.action.element());
        self.source.opaque.contains(&self.source.document.item(&element, action))
    }

    fn place(&self, pointer: &JsonPointer, statement: Option<&str>) -> Place {
        let (inner, line) = self.source.document.locate(pointer);
        Place {
            file: self.source.file.clone(),
            policy: self.source.name.clone(),
            line,
            statement: statement.map(ToOwned::to_owned),
            pointer: self.source.at.append(&inner),
        }
    }

    /// A finding on the statement, at the item of one of its elements that reads `text`.
    fn finding(&self, placed: &Placed, code: Code, at: At<'_>, message: String) -> Finding {
        let mut pointer = placed.pointer.join(at.element);
        if let Some(text) = at.text {
            pointer = self.source.document.item(&pointer, text);
        }
        let action = at.action.map(ToOwned::to_owned);
        Finding { place: self.place(&pointer, Some(&placed.label)), code, action, message, fix: None }
    }
}

/// The position of a statement in the file, where those of a template that depend on conditions count too.
fn position_of(source: &PolicySource, statement: &JsonPointer) -> Option<usize> {
    source.document.locate(statement).0.tokens().nth(1)?.parse().ok()
}

impl Placed {
    /// Whether an action of it is not known.
    fn is_opaque_action(&self, policy: &Policy<'_>) -> bool {
        policy.source.is_opaque(&self.pointer.join(self.statement.action.element()))
    }
}

/// Where in a statement a finding is.
#[derive(Clone, Copy)]
struct At<'a> {
    element: &'a str,
    /// The item of a list, or the key of an object.
    text: Option<&'a str>,
    /// The action that the finding is about.
    action: Option<&'a str>,
}

impl<'a> At<'a> {
    /// One of the statement's actions.
    fn action(statement: &Statement, action: &'a ActionPattern) -> Self {
        let text = action.as_str();
        Self { element: statement.action.element(), text: Some(text), action: Some(text) }
    }

    /// One of the statement's resources.
    fn resource(element: &'a str, text: &'a str) -> Self {
        Self { element, text: Some(text), action: None }
    }
}

/// Findings as they come, with the position of the policy that each is about.
#[derive(Default)]
struct Sink {
    position: usize,
    findings: BTreeMap<usize, Vec<Finding>>,
}

impl Sink {
    fn push(&mut self, finding: Finding) {
        self.findings.entry(self.position).or_default().push(finding);
    }

    fn sorted(self) -> Vec<Finding> {
        self.findings
            .into_values()
            .flat_map(|mut findings| {
                findings.sort();
                findings.dedup();
                findings
            })
            .collect()
    }
}

trait WithFix {
    fn with_fix(self, fix: impl Into<String>) -> Self;
}

impl WithFix for Finding {
    fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

fn is_allow(placed: &Placed) -> bool {
    placed.statement.effect == Effect::Allow
}

/// Names in a list for people: all of a few, else the first ones and how many more.
fn named(names: &[&str]) -> String {
    const SHOWN: usize = 4;
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{shown} and {} more", names.len() - SHOWN) } else { shown }
}
