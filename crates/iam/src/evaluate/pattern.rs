//! [`Pattern`]: a text of a policy with its wildcards and policy variables, lowered once.

use std::borrow::Cow;

use super::glob::{Token, glob, keep_within_segments};
use super::request::Context;
use super::variable::{Piece, pieces};

/// What `*` and `?` mean in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wildcards {
    /// Themselves.
    None,
    /// Any characters, and any one character.
    Anywhere,
    /// As in `Resource`: within the parts before the fifth colon, but for a `*` that ends its part.
    Resource,
    /// As in ARN operators: within each of the ARN's six parts.
    Arn,
}

/// A text to match values of a request against.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// `*`.
    Any,
    /// This very text.
    Exact(Box<str>),
    /// A text that begins with `prefix` and goes on as `rest` says.
    Glob { prefix: Box<str>, rest: Box<[Token]> },
    /// A text with policy variables, to be filled in from the request.
    Template { pieces: Box<[Piece]>, wildcards: Wildcards },
}

impl Pattern {
    /// Lowers a text; without `variables`, `${…}` is a text like any other.
    pub(super) fn lower(text: &str, wildcards: Wildcards, variables: bool) -> Self {
        if text == "*" && wildcards != Wildcards::None {
            return Self::Any;
        }
        let pieces = match wildcards {
            Wildcards::Resource => resource_pieces(text, variables),
            _ => pieces(text, wildcards != Wildcards::None, variables),
        };
        match <[Piece; 1]>::try_from(pieces) {
            Ok([Piece::Tokens(tokens)]) => Self::of_tokens(tokens, wildcards),
            Ok(one) => Self::Template { pieces: one.into(), wildcards },
            Err(pieces) => Self::Template { pieces: pieces.into(), wildcards },
        }
    }

    fn of_tokens(tokens: Vec<Token>, wildcards: Wildcards) -> Self {
        let tokens = segmented(tokens, wildcards);
        let literal = tokens.iter().take_while(|token| matches!(token, Token::Byte(_))).count();
        let (prefix, rest) = tokens.split_at(literal);
        let prefix = text_of(prefix).into();
        if rest.is_empty() { Self::Exact(prefix) } else { Self::Glob { prefix, rest: rest.into() } }
    }

    /// Whether the text matches. A variable without a value makes a pattern that matches nothing.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value>
    pub(super) fn matches(&self, text: &str, context: &Context) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(own) => **own == *text,
            Self::Glob { prefix, rest } => {
                text.strip_prefix(&**prefix).is_some_and(|tail| glob(rest, tail.as_bytes()))
            }
            Self::Template { pieces, wildcards } => filled(pieces, context)
                .is_some_and(|tokens| glob(&segmented(tokens, *wildcards), text.as_bytes())),
        }
    }

    /// The whole pattern with every variable's value in its place; `None` when one has no value.
    pub(super) fn tokens(&self, context: &Context) -> Option<Vec<Token>> {
        let literal = |text: &str| text.bytes().map(Token::Byte).collect::<Vec<_>>();
        match self {
            Self::Any => Some(vec![Token::Many]),
            Self::Exact(own) => Some(literal(own)),
            Self::Glob { prefix, rest } => Some([&literal(prefix), &**rest].concat()),
            Self::Template { pieces, wildcards } => {
                filled(pieces, context).map(|tokens| segmented(tokens, *wildcards))
            }
        }
    }

    /// Whether every wildcard is a `*` that takes colons.
    pub(super) fn has_only_stars(&self) -> bool {
        match self {
            Self::Any | Self::Exact(_) => true,
            Self::Glob { rest, .. } => rest.iter().all(|token| matches!(token, Token::Byte(_) | Token::Many)),
            Self::Template { .. } => false,
        }
    }

    /// The text of a pattern without wildcards; `None` when a variable has no value.
    pub(super) fn text(&self, context: &Context) -> Option<Cow<'_, str>> {
        match self {
            Self::Any => Some(Cow::Borrowed("*")),
            Self::Exact(own) => Some(Cow::Borrowed(own)),
            Self::Glob { prefix, .. } => Some(Cow::Borrowed(prefix)),
            Self::Template { pieces, .. } => {
                filled(pieces, context).map(|tokens| Cow::Owned(text_of(&tokens)))
            }
        }
    }
}

/// The pieces of a resource: variables stand after the fifth colon only, and parts that are missing at the
/// end read `*`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-resourceelement>
pub(super) fn resource_pieces(text: &str, variables: bool) -> Vec<Piece> {
    let colons = text.match_indices(':').map(|(at, _)| at);
    let missing = 5_usize.saturating_sub(colons.clone().count());
    let (head, resource) = text.split_at(colons.clone().nth(4).map_or(text.len(), |at| at + 1));
    let mut whole = pieces(head, true, false);
    whole.extend(pieces(resource, true, variables));
    whole.push(Piece::Tokens([Token::Byte(b':'), Token::Many].repeat(missing)));
    Piece::joined(whole)
}

/// The text with every variable's value in its place, taken literally.
fn filled(pieces: &[Piece], context: &Context) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Tokens(own) => tokens.extend_from_slice(own),
            Piece::Variable { key, default } => {
                let value = match context.values(key) {
                    [] => default.as_deref()?,
                    [one] => one.as_str(),
                    // "You cannot use a multivalued context key as a policy variable."
                    _ => return None,
                };
                tokens.extend(value.bytes().map(Token::Byte));
            }
        }
    }
    Some(tokens)
}

fn segmented(mut tokens: Vec<Token>, wildcards: Wildcards) -> Vec<Token> {
    match wildcards {
        Wildcards::None | Wildcards::Anywhere => {}
        Wildcards::Resource => keep_within_segments(&mut tokens, true),
        Wildcards::Arn => keep_within_segments(&mut tokens, false),
    }
    tokens
}

/// The literal bytes of tokens, which come from whole texts.
fn text_of(tokens: &[Token]) -> String {
    let bytes = tokens.iter().filter_map(|token| match token {
        Token::Byte(byte) => Some(*byte),
        _ => None,
    });
    String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, wildcards: Wildcards, text: &str) -> bool {
        let context: Context = [("aws:username", "al*ce"), ("aws:PrincipalArn", "arn:aws:iam::1:role/x")]
            .into_iter()
            .map(|(key, value)| (crate::ConditionKey::new(key).unwrap(), vec![value.to_owned()]))
            .collect();
        Pattern::lower(pattern, wildcards, true).matches(text, &context)
    }

    #[test]
    fn a_variables_value_is_taken_literally() {
        assert!(matches("home/${aws:username}/*", Wildcards::Anywhere, "home/al*ce/x"));
        assert!(!matches("home/${aws:username}/*", Wildcards::Anywhere, "home/alice/x"));
        assert!(matches("${AWS:UserName}", Wildcards::None, "al*ce"));
    }

    #[test]
    fn the_parts_of_an_arn_are_counted_after_filling_in() {
        assert!(matches("${aws:PrincipalArn}*", Wildcards::Arn, "arn:aws:iam::1:role/x:y/z"));
        assert!(!matches("arn:aws:iam::${aws:username}:*", Wildcards::Arn, "arn:aws:iam::alice:role/x"));
    }

    #[test]
    fn a_variable_of_a_resource_stands_after_the_fifth_colon() {
        assert!(matches(
            "arn:aws:iam::1:user/${aws:username}",
            Wildcards::Resource,
            "arn:aws:iam::1:user/al*ce"
        ));
        assert!(!matches(
            "arn:aws:iam::${aws:username}:user/x",
            Wildcards::Resource,
            "arn:aws:iam::al*ce:user/x"
        ));
    }

    #[test]
    fn missing_parts_of_a_resource_are_filled_with_stars() {
        for pattern in ["arn:aws:s3", "arn:aws:s3:*", "arn:aws:s3:::*"] {
            assert!(matches(pattern, Wildcards::Resource, "arn:aws:s3:::bucket/key"), "{pattern}");
            assert!(!matches(pattern, Wildcards::Resource, "arn:aws:sqs:us-east-1:1:q"), "{pattern}");
        }
    }
}
