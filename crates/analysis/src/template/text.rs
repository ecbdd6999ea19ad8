//! [`Text`]: a value that becomes a string at the deployment, with holes for what is known only then.

use super::Scope;

/// A string with holes; neighbouring literals are one, and none is empty.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(Vec<Piece>);

/// A part of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// What it says.
    Literal(String),
    /// What the deployment fills in.
    Hole(Hole),
}

/// What the deployment fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hole {
    /// `AWS::Partition`.
    Partition,
    /// `AWS::Region`.
    Region,
    /// `AWS::AccountId`.
    Account,
    /// `AWS::URLSuffix`.
    UrlSuffix,
    /// `AWS::StackName`.
    StackName,
    /// `AWS::StackId`.
    StackId,
    /// `AWS::NotificationARNs`.
    NotificationArns,
    /// The value of a parameter.
    Parameter(String),
    /// `Ref` of a resource, by its logical id.
    Ref(String),
    /// `Fn::GetAtt` of a resource.
    Attribute {
        /// The logical id.
        logical_id: String,
        /// The attribute, such as `Arn`.
        attribute: String,
    },
    /// An export of another stack, by its name.
    Import(Text),
    /// What `{{resolve:…}}` stands for, by what stands between the braces.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
    DynamicReference(Text),
    /// Something else, and why it is not known.
    Unknown(String),
}

impl Hole {
    /// The hole as `Fn::Sub` writes it: `${AWS::Region}`.
    pub fn to_sub(&self) -> String {
        match self {
            Self::Partition => "${AWS::Partition}".to_owned(),
            Self::Region => "${AWS::Region}".to_owned(),
            Self::Account => "${AWS::AccountId}".to_owned(),
            Self::UrlSuffix => "${AWS::URLSuffix}".to_owned(),
            Self::StackName => "${AWS::StackName}".to_owned(),
            Self::StackId => "${AWS::StackId}".to_owned(),
            Self::NotificationArns => "${AWS::NotificationARNs}".to_owned(),
            Self::Parameter(name) | Self::Ref(name) => format!("${{{name}}}"),
            Self::Attribute { logical_id, attribute } => format!("${{{logical_id}.{attribute}}}"),
            Self::Import(name) => format!("${{Fn::ImportValue {}}}", name.to_pattern(Self::to_sub)),
            Self::DynamicReference(inner) => format!("{{{{{}}}}}", inner.to_pattern(Self::to_sub)),
            Self::Unknown(_) => "${…}".to_owned(),
        }
    }

    /// Whether its text can be told to hold none of these characters.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
    pub(super) fn has_none_of(&self, characters: &str) -> bool {
        let may_hold = |c: char| match self {
            Self::Account => c.is_ascii_digit(),
            Self::Partition | Self::Region => c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
            Self::UrlSuffix => c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'),
            Self::StackName => c.is_ascii_alphanumeric() || c == '-',
            _ => true,
        };
        !characters.chars().any(may_hold)
    }
}

impl Text {
    /// The text of these pieces.
    pub fn new(pieces: impl IntoIterator<Item = Piece>) -> Self {
        Self(resolve_references(join_literals(pieces)))
    }

    /// A text without holes; dynamic references in it are holes.
    pub fn literal(text: impl Into<String>) -> Self {
        Self::new([Piece::Literal(text.into())])
    }

    /// A text that is one hole.
    pub fn hole(hole: Hole) -> Self {
        Self(vec![Piece::Hole(hole)])
    }

    /// The pieces in order; none for the empty text.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The holes in order.
    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Literal(_) => None,
        })
    }

    /// The text when it has no holes.
    pub fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// What it begins with, before the first hole.
    pub fn prefix(&self) -> &str {
        match self.0.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// The text with those holes filled that are known.
    #[must_use]
    pub fn fill(&self, scope: &Scope) -> Self {
        self.map_holes(|hole| match hole {
            Hole::Import(name) => Self::hole(Hole::Import(name.fill(scope))),
            Hole::DynamicReference(inner) => Self::hole(Hole::DynamicReference(inner.fill(scope))),
            hole => scope.value(hole).map_or_else(|| Self::hole(hole.clone()), Self::literal),
        })
    }

    /// The text with another one in the place of each hole.
    #[must_use]
    pub fn map_holes(&self, with: impl Fn(&Hole) -> Self) -> Self {
        Self::new(self.0.iter().flat_map(|piece| match piece {
            Piece::Literal(_) => vec![piece.clone()],
            Piece::Hole(hole) => with(hole).0,
        }))
    }

    /// The text with something in the place of each hole.
    pub fn to_pattern(&self, with: impl Fn(&Hole) -> String) -> String {
        let part = |piece: &Piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Hole(hole) => with(hole),
        };
        self.0.iter().map(part).collect()
    }

    /// These texts after each other, with `between` between them.
    pub(super) fn join(between: &Self, texts: impl IntoIterator<Item = Self>) -> Self {
        let mut pieces = Vec::new();
        for (i, text) in texts.into_iter().enumerate() {
            if i > 0 {
                pieces.extend(between.0.iter().cloned());
            }
            pieces.extend(text.0);
        }
        Self::new(pieces)
    }

    /// The parts between the occurrences of `delimiter`; `None` when a hole may hold it.
    pub(super) fn split(&self, delimiter: &str) -> Option<Vec<Self>> {
        if delimiter.is_empty() || !self.holes().all(|hole| hole.has_none_of(delimiter)) {
            return None;
        }
        let (mut parts, mut current) = (Vec::new(), Vec::new());
        for piece in &self.0 {
            match piece {
                Piece::Hole(_) => current.push(piece.clone()),
                Piece::Literal(text) => {
                    for (i, part) in text.split(delimiter).enumerate() {
                        if i > 0 {
                            parts.push(Self::new(std::mem::take(&mut current)));
                        }
                        current.push(Piece::Literal(part.to_owned()));
                    }
                }
            }
        }
        parts.push(Self::new(current));
        Some(parts)
    }
}

/// Makes holes of dynamic references; one may hold holes itself. Neighbouring literals are one.
fn resolve_references(pieces: Vec<Piece>) -> Vec<Piece> {
    let is_start = |piece: &Piece| matches!(piece, Piece::Literal(text) if text.contains("{{resolve:"));
    if !pieces.iter().any(is_start) {
        return pieces;
    }
    let (mut done, mut inner): (Vec<Piece>, Option<Vec<Piece>>) = (Vec::new(), None);
    for piece in pieces {
        let Piece::Literal(text) = piece else {
            inner.as_mut().unwrap_or(&mut done).push(piece);
            continue;
        };
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (open, mark) = if inner.is_some() { (false, "}}") } else { (true, "{{resolve:") };
            let (before, after) = match rest.split_once(mark) {
                Some((before, after)) => (before, Some(after)),
                None => (rest, None),
            };
            let before = (!before.is_empty()).then(|| Piece::Literal(before.to_owned()));
            inner.as_mut().unwrap_or(&mut done).extend(before);
            if after.is_some() {
                if open {
                    inner = Some(vec![Piece::Literal("resolve:".to_owned())]);
                } else if let Some(inner) = inner.take() {
                    done.push(Piece::Hole(Hole::DynamicReference(Text::new(inner))));
                }
            }
            rest = after.unwrap_or_default();
        }
    }
    // One that does not end is a text like any other.
    if let Some(inner) = inner {
        let mut inner = inner.into_iter();
        let begins = match inner.next() {
            Some(Piece::Literal(text)) => format!("{{{{{text}"),
            _ => String::new(),
        };
        return join_literals(done.into_iter().chain([Piece::Literal(begins)]).chain(inner));
    }
    done
}

fn join_literals(pieces: impl IntoIterator<Item = Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (_, Piece::Literal(more)) if more.is_empty() => {}
            (Some(Piece::Literal(last)), Piece::Literal(more)) => last.push_str(&more),
            (_, piece) => joined.push(piece),
        }
    }
    joined
}
