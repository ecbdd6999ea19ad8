//! What a scalar of YAML is: the types of YAML 1.1, as the AWS CLI reads them and with them CloudFormation.
//!
//! So `yes`, `on` and their like are Booleans, `0123` is octal and `1:30` is ninety. A date such as
//! `2012-10-17` is a string, as CloudFormation has no timestamps.

use super::Value;

/// The value of a scalar without quotes.
pub(super) fn plain(text: &str) -> Value {
    if is_null(text) {
        return Value::Null;
    }
    if let Some(value) = boolean(text) {
        return Value::Bool(value);
    }
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

/// The value of a scalar with one of YAML's own tags, such as `!!str`; `None` when it is not of that type, or
/// the type is none that a template takes.
pub(super) fn of_type(name: &str, text: &str) -> Option<Value> {
    match name {
        "str" => Some(Value::String(text.to_owned())),
        "null" => is_null(text).then_some(Value::Null),
        "bool" => boolean(text).map(Value::Bool),
        "int" => integer(text).map(Value::Number),
        "float" => number(text).map(Value::Number),
        _ => None,
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// <https://yaml.org/type/bool.html>, without `y` and `n`, which no reader of templates takes.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// The number as JSON writes it.
fn number(text: &str) -> Option<String> {
    integer(text).or_else(|| float(text))
}

/// <https://yaml.org/type/int.html>
fn integer(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let radix = |digits: &str, radix: u32| {
        let digits = digits.replace('_', "");
        u128::from_str_radix(&digits, radix).ok().filter(|_| !digits.starts_with('+'))
    };
    let value = if let Some(digits) = digits.strip_prefix("0b") {
        radix(digits, 2)?.to_string()
    } else if let Some(digits) = digits.strip_prefix("0x") {
        radix(digits, 16)?.to_string()
    } else if let Some((first, rest)) = digits.split_once(':') {
        sexagesimal(first, rest)?.to_string()
    } else if digits.len() > 1 && digits.starts_with('0') {
        radix(digits, 8)?.to_string()
    } else if digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'_')
    {
        // As long as it is: a number has no limit here.
        digits.replace('_', "")
    } else {
        return None;
    };
    Some(format!("{sign}{value}"))
}

/// Numbers to the base 60, such as `1:30`.
fn sexagesimal(first: &str, rest: &str) -> Option<u128> {
    let is_leading = first.starts_with(|c: char| matches!(c, '1'..='9'))
        && first.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let first = if is_leading { first.replace('_', "").parse().ok()? } else { return None };
    rest.split(':').try_fold(first, |value: u128, part| {
        let is_part = matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit());
        let part = part.parse::<u128>().ok().filter(|part| is_part && *part < 60)?;
        value.checked_mul(60)?.checked_add(part)
    })
}

/// <https://yaml.org/type/float.html>, and every number of JSON; without infinities, which JSON cannot write.
fn float(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let in_number = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'e' | b'E' | b'+' | b'-');
    let looks_like_one = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.bytes().all(in_number)
        && unsigned.bytes().any(|b| matches!(b, b'.' | b'e' | b'E'))
        && unsigned.bytes().any(|b| b.is_ascii_digit());
    if !looks_like_one {
        return None;
    }
    if is_json_number(text) {
        return Some(text.to_owned());
    }
    let value: f64 = text.replace('_', "").parse().ok()?;
    value.is_finite().then(|| value.to_string())
}

fn is_json_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let has_zeros = unsigned.len() > 1
        && unsigned.starts_with('0')
        && !unsigned.starts_with("0.")
        && !unsigned.starts_with("0e")
        && !unsigned.starts_with("0E");
    !has_zeros && serde_json::from_str::<serde_json::Number>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_have_the_types_of_yaml_1_1() {
        let text = |text: &str| Value::String(text.to_owned());
        let number = |text: &str| Value::Number(text.to_owned());
        let table = [
            ("", Value::Null),
            ("~", Value::Null),
            ("null", Value::Null),
            ("nULL", text("nULL")),
            ("true", Value::Bool(true)),
            ("yes", Value::Bool(true)),
            ("On", Value::Bool(true)),
            ("OFF", Value::Bool(false)),
            ("no", Value::Bool(false)),
            ("y", text("y")),
            ("N", text("N")),
            ("oN", text("oN")),
            ("2012-10-17", text("2012-10-17")),
            ("2001-12-14t21:59:43.10-05:00", text("2001-12-14t21:59:43.10-05:00")),
            ("0", number("0")),
            ("-12", number("-12")),
            ("+12", number("12")),
            ("1_000", number("1000")),
            ("123456789012", number("123456789012")),
            ("012345670123", number("1402433619")),
            ("012345678901", text("012345678901")),
            ("0x1F", number("31")),
            ("0b101", number("5")),
            ("0o17", text("0o17")),
            ("1:30", number("90")),
            ("22:22", number("1342")),
            ("8080:80", text("8080:80")),
            ("0:30", text("0:30")),
            ("1.5", number("1.5")),
            ("1.", number("1")),
            (".5", number("0.5")),
            ("+1.25", number("1.25")),
            ("1e5", number("1e5")),
            ("-1.5E-3", number("-1.5E-3")),
            ("1_0.5", number("10.5")),
            (".inf", text(".inf")),
            (".", text(".")),
            ("-", text("-")),
            ("1.2.3", text("1.2.3")),
            ("1.2.3.4/32", text("1.2.3.4/32")),
            ("10.0.0.0", text("10.0.0.0")),
            ("e5", text("e5")),
            ("s3:*", text("s3:*")),
            ("_1", text("_1")),
            ("0_", number("0")),
            ("0x", text("0x")),
            ("0x+1", text("0x+1")),
        ];
        for (written, expected) in table {
            assert_eq!(plain(written), expected, "`{written}`");
        }
    }

    #[test]
    fn a_tag_says_the_type() {
        assert_eq!(of_type("str", "123"), Some(Value::String("123".to_owned())));
        assert_eq!(of_type("int", "0x10"), Some(Value::Number("16".to_owned())));
        assert_eq!(of_type("float", "1"), Some(Value::Number("1".to_owned())));
        assert_eq!(of_type("bool", "maybe"), None);
        assert_eq!(of_type("timestamp", "2012-10-17"), None);
        assert_eq!(of_type("binary", "AAAA"), None);
    }
}
