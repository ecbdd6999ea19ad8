//! [`Automaton`]: several patterns read side by side along the texts of another one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::language::{Place, Reach, Step};

/// How many states a search looks at before it gives up.
///
/// What policies hold takes tens of them. In the worst case the number doubles with each `?`, so that patterns
/// could be made which take for ever.
const MOST_STATES: usize = 5_000;

/// What is read: a character, or what stands for one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Symbol {
    Char(char),
    /// A character that no pattern writes.
    Other,
    /// A colon of [`Reach::MadeUp`].
    MadeUpColon,
    /// The whole value of a policy variable, as it was written.
    Variable(Box<str>),
}

impl Symbol {
    fn is_colon(&self) -> bool {
        matches!(self, Self::Char(':') | Self::MadeUpColon)
    }
}

/// The steps at which the patterns may stand, a bit for each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stand(Box<[u64]>);

impl Stand {
    fn nowhere(bits: usize) -> Self {
        Self(vec![0; bits.div_ceil(64)].into())
    }

    fn set(&mut self, bit: usize) {
        if let Some(word) = self.0.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    /// Whether a pattern may stand there.
    pub(super) fn has(&self, bit: usize) -> bool {
        self.0.get(bit / 64).is_some_and(|word| word & (1 << (bit % 64)) != 0)
    }

    /// How many bits hinder more than help.
    fn burden(&self, hindrances: &Self) -> i64 {
        let weight = |(own, hindrances): (&u64, &u64)| {
            i64::from((own & hindrances).count_ones()) - i64::from((own & !hindrances).count_ones())
        };
        self.0.iter().zip(&hindrances.0).map(weight).sum()
    }

    /// Whether whatever is reached from `other` is reached from here too.
    fn is_as_good_as(&self, other: &Self, hindrances: &Self) -> bool {
        let words = self.0.iter().zip(&other.0).zip(&hindrances.0);
        words.into_iter().all(|((own, other), hindrances)| {
            own & !other & hindrances == 0 && other & !own & !hindrances == 0
        })
    }
}

/// Where one of the patterns stands within a [`Stand`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits {
    /// Its first step.
    first: usize,
    /// Its end: the text matches when it ends here.
    pub(super) end: usize,
    /// A `*` as its last step: from here on every text matches.
    pub(super) settled: Option<usize>,
}

impl Bits {
    /// Whether the pattern matches this text, or one that goes on from here.
    pub(super) fn is_alive(self, stand: &Stand) -> bool {
        (self.first..=self.end).any(|bit| stand.has(bit))
    }
}

/// The steps that take a symbol.
#[derive(Clone)]
struct Move {
    /// Those that are done with it.
    takes: Stand,
    /// Those that take more.
    takes_more: Stand,
}

/// Patterns, compiled for the characters that occur in them and in the pattern that is asked for.
pub(super) struct Automaton {
    alphabet: Vec<Symbol>,
    /// By symbol.
    moves: Vec<Move>,
    skips: Stand,
    start: Stand,
    most_states: usize,
    /// Each pattern's place.
    pub(super) patterns: Vec<Bits>,
}

/// What a search looks for.
pub(super) trait Goal {
    /// Whether a text that ends with the patterns standing so is what is looked for.
    fn is_reached(&self, at_end: &Stand) -> bool;

    /// Whether no text that goes on from here can be.
    fn is_out_of_reach(&self, stand: &Stand) -> bool;

    /// The bits that do not help: where a text with them is what is looked for, so is one without them. All
    /// others do not hinder.
    fn hindrances(&self) -> &Stand;
}

/// What came of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// There is such a text.
    Found,
    /// There is none.
    Nothing,
    /// There were too many states.
    GivenUp,
}

impl Automaton {
    /// The bits of the patterns for which `is_one_of` holds, by their order.
    pub(super) fn bits_of(&self, is_one_of: impl Fn(usize) -> bool) -> Stand {
        let mut bits = Stand(vec![0; self.start.0.len()].into());
        for (_, own) in self.patterns.iter().enumerate().filter(|(i, _)| is_one_of(*i)) {
            (own.first..=own.end).for_each(|bit| bits.set(bit));
        }
        bits
    }

    /// Compiles patterns to be read along `asked`.
    pub(super) fn new(patterns: &[&[Step]], asked: &[Step]) -> Self {
        let alphabet = alphabet(patterns, asked);
        let size = patterns.iter().map(|steps| steps.len() + 1).sum();
        let nowhere = || Stand::nowhere(size);
        let mut moves = vec![Move { takes: nowhere(), takes_more: nowhere() }; alphabet.len()];
        let (mut skips, mut start) = (nowhere(), nowhere());
        let mut places = Vec::with_capacity(patterns.len());
        let mut bit = 0;
        for steps in patterns {
            let (first, end) = (bit, bit + steps.len());
            let settles = matches!(steps.last(), Some(Step::Many(Reach::Text)));
            places.push(Bits { first, end, settled: settles.then(|| end - 1) });
            start.set(first);
            for step in *steps {
                let is_many = matches!(step, Step::Many(_));
                if is_many {
                    skips.set(bit);
                    // Before its first character a `*` may be passed by.
                    if bit == first {
                        start.set(bit + 1);
                    }
                }
                for at in symbols(&alphabet, step, takes_symbol) {
                    let Some(Move { takes, takes_more }) = moves.get_mut(at) else { continue };
                    (if is_many { takes_more } else { takes }).set(bit);
                }
                bit += 1;
            }
            bit += 1;
        }
        Self { alphabet, moves, skips, start, most_states: MOST_STATES, patterns: places }
    }

    /// Where the patterns stand after a symbol. A `*` may take nothing; no two of them are neighbours, so that
    /// one look is enough.
    fn after(&self, stand: &Stand, symbol: usize) -> Stand {
        let Some(Move { takes, takes_more }) = self.moves.get(symbol) else { return stand.clone() };
        let (mut carry, mut skip_carry) = (0, 0);
        let words = stand.0.iter().zip(&takes.0).zip(&takes_more.0).zip(&self.skips.0);
        let words = words.map(|(((stand, takes), takes_more), skips)| {
            let taken = stand & takes;
            let moved = taken << 1 | carry | stand & takes_more;
            carry = taken >> 63;
            let skipped = moved & skips;
            let past = skipped << 1 | skip_carry;
            skip_carry = skipped >> 63;
            moved | past
        });
        Stand(words.collect())
    }

    /// Looks for a text of `asked` with which the goal is reached, from `start` on.
    pub(super) fn search(&self, asked: &[Step], start: Place, goal: &impl Goal) -> Search {
        let mut seen: BTreeMap<(Place, usize), Vec<Stand>> = BTreeMap::new();
        let mut states = 0;
        let mut open = vec![(start, 0_usize, self.start.clone())];
        while let Some((place, at, stand)) = open.pop() {
            let Some(step) = asked.get(at) else {
                if place.is_end() && goal.is_reached(&stand) {
                    return Search::Found;
                }
                continue;
            };
            let is_many = matches!(step, Step::Many(_));
            if is_many || matches!(step, Step::One(_)) {
                let known = seen.entry((place, at)).or_default();
                let is_no_better = |other: &Stand| other.is_as_good_as(&stand, goal.hindrances());
                if goal.is_out_of_reach(&stand) || known.iter().any(is_no_better) {
                    continue;
                }
                states += 1;
                if states > self.most_states {
                    return Search::GivenUp;
                }
                known.push(stand.clone());
            }
            if is_many {
                open.push((place, at + 1, stand.clone()));
            }
            let next = if is_many { at } else { at + 1 };
            // Most characters make no difference to the patterns.
            let first_new = open.len();
            for symbol in symbols(&self.alphabet, step, makes_symbol) {
                let is_colon = self.alphabet.get(symbol).is_some_and(Symbol::is_colon);
                let Some(place) = place.after(is_colon) else { continue };
                let state = (place, next, self.after(&stand, symbol));
                if !open.iter().skip(first_new).any(|other| *other == state) {
                    open.push(state);
                }
            }
            // The most promising comes next, so that what is no better is seen to be so.
            if let Some(new) = open.get_mut(first_new..) {
                new.sort_by_key(|(_, _, stand)| Reverse(stand.burden(goal.hindrances())));
            }
        }
        Search::Nothing
    }
}

/// The symbols that the asked pattern can make, and that a pattern may tell apart.
fn alphabet(patterns: &[&[Step]], asked: &[Step]) -> Vec<Symbol> {
    let mut symbols = BTreeSet::from([Symbol::Char(':'), Symbol::Other, Symbol::MadeUpColon]);
    for step in patterns.iter().copied().flatten().chain(asked) {
        match step {
            Step::Char(c) => symbols.insert(Symbol::Char(*c)),
            Step::Variable(text) => symbols.insert(Symbol::Variable(text.clone())),
            Step::WrittenColon | Step::One(_) | Step::Many(_) => false,
        };
    }
    symbols.into_iter().collect()
}

/// The places of a step's symbols, sorted, in the alphabet.
fn symbols(
    alphabet: &[Symbol],
    step: &Step,
    has: impl Fn(&Step, &Symbol) -> bool,
) -> impl Iterator<Item = usize> {
    // A character other than a colon is but one of them.
    let range = match step {
        Step::Char(c) if *c != ':' => match alphabet.binary_search(&Symbol::Char(*c)) {
            Ok(at) => at..at + 1,
            Err(_) => 0..0,
        },
        _ => 0..alphabet.len(),
    };
    range.filter(move |at| alphabet.get(*at).is_some_and(|symbol| has(step, symbol)))
}

/// Whether a step of the asked pattern stands for that symbol.
fn makes_symbol(step: &Step, symbol: &Symbol) -> bool {
    match (step, symbol) {
        (Step::Char(own), Symbol::Char(c)) => own == c,
        (Step::WrittenColon, Symbol::Char(':')) => true,
        (Step::Variable(own), Symbol::Variable(text)) => own == text,
        (Step::One(reach) | Step::Many(reach), symbol) => match symbol {
            Symbol::Char(':') => *reach == Reach::Text,
            Symbol::MadeUpColon => *reach == Reach::MadeUp,
            Symbol::Char(_) | Symbol::Other => true,
            Symbol::Variable(_) => false,
        },
        _ => false,
    }
}

/// Whether a step of a pattern takes that symbol. A variable's value may be any text, and no text as well.
fn takes_symbol(step: &Step, symbol: &Symbol) -> bool {
    match (step, symbol) {
        (Step::Char(own), Symbol::Char(c)) => own == c,
        (Step::Char(':'), Symbol::MadeUpColon) | (Step::WrittenColon, Symbol::Char(':')) => true,
        (Step::Variable(own), Symbol::Variable(text)) => own == text,
        (Step::Many(reach), Symbol::Variable(_)) => *reach != Reach::Part,
        (Step::One(reach) | Step::Many(reach), symbol) => match symbol {
            Symbol::Variable(_) => false,
            symbol => !symbol.is_colon() || *reach != Reach::Part,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that ends in the first pattern.
    struct Matched(Bits, Stand);

    impl Goal for Matched {
        fn is_reached(&self, at_end: &Stand) -> bool {
            at_end.has(self.0.end)
        }

        fn is_out_of_reach(&self, stand: &Stand) -> bool {
            !self.0.is_alive(stand)
        }

        fn hindrances(&self) -> &Stand {
            &self.1
        }
    }

    #[test]
    fn a_search_finds_a_text_or_nothing_or_gives_up() {
        let any = Step::Many(Reach::Text);
        let asked = [any.clone(), Step::Char('a'), any.clone()];
        let search = |pattern: &[Step], most_states| {
            let automaton = Automaton { most_states, ..Automaton::new(&[pattern], &asked) };
            let goal = Matched(automaton.patterns[0], automaton.bits_of(|_| false));
            automaton.search(&asked, Place::NAME, &goal)
        };
        let with_a = [any.clone(), Step::Char('b'), any, Step::Char('a')];
        let without_a = [Step::Char('b'), Step::Char('b')];
        assert_eq!(search(&with_a, MOST_STATES), Search::Found);
        assert_eq!(search(&without_a, MOST_STATES), Search::Nothing);
        assert_eq!(search(&with_a, 1), Search::GivenUp);
    }
}
