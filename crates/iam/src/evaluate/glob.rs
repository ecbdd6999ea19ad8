//! Matching with wildcards that may be kept within the parts of an ARN.

/// One step of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// This byte.
    Byte(u8),
    /// Any one character.
    One,
    /// Any one character but a colon.
    OneInSegment,
    /// Any characters.
    Many,
    /// Any characters but colons.
    ManyInSegment,
}

/// How many colons stand before an ARN's last part, which may hold more of them.
const COLONS_BEFORE_RESOURCE: usize = 5;

/// Keeps wildcards before the fifth colon within their part, in place; with `last_star_crosses`, but for a
/// `*` that ends its part, which "can expand to match beyond the colon boundaries".
///
/// The part after the fifth colon is one, whatever colons a resource's name holds: S3 keys and log groups
/// have them.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards>
pub(super) fn keep_within_segments(tokens: &mut [Token], last_star_crosses: bool) {
    let mut colons = 0;
    let mut rest = tokens;
    while let Some((token, more)) = rest.split_first_mut() {
        if colons == COLONS_BEFORE_RESOURCE {
            return;
        }
        let ends_part = matches!(more.first(), None | Some(Token::Byte(b':')));
        *token = match *token {
            Token::One => Token::OneInSegment,
            Token::Many if !(last_star_crosses && ends_part) => Token::ManyInSegment,
            other => other,
        };
        colons += usize::from(*token == Token::Byte(b':'));
        rest = more;
    }
}

/// Whether the whole text matches.
///
/// On a mismatch the last wildcard takes one character more: first the last one that is kept within its
/// part, then the last one that is not. Earlier ones never need to: what follows them was found as far left
/// as it can be, and a wildcard kept within its part ends where the next colon says.
pub(super) fn glob(tokens: &[Token], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    // The step after the wildcard, and the first byte that the wildcard has not taken.
    let mut many: Option<(usize, usize)> = None;
    let mut in_segment: Option<(usize, usize)> = None;
    loop {
        match (tokens.get(p), text.get(t)) {
            (None, None) => return true,
            (Some(Token::Many), _) => {
                p += 1;
                (many, in_segment) = (Some((p, t)), None);
            }
            (Some(Token::ManyInSegment), _) => {
                p += 1;
                in_segment = Some((p, t));
            }
            (Some(Token::Byte(wanted)), Some(byte)) if wanted == byte => (p, t) = (p + 1, t + 1),
            (Some(Token::One), Some(_)) => (p, t) = (p + 1, after_character(text, t)),
            (Some(Token::OneInSegment), Some(byte)) if *byte != b':' => {
                (p, t) = (p + 1, after_character(text, t));
            }
            _ => {
                let longer = in_segment.filter(|(_, from)| text.get(*from).is_some_and(|b| *b != b':'));
                if let Some((step, from)) = longer {
                    (p, t) = (step, after_character(text, from));
                    in_segment = Some((p, t));
                } else if let Some((step, from)) = many.filter(|(_, from)| *from < text.len()) {
                    (p, t) = (step, after_character(text, from));
                    (many, in_segment) = (Some((p, t)), None);
                } else {
                    return false;
                }
            }
        }
    }
}

/// Where the character that begins at `from` ends, in UTF-8.
fn after_character(text: &[u8], from: usize) -> usize {
    let continued = text.iter().skip(from + 1).take_while(|byte| **byte & 0b1100_0000 == 0b1000_0000).count();
    from + 1 + continued
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, at the price of exponential time.
    fn by_definition(tokens: &[Token], text: &[char]) -> bool {
        let Some((token, rest)) = tokens.split_first() else { return text.is_empty() };
        let star = |inside: bool| {
            (0..=text.len())
                .take_while(|n| !inside || !text[..*n].contains(&':'))
                .any(|n| by_definition(rest, &text[n..]))
        };
        match (token, text.split_first()) {
            (Token::Many, _) => star(false),
            (Token::ManyInSegment, _) => star(true),
            (Token::One, Some((_, more))) => by_definition(rest, more),
            (Token::OneInSegment, Some((c, more))) => *c != ':' && by_definition(rest, more),
            (Token::Byte(b), Some((c, more))) => char::from(*b) == *c && by_definition(rest, more),
            _ => false,
        }
    }

    fn token() -> impl Strategy<Value = Token> {
        prop_oneof![
            4 => prop_oneof![Just(Token::Byte(b'a')), Just(Token::Byte(b'b'))],
            2 => Just(Token::Byte(b':')),
            1 => Just(Token::One),
            1 => Just(Token::OneInSegment),
        ]
    }

    /// Patterns as they are made: wildcards kept within their part stand before the fifth colon.
    fn pattern() -> impl Strategy<Value = Vec<Token>> {
        let step = prop_oneof![3 => token(), 2 => Just(Token::Many)];
        (proptest::collection::vec(step, 0..12), 0_u8..3).prop_map(|(mut tokens, mode)| {
            if mode > 0 {
                keep_within_segments(&mut tokens, mode == 1);
            }
            tokens
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn it_follows_the_definition(tokens in pattern(), text in "[ab:é]{0,12}") {
            let chars: Vec<char> = text.chars().collect();
            prop_assert_eq!(glob(&tokens, text.as_bytes()), by_definition(&tokens, &chars));
        }
    }

    #[test]
    fn a_question_mark_takes_a_character_whatever_its_bytes() {
        let one = [Token::Byte(b'a'), Token::One, Token::Byte(b'z')];
        assert!(glob(&one, "aéz".as_bytes()));
        assert!(!glob(&one, "aééz".as_bytes()));
    }
}
