//! [`Asked`]: the resources that are asked for as one, and what a pattern of a policy has to do with them.

use std::borrow::Cow;

use crate::arn_pattern::ArnPattern;

use super::containment::{differ_before_wildcards, resource_steps, without_variables};
use super::glob::keep_within_segments;
use super::language::{Place, Reach, Step, is_written_colon, overlap};
use super::pattern::{Pattern, Wildcards};
use super::request::Context;

/// What is asked: an action, in lower case, on resources, in a context.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub(super) action: &'a str,
    pub(super) asked: &'a Asked<'a>,
    pub(super) context: &'a Context,
}

/// What a policy's pattern, or a statement, has to do with the resources that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// It speaks of all of them.
    Covers,
    /// It speaks of none of them.
    Disjoint,
    /// More has to be looked at.
    Open,
}

/// The resources that a pattern stands for, or the one resource that it names.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pattern: &'a ArnPattern,
    /// The resource, when it is one.
    literal: Option<Cow<'a, str>>,
    /// The text when all six parts are written and none holds a policy variable.
    plain: Option<&'a str>,
    colons: usize,
}

impl<'a> Asked<'a> {
    /// The resources of a pattern; `*` names the resource `*`.
    pub(super) fn new(pattern: &'a ArnPattern) -> Self {
        let text = pattern.as_str();
        let colons = text.matches(':').count();
        let is_plain = colons >= COLONS && !text.contains('$');
        let literal = if pattern.is_any() || is_plain && !text.contains(['*', '?']) {
            Some(Cow::Borrowed(text))
        } else if is_plain {
            None
        } else {
            literal(&resource_steps(pattern, false)).map(Cow::Owned)
        };
        Self { pattern, literal, plain: is_plain.then_some(text), colons }
    }

    /// The steps of the ARNs.
    ///
    /// Wildcards stay within their parts, and colons that they stand for separate none. A policy variable has
    /// no value here, so that it may have any.
    pub(super) fn steps(&self) -> Vec<Step> {
        let steps = without_variables(resource_steps(self.pattern, false), Reach::Text);
        let made_up = |step| match step {
            Step::One(Reach::Text) => Step::One(Reach::MadeUp),
            Step::Many(Reach::Text) => Step::Many(Reach::MadeUp),
            step => step,
        };
        steps.into_iter().map(made_up).collect()
    }
}

/// The colons between the parts of an ARN.
const COLONS: usize = 5;

fn literal(steps: &[Step]) -> Option<String> {
    let character = |step: &Step| match step {
        Step::Char(c) => Some(*c),
        _ => None,
    };
    steps.iter().map(character).collect()
}

/// A pattern of `Resource` or `NotResource`, compiled.
#[derive(Clone, Debug)]
pub(super) struct CompiledResource {
    text: Box<str>,
    pattern: Pattern,
    colons: usize,
    /// Whether all six parts are written, and nothing looks like a policy variable.
    is_plain: bool,
    /// Whether the wildcards are `*` that take colons.
    has_only_stars: bool,
}

impl CompiledResource {
    /// Compiles a pattern; without `variables`, `${…}` is a text like any other.
    pub(super) fn new(source: &ArnPattern, variables: bool) -> Self {
        let text = source.as_str();
        let pattern = Pattern::lower(text, Wildcards::Resource, variables);
        let colons = text.matches(':').count();
        let is_plain = colons >= COLONS && !text.contains('$');
        let has_only_stars = is_plain && pattern.has_only_stars();
        Self { text: text.into(), pattern, colons, is_plain, has_only_stars }
    }

    /// Whether the pattern matches a resource.
    pub(super) fn matches(&self, resource: &str, context: &Context) -> bool {
        self.pattern.matches(resource, context)
    }

    /// What can be told from the texts alone; exact when one resource is asked for.
    pub(super) fn glance(&self, asked: &Asked<'_>, context: &Context) -> Relation {
        let told = |covers| if covers { Relation::Covers } else { Relation::Disjoint };
        if let Some(resource) = &asked.literal {
            return told(self.matches(resource, context));
        }
        if matches!(self.pattern, Pattern::Any) {
            return Relation::Covers;
        }
        match asked.plain {
            // With as many colons as are asked for, each has to be the one that it is matched with.
            Some(text) if self.is_plain => {
                if self.colons >= asked.colons && parts_differ(&self.text, text) {
                    Relation::Disjoint
                } else if self.has_only_stars && self.matches(text, context) {
                    // A `*` that takes every character takes a wildcard as it is written.
                    Relation::Covers
                } else {
                    Relation::Open
                }
            }
            _ if differ_before_wildcards(&self.text, asked.pattern.as_str()) => Relation::Disjoint,
            _ => Relation::Open,
        }
    }

    /// The ways in which the pattern takes some of the ARNs that are asked for, given as steps; none when it
    /// takes none of them. Not for `*`.
    ///
    /// The first way is part by part. The second is that of a `*` which ends its part and takes colons beyond
    /// it: then only colons that are written out separate parts.
    pub(super) fn ways(&self, asked: &[Step], context: &Context) -> Vec<Vec<Step>> {
        let Some(tokens) = self.pattern.tokens(context) else { return Vec::new() };
        let mut within = tokens.clone();
        keep_within_segments(&mut within, false);
        let colons = |steps: &[Step]| steps.iter().filter(|step| is_written_colon(step)).count();
        let mut ways = vec![Step::of_tokens(&within)];
        if within != tokens {
            let crossing = Step::of_tokens(&tokens);
            if colons(&crossing) < colons(asked) {
                let written = |step| if is_written_colon(&step) { Step::WrittenColon } else { step };
                ways.push(crossing.into_iter().map(written).collect());
            }
        }
        ways.retain(|way| overlap(way, asked, Place::ARN));
        ways
    }

    /// Whether the pattern is `*`.
    pub(super) fn is_any(&self) -> bool {
        matches!(self.pattern, Pattern::Any)
    }
}

/// Whether some part of two ARNs differs before either has a wildcard there.
fn parts_differ(one: &str, other: &str) -> bool {
    one.splitn(COLONS + 1, ':')
        .zip(other.splitn(COLONS + 1, ':'))
        .any(|(one, other)| part_differs(one, other))
}

fn part_differs(one: &str, other: &str) -> bool {
    let is_wild = |byte: u8| matches!(byte, b'*' | b'?');
    for (a, b) in one.bytes().zip(other.bytes()) {
        if is_wild(a) || is_wild(b) {
            return false;
        }
        if a != b {
            return true;
        }
    }
    let shorter = one.len().min(other.len());
    let longer = if one.len() > shorter { one } else { other };
    longer.as_bytes().get(shorter).is_some_and(|byte| *byte != b'*')
}
