//! [`BroughtIn`]: the services that a resource works with besides its own, by the properties that refer to them.

use std::collections::BTreeMap;

use super::classify::Plans;
use crate::template::{Hole, Names, Reduced, ReducedEntry, ReducedValue, Template, Text};

/// Words in the names of properties that are enough: their values need not be ARNs.
const WORDS: [(&str, &[&str]); 2] = [("kms", &["Kms", "KMS"]), ("s3", &["S3"])];

/// The services that properties bring in, each with the first that does.
pub(super) struct BroughtIn(BTreeMap<String, String>);

impl BroughtIn {
    /// Looks through properties: for ARNs, references to resources of the template, and names that say it.
    pub(super) fn by(
        properties: &[ReducedEntry],
        names: &Names<'_>,
        template: &Template,
        plans: &Plans<'_>,
    ) -> Self {
        let mut found = BTreeMap::new();
        for entry in properties {
            let mut walk = Walk { names, template, plans, found: &mut found, of: &entry.key };
            walk.value(&entry.key, &entry.value);
        }
        Self(found)
    }

    /// The property that brings a service in.
    pub(super) fn by_property(&self, service: &str) -> Option<&str> {
        self.0.get(service).map(String::as_str)
    }
}

/// A walk through the value of a property.
struct Walk<'w> {
    names: &'w Names<'w>,
    template: &'w Template,
    plans: &'w Plans<'w>,
    found: &'w mut BTreeMap<String, String>,
    /// The property.
    of: &'w str,
}

impl Walk<'_> {
    fn see(&mut self, service: &str) {
        if !self.found.contains_key(service) {
            self.found.insert(service.to_owned(), self.of.to_owned());
        }
    }

    fn value(&mut self, key: &str, value: &Reduced) {
        if says_nothing(key) {
            return;
        }
        for (service, words) in WORDS {
            if words.iter().any(|word| key.contains(word)) {
                self.see(service);
            }
        }
        match &value.value {
            ReducedValue::List(items) => {
                for item in items {
                    self.value(key, item);
                }
            }
            ReducedValue::Map(entries) => {
                for entry in entries {
                    self.value(&entry.key, &entry.value);
                }
            }
            ReducedValue::Text(text) => self.text(text),
            _ => {}
        }
    }

    fn text(&mut self, text: &Text) {
        if text.prefix().starts_with("arn:") {
            let arn = self.names.pattern_of(text);
            self.see(arn.split(':').nth(2).unwrap_or_default());
            return;
        }
        for hole in text.holes() {
            if let Hole::Ref(logical_id) | Hole::Attribute { logical_id, .. } = hole
                && let Some(resource) = self.template.resource(logical_id)
                && let Some(plan) = self.plans.of(&resource.kind)
            {
                self.see(plan.kind.service);
            }
        }
    }
}

/// Whether what stands under a key is for the resource itself to use, not for CloudFormation.
fn says_nothing(key: &str) -> bool {
    key.ends_with("Policy")
        || key.ends_with("PolicyDocument")
        || key.starts_with("Definition")
        || matches!(key, "Environment" | "EnvironmentVariables" | "Tags")
}
