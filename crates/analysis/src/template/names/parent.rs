//! The resources that a resource's properties name: the role of a function, the bucket of its policy.

use super::facts::{Facts, Named};
use super::rule::name_rule;
use super::{Names, Part, single_reference};
use crate::template::Resource;
use crate::template::arn::{is_same_form, variables};

impl Names<'_> {
    /// The ARNs of a form that a resource is told to work with: by the property that is named after a variable
    /// of it, or by any that refers to such a resource.
    pub(super) fn referred_to(&self, resource: &Resource, pattern: &'static str) -> Vec<String> {
        let Some(facts) = self.facts(&resource.logical_id) else { return Vec::new() };
        if let Some(known) = facts.referred_to.borrow().get(pattern) {
            return known.clone();
        }
        let mut found = self.in_property(facts, pattern);
        if found.is_empty() {
            let below = facts.below().iter().flat_map(|property| &property.values);
            found = below.filter_map(|value| self.arn_in(value, pattern)).collect();
        }
        facts.referred_to.borrow_mut().insert(pattern, found.clone());
        found
    }

    /// The ARNs of a form that the property names which is named after a variable; none without a reference.
    fn in_property(&self, facts: &Facts, pattern: &str) -> Vec<String> {
        let named = variables(pattern).filter_map(|variable| Some((variable, facts.property_for(variable)?)));
        for (variable, property) in named {
            let values = property.values.iter();
            let found: Vec<Option<String>> = values.map(|value| self.arn_in(value, pattern)).collect();
            if found.iter().any(Option::is_some) {
                // One that is no reference is a name.
                let named = |value: &Named| {
                    self.filled(pattern, |of| {
                        let value = (of == variable).then(|| self.value_for(value, of, pattern)).flatten();
                        value.unwrap_or_else(|| "*".to_owned())
                    })
                };
                let pairs = found.into_iter().zip(&property.values);
                return pairs.map(|(arn, value)| arn.unwrap_or_else(|| named(value))).collect();
            }
        }
        Vec::new()
    }

    /// The ARNs of a form whose variables are names that stand in the properties; none without any.
    pub(super) fn with_names(&self, resource: &Resource, pattern: &str) -> Vec<String> {
        let Some(facts) = self.facts(&resource.logical_id) else { return Vec::new() };
        let top = variables(pattern).filter_map(|variable| {
            let values = facts.property_for(variable)?.values.iter().collect();
            Some((variable, values))
        });
        let mut named: Vec<(&str, Vec<&Named>)> = top.collect();
        if named.is_empty() {
            named = variables(pattern).map(|variable| (variable, facts.below_for(variable))).collect();
            named.retain(|(_, values)| !values.is_empty());
        }
        // One ARN for each value of a variable; the other variables have their first.
        let most = named.iter().map(|(_, texts)| texts.len()).max().unwrap_or_default();
        let nth = |n: usize| {
            self.filled(pattern, |variable| {
                let texts = named.iter().find(|(name, _)| *name == variable).map(|(_, texts)| texts);
                let text = texts.and_then(|texts| texts.get(n).or_else(|| texts.first()));
                text.and_then(|text| self.value_for(text, variable, pattern))
                    .unwrap_or_else(|| "*".to_owned())
            })
        };
        (0..most).map(nth).collect()
    }

    /// How many of a form's variables a resource has values for.
    pub(super) fn known_variables(&self, resource: &Resource, pattern: &str) -> usize {
        let facts = self.facts(&resource.logical_id);
        let own = name_rule(&resource.kind).map(|rule| rule.variable);
        let is_known = |variable: &&str| {
            own == Some(*variable) || facts.is_some_and(|facts| facts.property_for(variable).is_some())
        };
        variables(pattern).filter(is_known).count()
    }

    /// The value of the property that a variable of the resource's own ARN is named after.
    pub(super) fn property_value(
        &self,
        resource: &Resource,
        variable: &str,
        pattern: &str,
    ) -> Option<String> {
        let value = self.facts(&resource.logical_id)?.property_for(variable)?.values.first()?;
        self.value_for(value, variable, pattern)
    }

    /// What a text is as the value of a variable: the name of the resource that it refers to, or of its ARN.
    fn value_for(&self, value: &Named, variable: &str, pattern: &str) -> Option<String> {
        let named = single_reference(&value.text).and_then(|id| self.template.resource(id));
        if let Some(named) = named
            && let Some(rule) = name_rule(&named.kind)
            && rule.variable == variable
        {
            return Some(self.name_by(named, rule, Part::InArn));
        }
        let value = self.resolved(value);
        let Some(arn) = value.strip_prefix("arn:") else { return Some(value.to_owned()) };
        // An ARN of another service is not meant.
        let service = |arn: &str| arn.split(':').nth(1).map(str::to_owned);
        let is_meant = pattern.strip_prefix("arn:").and_then(service) == service(arn);
        is_meant.then(|| arn.rsplit([':', '/']).next().unwrap_or_default().to_owned())
    }

    /// The ARN that a text is, when it has the form of a pattern.
    fn arn_in(&self, value: &Named, pattern: &str) -> Option<String> {
        let named = single_reference(&value.text).and_then(|id| self.template.resource(id));
        if let Some(named) = named
            && let Some(own) = self.own_patterns(named).iter().find(|own| is_same_form(own, pattern))
        {
            return self.guarded(named, || self.own_arn(named, own));
        }
        // Only what looks like one is worth a closer look.
        if !value.text.prefix().starts_with("arn:") && named.is_none() {
            return None;
        }
        let arn = self.resolved(value).strip_prefix("arn:")?;
        let (mut own, mut form) = (arn.splitn(5, ':').skip(1), pattern.splitn(6, ':').skip(2));
        let is_service = own.next()? == form.next()?;
        (is_service && has_form(own.nth(2)?, form.nth(2)?)).then(|| format!("arn:{arn}"))
    }

    /// A text with the names of the template; told once.
    fn resolved<'v>(&self, value: &'v Named) -> &'v str {
        if let Some(known) = value.pattern.get() {
            return known;
        }
        let pattern = self.pattern_of(&value.text);
        value.pattern.get_or_init(|| pattern)
    }
}

/// Whether the resource part of an ARN holds what stands between the variables of a form, in its order.
fn has_form(resource: &str, form: &str) -> bool {
    let mut literals = form.split("${").map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    let begins = literals.next().unwrap_or_default();
    let Some(mut rest) = resource.strip_prefix(begins) else { return false };
    literals.all(|literal| match rest.split_once(literal) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}
