//! What another statement, or another item of the same one, grants already.

use std::collections::BTreeSet;

use iam::{ActionBlock, ActionPattern, ArnPattern, ResourceBlock};

use super::{At, Placed, Policy, Sink, WithFix as _};
use crate::code::Code;
use crate::policy_source::{Attachment, PolicyUse};

pub(super) fn check(attachments: &[Attachment], policies: &[Policy<'_>], sink: &mut Sink) {
    let attached =
        |position: usize| attachments.iter().any(|attachment| attachment.policies.contains(&position));
    let alone = (0..policies.len()).filter(|position| !attached(*position)).map(|position| vec![position]);
    let together = attachments.iter().map(|attachment| attachment.policies.clone());
    for group in together.chain(alone) {
        let statements: Vec<Comparable<'_>> = group
            .iter()
            .filter_map(|position| Some((*position, policies.get(*position)?)))
            .filter(|(_, policy)| policy.source.usage != PolicyUse::Trust)
            .flat_map(|(position, policy)| {
                policy.statements.iter().filter_map(move |placed| Comparable::of(position, policy, placed))
            })
            .collect();
        for (place, statement) in statements.iter().enumerate() {
            sink.position = statement.position;
            check_within(statement, sink);
            check_among(place, &statements, sink);
        }
    }
}

/// A statement that can be compared with others: it says which actions and which resources.
struct Comparable<'a> {
    position: usize,
    policy: &'a Policy<'a>,
    placed: &'a Placed,
    actions: &'a [ActionPattern],
    /// The actions that are written out, in lower case.
    literal: BTreeSet<String>,
    /// The others.
    wildcards: Vec<&'a ActionPattern>,
    resources: Vec<Scoped<'a>>,
}

/// A resource, with its text as the template writes it when parts of it are known only at the deployment.
#[derive(Clone, Copy)]
struct Scoped<'a> {
    pattern: &'a ArnPattern,
    holes: Option<&'a str>,
}

impl Scoped<'_> {
    /// Whether this stands for everything that the other does, whatever the deployment fills in.
    fn covers(&self, other: &Self) -> bool {
        match (self.holes, other.holes) {
            (None, _) => self.pattern.covers(other.pattern),
            (Some(own), Some(theirs)) => own == theirs,
            (Some(_), None) => false,
        }
    }
}

impl<'a> Comparable<'a> {
    fn of(position: usize, policy: &'a Policy<'a>, placed: &'a Placed) -> Option<Self> {
        let (ActionBlock::Action(actions), ResourceBlock::Resource(resources)) =
            (&placed.statement.action, placed.statement.resource.as_ref()?)
        else {
            return None;
        };
        // Of a list that could not be read in full nobody can say that another covers it.
        if placed.is_opaque || ["Action", "Resource"].iter().any(|it| policy.is_refused(placed, it)) {
            return None;
        }
        let element = placed.pointer.join("Resource");
        let scoped = |pattern: &'a ArnPattern| {
            let place = policy.source.document.item(&element, pattern.as_str());
            Scoped { pattern, holes: policy.source.holes.get(&place).map(String::as_str) }
        };
        let resources = resources.iter().map(scoped).collect();
        let (wildcards, literal): (Vec<_>, Vec<_>) = actions.iter().partition(|action| action.has_wildcard());
        let literal = literal.iter().map(|action| action.as_str().to_ascii_lowercase()).collect();
        Some(Self { position, policy, placed, actions, literal, wildcards, resources })
    }

    /// Whether this statement is in force whenever the other one is.
    fn holds_whenever(&self, other: &Self) -> bool {
        let (own, theirs) = (&self.placed.statement, &other.placed.statement);
        own.effect == theirs.effect && (own.condition.is_empty() || own.condition == theirs.condition)
    }

    fn lists(&self, action: &ActionPattern) -> bool {
        let is_literal =
            || !action.has_wildcard() && self.literal.contains(&action.as_str().to_ascii_lowercase());
        is_literal() || self.wildcards.iter().any(|own| own.covers(action))
    }

    fn covers_resources(&self, resources: &[Scoped<'_>]) -> bool {
        resources.iter().all(|resource| self.resources.iter().any(|own| own.covers(resource)))
    }

    fn is_open(&self) -> bool {
        self.resources.iter().any(|own| own.pattern.is_any())
    }

    fn name(&self) -> String {
        format!("statement `{}` of `{}`", self.placed.label, self.policy.source.name)
    }
}

/// Items of one list that others of it cover.
fn check_within(statement: &Comparable<'_>, sink: &mut Sink) {
    let Comparable { policy, placed, actions, literal, wildcards, resources, .. } = statement;
    // Without wildcards, actions cover each other only when they are the same.
    if !wildcards.is_empty() || literal.len() < actions.len() {
        for (action, cover) in covered(actions, ActionPattern::covers) {
            let message = if cover == action {
                "it stands in this statement twice".to_owned()
            } else {
                format!("`{cover}` of this statement stands for it already")
            };
            let at = At::action(&placed.statement, action);
            sink.push(policy.finding(placed, Code::RepeatedAction, at, message).with_fix("remove it"));
        }
    }
    for (resource, cover) in covered(resources, Scoped::covers) {
        let message = if cover.pattern == resource.pattern {
            format!("`{}` stands in this statement twice", resource.pattern)
        } else {
            format!("`{}` stands for everything that `{}` does", cover.pattern, resource.pattern)
        };
        let at = At::resource("Resource", resource.pattern.as_str());
        sink.push(policy.finding(placed, Code::RepeatedResource, at, message).with_fix("remove it"));
    }
}

/// Each item that another one covers, with that; of two that cover each other it is the later one.
fn covered<T>(items: &[T], covers: impl Fn(&T, &T) -> bool) -> Vec<(&T, &T)> {
    let cover_of = |(position, item)| {
        let cover = items.iter().enumerate().find(|(other, cover)| {
            *other != position && covers(cover, item) && (*other < position || !covers(item, cover))
        });
        cover.map(|(_, cover)| (item, cover))
    };
    items.iter().enumerate().filter_map(cover_of).collect()
}

/// A statement, or actions of it, that others cover; of two that cover each other it is the later one.
fn check_among(place: usize, all: &[Comparable<'_>], sink: &mut Sink) {
    let Some(statement) = all.get(place) else { return };
    let covers = |other: usize, cover: &Comparable<'_>, actions: &[ActionPattern]| {
        let is_wider = |wide: &Comparable<'_>, narrow: &Comparable<'_>, actions: &[ActionPattern]| {
            wide.holds_whenever(narrow)
                && actions.iter().all(|action| wide.lists(action))
                && wide.covers_resources(&narrow.resources)
        };
        let is_mutual = |actions: &[ActionPattern]| is_wider(statement, cover, actions);
        other != place
            && is_wider(cover, statement, actions)
            && (other < place || !is_mutual(if actions.len() == 1 { actions } else { cover.actions }))
    };
    let find = |actions: &[ActionPattern]| {
        all.iter().enumerate().find(|(other, cover)| covers(*other, cover, actions))
    };
    let Comparable { policy, placed, actions, .. } = statement;
    if let Some((_, cover)) = find(actions) {
        let message = format!("{} covers the whole statement", cover.name());
        let at = At { element: "Sid", text: None, action: None };
        sink.push(
            policy.finding(placed, Code::CoveredStatement, at, message).with_fix("remove the statement"),
        );
        return;
    }
    for action in *actions {
        let at = At::action(&placed.statement, action);
        if let Some((_, cover)) = find(std::slice::from_ref(action)) {
            let message = format!("{} grants it already, on all of these resources", cover.name());
            sink.push(policy.finding(placed, Code::RepeatedAction, at, message).with_fix("remove it here"));
        } else if let Some(other) = all.iter().take(place).find(|other| {
            other.holds_whenever(statement) && statement.holds_whenever(other) && other.lists(action)
        }) && !action.has_wildcard()
            && !other.is_open()
            && !statement.is_open()
        {
            let message = format!("{} grants it too, on other resources", other.name());
            sink.push(policy.finding(placed, Code::SplitAction, at, message));
        }
    }
}
