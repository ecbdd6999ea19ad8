//! Which texts the CDK CLI writes without quotes: those that YAML 1.1 reads back as the same string.
//!
//! The types and their spellings: <https://yaml.org/type/>. Where the CLI's library goes beyond or stays below
//! them, this follows the library.

/// Whether the CLI writes a text of one line without quotes.
pub(super) fn is_plain(text: &str) -> bool {
    let indicator_first = text.starts_with([
        '\t', ' ', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`',
    ]);
    let indicator_alone =
        text.strip_prefix(['?', '-']).is_some_and(|rest| rest.is_empty() || starts_blank(rest));
    let indicator_inside =
        text.as_bytes().windows(2).any(|pair| matches!(pair, [b':', b' ' | b'\t'] | [b' ' | b'\t', b'#']));
    let indicator_last = text.ends_with(['\t', ' ', ':']);
    !(indicator_first
        || indicator_alone
        || indicator_inside
        || indicator_last
        || text.contains(super::is_control)
        || is_other_type(text))
}

/// Whether a reader takes a text without quotes for something else, although the CLI writes none.
///
/// - `<<` and `=` have a meaning in YAML 1.1, and `PyYAML` refuses them as values.
/// - `0o17` is a number in YAML 1.2, which the CLI itself reads.
/// - `PyYAML` takes some more texts for points in time and refuses tabs outside quotes.
pub(super) fn is_misread(text: &str) -> bool {
    let octal = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| matches!(b, b'0'..=b'7' | b'_'));
    let time = |text: &str| {
        digits(text, 4, 4).is_some_and(|rest| rest.starts_with('-'))
            && text.contains(':')
            && text.bytes().all(|b| b.is_ascii_digit() || b"-+:. tTZ".contains(&b))
    };
    matches!(text, "<<" | "=")
        || text.contains('\t')
        || unsigned(text).strip_prefix("0o").is_some_and(octal)
        || time(text)
}

/// Whether YAML 1.1 sees a null, a boolean, a number or a point in time.
fn is_other_type(text: &str) -> bool {
    is_word(text) || is_number(unsigned(text)) || is_timestamp(text).is_some()
}

/// Null, a boolean or not a number: in small letters, with a capital, or in capitals.
fn is_word(text: &str) -> bool {
    let words = ["", "~", "null", "y", "yes", "true", "on", "n", "no", "false", "off", ".nan"];
    let rest = text.get(1..).unwrap_or_default();
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
        && (!rest.contains(char::is_uppercase) || !text.contains(char::is_lowercase))
        || text == ".NaN"
}

fn is_number(text: &str) -> bool {
    let based = |prefix, digit: fn(&u8) -> bool| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b == b'_' || digit(&b)))
    };
    matches!(text, ".inf" | ".Inf" | ".INF")
        || based("0b", |b| matches!(b, b'0' | b'1'))
        || based("0x", u8::is_ascii_hexdigit)
        || is_decimal(text)
}

/// An integer, a float, or one of both with places of base 60 (`1:30`).
fn is_decimal(text: &str) -> bool {
    let rest = if text.starts_with(|c: char| c.is_ascii_digit()) { after_digits(text) } else { text };
    let whole = rest.len() < text.len();
    match rest.chars().next() {
        None => whole,
        Some(':') => whole && is_base_60(rest),
        Some('.') => {
            let rest = after_digits(rest.strip_prefix('.').unwrap_or_default());
            rest.is_empty() || is_exponent(rest)
        }
        Some(_) => is_exponent(rest),
    }
}

/// `:30:59.5`
fn is_base_60(text: &str) -> bool {
    let (places, fraction) = text.split_once('.').unwrap_or((text, ""));
    let place = |place: &str| match place.as_bytes() {
        [ones] | [b'0'..=b'5', ones] => ones.is_ascii_digit(),
        _ => false,
    };
    places.split(':').skip(1).all(place) && after_digits(fraction).is_empty()
}

/// `e-10`
fn is_exponent(text: &str) -> bool {
    text.strip_prefix(['e', 'E'])
        .map(unsigned)
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// `2010-09-09` or `2010-9-9 1:02:03.5 +2:00`; `Some` means yes.
fn is_timestamp(text: &str) -> Option<()> {
    let rest = digits(text, 4, 4)?.strip_prefix('-')?;
    let rest = digits(rest, 1, 2)?.strip_prefix('-')?;
    let rest = digits(rest, 1, 2)?;
    if rest.is_empty() {
        return Some(());
    }
    let time = rest.strip_prefix(['t', 'T']).unwrap_or_else(|| rest.trim_start_matches([' ', '\t']));
    if time.len() == rest.len() {
        return None;
    }
    let rest = digits(time, 1, 2)?.strip_prefix(':')?;
    let rest = digits(rest, 1, 2)?.strip_prefix(':')?;
    let rest = digits(rest, 1, 2)?;
    let rest = rest.strip_prefix('.').map_or(Some(rest), |fraction| digits(fraction, 1, usize::MAX))?;
    let zone = rest.trim_start_matches([' ', '\t']);
    if rest.is_empty() || zone == "Z" {
        return Some(());
    }
    let zone = zone.strip_prefix(['-', '+'])?;
    let minutes = match zone.as_bytes() {
        [b'0'..=b'2', b'0'..=b'9', ..] => digits(zone, 2, 2)?,
        _ => digits(zone, 1, 1)?,
    };
    let minutes = minutes.strip_prefix(':').map_or(Some(minutes), |minutes| digits(minutes, 2, 2))?;
    minutes.is_empty().then_some(())
}

/// The text after its first `min` to `max` digits; `None` when there are fewer.
fn digits(text: &str, min: usize, max: usize) -> Option<&str> {
    let count = text.bytes().take(max).take_while(u8::is_ascii_digit).count();
    (count >= min).then(|| text.get(count..)).flatten()
}

/// The text after its first digits and underscores.
fn after_digits(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_')
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn starts_blank(text: &str) -> bool {
    text.starts_with([' ', '\t'])
}
