//! [`Names`]: what the resources of a template are called, and their ARNs, as far as a scope knows.

use std::cell::RefCell;
use std::collections::BTreeMap;

use iam::ArnPattern;
use iam_reference::service;

use super::arn::{self, Arns, fill_pattern};
use super::{Hole, Piece, Reduced, Resource, Scope, Template, Text};
use facts::Facts;
use generated::pattern;
use rule::{Given, NameRule, name_rule};

mod action;
mod facts;
mod generated;
mod kind;
mod parent;
mod rule;

/// How many names may need each other in a row.
const MAX_CHAIN: usize = 50;

/// The names and ARNs of a template's resources, as patterns: `*` is what only the deployment knows.
///
/// A scope's stack name may itself be a pattern that ends with `*`, as [`Names::name`] gives that of a nested
/// stack.
pub struct Names<'t> {
    template: &'t Template,
    scope: &'t Scope,
    arns: Arns<'t>,
    facts: BTreeMap<&'t str, Facts>,
    /// The resources whose names are being told, so that two which need each other come to an end.
    telling: RefCell<Vec<String>>,
    told: RefCell<BTreeMap<String, String>>,
}

impl<'t> Names<'t> {
    /// Reads the properties of all resources once.
    pub fn new(template: &'t Template, scope: &'t Scope) -> Self {
        let facts = template
            .resources()
            .iter()
            .map(|resource| (resource.logical_id.as_str(), Facts::new(template.properties(resource, scope))));
        Self {
            template,
            scope,
            arns: Arns::new(template),
            facts: facts.collect(),
            telling: RefCell::default(),
            told: RefCell::default(),
        }
    }

    /// The properties of a resource without intrinsic functions, as [`Template::properties`] has them.
    pub fn properties(&self, logical_id: &str) -> Option<&Reduced> {
        Some(&self.facts(logical_id)?.properties)
    }

    fn facts(&self, logical_id: &str) -> Option<&Facts> {
        self.facts.get(logical_id)
    }

    /// The physical name of a resource: given, or as CloudFormation makes it up; `None` when its type has no
    /// name that is known to be told.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html>
    pub fn name(&self, logical_id: &str) -> Option<String> {
        let resource = self.template.resource(logical_id)?;
        name_rule(&resource.kind).map(|rule| self.name_by(resource, rule, Part::Name))
    }

    /// A text as a pattern: with the names and ARNs of the resources that it refers to, and `*` for what only
    /// the deployment knows.
    pub fn pattern_of(&self, text: &Text) -> String {
        let pattern = text.fill(self.scope).to_pattern(|hole| self.hole(hole));
        single_stars(&pattern)
    }

    /// The ARNs of that resource type of the service reference which belong to a resource: its own, those of
    /// the resources that its properties name, or else all of the type.
    ///
    /// None when the resource type is unknown, or the resource is of another one of the same family, such as
    /// `loadbalancer/net/` for an application load balancer.
    pub fn arns(&self, logical_id: &str, prefix: &str, resource_type: &str) -> Vec<ArnPattern> {
        let resource = self.template.resource(logical_id);
        let resource_type = service(prefix).and_then(|service| service.resource_type(resource_type));
        let (Some(resource), Some(resource_type)) = (resource, resource_type) else { return Vec::new() };
        if self.is_another_kind(resource, resource_type.name()) {
            return Vec::new();
        }
        let patterns: Vec<&'static str> = resource_type.arn_patterns().collect();
        let found = self.likeliest(resource, patterns).into_iter();
        unique(found.flat_map(|pattern| self.arns_of_form(resource, pattern)))
    }

    /// A resource's own ARN; its name is where the pattern has it.
    fn own_arn(&self, resource: &Resource, pattern: &str) -> String {
        self.filled(pattern, |variable| {
            self.own_variable(resource, variable)
                .or_else(|| self.property_value(resource, variable, pattern))
                .unwrap_or_else(|| "*".to_owned())
        })
    }

    /// What a variable is that stands for the name of the resource, or for what a rule of its own says.
    fn own_variable(&self, resource: &Resource, variable: &str) -> Option<String> {
        if let Some(rule) = name_rule(&resource.kind)
            && rule.variable == variable
        {
            return Some(self.name_by(resource, rule, Part::InArn));
        }
        let given = |property: &str| {
            let value = self.properties(&resource.logical_id)?.get(property)?.to_text()?;
            Some(self.pattern_of(&value))
        };
        match variable {
            "Scope" if resource.kind.starts_with("AWS::WAFv2::") => {
                Some(if given("Scope")? == "CLOUDFRONT" { "global" } else { "regional" }.to_owned())
            }
            name if name.ends_with("Name") => {
                let own = resource.kind.rsplit("::").next().unwrap_or_default();
                let is_own = name == "Name" || name.trim_end_matches("Name").eq_ignore_ascii_case(own);
                is_own.then(|| given("Name"))?
            }
            _ => None,
        }
    }

    fn name_by(&self, resource: &Resource, rule: &NameRule, part: Part) -> String {
        let key = format!("{} {part:?}", resource.logical_id);
        if let Some(told) = self.told.borrow().get(&key) {
            return told.clone();
        }
        let name = self.guarded(resource, || self.tell(resource, rule, part));
        let name = name.unwrap_or_else(|| "*".to_owned());
        self.told.borrow_mut().insert(key, name.clone());
        name
    }

    fn tell(&self, resource: &Resource, rule: &NameRule, part: Part) -> String {
        let text = |property: &str| {
            let value = self.properties(&resource.logical_id)?.get(property)?;
            Some(value.to_text().map_or_else(|| "*".to_owned(), |text| self.pattern_of(&text)))
        };
        let Some(given) = text(rule.property) else {
            let stack = self.scope.stack_name.as_deref();
            let name = pattern(rule.generated, stack, &resource.logical_id);
            return if rule.given == Given::BehindPath {
                behind_path(text("Path"), name, part)
            } else {
                name
            };
        };
        match (rule.given, part) {
            (Given::Lower, _) => given.to_ascii_lowercase(),
            (Given::BehindPath, _) => behind_path(text("Path"), given, part),
            (Given::Without(start), Part::InArn) => {
                given.strip_prefix(start).map_or_else(|| given.clone(), str::to_owned)
            }
            (Given::And(end), Part::InArn) | (Given::Id(end), _) => single_stars(&format!("{given}{end}")),
            (Given::Name | Given::Without(_) | Given::And(_), _) => given,
        }
    }

    /// What a hole is.
    fn hole(&self, hole: &Hole) -> String {
        let any = || "*".to_owned();
        match hole {
            Hole::Ref(logical_id) => self.reference(logical_id).unwrap_or_else(any),
            Hole::Attribute { logical_id, attribute } => {
                self.attribute(logical_id, attribute).unwrap_or_else(any)
            }
            Hole::StackId => {
                let part = |known: &Option<String>| known.clone().unwrap_or_else(any);
                let Scope { partition, region, account, stack_name, .. } = self.scope;
                let [partition, region, account, stack] = [partition, region, account, stack_name].map(part);
                format!("arn:{partition}:cloudformation:{region}:{account}:stack/{stack}/*")
            }
            _ => any(),
        }
    }

    /// `Ref` of a resource: its ARN, its name, or an id that says nothing.
    fn reference(&self, logical_id: &str) -> Option<String> {
        let resource = self.template.resource(logical_id)?;
        if arn::ref_is_arn(&resource.kind) {
            let pattern = self.own_patterns(resource).first()?;
            return self.guarded(resource, || self.own_arn(resource, pattern));
        }
        match resource.kind.as_str() {
            // It is the queue's URL.
            "AWS::SQS::Queue" => Some(format!("https://*/{}", self.name(logical_id)?)),
            kind if kind.starts_with("AWS::WAFv2::") => None,
            _ => self.name(logical_id),
        }
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<String> {
        let resource = self.template.resource(logical_id)?;
        let own = if arn::is_own_arn(&resource.kind, attribute) {
            self.own_patterns(resource).first().copied()
        } else {
            self.arns.form_of_attribute(resource, attribute)
        };
        if let Some(pattern) = own {
            let end = arn::arn_ends_with(&resource.kind, attribute);
            let arn = self.guarded(resource, || self.arns_of_form(resource, pattern).into_iter().next())?;
            return Some(single_stars(&format!("{}{end}", arn?)));
        }
        let is_name =
            attribute == "Name" || name_rule(&resource.kind).is_some_and(|r| r.property == attribute);
        is_name.then(|| self.name(logical_id))?
    }

    /// Tells something of a resource; `None` when that is needed to tell it.
    fn guarded<T>(&self, resource: &Resource, tell: impl FnOnce() -> T) -> Option<T> {
        let is_open = self.telling.borrow().iter().filter(|id| **id == resource.logical_id).count() > 1;
        if is_open || self.telling.borrow().len() >= MAX_CHAIN {
            return None;
        }
        self.telling.borrow_mut().push(resource.logical_id.clone());
        let told = tell();
        self.telling.borrow_mut().pop();
        Some(told)
    }

    /// The pattern with what the scope knows, and what `variable` says.
    fn filled(&self, pattern: &str, variable: impl Fn(&str) -> String) -> String {
        let text = fill_pattern(pattern, |name| Text::literal(variable(name)));
        single_stars(&text.fill(self.scope).to_pattern(|_| "*".to_owned()))
    }

    fn with_any(&self, pattern: &str) -> String {
        self.filled(pattern, |_| "*".to_owned())
    }
}

/// Where a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// By itself.
    Name,
    /// In an ARN.
    InArn,
}

/// A name with the path before it, where it stands in an ARN.
fn behind_path(path: Option<String>, name: String, part: Part) -> String {
    match (path, part) {
        (Some(path), Part::InArn) => format!("{}{name}", path.trim_start_matches('/')),
        _ => name,
    }
}

/// The resource that a text is nothing but a reference to.
fn single_reference(text: &Text) -> Option<&str> {
    match text.pieces() {
        [Piece::Hole(Hole::Ref(logical_id) | Hole::Attribute { logical_id, .. })] => Some(logical_id),
        _ => None,
    }
}

fn single_stars(pattern: &str) -> String {
    let mut single = pattern.to_owned();
    while single.contains("**") {
        single = single.replace("**", "*");
    }
    single
}

/// What is no ARN that IAM takes stands for any.
fn parsed(arn: &str) -> ArnPattern {
    ArnPattern::parse(arn).unwrap_or_else(|_| ArnPattern::any())
}

fn unique(arns: impl IntoIterator<Item = String>) -> Vec<ArnPattern> {
    let mut found: Vec<ArnPattern> = arns.into_iter().map(|arn| parsed(&arn)).collect();
    found.sort();
    found.dedup();
    found
}
