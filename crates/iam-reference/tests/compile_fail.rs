//! A mistyped or invented action does not compile, and rustc names the near one.
//!
//! Each case is a crate of its own that the compiler of this build checks; the messages of rustc change from version to
//! version, so what counts is the error's code and the name in its suggestion.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test reports by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// A crate below the target folder, which checks `source`.
struct Checked {
    success: bool,
    /// The compiler's messages of level `error`.
    errors: Vec<Value>,
    stderr: String,
}

fn check(name: &str, source: &str) -> Checked {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_fail").join(name);
    fs::create_dir_all(root.join("src")).unwrap();
    let crate_path = env!("CARGO_MANIFEST_DIR");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\niam-reference = {{ path = {crate_path:?} }}\n"
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    fs::write(root.join("src/lib.rs"), format!("{source}\n")).unwrap();
    // With the workspace's lock file cargo takes its versions, and needs no index.
    fs::copy(workspace_lock(), root.join("Cargo.lock")).unwrap();
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--offline", "--quiet", "--message-format=json"])
        .current_dir(&root)
        // One folder for all cases: the crate under test is built once.
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_fail/target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let errors = stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["reason"] == "compiler-message" && line["message"]["level"] == "error")
        .map(|line| line["message"].clone())
        .collect();
    Checked {
        success: output.status.success(),
        errors,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn workspace_lock() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock")
}

impl Checked {
    /// The messages with a code, such as `E0425`.
    fn with_code(&self, code: &str) -> Vec<&Value> {
        self.errors.iter().filter(|error| error["code"]["code"] == code).collect()
    }

    /// Whether an error says or suggests `text` anywhere.
    fn says(&self, text: &str) -> bool {
        self.errors.iter().any(|error| error.to_string().contains(text))
    }
}

#[test]
fn listed_and_unlisted_actions_compile() {
    let checked = check(
        "good_actions",
        "use iam_reference::{Action, actions::s3};\n\
         pub const LISTED: Action = s3::GetObject;\n\
         pub const UNLISTED: Action = Action::unlisted(\"apigateway:TagResource\", \"deployed with it\");",
    );
    assert!(checked.success, "{}\n{:?}", checked.stderr, checked.errors);
}

#[test]
fn a_mistyped_action_gets_the_near_one_suggested() {
    let checked = check(
        "mistyped_action",
        "pub const A: iam_reference::Action = iam_reference::actions::s3::GetObjects;",
    );
    assert!(!checked.success, "`s3::GetObjects` compiles");
    let errors = checked.with_code("E0425");
    assert_eq!(errors.len(), 1, "expected one E0425: {}\n{:?}", checked.stderr, checked.errors);
    let suggested = errors[0]["children"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|child| child["spans"].as_array().into_iter().flatten())
        .any(|span| span["suggested_replacement"] == "GetObject");
    assert!(suggested, "`GetObject` is not suggested: {}", errors[0]);
}

#[test]
fn an_invented_action_does_not_compile() {
    let checked = check(
        "invented_action",
        "pub const A: iam_reference::Action = iam_reference::actions::s3::Frobnicate;",
    );
    assert!(!checked.success, "`s3::Frobnicate` compiles");
    assert_eq!(checked.with_code("E0425").len(), 1, "expected one E0425: {:?}", checked.errors);
}

#[test]
fn an_action_of_no_service_does_not_compile() {
    let checked = check(
        "invented_service",
        "pub const A: iam_reference::Action = iam_reference::actions::s4::GetObject;",
    );
    assert!(!checked.success, "`s4::GetObject` compiles");
}

#[test]
fn an_action_cannot_be_made_beside_the_two_doors() {
    let checked = check(
        "private_door",
        "pub const A: iam_reference::Action = iam_reference::Action::listed(\"s3:X\");",
    );
    assert!(!checked.success, "`Action::listed` is open to all");
    assert_eq!(checked.with_code("E0624").len(), 1, "expected one E0624: {:?}", checked.errors);
}

#[test]
fn an_unlisted_action_needs_a_reason_and_a_plain_name() {
    for (name, text, reason, says) in [
        ("unlisted_no_reason", "apigateway:TagResource", "", "needs a reason"),
        ("unlisted_blank_reason", "apigateway:TagResource", "  ", "needs a reason"),
        ("unlisted_wildcard", "apigateway:Tag*", "a reason", "without wildcards"),
        ("unlisted_no_service", "TagResource", "a reason", "service:Name"),
        ("unlisted_no_name", "apigateway:", "a reason", "service:Name"),
    ] {
        let source = format!(
            "pub const A: iam_reference::Action = iam_reference::Action::unlisted({text:?}, {reason:?});"
        );
        let checked = check(name, &source);
        assert!(!checked.success, "`unlisted({text:?}, {reason:?})` compiles");
        assert_eq!(checked.with_code("E0080").len(), 1, "{name}: {}\n{:?}", checked.stderr, checked.errors);
        assert!(checked.says(says), "{name}: no error says `{says}`: {:?}", checked.errors);
    }
}
