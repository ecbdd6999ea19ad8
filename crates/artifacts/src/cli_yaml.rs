//! YAML exactly as the CDK CLI writes a template.
//!
//! `cdk bootstrap --template FILE` parses the file and sends what it writes again, so the length that counts
//! against CloudFormation's limit is the length of the CLI's text. This emitter writes that text at once. The
//! rules are the observed behaviour of aws-cdk 2.1148.1 (`yaml` 2.9.1 with `schema: 'yaml-1.1', lineWidth: 0`);
//! a test of the `xtask` crate compares both, byte for byte.
//!
//! - Mappings and lists are in block style, two spaces a level, list items below their key, `{}` and `[]` when
//!   empty. Keys that JavaScript takes for array indexes come first, in ascending order.
//! - A text is plain where YAML 1.1 reads it back as a string. Otherwise it is in double quotes, or in single
//!   quotes when it holds `"` and no `'`. Nothing is folded.
//! - A value of several lines is a literal block; a key of several lines is in double quotes.
//!
//! What the CLI's form cannot hold, so that one of the usual readers would see something else, is an error.

use std::fmt::{self, Write as _};

use serde_yaml::{Mapping, Number, Value};
use thiserror::Error;

use self::plain::{is_misread, is_plain};

mod plain;
#[cfg(test)]
mod tests;

/// Writes `template` as the CDK CLI writes it, with one newline at the end.
///
/// `cdk bootstrap --show-template` prints the same text and one more newline.
///
/// # Errors
///
/// When the top level is no mapping or a value cannot be written so that every reader sees the same; see
/// [`Problem`].
pub fn to_string(template: &Value) -> Result<String, Error> {
    let Value::Mapping(entries) = template else {
        return Err(Problem::TopLevel.into());
    };
    // About one AWS bootstrap template with its policies: no growth on the usual way.
    let mut emitter = Emitter { out: String::with_capacity(64 * 1024) };
    emitter.mapping(entries, 0)?;
    Ok(emitter.out)
}

/// A value that the emitter refuses, with its place.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("template value `{}`: {problem}", Pointer(.segments))]
pub struct Error {
    /// The way to the value, innermost segment first.
    segments: Vec<String>,
    problem: Problem,
}

impl Error {
    /// The RFC 6901 JSON pointer of the value, empty for the top level.
    pub fn pointer(&self) -> String {
        Pointer(&self.segments).to_string()
    }

    /// What is wrong with the value.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    fn below(mut self, segment: impl Into<String>) -> Self {
        self.segments.push(segment.into());
        self
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self { segments: Vec::new(), problem }
    }
}

/// Why a value cannot be written.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Problem {
    /// A template is a mapping of sections.
    #[error("a template is a mapping at its top level")]
    TopLevel,
    /// CloudFormation refuses templates with null values.
    #[error("CloudFormation takes no null value; leave the key out")]
    Null,
    /// The short forms of intrinsic functions (`!Ref`) are not written.
    #[error("the tag `{0}` is not written; use the long form, for example `Fn::Sub` or `Ref`")]
    Tag(String),
    /// A key that is no string.
    #[error("a key must be a string; quote it")]
    Key,
    /// A key of more than 1,024 characters, which YAML does not allow in `key: value`.
    #[error("a key has more than 1,024 characters")]
    LongKey,
    /// A number that JavaScript writes otherwise: `1.0`, `1e-9`, NaN, integers beyond 2^53.
    #[error("the CDK CLI does not keep the number `{0}` as it is; write it as a string")]
    Number(String),
    /// A character that no YAML text holds as it is, and that the CLI does not escape.
    #[error("YAML text cannot hold the character U+{code:04X}", code = u32::from(*.0))]
    Character(char),
    /// A text that the CLI leaves without quotes although readers take it for something else.
    #[error("the CDK CLI writes the text `{}` without quotes and readers then take it for something else", .0.escape_debug())]
    Unquoted(String),
    /// Several lines that a literal block cannot hold.
    #[error(
        "a text of several lines must not be blank, begin with a tab, end with a blank line without line break or have control characters"
    )]
    Lines,
}

/// Shows segments, innermost first, as an RFC 6901 JSON pointer.
struct Pointer<'a>(&'a [String]);

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|segment| {
            f.write_char('/')?;
            segment.chars().try_for_each(|c| match c {
                '~' => f.write_str("~0"),
                '/' => f.write_str("~1"),
                c => f.write_char(c),
            })
        })
    }
}

/// The text written so far. `depth` counts levels of two spaces throughout.
struct Emitter {
    out: String,
}

impl Emitter {
    /// Writes the entries at `depth`; the caller has indented the first one.
    fn mapping(&mut self, entries: &Mapping, depth: usize) -> Result<(), Error> {
        if entries.is_empty() {
            self.out.push_str("{}\n");
            return Ok(());
        }
        for (position, (key, value)) in in_javascript_order(entries)?.into_iter().enumerate() {
            if position > 0 {
                self.indent(depth);
            }
            self.key(key, depth).map_err(|problem| Error::from(problem).below(key))?;
            self.out.push(':');
            match value {
                Value::Mapping(inner) if !inner.is_empty() => self.break_line(depth + 1),
                Value::Sequence(inner) if !inner.is_empty() => self.break_line(depth + 1),
                _ => self.out.push(' '),
            }
            self.value(value, depth + 1).map_err(|error| error.below(key))?;
        }
        Ok(())
    }

    /// Writes the items at `depth`; the caller has indented the first one.
    fn sequence(&mut self, items: &[Value], depth: usize) -> Result<(), Error> {
        if items.is_empty() {
            self.out.push_str("[]\n");
        }
        for (position, item) in items.iter().enumerate() {
            if position > 0 {
                self.indent(depth);
            }
            self.out.push_str("- ");
            self.value(item, depth + 1).map_err(|error| error.below(position.to_string()))?;
        }
        Ok(())
    }

    /// Writes a value and its line end; lines after the first are indented by `depth`.
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        match value {
            Value::Mapping(entries) => return self.mapping(entries, depth),
            Value::Sequence(items) => return self.sequence(items, depth),
            Value::Null => return Err(Problem::Null.into()),
            Value::Tagged(tagged) => return Err(Problem::Tag(tagged.tag.to_string()).into()),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) => self.number(number)?,
            Value::String(text) if text.contains('\n') => self.lines(text, depth)?,
            Value::String(text) => self.line(text, is_plain(text))?,
        }
        self.out.push('\n');
        Ok(())
    }

    /// JavaScript has only floating point numbers and prints whole ones without a fraction.
    fn number(&mut self, number: &Number) -> Result<(), Problem> {
        /// `Number.MAX_SAFE_INTEGER`
        const MAX_SAFE: u64 = (1 << 53) - 1;
        let text = match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) if integer.unsigned_abs() <= MAX_SAFE => integer.to_string(),
            // JavaScript writes smaller ones with an exponent; all from 2^53 up are whole.
            (None, Some(float)) if float.abs() >= 1e-6 && float.fract().abs() > 0.0 => float.to_string(),
            _ => return Err(Problem::Number(number.to_string())),
        };
        self.out.push_str(&text);
        Ok(())
    }

    fn key(&mut self, key: &str, depth: usize) -> Result<(), Problem> {
        let start = self.out.len();
        // Where a document starts or ends is marked in the first column only.
        let marks = depth == 0 && (key.starts_with("---") || key.starts_with("..."));
        if key.contains('\n') {
            check_characters(key)?;
            self.double_quoted(key);
        } else {
            self.line(key, !marks && is_plain(key))?;
        }
        match self.out.get(start..).map(|written| written.encode_utf16().count()) {
            Some(0..=1024) => Ok(()),
            _ => Err(Problem::LongKey),
        }
    }

    /// Writes a text without line breaks.
    fn line(&mut self, text: &str, plain: bool) -> Result<(), Problem> {
        check_characters(text)?;
        if plain && is_misread(text) {
            return Err(Problem::Unquoted(text.to_owned()));
        }
        if plain {
            self.out.push_str(text);
        } else if text.contains('"') && !text.contains('\'') && !text.chars().any(is_control) {
            self.out.push('\'');
            self.out.push_str(text);
            self.out.push('\'');
        } else {
            self.double_quoted(text);
        }
        Ok(())
    }

    /// Writes the text with JSON's escapes, and YAML's where they are shorter.
    fn double_quoted(&mut self, text: &str) {
        self.out.push('"');
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                '\u{0}' => self.out.push_str("\\0"),
                '\u{7}' => self.out.push_str("\\a"),
                '\u{b}' => self.out.push_str("\\v"),
                '\u{1b}' => self.out.push_str("\\e"),
                ' ' if chars.peek() == Some(&'\n') => self.out.push_str("\\ "),
                c if c < ' ' => self.out.extend(['\\', 'x', hex_digit(c, 16), hex_digit(c, 1)]),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    /// Writes a value with line breaks as a literal block, whose final newline the caller writes.
    fn lines(&mut self, text: &str, depth: usize) -> Result<(), Problem> {
        /// From this length as JSON on, the CLI breaks a text in double quotes at its newlines.
        const MIN_BROKEN: usize = 40;
        check_characters(text)?;
        let body = text.trim_end_matches(['\n', '\t', ' ']);
        let end = text.get(body.len()..).unwrap_or_default();
        if text.contains(is_control) || end.contains('\n') && !end.ends_with('\n') {
            self.double_quoted(text);
            return if json_len(text) < MIN_BROKEN { Ok(()) } else { Err(Problem::Lines) };
        }
        // Readers take the indentation of a blank text from its blanks; libyaml takes none from a tab.
        if body.is_empty() && text.contains([' ', '\t']) || text.trim_start_matches('\n').starts_with('\t') {
            return Err(Problem::Lines);
        }
        self.out.push('|');
        let leading = body.split(|c| c != ' ' && c != '\n').next().unwrap_or_default();
        if leading.contains(' ') {
            self.out.push('2');
        }
        match end.find('\n') {
            None => self.out.push('-'),
            // Kept are several line breaks, and those of a text that has nothing else.
            Some(first) if body.is_empty() || first + 1 != end.len() => self.out.push('+'),
            Some(_) => {}
        }
        self.break_line(depth);
        self.indented(text.strip_suffix('\n').unwrap_or(text), depth);
        Ok(())
    }

    /// Writes the text with each run of line breaks followed by the indentation, a final run excepted.
    fn indented(&mut self, text: &str, depth: usize) {
        for (position, line) in text.split('\n').enumerate() {
            if position > 0 {
                self.out.push('\n');
                if !line.is_empty() {
                    self.indent(depth);
                }
            }
            self.out.push_str(line);
        }
    }

    fn break_line(&mut self, depth: usize) {
        self.out.push('\n');
        self.indent(depth);
    }

    fn indent(&mut self, depth: usize) {
        (0..depth).for_each(|_| self.out.push_str("  "));
    }
}

/// The entries in the order of JavaScript's `Object.keys`: array indexes first, ascending.
fn in_javascript_order(entries: &Mapping) -> Result<Vec<(&str, &Value)>, Problem> {
    let mut ordered = entries
        .iter()
        .map(|(key, value)| key.as_str().map(|key| (key, value)).ok_or(Problem::Key))
        .collect::<Result<Vec<_>, _>>()?;
    ordered.sort_by_key(|(key, _)| array_index(key).map_or((true, 0), |index| (false, index)));
    Ok(ordered)
}

/// The array index that JavaScript sees in a key: a number below 2^32 - 1 in its shortest form.
fn array_index(key: &str) -> Option<u32> {
    let digits = !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
    let shortest = key == "0" || !key.starts_with('0');
    (digits && shortest).then(|| key.parse().ok())?.filter(|index| *index < u32::MAX)
}

/// Refuses characters that YAML does not allow or takes for line breaks: the CLI writes them as they are.
fn check_characters(text: &str) -> Result<(), Problem> {
    let refused =
        |c| matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    text.chars().find(|c| refused(*c)).map_or(Ok(()), |c| Err(Problem::Character(c)))
}

/// A control character that needs double quotes, among those that [`check_characters`] lets pass.
fn is_control(c: char) -> bool {
    c < ' ' && c != '\t' && c != '\n'
}

/// The length of the text as JavaScript counts it in `JSON.stringify`.
fn json_len(text: &str) -> usize {
    let escaped = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        c if c < ' ' => 6,
        c => c.len_utf16(),
    };
    2 + text.chars().map(escaped).sum::<usize>()
}

/// The digit of the ASCII character at `place`, 16 or 1.
fn hex_digit(c: char, place: u32) -> char {
    char::from_digit(u32::from(c) / place % 16, 16).unwrap_or('0')
}
