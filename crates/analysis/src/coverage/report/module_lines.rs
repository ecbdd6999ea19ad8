//! A suggestion as the lines of a policy module.

use iam::{ActionBlock, ActionPattern, ResourceBlock};

use crate::coverage::{Change, Suggestion};

impl Suggestion {
    /// The lines to add to the policy module: the actions, or a whole `Grant`.
    pub fn module_lines(&self) -> String {
        let constants = self.actions.iter().map(|action| format!("{},", constant(action)));
        match self.change {
            Change::AddActions => constants.collect::<Vec<_>>().join("\n"),
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

    /// The services of the added actions, by which their constants are called.
    pub fn services(&self) -> Vec<&str> {
        let mut services: Vec<&str> =
            self.actions.iter().filter_map(|action| Some(action.split_once(':')?.0)).collect();
        services.sort_unstable();
        services.dedup();
        services
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
