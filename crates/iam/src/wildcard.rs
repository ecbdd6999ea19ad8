//! Matching with the wildcards `*` and `?`, as in actions.

/// Whether `text` matches `pattern`, in which `*` stands for any characters and `?` for one; ASCII case is
/// ignored.
pub(crate) fn matches_ignoring_case(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stands, and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted.eq_ignore_ascii_case(byte) => {
                p += 1;
                t += 1;
            }
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += 1;
                    (p, t) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|rest| *rest == b'*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::matches_ignoring_case;

    /// The definition, at the price of exponential time.
    fn by_definition(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            ([b'*', rest @ ..], _) => {
                by_definition(rest, text) || !text.is_empty() && by_definition(pattern, &text[1..])
            }
            ([p, rest @ ..], [t, more @ ..]) => {
                (*p == b'?' || p.eq_ignore_ascii_case(t)) && by_definition(rest, more)
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn it_follows_the_definition(pattern in "[abA*?]{0,8}", text in "[abB]{0,8}") {
            prop_assert_eq!(
                matches_ignoring_case(&pattern, &text),
                by_definition(pattern.as_bytes(), text.as_bytes())
            );
        }
    }
}
