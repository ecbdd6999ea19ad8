//! [`CompiledStatement`]: a statement with everything lowered that a request is matched against.

use crate::document::{PolicyDocument, Version};
use crate::statement::{ActionBlock, ResourceBlock, Statement};
use crate::wildcard::matches_ignoring_case;

use super::asked::{CompiledResource, Question, Relation};
use super::condition_test::ConditionTest;
use super::decision::Mismatch;
use super::request::{Context, Request};

/// A statement, compiled.
#[derive(Clone, Debug)]
pub(super) struct CompiledStatement {
    /// The statement itself.
    pub(super) source: Statement,
    /// Its policy's place in the group.
    pub(super) policy: usize,
    /// Its place in the policy.
    pub(super) position: usize,
    /// The patterns of `Action` or `NotAction`, in lower case.
    actions: Box<[Box<str>]>,
    /// The patterns of `Resource` or `NotResource`.
    resources: Box<[CompiledResource]>,
    conditions: Box<[ConditionTest]>,
}

impl CompiledStatement {
    /// Compiles every statement of a policy. Variables count from version 2012-10-17 on.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
    pub(super) fn of_document(document: &PolicyDocument, policy: usize) -> impl Iterator<Item = Self> {
        let variables = document.version() == Some(Version::V2012);
        document.statements().iter().enumerate().map(move |(position, source)| {
            let resources = source.resource.as_ref().map_or(&[][..], ResourceBlock::patterns);
            Self {
                policy,
                position,
                actions: source
                    .action
                    .patterns()
                    .iter()
                    .map(|pattern| pattern.as_str().to_ascii_lowercase().into())
                    .collect(),
                resources: resources
                    .iter()
                    .map(|pattern| CompiledResource::new(pattern, variables))
                    .collect(),
                conditions: ConditionTest::compile(&source.condition, variables),
                source: source.clone(),
            }
        })
    }

    /// The actions of a statement that names each of them in full, in lower case; `None` for the others,
    /// which have to be asked.
    pub(super) fn literal_actions(&self) -> Option<&[Box<str>]> {
        let is_literal = |action: &str| !action.contains(['*', '?']);
        let names_all = matches!(self.source.action, ActionBlock::Action(_))
            && self.actions.iter().all(|action| is_literal(action));
        names_all.then_some(&*self.actions)
    }

    /// Whether the statement speaks of an action, given in lower case.
    pub(super) fn matches_action(&self, asked: &str) -> bool {
        let listed = self.actions.iter().any(|pattern| matches_ignoring_case(pattern, asked));
        listed == matches!(self.source.action, ActionBlock::Action(_))
    }

    /// Whether everything but the action matches.
    pub(super) fn matches_but_for_action(&self, request: &Request) -> bool {
        self.matches_principal(request)
            && self.matches_resource(request)
            && self.matches_context(request.context())
    }

    /// Whether every condition holds.
    pub(super) fn matches_context(&self, context: &Context) -> bool {
        self.conditions.iter().all(|condition| condition.holds(context))
    }

    /// What `Resource` or `NotResource` has to do with the resources that are asked for, as far as their texts
    /// tell.
    pub(super) fn glance(&self, question: &Question<'_>) -> Relation {
        let mut found = Relation::Disjoint;
        for pattern in &self.resources {
            match pattern.glance(question.asked, question.context) {
                Relation::Disjoint => {}
                Relation::Open => found = Relation::Open,
                Relation::Covers => {
                    found = Relation::Covers;
                    break;
                }
            }
        }
        match (found, self.excludes_resources()) {
            (Relation::Covers, true) => Relation::Disjoint,
            (Relation::Disjoint, true) => Relation::Covers,
            (found, _) => found,
        }
    }

    /// The patterns of `Resource` or `NotResource`.
    pub(super) fn resources(&self) -> &[CompiledResource] {
        &self.resources
    }

    /// Whether the statement speaks of what its patterns do not match: it has `NotResource`.
    pub(super) fn excludes_resources(&self) -> bool {
        matches!(self.source.resource, Some(ResourceBlock::NotResource(_)))
    }

    /// A statement without `Principal` speaks of whoever its policy is attached to.
    fn matches_principal(&self, request: &Request) -> bool {
        self.source
            .principal
            .as_ref()
            .is_none_or(|own| request.principal().is_some_and(|asked| asked.is_named_by(own)))
    }

    /// A statement without `Resource` speaks of what its policy is attached to.
    fn matches_resource(&self, request: &Request) -> bool {
        let listed =
            || self.resources.iter().any(|pattern| pattern.matches(request.resource(), request.context()));
        match self.source.resource {
            None => true,
            Some(ResourceBlock::Resource(_)) => listed(),
            Some(ResourceBlock::NotResource(_)) => !listed(),
        }
    }

    /// Whether the action is of a service that the statement names.
    pub(super) fn names_service_of(&self, request: &Request) -> bool {
        let service = request.action().split(':').next().unwrap_or_default();
        self.source
            .action
            .patterns()
            .iter()
            .any(|pattern| pattern.service() == "*" || pattern.service().eq_ignore_ascii_case(service))
    }

    /// Everything of the statement that does not match.
    pub(super) fn mismatches<'a>(&'a self, request: &'a Request) -> Vec<Mismatch<'a>> {
        let mut mismatches = Vec::new();
        if !self.matches_principal(request) {
            let asked = request.principal().map(super::RequestPrincipal::as_str);
            mismatches.push(Mismatch::Principal { asked });
        }
        if !self.matches_action(request.action_in_lower_case()) {
            let element = self.source.action.element();
            mismatches.push(Mismatch::Action { element, asked: request.action() });
        }
        if let Some(block) = &self.source.resource
            && !self.matches_resource(request)
        {
            let patterns = block.patterns().iter().map(crate::ArnPattern::as_str).collect();
            let element = block.element();
            mismatches.push(Mismatch::Resource { element, patterns, asked: request.resource() });
        }
        let failed = self.conditions.iter().filter(|condition| !condition.holds(request.context()));
        mismatches.extend(failed.map(|condition| Mismatch::Condition {
            operator: condition.operator,
            key: condition.key.as_str(),
            wanted: &condition.values,
            asked: condition.asked(request.context()),
        }));
        mismatches
    }
}
