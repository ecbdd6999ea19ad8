//! Policy variables: `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}`.

use super::glob::Token;

/// A part of a text that may hold variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text and wildcards.
    Tokens(Vec<Token>),
    /// A key of the request's context, in lower case, and the value that stands in for a missing one.
    Variable { key: Box<str>, default: Option<Box<str>> },
}

impl Piece {
    /// The same pieces, with neighbouring texts made one.
    pub(super) fn joined(pieces: Vec<Self>) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), piece) {
                (Some(Self::Tokens(last)), Self::Tokens(more)) => last.extend(more),
                (Some(_), Self::Tokens(more)) if more.is_empty() => {}
                (_, piece) => joined.push(piece),
            }
        }
        // An empty text before the first variable says nothing.
        if joined.len() > 1 {
            joined.retain(|piece| *piece != Self::Tokens(Vec::new()));
        }
        joined
    }
}

/// Takes a text apart, at least into one piece.
///
/// What looks like a variable but is none stays as it is.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
pub(super) fn pieces(text: &str, wildcards: bool, variables: bool) -> Vec<Piece> {
    let mut pieces = vec![Piece::Tokens(Vec::new())];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if variables && let Some((piece, after)) = variable(rest) {
            pieces.push(piece);
            rest = after;
            continue;
        }
        let (taken, after) = rest.split_at(c.len_utf8());
        pieces.push(Piece::Tokens(match c {
            '*' if wildcards => vec![Token::Many],
            '?' if wildcards => vec![Token::One],
            _ => literal(taken),
        }));
        rest = after;
    }
    Piece::joined(pieces)
}

/// The variable at the start of a text, and the text after it.
fn variable(text: &str) -> Option<(Piece, &str)> {
    let inner = text.strip_prefix("${")?;
    for special in ["*", "?", "$"] {
        if let Some(after) = inner.strip_prefix(special).and_then(|after| after.strip_prefix('}')) {
            return Some((Piece::Tokens(literal(special)), after));
        }
    }
    let end = inner.find([',', '}'])?;
    let (key, rest) = inner.split_at(end);
    let key = key.trim();
    if key.is_empty() || key.contains(['$', '{', '\'']) {
        return None;
    }
    let key = key.to_lowercase().into();
    if let Some(after) = rest.strip_prefix('}') {
        return Some((Piece::Variable { key, default: None }, after));
    }
    let quoted = rest.strip_prefix(',')?.trim_start().strip_prefix('\'')?;
    let (default, rest) = quoted.split_once('\'')?;
    let after = rest.trim_start().strip_prefix('}')?;
    Some((Piece::Variable { key, default: Some(default.into()) }, after))
}

fn literal(text: &str) -> Vec<Token> {
    text.bytes().map(Token::Byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(key: &str, default: Option<&str>) -> Piece {
        Piece::Variable { key: key.into(), default: default.map(Into::into) }
    }

    #[test]
    fn variables_are_told_from_text() {
        let text = |text: &str| Piece::Tokens(literal(text));
        let table = [
            ("", vec![text("")]),
            ("${aws:UserName}", vec![variable("aws:username", None)]),
            (
                "a/${aws:userid, 'no one'}/b",
                vec![text("a/"), variable("aws:userid", Some("no one")), text("/b")],
            ),
            ("${*}${?}${$}{", vec![text("*?${")]),
            ("${", vec![text("${")]),
            ("${}", vec![text("${}")]),
            ("${a, b}", vec![text("${a, b}")]),
            ("${a, 'b}", vec![text("${a, 'b}")]),
            ("${${a}", vec![text("${"), variable("a", None)]),
        ];
        for (input, expected) in table {
            assert_eq!(pieces(input, false, true), expected, "`{input}`");
        }
        assert_eq!(pieces("${aws:username}", false, false), vec![text("${aws:username}")]);
    }
}
