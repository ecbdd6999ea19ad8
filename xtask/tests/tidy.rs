//! Rules of the repository: each test looks at the files that git knows or would take.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use serde_yaml::Value;
use xshell::{Shell, cmd};

/// Files are to be read at one sitting.
const MOST_LINES: usize = 400;

/// Registries are reached through their clients, which know where they are. Written in halves, as this file is
/// looked at too.
const REGISTRY_HOSTS: [&str; 7] = [
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("yarnpkg", ".com"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("static.crates", ".io"),
    concat!("index.crates", ".io"),
];

/// What exists on one machine only; the first is a folder beside the repository.
const MACHINE_PATHS: [&str; 6] = [
    concat!("..", "/shared"),
    concat!("/", "root"),
    concat!("/", "home"),
    concat!("/", "Users"),
    concat!("/", "tmp"),
    concat!("/", "work"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The text files that git tracks or would add, from the root.
fn files() -> Vec<(PathBuf, String)> {
    let sh = Shell::new().unwrap();
    let _root = sh.push_dir(root());
    // These tests need git and a checkout, which may belong to another user, as in a container.
    let listed = cmd!(sh, "git -c safe.directory=* ls-files -z --cached --others --exclude-standard")
        .quiet()
        .read()
        .unwrap();
    // A file that was removed but is not yet committed is still listed; one that is no UTF-8 is no text.
    let read = |name: &str| Some((PathBuf::from(name), fs::read_to_string(root().join(name)).ok()?));
    let files: Vec<_> = listed.split_terminator('\0').filter_map(read).collect();
    assert!(!files.is_empty(), "git lists no file");
    files
}

fn files_that_end(suffix: &str) -> Vec<(PathBuf, String)> {
    files().into_iter().filter(|(path, _)| path.to_str().unwrap().ends_with(suffix)).collect()
}

fn workflows() -> Vec<(PathBuf, String)> {
    let mut workflows = files_that_end(".yml");
    workflows.retain(|(path, _)| path.starts_with(".github/workflows"));
    assert!(!workflows.is_empty(), "no workflows");
    workflows
}

/// Fails with every finding at once.
#[track_caller]
fn assert_none(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

#[test]
fn rust_files_begin_with_what_they_are() {
    let bare =
        |(path, text): (PathBuf, String)| (!text.starts_with("//! ")).then(|| path.display().to_string());
    let found: Vec<_> = files_that_end(".rs").into_iter().filter_map(bare).collect();
    assert_none("the first line is a `//!` module doc", &found);
}

#[test]
fn rust_files_are_short() {
    let long = |(path, text): (PathBuf, String)| {
        let lines = text.lines().count();
        (lines > MOST_LINES).then(|| format!("{}: {lines} lines", path.display()))
    };
    let found: Vec<_> = files_that_end(".rs").into_iter().filter_map(long).collect();
    assert_none(&format!("a file has at most {MOST_LINES} lines"), &found);
}

#[test]
fn no_file_names_a_registry_or_a_machine_path() {
    let mut found = Vec::new();
    for (path, text) in files() {
        for (number, line) in text.lines().enumerate() {
            let host = REGISTRY_HOSTS.into_iter().filter(|host| line.contains(host));
            let machine = MACHINE_PATHS.into_iter().filter(|path| names_path(line, path));
            for what in host.chain(machine) {
                found.push(format!("{}:{}: {what}", path.display(), number + 1));
            }
        }
    }
    assert_none("files work on any machine and with any registry", &found);
}

/// Whether a line has the absolute path, or one below it; `$HOME/work` and `arn:…:user/home` are others.
fn names_path(line: &str, path: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.~/}*$".contains(c);
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).unwrap().chars().next_back();
        let after = line.get(at + path.len()..).unwrap().chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
    })
}

#[test]
fn actions_are_pinned_by_commit() {
    let mut found = Vec::new();
    for (path, text) in workflows() {
        for (number, line) in text.lines().enumerate() {
            let Some(uses) = line.trim_start().trim_start_matches("- ").strip_prefix("uses: ") else {
                continue;
            };
            if !is_pinned(uses) {
                found.push(format!("{}:{}: {uses}", path.display(), number + 1));
            }
        }
    }
    assert_none("an action is written `owner/name@<commit of 40 digits> # v<version>`", &found);
}

fn is_pinned(uses: &str) -> bool {
    let Some((action, comment)) = uses.split_once(" # v") else { return false };
    let Some((_, commit)) = action.split_once('@') else { return false };
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    commit.len() == 40 && commit.chars().all(is_hex) && semver::Version::parse(comment).is_ok()
}

#[test]
fn workflows_have_least_permissions_and_end() {
    let mut found = Vec::new();
    for (path, text) in workflows() {
        let path = path.display();
        let workflow: Value = serde_yaml::from_str(&text).unwrap();
        if workflow.get("permissions").and_then(Value::as_mapping).is_none_or(|map| !map.is_empty()) {
            found.push(format!("{path}: no `permissions: {{}}` at the top"));
        }
        for (name, job) in workflow.get("jobs").and_then(Value::as_mapping).unwrap() {
            for key in ["permissions", "timeout-minutes"] {
                if job.get(key).is_none() {
                    found.push(format!("{path}: job `{}` has no `{key}`", name.as_str().unwrap()));
                }
            }
        }
    }
    assert_none("a workflow may do nothing by default and no job runs for ever", &found);
}

#[test]
fn the_conclusion_needs_every_job() {
    let text = fs::read_to_string(root().join(".github/workflows/ci.yml")).unwrap();
    let workflow: Value = serde_yaml::from_str(&text).unwrap();
    let jobs = workflow.get("jobs").and_then(Value::as_mapping).unwrap();
    let needs = jobs.get("conclusion").and_then(|job| job.get("needs")).and_then(Value::as_sequence).unwrap();
    let needs: BTreeSet<_> = needs.iter().map(|job| job.as_str().unwrap()).collect();
    let others: BTreeSet<_> =
        jobs.keys().map(|job| job.as_str().unwrap()).filter(|job| *job != "conclusion").collect();
    assert_eq!(needs, others);
}

#[test]
fn ci_has_the_oldest_rust_that_is_promised() {
    let ci = fs::read_to_string(root().join(".github/workflows/ci.yml")).unwrap();
    let toolchain = format!("RUSTUP_TOOLCHAIN: \"{}.0\"", env!("CARGO_PKG_RUST_VERSION"));
    assert!(ci.contains(&toolchain), "ci.yml has no `{toolchain}`, but Cargo.toml says so");
}

#[test]
fn links_lead_somewhere() {
    let pages = files_that_end(".md");
    let mut found = Vec::new();
    for (path, text) in &pages {
        for target in links(text) {
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            if file.contains("://") || file.starts_with("mailto:") {
                continue;
            }
            let file = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let there = root().join(&file);
            let has_anchor = || headings(&fs::read_to_string(&there).unwrap_or_default()).contains(anchor);
            if !there.exists() || !anchor.is_empty() && !has_anchor() {
                found.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert_none("a link leads to a file, and its anchor to a heading", &found);
}

/// The lines of a Markdown text that are no fenced code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The targets of the inline links of a Markdown text.
fn links(text: &str) -> Vec<String> {
    let of_line = |line: &str| -> Vec<String> {
        // What stands between backticks is code.
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        let target = |part: &str| part.split_once(')').map(|(target, _)| target.to_owned());
        prose.split("](").skip(1).filter_map(target).collect()
    };
    prose(text).flat_map(of_line).collect()
}

/// The anchors that GitHub gives the headings of a Markdown text, each of which must be unique.
fn headings(text: &str) -> BTreeSet<String> {
    let slug = |heading: &str| -> String {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    prose(text)
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')))
        .map(|heading| slug(heading.trim()))
        .collect()
}

#[test]
fn the_readme_lists_every_command() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let row = |line: &str| {
        let command = line.strip_prefix("| `cargo xtask ")?;
        command.split(['`', ' ']).next().map(str::to_owned)
    };
    let listed: BTreeSet<_> = readme.lines().filter_map(row).collect();
    let command = xtask::Cli::command();
    let actual: BTreeSet<_> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    assert_eq!(listed, actual, "the table of commands in README.md, against `cargo xtask --help`");
}

#[test]
fn the_readme_says_how_to_test() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let run = fs::read_to_string(root().join(".ci/run")).unwrap();
    let command = run.lines().last().unwrap().strip_prefix("exec ").unwrap();
    assert!(readme.lines().any(|line| line == command), "README.md has no line `{command}`");
}

#[test]
fn what_counts_as_a_machine_path() {
    let home = concat!("/", "home");
    for (line, expected) in [
        (format!("cd {home}/me"), true),
        (format!("\"{home}\""), true),
        (format!("$CACHE{home}"), false),
        (format!("a{home}"), false),
        (format!("{home}brew"), false),
        (format!("https://example.com{home}"), false),
    ] {
        assert_eq!(names_path(&line, home), expected, "{line}");
    }
}

#[test]
fn what_counts_as_a_pin() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    for (uses, expected) in [
        (format!("actions/checkout@{commit} # v6.0.2"), true),
        (format!("actions/checkout@{commit}"), false),
        (format!("actions/checkout@{commit} # v6"), false),
        ("actions/checkout@v6".to_owned(), false),
    ] {
        assert_eq!(is_pinned(&uses), expected, "{uses}");
    }
}

#[test]
fn what_counts_as_a_link_or_a_heading() {
    let text = "# One: `two`\n[a](b.md#c) and `[no](code)`\n```text\n# not\n[no](x)\n```\n## Two words\n";
    assert_eq!(links(text), ["b.md#c"]);
    assert_eq!(headings(text), BTreeSet::from(["one-two".to_owned(), "two-words".to_owned()]));
}
