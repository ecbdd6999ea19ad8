//! What an action works on for a resource of a template.

use iam::ArnPattern;
use iam_reference::ActionFacts;

use super::facts::Usages;
use super::rule::name_rule;
use super::{Names, unique};
use crate::template::Resource;
use crate::template::arn::{is_same_form, variables};

impl Names<'_> {
    /// What an action works on for a resource; each has to be allowed. `*` for an action without resource
    /// types.
    ///
    /// Of the action's resource types these are the resource's own and the required ones; for API Gateway the
    /// collection that it is created in. Those that may be involved as well are there when the properties refer
    /// to such a resource, unless the resource itself may be one of many. Without any of them: those of which
    /// the properties have names, or else what all have in common.
    pub fn resources(&self, logical_id: &str, action: ActionFacts) -> Vec<ArnPattern> {
        let (Some(resource), Some(facts)) = (self.template.resource(logical_id), self.facts(logical_id))
        else {
            return vec![ArnPattern::any()];
        };
        let usages: Usages =
            action.resources().map(|usage| (usage.resource_type(), usage.required())).collect();
        if let Some(known) = facts.works_on.borrow().get(&usages) {
            return known.clone();
        }
        let found = self.works_on(resource, action);
        facts.works_on.borrow_mut().insert(usages, found.clone());
        found
    }

    fn works_on(&self, resource: &Resource, action: ActionFacts) -> Vec<ArnPattern> {
        let forms = self.forms(resource, action);
        if forms.is_empty() {
            return vec![ArnPattern::any()];
        }
        let own = self.own_among(resource, &forms);
        let mut found: Vec<String> = own.iter().map(|form| self.own_arn(resource, form.pattern)).collect();
        // The actions of API Gateway are methods: their lists of resource types have gaps.
        if found.is_empty() && action.service_prefix() == "apigateway" {
            found.extend(self.own_patterns(resource).iter().map(|pattern| self.own_arn(resource, pattern)));
        }
        let is_one_of_many = !own.is_empty() && !own.iter().any(|form| form.is_required);
        for form in forms.iter().filter(|form| form.is_required || !is_one_of_many) {
            // The streams of a table are nobody's but its own.
            if own
                .iter()
                .any(|own| is_same_form(form.pattern, own.pattern) || is_inside(form.pattern, own.pattern))
            {
                continue;
            }
            if form.is_required {
                found.extend(self.arns_of_form(resource, form.pattern));
            } else {
                found.extend(self.referred_to(resource, form.pattern));
            }
        }
        if found.is_empty() {
            found.extend(forms.iter().flat_map(|form| self.with_own_or_other_names(resource, form.pattern)));
        }
        if found.is_empty() {
            // Those of another service, such as the instances of EC2 for Systems Manager, have nothing in common with
            // the others.
            let service = action.service_prefix();
            let of_service = |form: &&Form| form.pattern.split(':').nth(2) == Some(service);
            let own: Vec<&str> = forms.iter().filter(of_service).map(|form| form.pattern).collect();
            let all = || forms.iter().map(|form| form.pattern).collect();
            found.push(self.in_common(if own.is_empty() { all() } else { own }.into_iter()));
        }
        unique(found)
    }

    /// The forms of ARNs that an action may work on for a resource.
    fn forms(&self, resource: &Resource, action: ActionFacts) -> Vec<Form> {
        let usages = action.resources();
        let usages = usages.filter(|usage| !self.is_another_kind(resource, usage.resource_type().name()));
        usages
            .flat_map(|usage| {
                let patterns = self.likeliest(resource, usage.resource_type().arn_patterns().collect());
                let is_required = usage.required();
                patterns.into_iter().map(move |pattern| Form { pattern, is_required })
            })
            .collect()
    }

    /// Those of the forms that are the resource's own; without one, the collections of its own.
    fn own_among(&self, resource: &Resource, forms: &[Form]) -> Vec<Form> {
        let own = self.own_patterns(resource);
        // With the variables of its own: a version of a function has the form of an alias.
        let exact = |form: &Form| {
            let own = own.iter().find(|own| is_same_form(own, form.pattern))?;
            Some(Form { pattern: own, is_required: form.is_required })
        };
        let found: Vec<Form> = forms.iter().filter_map(exact).collect();
        if found.is_empty() {
            let is_own = |form: &&Form| own.iter().any(|own| is_collection(form.pattern, own));
            return forms.iter().filter(is_own).copied().collect();
        }
        found
    }

    /// Of the forms of one resource type those of which most variables are known: an authorizer of a REST API
    /// is not one of an HTTP API.
    pub(super) fn likeliest(
        &self,
        resource: &Resource,
        mut patterns: Vec<&'static str>,
    ) -> Vec<&'static str> {
        if patterns.len() > 1 {
            let known = |pattern: &str| self.known_variables(resource, pattern);
            let most = patterns.iter().map(|pattern| known(pattern)).max();
            patterns.retain(|pattern| Some(known(pattern)) == most);
        }
        patterns
    }

    /// The ARNs of a resource that have the form of a pattern, or of those that it names.
    pub(super) fn arns_of_form(&self, resource: &Resource, pattern: &'static str) -> Vec<String> {
        if let Some(own) = self.own_patterns(resource).iter().find(|own| is_same_form(own, pattern)) {
            return vec![self.own_arn(resource, own)];
        }
        let found = self.referred_to(resource, pattern);
        if !found.is_empty() {
            return found;
        }
        let found = self.with_own_or_other_names(resource, pattern);
        if found.is_empty() { vec![self.with_any(pattern)] } else { found }
    }

    /// The ARNs of a form with names: the resource's own, as for the objects of a bucket, or of its properties.
    fn with_own_or_other_names(&self, resource: &Resource, pattern: &str) -> Vec<String> {
        let own = name_rule(&resource.kind).map(|rule| rule.variable);
        if own.is_some_and(|own| variables(pattern).any(|variable| variable == own)) {
            return vec![self.own_arn(resource, pattern)];
        }
        self.with_names(resource, pattern)
    }

    /// The fullest ARN that all patterns are inside of.
    fn in_common<'p>(&self, patterns: impl Iterator<Item = &'p str>) -> String {
        let all = patterns.map(|pattern| self.with_any(pattern));
        all.reduce(|common, other| {
            let segments = |arn: &str| arn.splitn(6, ':').map(str::to_owned).collect::<Vec<_>>();
            let pairs = segments(&common).into_iter().zip(segments(&other));
            let parts = pairs.map(|(one, other)| if one == other { one } else { "*".to_owned() });
            parts.collect::<Vec<_>>().join(":")
        })
        .unwrap_or_else(|| "*".to_owned())
    }
}

/// A form of ARNs that an action works on.
#[derive(Clone, Copy)]
struct Form {
    pattern: &'static str,
    is_required: bool,
}

/// Whether a form is that of the collection of another: `/restapis` of `/restapis/${RestApiId}`.
fn is_collection(pattern: &str, of: &str) -> bool {
    of.rsplit_once("/${").is_some_and(|(before, last)| last.ends_with('}') && is_same_form(pattern, before))
}

/// Whether a form goes on where another ends: the stream of a table.
fn is_inside(pattern: &str, outer: &str) -> bool {
    let end = pattern.match_indices(['/', ':']).map(|(at, _)| pattern.split_at(at).0);
    end.into_iter().any(|start| is_same_form(start, outer))
}
