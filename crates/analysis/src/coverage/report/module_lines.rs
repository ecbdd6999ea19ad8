//! A suggestion as the lines of a policy module.

use iam::{ActionBlock, ActionPattern, ResourceBlock};

use crate::coverage::{Change, Suggestion};

impl Suggestion {
    /// The lines to add to the policy module: the actions, or a whole `Grant`.
    pub fn module_lines(&self) -> String {
        let lines = |line: fn(&str) -> String| {
            self.added.iter().map(|added| format!("{},", line(added))).collect::<Vec<_>>().join("\n")
        };
        match self.change {
            Change::AddActions => lines(constant),
            Change::AddServices => lines(|service| format!("{service:?}")),
            Change::AddStatement => self.grant(),
        }
    }

    fn grant(&self) -> String {
        let sid = self.statement.sid.as_ref().map(ToString::to_string).unwrap_or_default();
        let ActionBlock::Action(actions) = &self.statement.action else { return String::new() };
        let actions = actions.iter().map(ActionPattern::as_str).map(constant).collect::<Vec<_>>().join(", ");
        let resources = self.statement.resource.as_ref().map_or(&[][..], ResourceBlock::patterns);
        let on = if resources.iter().any(iam::ArnPattern::is_any) {
            "    .on_any_resource(\"WHY\")".to_owned()
        } else {
            let arns = resources.iter().map(|arn| formatted(arn.as_str())).collect::<Vec<_>>().join(", ");
            format!("    .on([{arns}])")
        };
        let when = self.statement.condition.operators().flat_map(|(operator, keys)| {
            keys.iter().map(move |(key, values)| {
                let values = values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
                format!("\n    .when(Operator::{operator}, {:?}, [{values}])", key.as_str())
            })
        });
        format!("Grant::allow({sid:?})\n    .actions([{actions}])\n{on}{},", when.collect::<String>())
    }
}

/// `s3::PutObject` for `s3:PutObject`.
fn constant(action: &str) -> String {
    match action.split_once(':') {
        Some((service, name)) => format!("{}::{name}", service.replace('-', "_")),
        None => action.to_owned(),
    }
}

/// The pattern with the target's partition.
fn formatted(arn: &str) -> String {
    match arn.strip_prefix("arn:").and_then(|rest| rest.split_once(':')) {
        Some((_, rest)) => format!("format!(\"arn:{{partition}}:{rest}\")"),
        None => format!("{arn:?}.to_owned()"),
    }
}
