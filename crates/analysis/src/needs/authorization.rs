//! What `data/authorization.txt` says of the requests that actions are.

use std::sync::LazyLock;

use iam_reference::{ResourceType, service};

use super::rules::{RuleError, check_source, is_of};

const FILE: &str = "authorization.txt";

/// The lines of the file.
pub(super) static AUTHORIZATION: LazyLock<Authorization> =
    LazyLock::new(|| Authorization::read(include_str!("../../data/authorization.txt")));

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Authorization {
    passed_to: Vec<(&'static str, Receiver)>,
    service_linked: Vec<(&'static str, ServiceLinkedRole)>,
    authorized_on: Vec<(&'static str, ResourceType)>,
    /// Lines that cannot be read, which are left out.
    pub(super) errors: Vec<RuleError>,
}

/// Who gets a role that is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receiver {
    /// A service, which the request tells as `iam:PassedToService`.
    Service(&'static str),
    /// A service that the request does not tell.
    Untold,
}

/// A role that a service makes for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ServiceLinkedRole {
    /// The service, which the request tells as `iam:AWSServiceName`.
    pub(super) service: &'static str,
    pub(super) name: &'static str,
}

impl Authorization {
    fn read(text: &'static str) -> Self {
        let mut read = Self::default();
        let mut heading = "";
        for (text, line) in text.lines().zip(1..) {
            if text.starts_with('#') {
                continue;
            }
            let Some(row) = text.strip_prefix(' ') else {
                heading = text;
                continue;
            };
            if let Err(reason) = read.add(heading, row) {
                read.errors.push(RuleError { file: FILE, line, reason });
            }
        }
        read
    }

    fn add(&mut self, heading: &str, row: &'static str) -> Result<(), String> {
        let columns: Vec<&'static str> = row.split('|').collect();
        check_source(columns.last().copied().unwrap_or_default())?;
        match (heading, columns.as_slice()) {
            ("passed-to", &[kind, service, _]) => {
                let to = if service == "-" { Receiver::Untold } else { Receiver::Service(service) };
                self.passed_to.push((kind, to));
            }
            ("service-linked-role", &[kind, service, name, _]) => {
                self.service_linked.push((kind, ServiceLinkedRole { service, name }));
            }
            ("authorized-on", &[action, resource_type, _]) => {
                let of = service(action.split(':').next().unwrap_or_default());
                let found = of.and_then(|service| service.resource_type(resource_type));
                let found = found.ok_or_else(|| format!("unknown resource type `{resource_type}`"))?;
                self.authorized_on.push((action, found));
            }
            _ => return Err(format!("`{row}` is no row of `{heading}`")),
        }
        Ok(())
    }

    /// Who gets a role from resources of a type, where that is known.
    pub(super) fn passed_to(&self, kind: &str) -> Option<Receiver> {
        self.passed_to.iter().find(|(pattern, _)| is_of(pattern, kind)).map(|(_, to)| *to)
    }

    /// The role that a service makes for itself with resources of a type.
    pub(super) fn service_linked(&self, kind: &str) -> Option<ServiceLinkedRole> {
        self.service_linked.iter().find(|(pattern, _)| is_of(pattern, kind)).map(|(_, role)| *role)
    }

    /// The resource type that an action is authorized on, where the service reference has none.
    pub(super) fn authorized_on(&self, action: &str) -> Option<ResourceType> {
        self.authorized_on.iter().find(|(known, _)| *known == action).map(|(_, resource_type)| *resource_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_used() {
        let read = &*AUTHORIZATION;
        assert_eq!(read.errors, []);
        let kinds: Vec<&str> =
            iam_reference::cloudformation_types().map(iam_reference::CloudFormationType::name).collect();
        let is_known = |pattern: &str| {
            kinds.iter().any(|kind| is_of(pattern, kind))
                || super::super::rules::PERMISSIONS.lines.iter().any(|line| line.kind == pattern)
        };
        for (pattern, _) in &read.passed_to {
            assert!(is_known(pattern), "passed-to: `{pattern}` is no known resource type");
        }
        for (pattern, _) in &read.service_linked {
            assert!(is_known(pattern), "service-linked-role: `{pattern}` is no known resource type");
        }
        for (action, _) in &read.authorized_on {
            assert!(iam_reference::lookup(action).is_some(), "authorized-on: `{action}` is no known action");
        }
    }

    #[test]
    fn a_bad_row_is_told_with_its_line() {
        for (text, expected) in [
            (
                "passed-to\n A|b\n",
                "authorization.txt:2: `b` is no source in one of the forms that the file's head names",
            ),
            ("passed-to\n A|b|c|page\n", "authorization.txt:2: `A|b|c|page` is no row of `passed-to`"),
            (
                "# x\nauthorized-on\n s3:A|bukket|page\n",
                "authorization.txt:3: unknown resource type `bukket`",
            ),
        ] {
            let errors: Vec<String> =
                Authorization::read(text).errors.iter().map(ToString::to_string).collect();
            assert_eq!(errors, [expected]);
        }
    }
}
