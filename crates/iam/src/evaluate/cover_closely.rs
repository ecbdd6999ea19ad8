//! The exact answer of [`Evaluator::cover`] where single statements do not decide.

use crate::statement::Effect;

use super::Evaluator;
use super::asked::{CompiledResource, Question};
use super::automaton::{Automaton, Bits, Goal, Search, Stand};
use super::compiled::CompiledStatement;
use super::containment::is_covered;
use super::cover::Covering;
use super::decision::{PolicyType, StatementRef};
use super::group::PolicyGroup;
use super::language::{Place, Step};
use super::request::Context;

impl Evaluator {
    /// The answer, by reading all patterns that matter along what is asked for.
    pub(super) fn cover_closely(&self, question: &Question<'_>) -> Covering<'_> {
        let asked = question.asked.steps();
        let touching = |effect| {
            let groups = self.groups();
            groups.map(|group| touching(group, effect, question, &asked)).collect::<Vec<_>>()
        };
        let (levels, denies) = (touching(Effect::Allow), touching(Effect::Deny).concat());
        let first_deny = denies.first().map(|rule| rule.place);
        if levels.iter().any(Vec::is_empty) {
            return Covering::Not { denied: first_deny };
        }
        let rules = levels.iter().flatten().chain(&denies);
        let ways: Vec<&[Step]> = rules.flat_map(|rule| rule.ways.iter().map(Vec::as_slice)).collect();
        let automaton = Automaton::new(&ways, &asked);
        let mut bits = automaton.patterns.iter().copied();
        let mut read = |rules: &[Rule<'_>]| -> Vec<ReadRule> {
            rules.iter().map(|rule| rule.read_as(bits.by_ref().take(rule.ways.len()).collect())).collect()
        };
        let (levels_read, denies_read) = (levels.iter().map(|rules| read(rules)).collect(), read(&denies));
        let rules = Rules { levels: levels_read, denies: denies_read };
        let search = |goal: Answer| automaton.search(&asked, Place::ARN, &goal);
        let identity = levels.iter().flatten().filter(|rule| rule.place.policy_type == PolicyType::Identity);
        let by = || identity.clone().map(|rule| rule.place).collect();
        if search(Answer::new(&rules, &automaton, false)) == Search::Nothing {
            let alone = identity.clone().find(|rule| rule.covers(&asked));
            return Covering::Full { by: alone.map_or_else(by, |rule| vec![rule.place]) };
        }
        match search(Answer::new(&rules, &automaton, true)) {
            Search::Nothing => Covering::Not { denied: first_deny },
            Search::Found | Search::GivenUp => Covering::Partly { by: by(), denied: first_deny },
        }
    }
}

/// A statement that speaks of some of what is asked for.
#[derive(Clone)]
struct Rule<'a> {
    place: StatementRef<'a>,
    /// Whether it speaks of what its patterns do not match.
    excludes: bool,
    ways: Vec<Vec<Step>>,
}

impl<'a> Rule<'a> {
    /// `None` when the statement speaks of nothing that is asked for.
    fn new(
        place: StatementRef<'a>,
        statement: &CompiledStatement,
        asked: &[Step],
        context: &Context,
    ) -> Option<Self> {
        let excludes = statement.excludes_resources();
        if statement.resources().iter().any(CompiledResource::is_any) {
            return (!excludes).then_some(Self { place, excludes: true, ways: Vec::new() });
        }
        let ways = statement.resources().iter().flat_map(|pattern| pattern.ways(asked, context)).collect();
        let rule = Self { place, excludes, ways };
        let is_silent = if excludes { rule.matches_all(asked) } else { rule.ways.is_empty() };
        (!is_silent).then_some(rule)
    }

    /// Whether every text that is asked for matches one of the patterns.
    fn matches_all(&self, asked: &[Step]) -> bool {
        let ways: Vec<&[Step]> = self.ways.iter().map(Vec::as_slice).collect();
        is_covered(asked, &ways, Place::ARN)
    }

    /// Whether the statement speaks of all that is asked for.
    fn covers(&self, asked: &[Step]) -> bool {
        if self.excludes { self.ways.is_empty() } else { self.matches_all(asked) }
    }

    fn read_as(&self, ways: Vec<Bits>) -> ReadRule {
        ReadRule { excludes: self.excludes, ways }
    }
}

/// The statements of one effect that speak of some of what is asked for, in the order of the policies.
fn touching<'a>(
    group: &'a PolicyGroup,
    effect: Effect,
    question: &Question<'_>,
    asked: &[Step],
) -> Vec<Rule<'a>> {
    let statements = group.in_effect(question).filter(|statement| statement.source.effect == effect);
    let mut statements: Vec<_> = statements.collect();
    statements.sort_by_key(|statement| (statement.policy, statement.position));
    let rules = statements
        .into_iter()
        .filter_map(|statement| Rule::new(group.place(statement), statement, asked, question.context));
    rules.collect()
}

/// A rule, by where its patterns stand.
struct ReadRule {
    excludes: bool,
    ways: Vec<Bits>,
}

impl ReadRule {
    /// Whether the statement speaks of a text that ends so.
    fn speaks_of(&self, at_end: &Stand) -> bool {
        self.ways.iter().any(|bits| at_end.has(bits.end)) != self.excludes
    }

    /// Whether the statement speaks of every text that goes on from here.
    fn is_certain(&self, stand: &Stand) -> bool {
        if self.excludes {
            return self.ways.iter().all(|bits| !bits.is_alive(stand));
        }
        self.ways.iter().any(|bits| bits.settled.is_some_and(|bit| stand.has(bit)))
    }

    /// Whether the statement speaks of no text that goes on from here.
    fn is_over(&self, stand: &Stand) -> bool {
        let all_match = |bits: &Bits| bits.settled.is_some_and(|bit| stand.has(bit));
        if self.excludes {
            return self.ways.iter().any(all_match);
        }
        self.ways.iter().all(|bits| !bits.is_alive(stand))
    }
}

/// The statements that decide.
struct Rules {
    levels: Vec<Vec<ReadRule>>,
    denies: Vec<ReadRule>,
}

impl Rules {
    /// Whether a text is allowed, given what is known of each rule.
    fn allow(&self, denies: impl Fn(&ReadRule) -> bool, allows: impl Fn(&ReadRule) -> bool) -> bool {
        !self.denies.iter().any(denies) && self.levels.iter().all(|rules| rules.iter().any(&allows))
    }
}

/// A resource that is allowed, or one that is not.
struct Answer<'a> {
    rules: &'a Rules,
    is_allowed: bool,
    hindrances: Stand,
}

impl<'a> Answer<'a> {
    fn new(rules: &'a Rules, automaton: &Automaton, is_allowed: bool) -> Self {
        // To match a pattern of `Resource` helps an Allow, and so does not to match one of `NotResource`; for
        // a Deny it is the other way round.
        let allows = rules.levels.iter().flatten().map(|rule| (rule, true));
        let denies = rules.denies.iter().map(|rule| (rule, false));
        let helps_to_allow: Vec<bool> = allows
            .chain(denies)
            .flat_map(|(rule, allow)| rule.ways.iter().map(move |_| allow != rule.excludes))
            .collect();
        let hindrances =
            automaton.bits_of(|i| helps_to_allow.get(i).is_some_and(|helps| *helps != is_allowed));
        Self { rules, is_allowed, hindrances }
    }
}

impl Goal for Answer<'_> {
    fn is_reached(&self, at_end: &Stand) -> bool {
        self.rules.allow(|rule| rule.speaks_of(at_end), |rule| rule.speaks_of(at_end)) == self.is_allowed
    }

    fn is_out_of_reach(&self, stand: &Stand) -> bool {
        if self.is_allowed {
            // Even if every rule that can still speak spoke for it.
            !self.rules.allow(|rule| rule.is_certain(stand), |rule| !rule.is_over(stand))
        } else {
            self.rules.allow(|rule| !rule.is_over(stand), |rule| rule.is_certain(stand))
        }
    }

    fn hindrances(&self) -> &Stand {
        &self.hindrances
    }
}
