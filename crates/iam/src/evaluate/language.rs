//! [`Step`]: patterns as what texts pass through, and whether one text passes through two of them.

use std::collections::BTreeSet;

use super::glob::Token;

/// One step of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// This character.
    Char(char),
    /// A colon, but none of those that [`Reach::MadeUp`] stands for.
    WrittenColon,
    /// Any one character.
    One(Reach),
    /// Any characters.
    Many(Reach),
    /// A policy variable whose value is not known; the text that it was written as.
    Variable(Box<str>),
}

/// Which characters a wildcard stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Any but a colon.
    Part,
    /// Any.
    Text,
    /// Any; but a colon among them is none that separates the parts of an ARN.
    MadeUp,
}

impl Step {
    /// The steps of lowered tokens.
    pub(super) fn of_tokens(tokens: &[Token]) -> Vec<Self> {
        let mut steps = Vec::new();
        let mut bytes = Vec::new();
        for token in tokens {
            let step = match token {
                Token::Byte(byte) => {
                    bytes.push(*byte);
                    continue;
                }
                Token::One => Self::One(Reach::Text),
                Token::OneInSegment => Self::One(Reach::Part),
                Token::Many => Self::Many(Reach::Text),
                Token::ManyInSegment => Self::Many(Reach::Part),
            };
            steps.extend(characters(&std::mem::take(&mut bytes)));
            steps.push(step);
        }
        steps.extend(characters(&bytes));
        Self::joined(steps)
    }

    /// The same steps with neighbouring `*` made one, which takes what the wider of them takes.
    pub(super) fn joined(steps: Vec<Self>) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::with_capacity(steps.len());
        for step in steps {
            match (joined.last_mut(), &step) {
                (Some(Self::Many(last)), Self::Many(more)) => *last = (*last).max(*more),
                _ => joined.push(step),
            }
        }
        joined
    }
}

fn characters(bytes: &[u8]) -> Vec<Step> {
    String::from_utf8_lossy(bytes).chars().map(Step::Char).collect()
}

/// How far a text has been read, as far as that decides whether the whole is what a pattern speaks of: the
/// ARN of a resource, or a name.
///
/// An ARN has six parts, of which partition, service and resource are not empty, as [`super::Request`] wants
/// it. A name is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    colons: u8,
    is_filled: bool,
}

/// The part after the fifth colon, which may hold more of them.
const RESOURCE: u8 = 5;

impl Place {
    /// The start of an ARN.
    pub(super) const ARN: Self = Self { colons: 0, is_filled: false };
    /// The start of a name.
    pub(super) const NAME: Self = Self { colons: RESOURCE, is_filled: false };

    /// After one character more; `None` where that makes no ARN.
    pub(super) fn after(self, is_colon: bool) -> Option<Self> {
        let must_be_filled = matches!(self.colons, 1 | 2 | RESOURCE);
        if !is_colon || self.colons == RESOURCE {
            return Some(Self { is_filled: must_be_filled, ..self });
        }
        let is_complete = self.is_filled || !must_be_filled;
        is_complete.then_some(Self { colons: self.colons + 1, is_filled: false })
    }

    /// Whether a text may end here.
    pub(super) fn is_end(self) -> bool {
        self.colons == RESOURCE && self.is_filled
    }
}

/// Whether some ARN or name, from `start` on, passes through both.
///
/// Policy variables are for the caller to replace: they pass nothing here.
pub(super) fn overlap(one: &[Step], other: &[Step], start: Place) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![(start, 0_usize, 0_usize)];
    while let Some((place, i, j)) = open.pop() {
        let (left, right) = (one.get(i), other.get(j));
        if left.is_none() && right.is_none() && place.is_end() {
            return true;
        }
        let skips = [left, right].map(|step| matches!(step, Some(Step::Many(_))));
        let is_literal = matches!((left, right), (Some(Step::Char(_)), Some(Step::Char(_))));
        if !is_literal && !seen.insert((place, i, j)) {
            continue;
        }
        if skips[0] {
            open.push((place, i + 1, j));
        }
        if skips[1] {
            open.push((place, i, j + 1));
        }
        let (Some(left), Some(right)) = (left, right) else { continue };
        let next = (i + usize::from(!skips[0]), j + usize::from(!skips[1]));
        let (character, colon) = common(left, right);
        let places = [(character, false), (colon, true)].into_iter().filter(|(is_common, _)| *is_common);
        let places = places.filter_map(|(_, is_colon)| place.after(is_colon));
        open.extend(places.map(|place| (place, next.0, next.1)));
    }
    false
}

/// Whether two steps take one character other than a colon, and whether they take a colon.
fn common(one: &Step, other: &Step) -> (bool, bool) {
    match (one, other) {
        (Step::Variable(_), _) | (_, Step::Variable(_)) => (false, false),
        (Step::Char(a), Step::Char(b)) => (a == b && *a != ':', a == b && *a == ':'),
        (Step::WrittenColon, Step::Char(c)) | (Step::Char(c), Step::WrittenColon) => (false, *c == ':'),
        (Step::WrittenColon, Step::WrittenColon) => (false, true),
        (Step::Char(c), Step::One(reach) | Step::Many(reach))
        | (Step::One(reach) | Step::Many(reach), Step::Char(c)) => {
            (*c != ':', *c == ':' && *reach != Reach::Part)
        }
        (Step::WrittenColon, Step::One(reach) | Step::Many(reach))
        | (Step::One(reach) | Step::Many(reach), Step::WrittenColon) => (false, *reach == Reach::Text),
        (Step::One(a) | Step::Many(a), Step::One(b) | Step::Many(b)) => {
            (true, *a != Reach::Part && *b != Reach::Part)
        }
    }
}

/// Whether a step is a colon.
pub(super) fn is_written_colon(step: &Step) -> bool {
    matches!(step, Step::Char(':') | Step::WrittenColon)
}
