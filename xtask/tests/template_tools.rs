//! The generated template in the hands of the tools that read it: the locked CDK CLI, `PyYAML`, js-yaml, cfn-lint.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

use std::path::PathBuf;

use policies::Target;
use xtask::{generate, project};

mod common;

use common::{assert_same_reading, cfn_lint, root, shown_by_the_cdk_cli};

fn committed() -> PathBuf {
    root().join(project::ARTIFACTS).join(project::TEMPLATE)
}

#[test]
fn below_its_header_the_file_is_what_the_cdk_cli_sends() {
    let text = std::fs::read_to_string(committed()).unwrap();
    let body = &text[text.find("\nDescription:").expect("a description") + 1..];
    assert!(text[..text.len() - body.len()].lines().all(|line| line.starts_with('#')));
    let shown = shown_by_the_cdk_cli(&committed());
    let difference = shown.lines().zip(body.lines()).find(|(shown, ours)| shown != ours);
    assert_eq!(difference, None, "the CDK CLI's line, then ours");
    assert_eq!(shown, body);
}

#[test]
fn every_reader_sees_the_same_values() {
    assert_same_reading(&committed());
}

#[test]
fn cfn_lint_finds_no_error() {
    let findings = cfn_lint(&committed());
    // Only the kinds of warnings that the default template brings, and the two unlisted actions.
    let codes: std::collections::BTreeSet<_> =
        findings.lines().filter_map(|line| line.split(':').nth(5)).collect();
    assert!(
        codes.contains("W3037"),
        "cfn-lint knows the two unlisted actions, or it did not look: {findings}"
    );
    assert!(codes.is_subset(&["W2001", "W3037", "W3045"].into()), "{findings}");
}

#[test]
fn minified_documents_are_sent_as_written_too() {
    let name = "a".repeat(120);
    let target = Target::new(&name, "hnb659fds", "aws-us-gov", ["agentcore"]).unwrap();
    let (_, rendered) = generate::render(&target).unwrap();
    assert_eq!(rendered.template.form(), artifacts::DocumentForm::MinifiedString);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("template.yaml");
    std::fs::write(&file, rendered.template.text()).unwrap();
    assert_eq!(shown_by_the_cdk_cli(&file), rendered.template.body());
}
