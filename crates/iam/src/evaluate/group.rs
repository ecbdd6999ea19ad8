//! [`PolicyGroup`]: policies that count as one, with an index of the actions that they name.

use std::collections::BTreeMap;

use crate::document::PolicyDocument;
use crate::statement::Effect;

use super::asked::{Question, Relation};
use super::compiled::CompiledStatement;
use super::decision::{Mismatch, NearMiss, PolicyType, StatementRef};
use super::request::Request;

/// Policies of one type, of which any may allow and any may deny.
#[derive(Clone, Debug)]
pub(super) struct PolicyGroup {
    policy_type: PolicyType,
    names: Vec<String>,
    statements: Vec<CompiledStatement>,
    /// Actions in lower case, sorted, each with the statements that name it in full.
    by_action: Vec<(Box<str>, Vec<usize>)>,
    /// The statements with wildcards or `NotAction`.
    wide: Vec<usize>,
}

/// The first statements of a group that match a request.
#[derive(Clone, Copy, Default)]
pub(super) struct Found<'a> {
    /// The first `Deny`.
    pub(super) deny: Option<&'a CompiledStatement>,
    /// The first `Allow`.
    pub(super) allow: Option<&'a CompiledStatement>,
}

/// The first statements of a group that speak of all resources that are asked for, and whether others may
/// speak of some.
#[derive(Clone, Copy, Default)]
pub(super) struct Glance<'a> {
    pub(super) deny: Option<&'a CompiledStatement>,
    pub(super) allow: Option<&'a CompiledStatement>,
    pub(super) may_deny: bool,
    pub(super) may_allow: bool,
}

impl PolicyGroup {
    /// Compiles policies, each with its name.
    pub(super) fn new<'p>(
        policy_type: PolicyType,
        policies: impl IntoIterator<Item = (&'p str, &'p PolicyDocument)>,
    ) -> Self {
        let mut names = Vec::new();
        let mut statements = Vec::new();
        for (i, (name, document)) in policies.into_iter().enumerate() {
            names.push(name.to_owned());
            statements.extend(CompiledStatement::of_document(document, i));
        }
        let mut by_action: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        let mut wide = Vec::new();
        for (i, statement) in statements.iter().enumerate() {
            match statement.literal_actions() {
                None => wide.push(i),
                Some(actions) => {
                    for action in actions {
                        by_action.entry(action.clone()).or_default().push(i);
                    }
                }
            }
        }
        Self { policy_type, names, statements, by_action: by_action.into_iter().collect(), wide }
    }

    /// The first statements that match.
    pub(super) fn find(&self, request: &Request) -> Found<'_> {
        let action = request.action_in_lower_case();
        let mut deny: Option<usize> = None;
        let mut allow: Option<usize> = None;
        for (place, statement, matches_action) in self.that_may_speak_of(action) {
            let first = if statement.source.effect == Effect::Deny { &mut deny } else { &mut allow };
            if first.is_none_or(|known| place < known)
                && (matches_action || statement.matches_action(action))
                && statement.matches_but_for_action(request)
            {
                *first = Some(place);
            }
        }
        let statement = |place: Option<usize>| place.and_then(|place| self.statements.get(place));
        Found { deny: statement(deny), allow: statement(allow) }
    }

    /// The statements that name an action, given in lower case, and those that have to be asked; with whether
    /// the statement names it.
    fn that_may_speak_of(&self, action: &str) -> impl Iterator<Item = (usize, &CompiledStatement, bool)> {
        let named = self.by_action.binary_search_by(|(own, _)| (**own).cmp(action));
        let named = named.ok().and_then(|at| self.by_action.get(at)).map(|(_, places)| places.as_slice());
        let named = named.unwrap_or_default().iter().map(|place| (*place, true));
        let wide = self.wide.iter().map(|place| (*place, false));
        let statement = |place: usize| self.statements.get(place);
        named.chain(wide).filter_map(move |(place, is_named)| {
            statement(place).map(|statement| (place, statement, is_named))
        })
    }

    /// The statements whose action and conditions match, in no order.
    pub(super) fn in_effect(&self, question: &Question<'_>) -> impl Iterator<Item = &CompiledStatement> {
        let (action, context) = (question.action, question.context);
        self.that_may_speak_of(action)
            .filter(move |(_, statement, is_named)| {
                (*is_named || statement.matches_action(action)) && statement.matches_context(context)
            })
            .map(|(_, statement, _)| statement)
    }

    /// What the statements have to do with the resources that are asked for, as far as their texts tell.
    pub(super) fn glance(&self, question: &Question<'_>) -> Glance<'_> {
        let mut glance = Glance::default();
        for statement in self.in_effect(question) {
            let (first, may) = match statement.source.effect {
                Effect::Deny => (&mut glance.deny, &mut glance.may_deny),
                Effect::Allow => (&mut glance.allow, &mut glance.may_allow),
            };
            let order = |statement: &CompiledStatement| (statement.policy, statement.position);
            match statement.glance(question) {
                Relation::Disjoint => {}
                Relation::Open => *may = true,
                Relation::Covers if first.is_some_and(|known| order(known) < order(statement)) => {}
                Relation::Covers => *first = Some(statement),
            }
        }
        glance
    }

    /// What the policies count as.
    pub(super) fn policy_type(&self) -> PolicyType {
        self.policy_type
    }

    /// Where a statement of this group stands.
    pub(super) fn place<'a>(&'a self, statement: &'a CompiledStatement) -> StatementRef<'a> {
        StatementRef {
            policy_type: self.policy_type,
            policy: self.names.get(statement.policy).map(String::as_str).unwrap_or_default(),
            position: statement.position,
            sid: statement.source.sid.as_ref(),
            statement: &statement.source,
        }
    }

    /// Every `Deny` that fails to match for nothing but conditions on keys that the request does not have.
    pub(super) fn latent_denials<'a>(&'a self, request: &'a Request) -> impl Iterator<Item = NearMiss<'a>> {
        let action = request.action_in_lower_case();
        let denials = self.statements.iter().filter(|statement| statement.source.effect == Effect::Deny);
        denials.filter(|statement| statement.matches_action(action)).filter_map(|statement| {
            let mismatches = statement.mismatches(request);
            let for_want_of_keys =
                mismatches.iter().all(|miss| matches!(miss, Mismatch::Condition { asked: [], .. }));
            (for_want_of_keys && !mismatches.is_empty())
                .then(|| NearMiss { statement: self.place(statement), mismatches })
        })
    }

    /// The `Allow` that comes nearest to matching, the first of equals.
    ///
    /// One that speaks of the action is nearer than one that only speaks of its service; then principal and
    /// resource count, then how few conditions fail.
    pub(super) fn nearest<'a>(&'a self, request: &'a Request) -> Option<NearMiss<'a>> {
        let misses =
            self.statements.iter().filter(|statement| statement.source.effect == Effect::Allow).filter(
                |statement| {
                    statement.matches_action(request.action_in_lower_case())
                        || statement.names_service_of(request)
                },
            );
        let ranked = misses.map(|statement| (statement, statement.mismatches(request)));
        let (statement, mismatches) = ranked.min_by_key(|(_, mismatches)| {
            let has = |wanted: fn(&Mismatch<'_>) -> bool| mismatches.iter().any(wanted);
            (
                has(|miss| matches!(miss, Mismatch::Action { .. })),
                has(|miss| matches!(miss, Mismatch::Principal { .. })),
                has(|miss| matches!(miss, Mismatch::Resource { .. })),
                mismatches.len(),
            )
        })?;
        Some(NearMiss { statement: self.place(statement), mismatches })
    }
}
