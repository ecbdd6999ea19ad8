//! `accepted.toml`: findings that are known and stay, each with its reason.

use std::path::Path;

use analysis::{Acceptance, Code, GapAcceptance};
use anyhow::Context as _;
use iam::PolicySet;
use serde::Deserialize;
use toml::Spanned;

use crate::coverage::Deployer;

/// The file in the workspace root.
pub const ACCEPTED: &str = "accepted.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptedFile {
    #[serde(default)]
    accepted: Vec<Spanned<Entry>>,
    #[serde(default)]
    gap: Vec<Spanned<GapEntry>>,
}

/// Gaps of coverage.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GapEntry {
    stack: String,
    actions: Vec<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Whose gap it is.
    #[serde(rename = "as", default)]
    deployer: Deployer,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    policy: String,
    sid: Option<String>,
    #[serde(default)]
    actions: Vec<String>,
    reason: String,
}

/// Reads acceptances from a file that has to be there.
pub fn read(path: &Path, name: &str) -> anyhow::Result<Vec<Acceptance>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
    parse(&text, name)
}

/// The acceptances of the workspace; a workspace without the file accepts nothing.
pub fn of_workspace(root: &Path) -> anyhow::Result<Vec<Acceptance>> {
    let path = root.join(ACCEPTED);
    if path.exists() { read(&path, ACCEPTED) } else { Ok(Vec::new()) }
}

/// Reads accepted gaps of one deployer from a file that has to be there.
pub fn gaps(path: &Path, name: &str, deployer: Deployer) -> anyhow::Result<Vec<GapAcceptance>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
    parse_gaps(&text, name, deployer)
}

/// The accepted gaps of one deployer in the workspace; a workspace without the file accepts nothing.
pub fn gaps_of_workspace(root: &Path, deployer: Deployer) -> anyhow::Result<Vec<GapAcceptance>> {
    let path = root.join(ACCEPTED);
    if path.exists() { gaps(&path, ACCEPTED, deployer) } else { Ok(Vec::new()) }
}

/// What the policy modules accept of themselves: actions that no reference knows, with the reason that
/// `Action::unlisted` demands.
pub fn of_modules(set: &PolicySet) -> Vec<Acceptance> {
    set.unlisted_actions()
        .into_iter()
        .map(|grant| Acceptance {
            code: Code::UnknownAction,
            policy: grant.policy.name.to_string(),
            sid: grant.sid.map(ToString::to_string),
            actions: vec![grant.action.to_string()],
            reason: grant.reason.to_owned(),
            origin: ("crates/policies/src/unlisted.rs".to_owned(), 1),
        })
        .collect()
}

fn parse_gaps(text: &str, name: &str, deployer: Deployer) -> anyhow::Result<Vec<GapAcceptance>> {
    let file: AcceptedFile = toml::from_str(text).with_context(|| format!("`{name}`"))?;
    let mut gaps = Vec::new();
    let mut errors = Vec::new();
    for entry in file.gap {
        let line = line_of(text, entry.span().start);
        let GapEntry { stack, mut actions, kind, deployer: of, reason } = entry.into_inner();
        actions.sort();
        if actions.is_empty() {
            errors.push(format!("`{name}` line {line}: an accepted gap needs its `actions`"));
        }
        if reason.trim().is_empty() {
            errors.push(format!("`{name}` line {line}: an acceptance needs a `reason`"));
        }
        if let Some(twice) = stands_twice(&actions) {
            errors.push(format!("`{name}` line {line}: action `{twice}` stands twice"));
        }
        if of == deployer {
            gaps.push(GapAcceptance { stack, actions, kind, reason, origin: (name.to_owned(), line) });
        }
    }
    anyhow::ensure!(errors.is_empty(), "{}", errors.join("\n"));
    Ok(gaps)
}

/// The line of a byte, counted from 1.
fn line_of(text: &str, byte: usize) -> usize {
    text.get(..byte).map_or(1, |before| before.matches('\n').count() + 1)
}

/// An action that a sorted list has more than once.
fn stands_twice(actions: &[String]) -> Option<&String> {
    actions.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first())
}

fn parse(text: &str, name: &str) -> anyhow::Result<Vec<Acceptance>> {
    let file: AcceptedFile = toml::from_str(text).with_context(|| format!("`{name}`"))?;
    let mut acceptances: Vec<Acceptance> = Vec::new();
    let mut errors = Vec::new();
    for entry in file.accepted {
        let line = line_of(text, entry.span().start);
        match acceptance(entry.into_inner(), (name.to_owned(), line)) {
            Ok(acceptance) => {
                if let Some(first) = acceptances.iter().find(|known| overlap(known, &acceptance)) {
                    errors.push(format!(
                        "`{name}` line {line}: line {} accepts the same finding",
                        first.origin.1
                    ));
                }
                acceptances.push(acceptance);
            }
            Err(error) => errors.push(format!("`{name}` line {line}: {error}")),
        }
    }
    anyhow::ensure!(errors.is_empty(), "{}", errors.join("\n"));
    Ok(acceptances)
}

fn acceptance(entry: Entry, origin: (String, usize)) -> Result<Acceptance, String> {
    let code: Code = entry.code.parse().map_err(|error: analysis::CodeError| error.to_string())?;
    if entry.reason.trim().is_empty() {
        return Err("an acceptance needs a `reason`".to_owned());
    }
    if code == Code::StaleAcceptance {
        return Err(format!("`{code}` cannot be accepted: remove the acceptance that it is about"));
    }
    let mut actions = entry.actions;
    actions.sort();
    if let Some(twice) = stands_twice(&actions) {
        return Err(format!("action `{twice}` stands twice"));
    }
    Ok(Acceptance { code, policy: entry.policy, sid: entry.sid, actions, reason: entry.reason, origin })
}

/// Whether some finding is accepted by both.
fn overlap(one: &Acceptance, other: &Acceptance) -> bool {
    let of_actions = one.actions.iter().any(|action| other.actions.contains(action));
    (one.code, &one.policy, &one.sid) == (other.code, &other.policy, &other.sid)
        && (of_actions || one.actions.is_empty() && other.actions.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        format!("{:#}", parse(text, "accepted.toml").expect_err(text))
    }

    const HEAD: &str = "# one\n\n[[accepted]]\ncode = \"any-resource\"\npolicy = \"P\"\n";

    #[test]
    fn an_acceptance_is_read_with_its_line() {
        let text = format!("{HEAD}sid = \"S\"\nactions = [\"s3:PutObject\"]\nreason = \"so it is\"\n");
        let read = parse(&text, "accepted.toml").unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].code, Code::AnyResource);
        assert_eq!(read[0].origin, ("accepted.toml".to_owned(), 3));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_line() {
        for (rest, expected) in [
            ("reason = \" \"\n", "line 3: an acceptance needs a `reason`"),
            ("", "missing field `reason`"),
            ("reason = \"r\"\nwhy = \"x\"\n", "unknown field `why`"),
            ("actions = [\"a:B\", \"a:B\"]\nreason = \"r\"\n", "action `a:B` stands twice"),
        ] {
            let message = refused(&format!("{HEAD}{rest}"));
            assert!(message.contains(expected), "{message}");
        }
        assert!(
            refused("[[accepted]]\ncode = \"x\"\npolicy = \"P\"\nreason = \"r\"\n")
                .contains("there is no code `x`")
        );
        let twice = format!("{HEAD}reason = \"r\"\n{}reason = \"r\"\n", HEAD.trim_start_matches("# one\n\n"));
        assert!(refused(&twice).contains("line 3 accepts the same finding"), "{}", refused(&twice));
    }
}
