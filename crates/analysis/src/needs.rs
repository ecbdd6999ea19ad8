//! [`needs`]: what CloudFormation needs to deploy the resources of a template, on which ARN, and how sure that is.

use std::collections::BTreeMap;

use iam::JsonPointer;
use iam_reference::Phase;

use crate::coverage::{ResourceNeeds, ResourceRef};
use crate::template::{Names, Resource, Scope, Template};
use authorization::AUTHORIZATION;
use classify::Plans;
use given::Given;
use rules::{CERTAINTY, PERMISSIONS};

mod authorization;
mod brought_in;
mod classify;
mod custom_resource;
mod deployer;
mod given;
mod kind;
mod nested_stack;
mod passed_roles;
mod place;
mod problem;
mod references;
mod resource;
mod retention;
mod rules;
mod service_linked_role;
mod template_wide;
mod test;
mod unresolved;
mod words;
mod zones;

use deployer::DEPLOYMENT;
pub use deployer::{Deployment, deployer_needs};
pub use problem::{Problem, ProblemKind};

/// The phases that a deployment goes through with a resource.
///
/// `read` is part of them: CloudFormation reads a resource on a stack update when it has to know its present state,
/// and for `Fn::GetAtt` of what the create handler did not return. `list` is not: nothing in a deployment lists all
/// resources of a type.
///
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-develop.html>
pub const DEPLOYMENT_PHASES: [Phase; 4] = [Phase::Create, Phase::Read, Phase::Update, Phase::Delete];

/// A stack of which the needs are asked.
#[derive(Clone, Copy, Debug)]
pub struct StackInput<'a> {
    /// The name, as reports call it.
    pub name: &'a str,
    /// The template's file as its reader calls it.
    pub file: &'a str,
    /// The template.
    pub template: &'a Template,
    /// What is known of where it is deployed. Its stack name is what names of resources begin with: that of a nested
    /// stack is a pattern, [`Names::name`] of the resource.
    pub scope: &'a Scope,
    /// Whether the stack has tags, which CloudFormation puts on its resources.
    pub has_tags: bool,
    /// With whose permissions CloudFormation works.
    pub executor: Executor<'a>,
}

/// With whose permissions CloudFormation works on a stack.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Executor<'a> {
    /// Those of a role that it assumes, as a manifest has it; without one, that of the CDK's bootstrap.
    Role(Option<&'a str>),
    /// Those of the caller, who passes no role.
    Caller,
}

/// What a stack needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Needs {
    /// The needs of each resource that is created, in the order of the template; some have none.
    pub resources: Vec<ResourceNeeds>,
    /// What the template itself needs: for parameters that stand in Parameter Store, and for macros. Their `kind` is
    /// the parameter's type, or `Transform`.
    pub template: Vec<ResourceNeeds>,
    /// What is left out or guessed.
    pub problems: Vec<Problem>,
}

/// Says what CloudFormation needs to deploy a stack.
///
/// - What handlers call is in their lists; how sure each is, `classify` says. Actions that no source knows cannot be
///   granted, and are left out.
/// - What has no handler, or needs what no list says, is in `data/permissions.txt`.
/// - Custom resources, nested stacks, roles that are passed on, roles that services make for themselves, dynamic
///   references, parameters in Parameter Store and macros have rules of their own.
///
/// An update is one in place: a replacement creates and deletes. What is asked on each resource is the fullest ARN
/// that the template tells, as [`Names`] has it.
pub fn needs(stack: &StackInput<'_>) -> Needs {
    let StackInput { template, scope, .. } = *stack;
    let names = Names::new(template, scope);
    let plans = Plans::new(template.resources().iter().map(|resource| resource.kind.as_str()));
    let mut writer = Writer { stack, names: &names, plans: &plans, found: Needs::default() };
    writer.check_data();
    let mut undecided: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
    for resource in template.resources() {
        match template.is_created(resource, scope) {
            Some(false) => continue,
            Some(true) => {}
            None => {
                let condition = resource.condition.as_deref().unwrap_or_default();
                undecided.entry(condition).or_default().push(resource);
            }
        }
        writer.resource(resource);
    }
    for (condition, resources) in undecided {
        writer.undecided(condition, &resources);
    }
    let (template_needs, problems) = template_wide::needs(stack);
    writer.found.template = template_needs;
    writer.found.problems.extend(problems);
    writer.found
}

struct Writer<'a> {
    stack: &'a StackInput<'a>,
    names: &'a Names<'a>,
    plans: &'a Plans<'a>,
    found: Needs,
}

impl<'a> Writer<'a> {
    fn resource(&mut self, resource: &'a Resource) {
        let given = Given::new(resource, self.names, self.stack, self.plans);
        let (needs, problems) = resource::needs(self.stack, &given, self.plans.of(&resource.kind));
        self.found.problems.extend(problems);
        self.found.problems.extend(unresolved::of(self.stack, &given));
        let reference = self.stack.reference(&resource.logical_id, &resource.kind, resource.line);
        self.found.resources.push(ResourceNeeds { resource: reference, needs });
    }

    fn undecided(&mut self, condition: &str, resources: &[&Resource]) {
        let Some(first) = resources.first() else { return };
        let many = if resources.len() == 1 {
            "its resource counts".to_owned()
        } else {
            format!("its {} resources count", resources.len())
        };
        let pointer = JsonPointer::default().join("Conditions").join(condition);
        let reason =
            format!("whether `{condition}` holds is known only at the deployment: {many} as created");
        let problem = self.stack.problem(first.line, pointer, ProblemKind::UndecidedCondition, reason);
        self.found.problems.push(problem);
    }

    /// The data is part of the program, and a test reads it: no line is ever refused here.
    fn check_data(&mut self) {
        let needs = CERTAINTY.errors.iter().chain(&PERMISSIONS.errors).chain(&AUTHORIZATION.errors);
        let errors = needs.chain(&DEPLOYMENT.errors);
        let problems = errors.map(|error| {
            let pointer = JsonPointer::default();
            let of_line = self.stack.problem(error.line, pointer, ProblemKind::Data, error.reason.clone());
            Problem { file: error.file.to_owned(), ..of_line }
        });
        self.found.problems.extend(problems);
    }
}

impl StackInput<'_> {
    /// A problem at a place of the template.
    fn problem(&self, line: usize, pointer: JsonPointer, kind: ProblemKind, reason: String) -> Problem {
        let (stack, file) = (self.name.to_owned(), self.file.to_owned());
        Problem { stack, file, line, pointer, kind, reason }
    }

    /// A part of the template that needs something.
    fn reference(&self, logical_id: &str, kind: &str, line: usize) -> ResourceRef {
        ResourceRef {
            stack: self.name.to_owned(),
            file: self.file.to_owned(),
            logical_id: logical_id.to_owned(),
            kind: kind.to_owned(),
            line,
        }
    }
}
