//! What a refresh changed in a data file, counted in rows.

use std::collections::BTreeMap;
use std::fmt;

/// The rows of a file compared with what it held before.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    rows: usize,
    added: usize,
    removed: usize,
    /// Rows of the same name with other facts.
    changed: usize,
    /// Whether only comments differ: another version of a source, no other fact.
    comments: bool,
}

impl Change {
    /// Compares two texts of a data file.
    pub(super) fn between(old: &str, new: &str) -> Self {
        let (before, after) = (rows(old), rows(new));
        let added = after.keys().filter(|key| !before.contains_key(*key)).count();
        let removed = before.keys().filter(|key| !after.contains_key(*key)).count();
        let changed =
            after.iter().filter(|(key, row)| before.get(*key).is_some_and(|old| old != *row)).count();
        let comments = old != new && added + removed + changed == 0;
        Self { rows: after.len(), added, removed, changed, comments }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, added, removed, changed, comments } = self;
        match (added + removed + changed, comments) {
            (0, false) => write!(f, "{rows} rows, unchanged"),
            (0, true) => write!(f, "{rows} rows, only its header changed"),
            _ => write!(f, "{rows} rows, {added} added, {removed} removed, {changed} changed"),
        }
    }
}

/// Heading and name of each row, with the whole row; a file without indented rows has its lines as rows.
fn rows(text: &str) -> BTreeMap<(&str, &str), &str> {
    let mut heading = "";
    let mut rows = BTreeMap::new();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let flat = !text.lines().any(|line| line.starts_with(' '));
    for line in lines {
        match line.strip_prefix(' ') {
            Some(row) => drop(rows.insert((heading, name(row)), row)),
            None if flat => drop(rows.insert(("", line), line)),
            None => heading = name(line),
        }
    }
    rows
}

/// The first column: up to a bar, or in a file without bars up to a space.
fn name(row: &str) -> &str {
    let end = row.find('|').or_else(|| row.find(' '));
    end.and_then(|end| row.get(..end)).unwrap_or(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_service_and_name() {
        let old = "# v1\ns3 Amazon S3\n Get|R\n Put|W\nsqs SQS\n Get|R\n";
        for (new, expected) in [
            (old, "3 rows, unchanged"),
            ("# v2\ns3 Amazon S3\n Get|R\n Put|W\nsqs SQS\n Get|R\n", "3 rows, only its header changed"),
            (
                "# v2\ns3 Amazon S3\n Get|R\n Put|WT\nsqs SQS\n Get|R\n",
                "3 rows, 0 added, 0 removed, 1 changed",
            ),
            (
                "# v1\ns3 Amazon S3\n Get|R\nsqs SQS\n Get|R\n Put|W\n",
                "3 rows, 1 added, 1 removed, 0 changed",
            ),
            ("", "0 rows, 0 added, 3 removed, 0 changed"),
        ] {
            assert_eq!(Change::between(old, new).to_string(), expected, "for {new:?}");
        }
    }

    #[test]
    fn a_handler_is_one_row_for_each_phase() {
        let old = "AWS::S3::Bucket\n create s3:A\n delete s3:B\n";
        let new = "AWS::S3::Bucket\n create s3:A,C\n delete s3:B\n";
        assert_eq!(Change::between(old, new).to_string(), "2 rows, 0 added, 0 removed, 1 changed");
    }
}
