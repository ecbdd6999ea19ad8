//! The docs page of lint: every code has a section, and its example is found for what it is said to be.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what fails"
)]

use std::collections::BTreeMap;

use xtask::project;

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "common/workspace.rs"]
mod workspace;

use workspace::Workspace;

/// A section of the page: severity, and the example with the language of its fence.
struct Section<'a> {
    severity: &'a str,
    language: &'a str,
    example: &'a str,
}

fn sections(page: &str) -> BTreeMap<&str, Section<'_>> {
    let mut sections = BTreeMap::new();
    for text in page.split("\n### `").skip(1) {
        let (code, rest) = text.split_once("`\n\n**").unwrap_or_else(|| panic!("no severity after `{text}`"));
        let (severity, rest) = rest.split_once(".** ").unwrap_or_else(|| panic!("`{code}`: no reason"));
        let (_, rest) = rest.split_once("\n```").unwrap_or_else(|| panic!("`{code}`: no example"));
        let (language, rest) = rest.split_once('\n').unwrap();
        let (example, after) =
            rest.split_once("\n```\n").unwrap_or_else(|| panic!("`{code}`: the example has no end"));
        assert!(!after.trim().is_empty(), "`{code}`: nothing is said of what to do");
        let known = sections.insert(code, Section { severity, language, example });
        assert!(known.is_none(), "`{code}` has two sections");
    }
    sections
}

fn page() -> String {
    std::fs::read_to_string(project::root().unwrap().join("docs/LINT.md")).unwrap()
}

#[test]
fn every_code_has_a_name_of_its_own_and_a_section_with_its_severity() {
    let page = page();
    let sections = sections(&page);
    let documented: Vec<&str> = sections.keys().copied().collect();
    let mut codes: Vec<&str> = analysis::Code::ALL.iter().map(|code| code.as_str()).collect();
    codes.sort_unstable();
    let mut unique = codes.clone();
    unique.dedup();
    assert_eq!(unique, codes, "two codes have one name");
    assert_eq!(documented, codes, "the sections of the page, then the codes");
    for code in analysis::Code::ALL {
        let severity = sections[code.as_str()].severity.to_lowercase();
        assert_eq!(severity, code.severity().as_str(), "`{code}`: the severity on the page");
    }
}

#[test]
fn every_example_is_found_for_what_it_shows() {
    let page = page();
    for (code, section) in sections(&page) {
        let workspace = Workspace::new();
        let file = format!("called-from/example.{}", section.language.split(' ').next().unwrap());
        let args: &[&str] = match section.language {
            "json" => {
                workspace.write(&file, section.example);
                &["lint", "--format", "json", "--fail-on", "note", "example.json"]
            }
            // As long as a real policy: the statement again and again, under other ids.
            "json repeated" => {
                workspace.write(
                    &file,
                    &repeated(section.example, if code == "policy-too-large" { 70 } else { 60 }),
                );
                &["lint", "--format", "json", "--fail-on", "note", "example.json"]
            }
            "yaml" => {
                workspace.write(&file, section.example);
                &["lint", "--format", "json", "--fail-on", "note", "example.yaml"]
            }
            "toml" => {
                workspace.write(&file, section.example);
                &["lint", "--format", "json", "--fail-on", "note", "--accepted", "example.toml"]
            }
            other => panic!("`{code}`: an example in `{other}`"),
        };
        let ran = workspace.run(args).exits(1);
        let report: serde_json::Value = serde_json::from_str(ran.stdout()).unwrap();
        let found: Vec<&str> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["code"].as_str().unwrap())
            .collect();
        assert!(found.contains(&code), "the example of `{code}` is found for {found:?}");
    }
}

fn repeated(example: &str, times: usize) -> String {
    let mut policy: serde_json::Value = serde_json::from_str(example).unwrap();
    let statements = policy["Statement"].as_array_mut().unwrap();
    let first = statements[0].clone();
    statements.clear();
    for i in 0..times {
        let mut statement = first.clone();
        statement["Sid"] = format!("{}{i}", first["Sid"].as_str().unwrap()).into();
        statements.push(statement);
    }
    policy.to_string()
}
