//! [`OfResource`]: the needs of one resource.

use std::borrow::Cow;

use iam::{ArnPattern, Context, JsonPointer};
use iam_reference::Phase;

use super::classify::{Judged, Plan};
use super::given::Given;
use super::kind::Called;
use super::passed_roles::Roles;
use super::problem::{Problem, ProblemKind};
use super::retention::Retention;
use super::rules::{PERMISSIONS, Verdict};
use super::{
    StackInput, authorization, custom_resource, nested_stack, place, references, service_linked_role, zones,
};
use crate::coverage::{Certainty, Need};
use crate::template::Reduced;

/// What a resource needs, and what of that is missing or guessed.
pub(super) fn needs(
    stack: &StackInput<'_>,
    given: &Given<'_>,
    plan: Option<&Plan>,
) -> (Vec<Need>, Vec<Problem>) {
    let retention = Retention::of(given.resource);
    let service = plan.map_or("", |plan| plan.kind.service);
    let mut of = OfResource { stack, given, retention, service, needs: Vec::new(), problems: Vec::new() };
    if let Some(plan) = plan {
        of.add_handlers(plan);
    }
    of.add_permissions();
    let kind = given.resource.kind.as_str();
    if custom_resource::is_custom(kind) {
        of.add_custom();
    } else if nested_stack::is_nested_stack(kind) {
        of.add_nested_stack();
    } else if plan.is_none() {
        of.check_known();
    }
    of.add_references();
    of.add_zones();
    (once_each(of.needs), of.problems)
}

/// The needs of one resource.
struct OfResource<'a> {
    stack: &'a StackInput<'a>,
    given: &'a Given<'a>,
    retention: Retention,
    /// The prefix of the service that the resource is of; empty for one without handlers.
    service: &'a str,
    needs: Vec<Need>,
    problems: Vec<Problem>,
}

impl OfResource<'_> {
    fn add_handlers(&mut self, plan: &Plan) {
        for (phase, planned) in plan.phases() {
            let judged = plan.judge(phase, planned, self.given);
            self.add_called(phase, planned.called, judged);
        }
    }

    /// What no handler's list says.
    fn add_permissions(&mut self) {
        for line in PERMISSIONS.of_kind(&self.given.resource.kind) {
            for phase in &line.phases {
                for action in &line.actions {
                    let Some(called) = Called::of(action.as_str()) else { continue };
                    let mut judged = line.verdict.judge(self.given);
                    if matches!(line.verdict, Verdict::Certain(Certainty::Required)) {
                        judged.1 = "CloudFormation calls it".into();
                    }
                    self.add_called(*phase, called, judged);
                }
            }
        }
    }

    /// Says that a resource type without handlers is unknown, unless a line tells what it needs.
    fn check_known(&mut self) {
        let kind = self.given.resource.kind.as_str();
        if PERMISSIONS.of_kind(kind).next().is_none() && !PERMISSIONS.nothing.contains(kind) {
            let reason =
                format!("nothing is known of what `{kind}` needs, so its permissions are missing here");
            self.problem(ProblemKind::UnknownType, self.given.resource.pointer().join("Type"), reason);
        }
    }

    fn add_called(&mut self, phase: Phase, called: Called, judged: Judged) {
        let Some((certainty, because)) = self.retention.judge(phase, judged) else { return };
        match called.action {
            // Nested stacks pass no role of their properties.
            "iam:PassRole" if nested_stack::is_nested_stack(&self.given.resource.kind) => {}
            "iam:PassRole" => self.add_passed(phase, &because),
            "iam:CreateServiceLinkedRole" => {
                let (arn, context) = service_linked_role::asked(self.given, self.stack.scope);
                self.push(phase, called.action, arn, context, certainty, because);
            }
            action => {
                for arn in self.asked_on(called) {
                    let context = place::bucket_context(self.stack.scope, &arn);
                    self.push(phase, action, arn, context, certainty, because.clone());
                }
            }
        }
    }

    /// What an action of the resource's handlers is asked on.
    fn asked_on(&self, called: Called) -> Vec<ArnPattern> {
        let Self { given, stack, .. } = self;
        let logical_id = given.resource.logical_id.as_str();
        match (called.facts, authorization::AUTHORIZATION.authorized_on(called.action)) {
            (_, Some(resource_type)) => given.names.arns(logical_id, called.service(), resource_type.name()),
            (Some(facts), None) => given.names.resources(logical_id, facts),
            (None, None) => vec![place::arn(stack.scope, called.service(), "*")],
        }
    }

    fn add_passed(&mut self, phase: Phase, because: &str) {
        let StackInput { template, scope, .. } = *self.stack;
        let roles = Roles { template, scope, service: self.service }.passed_by(self.given);
        if roles.is_empty() {
            let any = place::role_arn(scope, "*");
            self.push(
                phase,
                "iam:PassRole",
                any,
                Context::default(),
                Certainty::Conditional,
                because.to_owned(),
            );
        }
        for role in roles {
            let is_passed = matches!(phase, Phase::Create | Phase::Update);
            let certainty = if is_passed { role.certainty } else { Certainty::Conditional };
            let because = format!("`{}` is a role that is passed on", role.property);
            self.push(phase, "iam:PassRole", role.arn, role.context, certainty, because);
        }
    }

    fn add_custom(&mut self) {
        let asked = custom_resource::asked(self.given, self.stack.scope);
        for phase in custom_resource::PHASES {
            let (certainty, because) = (Certainty::Required, "CloudFormation asks its service token");
            let Some((certainty, because)) = self.retention.judge(phase, (certainty, because.into())) else {
                continue;
            };
            self.push(phase, asked.action, asked.on.clone(), Context::default(), certainty, because);
        }
        if !asked.is_told {
            let at = self.given.resource.properties_pointer().join("ServiceToken");
            self.problem(
                ProblemKind::Unresolved,
                at,
                "the function or topic that `ServiceToken` names cannot be told: every function is asked for"
                    .to_owned(),
            );
        }
    }

    fn add_nested_stack(&mut self) {
        let scope = self.stack.scope;
        let role = nested_stack::execution_role(self.stack.executor, scope);
        let passed_to = place::context("iam:PassedToService", nested_stack::SERVICE);
        let template = nested_stack::template_object(self.given, scope);
        for phase in nested_stack::PHASES {
            if let Some(role) = role.clone() {
                let because = "a nested stack is deployed with the role of its parent";
                self.push(phase, "iam:PassRole", role, passed_to.clone(), Certainty::Required, because);
            }
            if let Some(object) = &template {
                let because = "CloudFormation reads the template at `TemplateURL`";
                let context = place::bucket_context(scope, object);
                self.push(phase, "s3:GetObject", object.clone(), context, Certainty::Required, because);
            }
        }
    }

    fn add_references(&mut self) {
        let names = self.given.names;
        let properties: Option<&Reduced> = names.properties(&self.given.resource.logical_id);
        let mut found = Vec::new();
        if let Some(properties) = properties {
            references::below(properties, names, self.stack.scope, &mut found);
        }
        for resolving in found {
            for phase in [Phase::Create, Phase::Update] {
                let because = format!("it has a dynamic reference to {}", resolving.service);
                let on = resolving.on.clone();
                self.push(phase, resolving.action, on, Context::default(), resolving.certainty, because);
            }
        }
    }

    fn add_zones(&mut self) {
        if !self.given.resource.properties.as_ref().is_some_and(zones::stand_in) {
            return;
        }
        for phase in [Phase::Create, Phase::Update] {
            for (action, certainty) in zones::NEEDED {
                let because = format!("it has `{}`", zones::FUNCTION);
                self.push(phase, action, ArnPattern::any(), Context::default(), certainty, because);
            }
        }
    }

    fn push(
        &mut self,
        phase: Phase,
        action: &str,
        resource: ArnPattern,
        context: Context,
        certainty: Certainty,
        because: impl Into<Cow<'static, str>>,
    ) {
        let because = because.into().into_owned();
        self.needs.push(Need { action: action.to_owned(), resource, context, phase, certainty, because });
    }

    fn problem(&mut self, kind: ProblemKind, pointer: JsonPointer, reason: String) {
        let problem = self.stack.problem(self.given.resource.line, pointer, kind, reason);
        self.problems.push(problem);
    }
}

/// Each need once, as sure as the surest, in the order of phase, action and ARN.
pub(super) fn once_each(mut needs: Vec<Need>) -> Vec<Need> {
    needs.sort_by(|a, b| {
        let key = |need: &Need| (need.phase, std::cmp::Reverse(need.certainty));
        (a.phase, &a.action, &a.resource).cmp(&(b.phase, &b.action, &b.resource)).then(key(a).cmp(&key(b)))
    });
    needs.dedup_by(|later, first| {
        later.phase == first.phase
            && later.action == first.action
            && later.resource == first.resource
            && later.context == first.context
    });
    needs
}
