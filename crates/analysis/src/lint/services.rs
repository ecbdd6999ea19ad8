//! [`Services`]: the reference data as the rules ask for it, each answer worked out once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use iam::{ActionPattern, ArnPattern};
use iam_reference::{ActionFacts, ResourceType, Service};

use crate::shape::Shape;

/// The shapes of resource types, made when a rule first asks for them.
#[derive(Default)]
pub(super) struct Services {
    shapes: RefCell<BTreeMap<ResourceType, Rc<Vec<Shape>>>>,
}

/// An action pattern of a statement, and the actions that it stands for.
pub(super) struct Granted<'a> {
    pub(super) pattern: &'a ActionPattern,
    /// What the reference says of each; empty for one that exists without facts, and for one that does not.
    pub(super) actions: Vec<ActionFacts>,
}

impl Services {
    /// The shapes of the ARNs of a resource type that an action of that service takes.
    pub(super) fn shapes(&self, service: &Service, resource_type: ResourceType) -> Rc<Vec<Shape>> {
        let mut shapes = self.shapes.borrow_mut();
        Rc::clone(shapes.entry(resource_type).or_insert_with(|| Rc::new(Shape::of(service, resource_type))))
    }

    /// Whether some resource of a type that the action takes is one that the pattern stands for.
    pub(super) fn takes(&self, action: ActionFacts, pattern: &ArnPattern) -> bool {
        let Some(service) = iam_reference::service(action.service_prefix()) else { return true };
        action.resources().any(|resource| {
            self.shapes(service, resource.resource_type()).iter().any(|shape| shape.meets(pattern))
        })
    }
}

/// The actions that each pattern stands for. `*` and `*:…` stand for too many to say anything of them.
pub(super) fn granted(patterns: &[ActionPattern]) -> Vec<Granted<'_>> {
    patterns.iter().map(|pattern| Granted { pattern, actions: actions_of(pattern) }).collect()
}

fn actions_of(pattern: &ActionPattern) -> Vec<ActionFacts> {
    if !pattern.has_wildcard() {
        return iam_reference::lookup(pattern.as_str()).into_iter().collect();
    }
    iam_reference::service(pattern.service())
        .map(|service| service.actions().filter(|action| pattern.matches(action.as_str())).collect())
        .unwrap_or_default()
}
