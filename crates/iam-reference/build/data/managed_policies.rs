//! Reads the documents of AWS managed policies: each statement is one row of JSON.

use super::rows::{DataError, Line, check_headings, sections};

/// A policy that AWS maintains.
#[derive(Debug)]
pub(crate) struct ManagedPolicy<'a> {
    pub(crate) name: &'a str,
    pub(crate) path: &'a str,
    /// The version that the document is of: `v7`.
    pub(crate) version: &'a str,
    /// When that version came, `YYYY-MM-DD`.
    pub(crate) updated: &'a str,
    pub(crate) document: String,
}

/// Reads the policies of a file.
pub(crate) fn policies<'a>(file: &'static str, text: &'a str) -> Result<Vec<ManagedPolicy<'a>>, DataError> {
    let sections = sections(file, text)?;
    check_headings(&sections)?;
    sections
        .iter()
        .map(|section| {
            let words: Vec<&'a str> = section.heading.text.split(' ').collect();
            let &[name, path, version, updated] = words.as_slice() else {
                return Err(section.heading.error("a policy is: name, path, version, date"));
            };
            if !path.starts_with('/') || !path.ends_with('/') {
                return Err(section
                    .heading
                    .error(format!("`{path}` is no path: it begins and ends with `/`")));
            }
            if section.rows.is_empty() {
                return Err(section.heading.error(format!("`{name}` has no statement")));
            }
            let statements = section.rows.iter().map(statement).collect::<Result<Vec<_>, _>>()?;
            let document = format!("{{\"Statement\":[{}],\"Version\":\"2012-10-17\"}}", statements.join(","));
            Ok(ManagedPolicy { name, path, version, updated, document })
        })
        .collect()
}

/// A row of JSON. Whether it is a statement the readers of the documents find out, as they parse them.
fn statement<'a>(row: &Line<'a>) -> Result<&'a str, DataError> {
    if row.text.starts_with("{\"") && row.text.ends_with('}') {
        Ok(row.text)
    } else {
        Err(row.error("a statement is a JSON object in one line"))
    }
}
