//! Pattern against pattern: whether one speaks of all that another speaks of, or of some of it.

use crate::action_pattern::ActionPattern;
use crate::arn_pattern::ArnPattern;
use crate::wildcard::matches_ignoring_case;

use super::automaton::{Automaton, Bits, Goal, Search, Stand};
use super::glob::{Token, keep_within_segments};
use super::language::{Place, Reach, Step, overlap};
use super::pattern::resource_pieces;
use super::variable::Piece;

impl ArnPattern {
    /// Whether every resource that `other` matches is matched by this pattern.
    ///
    /// Both are read as in a policy of version 2012-10-17, with the wildcards of `Resource`. What a policy
    /// variable stands for is not known here: where `other` has one, this pattern needs the same variable
    /// with the same default, or a `*`. So the answer is `false` where it depends on a variable's value. It is
    /// exact otherwise; only where patterns are so entangled that the search takes too long is it `false`.
    ///
    /// ```
    /// # use iam::ArnPattern;
    /// let pattern = |text| ArnPattern::parse(text);
    /// assert!(pattern("arn:aws:s3:::app-*")?.covers(&pattern("arn:aws:s3:::app-*-logs")?));
    /// assert!(!pattern("arn:aws:s3:::app-*-logs")?.covers(&pattern("arn:aws:s3:::app-*")?));
    /// # Ok::<(), iam::ArnPatternError>(())
    /// ```
    pub fn covers(&self, other: &Self) -> bool {
        other.is_covered_by([self])
    }

    /// Whether every resource that this pattern matches is matched by one of `others`, as in
    /// [`ArnPattern::covers`].
    pub fn is_covered_by<'p>(&self, others: impl IntoIterator<Item = &'p Self>) -> bool {
        let mut open = Vec::new();
        for other in others {
            match at_a_glance(other.as_str(), self.as_str()) {
                Glance::Covers => return true,
                Glance::Disjoint => {}
                Glance::Open => open.push(resource_steps(other, true)),
            }
        }
        let open: Vec<&[Step]> = open.iter().map(Vec::as_slice).collect();
        !open.is_empty() && is_covered(&resource_steps(self, true), &open, Place::ARN)
    }

    /// Whether some resource is matched by both patterns, read as in [`ArnPattern::covers`]; a policy variable
    /// counts as `*`.
    ///
    /// In `Resource` a `*` that ends its part takes colons too. So `arn:aws:ec2:*:*:instance/*` and
    /// `arn:aws:ec2:*:*:volume/*` both match `arn:aws:ec2:r:a:volume/x:instance/y`, an ARN that no resource
    /// has: [`ArnPattern::overlaps_part_by_part`] is what is mostly wanted.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.overlap(other, true)
    }

    /// Whether some resource is matched by both patterns when every wildcard stays within its part of the
    /// ARN, as with the operator `ArnLike`; a policy variable counts as `*`.
    ///
    /// This tells whether a statement's ARN can be one of a resource type: AWS makes no ARN whose region or
    /// account holds a colon.
    pub fn overlaps_part_by_part(&self, other: &Self) -> bool {
        self.overlap(other, false)
    }

    fn overlap(&self, other: &Self, last_star_crosses: bool) -> bool {
        if self.is_any() || other.is_any() {
            return true;
        }
        if differ_before_wildcards(self.as_str(), other.as_str()) {
            return false;
        }
        let steps = |pattern| without_variables(resource_steps(pattern, last_star_crosses), Reach::Text);
        overlap(&steps(self), &steps(other), Place::ARN)
    }
}

impl ActionPattern {
    /// Whether every action that `other` stands for is one of this pattern's.
    pub fn covers(&self, other: &Self) -> bool {
        let of_service = self.service() == "*" || self.service().eq_ignore_ascii_case(other.service());
        if !of_service || self.name() == "*" {
            return of_service;
        }
        // Most actions are written out, and then the question is a simple one.
        match (self.has_wildcard(), other.has_wildcard()) {
            (false, false) => self.name().eq_ignore_ascii_case(other.name()),
            (true, false) => matches_ignoring_case(self.name(), other.name()),
            _ => is_covered(&name_steps(other), &[&name_steps(self)], Place::NAME),
        }
    }

    /// Whether some action is one of both patterns'.
    pub fn overlaps(&self, other: &Self) -> bool {
        let of_service = self.service() == "*"
            || other.service() == "*"
            || self.service().eq_ignore_ascii_case(other.service());
        of_service && overlap(&name_steps(self), &name_steps(other), Place::NAME)
    }
}

/// What the texts of two patterns tell at once.
enum Glance {
    Covers,
    Disjoint,
    Open,
}

fn at_a_glance(pattern: &str, asked: &str) -> Glance {
    if pattern == "*" || pattern == asked {
        return Glance::Covers;
    }
    if asked == "*" || differ_before_wildcards(pattern, asked) {
        return Glance::Disjoint;
    }
    let ends_in_star = pattern.strip_suffix('*').filter(|prefix| before_wildcards(prefix) == *prefix);
    match ends_in_star {
        Some(prefix) if prefix.matches(':').count() >= 5 && asked.starts_with(prefix) => Glance::Covers,
        _ => Glance::Open,
    }
}

/// Whether the texts differ before either has a wildcard or a variable.
pub(super) fn differ_before_wildcards(one: &str, other: &str) -> bool {
    let (one, other) = (before_wildcards(one), before_wildcards(other));
    one.bytes().zip(other.bytes()).any(|(a, b)| a != b)
}

fn before_wildcards(text: &str) -> &str {
    text.split(['*', '?', '$']).next().unwrap_or_default()
}

/// The steps of a resource other than `*`; with `last_star_crosses` as in `Resource`, otherwise with every
/// wildcard before the fifth colon kept within its part.
pub(super) fn resource_steps(pattern: &ArnPattern, last_star_crosses: bool) -> Vec<Step> {
    let pieces = resource_pieces(pattern.as_str(), true);
    let steps = pieces.into_iter().enumerate().flat_map(|(at, piece)| match piece {
        Piece::Tokens(mut tokens) => {
            // Variables stand after the fifth colon, so that the first piece holds all five.
            if at == 0 {
                keep_within_segments(&mut tokens, last_star_crosses);
            }
            Step::of_tokens(&tokens)
        }
        Piece::Variable { key, default: None } => vec![Step::Variable(key)],
        Piece::Variable { key, default: Some(default) } => {
            vec![Step::Variable(format!("{key}, '{default}'").into())]
        }
    });
    Step::joined(steps.collect())
}

/// The steps with a `*` in the place of each policy variable.
pub(super) fn without_variables(steps: Vec<Step>, reach: Reach) -> Vec<Step> {
    let steps = steps.into_iter().map(|step| match step {
        Step::Variable(_) => Step::Many(reach),
        step => step,
    });
    Step::joined(steps.collect())
}

/// The steps of an action's name, in lower case.
fn name_steps(pattern: &ActionPattern) -> Vec<Step> {
    let tokens = pattern.name().bytes().map(|byte| match byte {
        b'*' => Token::Many,
        b'?' => Token::One,
        byte => Token::Byte(byte.to_ascii_lowercase()),
    });
    Step::of_tokens(&tokens.collect::<Vec<_>>())
}

/// Whether each text of `asked` matches one of the patterns; `false` as well where that takes too long.
pub(super) fn is_covered(asked: &[Step], patterns: &[&[Step]], start: Place) -> bool {
    let automaton = Automaton::new(patterns, asked);
    let unmatched = Unmatched { patterns: &automaton.patterns, all: automaton.bits_of(|_| true) };
    automaton.search(asked, start, &unmatched) == Search::Nothing
}

/// A text that no pattern matches.
struct Unmatched<'a> {
    patterns: &'a [Bits],
    all: Stand,
}

impl Goal for Unmatched<'_> {
    fn is_reached(&self, at_end: &Stand) -> bool {
        !self.patterns.iter().any(|bits| at_end.has(bits.end))
    }

    fn is_out_of_reach(&self, stand: &Stand) -> bool {
        self.patterns.iter().any(|bits| bits.settled.is_some_and(|bit| stand.has(bit)))
    }

    fn hindrances(&self) -> &Stand {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// The definition, at the price of exponential time.
    fn passes(steps: &[Step], text: &[char]) -> bool {
        let Some((step, rest)) = steps.split_first() else { return text.is_empty() };
        let takes = |reach: Reach, c: char| c != ':' || reach != Reach::Part;
        match (step, text.split_first()) {
            (Step::Many(reach), _) => {
                let most = text.iter().take_while(|c| takes(*reach, **c)).count();
                (0..=most).any(|n| passes(rest, &text[n..]))
            }
            (Step::One(reach), Some((c, more))) => takes(*reach, *c) && passes(rest, more),
            (Step::Char(own), Some((c, more))) => own == c && passes(rest, more),
            _ => false,
        }
    }

    /// Every text of up to seven characters; of those that no pattern writes, `b` stands for all.
    fn texts() -> Vec<Vec<char>> {
        let longer = |texts: &Vec<Vec<char>>| -> Vec<Vec<char>> {
            let more = texts.iter().flat_map(|text| ['a', 'b', ':'].map(|c| [&text[..], &[c]].concat()));
            more.collect()
        };
        let start = vec![vec![]];
        std::iter::successors(Some(start), |texts| Some(longer(texts))).skip(1).take(7).flatten().collect()
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            3 => Just(Step::Char('a')),
            1 => Just(Step::Char(':')),
            1 => Just(Step::One(Reach::Text)),
            1 => Just(Step::One(Reach::Part)),
            2 => Just(Step::Many(Reach::Text)),
            2 => Just(Step::Many(Reach::Part)),
        ];
        vec(step, 0..5).prop_map(Step::joined)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn both_questions_follow_the_definition(asked in steps(), one in steps(), other in steps()) {
            let texts: Vec<_> = texts().into_iter().filter(|text| passes(&asked, text)).collect();
            let covered = texts.iter().all(|text| passes(&one, text) || passes(&other, text));
            prop_assert_eq!(is_covered(&asked, &[&one, &other], Place::NAME), covered);
            let alone = texts.iter().all(|text| passes(&one, text));
            prop_assert_eq!(is_covered(&asked, &[&one], Place::NAME), alone);
            let common = texts.iter().any(|text| passes(&one, text));
            prop_assert_eq!(overlap(&one, &asked, Place::NAME), common);
        }
    }

    #[test]
    fn question_marks_after_a_star_are_no_trouble() {
        let pattern =
            |end: &str| ArnPattern::parse(&format!("arn:aws:sns:a:b:*a{}{end}", "?".repeat(60))).unwrap();
        assert!(pattern("*").covers(&pattern("x")));
        assert!(!pattern("x").covers(&pattern("*")));
        assert!(pattern("*c*").covers(&pattern("*c")));
        assert!(pattern("*c*").overlaps(&pattern("b")));
    }
}
