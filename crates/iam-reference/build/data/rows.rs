//! The shape that all data files share: comments, headings in the first column, indented rows below them.

use std::fmt;

/// What is wrong in a data file, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DataError {
    file: &'static str,
    line: usize,
    message: String,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "data/{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for DataError {}

/// A line of a data file, with the place it stands at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    file: &'static str,
    number: usize,
    /// The line without its indentation.
    pub(crate) text: &'a str,
}

impl<'a> Line<'a> {
    /// The line `text` at its place.
    pub(crate) fn new(file: &'static str, number: usize, text: &'a str) -> Self {
        Self { file, number, text }
    }

    /// An error at this line.
    pub(crate) fn error(&self, message: impl Into<String>) -> DataError {
        DataError { file: self.file, line: self.number, message: message.into() }
    }

    /// The columns of a row, of which there may be `N` at most; missing ones are empty.
    pub(crate) fn columns<const N: usize>(&self) -> Result<[&'a str; N], DataError> {
        let mut columns = [""; N];
        let mut parts = self.text.split('|');
        for (column, part) in columns.iter_mut().zip(&mut parts) {
            *column = part;
        }
        match parts.next() {
            None => Ok(columns),
            Some(_) => Err(self.error(format!("more than {N} columns"))),
        }
    }
}

/// A heading with its rows.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    pub(crate) heading: Line<'a>,
    pub(crate) rows: Vec<Line<'a>>,
}

impl<'a> Section<'a> {
    /// The first word of the heading.
    pub(crate) fn name(&self) -> &'a str {
        first_word(self.heading.text)
    }
}

/// The lines of a file, without its comments.
pub(crate) fn lines<'a>(file: &'static str, text: &'a str) -> Result<Vec<Line<'a>>, DataError> {
    let numbered = text.lines().zip(1..).map(|(text, number)| Line { file, number, text });
    let lines: Vec<_> = numbered.filter(|line| !line.text.starts_with('#')).collect();
    for line in &lines {
        if line.text.trim_end().is_empty() {
            return Err(line.error("empty line"));
        }
        if line.text.ends_with([' ', '\t', '\r']) {
            return Err(line.error("white space at the end of the line"));
        }
    }
    if lines.is_empty() {
        return Err(Line { file, number: 1, text }.error("no data"));
    }
    Ok(lines)
}

/// The sections of a file; their names are in order and none stands twice.
pub(crate) fn sections<'a>(file: &'static str, text: &'a str) -> Result<Vec<Section<'a>>, DataError> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    for line in lines(file, text)? {
        match (line.text.strip_prefix(' '), sections.last_mut()) {
            (None, _) => sections.push(Section { heading: line, rows: Vec::new() }),
            (Some(text), Some(section)) => section.rows.push(Line { text, ..line }),
            (Some(_), None) => return Err(line.error("a row before the first heading")),
        }
    }
    Ok(sections)
}

/// Checks that the names of `lines` grow from line to line, whatever their case.
pub(crate) fn check_order<'a>(lines: impl Iterator<Item = Line<'a>>) -> Result<(), DataError> {
    let mut last: Option<&str> = None;
    for line in lines {
        let name = line.text.split('|').next().unwrap_or_default();
        if let Some(last) = last {
            match lower(last).cmp(lower(name)) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return Err(line.error(format!("`{name}` stands twice"))),
                std::cmp::Ordering::Greater => {
                    return Err(line.error(format!("`{name}` must stand before `{last}`: lines are sorted")));
                }
            }
        }
        last = Some(name);
    }
    Ok(())
}

/// Checks that the headings of `sections` grow.
pub(crate) fn check_headings(sections: &[Section<'_>]) -> Result<(), DataError> {
    check_order(sections.iter().map(|section| Line { text: section.name(), ..section.heading }))
}

/// The bytes in ASCII lower case: the order of the files and of IAM's comparison of action names.
pub(crate) fn lower(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// The text before the first space.
pub(crate) fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}

/// The items of a list between commas; an empty text has none.
pub(crate) fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(move |_| !text.is_empty())
}
