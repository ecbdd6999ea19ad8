//! `cargo xtask generate` as a user meets it.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

#[path = "common/workspace.rs"]
mod workspace;

use policies::{BOOTSTRAP_VERSION, Target, policy_set};
use serde_json::Value;
use workspace::Workspace;

/// How many files are generated: the policies, the template, version, hash and the page.
fn files() -> usize {
    policy_set(&Target::reference()).unwrap().policies().len() + 4
}

const PAGE: &str = "docs/design/DEPLOYMENT_ROLES.md";

#[test]
fn a_second_run_writes_nothing_and_keeps_the_times_of_the_files() {
    let workspace = Workspace::new();
    let first = workspace.run(&["generate"]).exits(0);
    assert!(first.stdout().contains("wrote bootstrap/policies/infrastructure.json\n"), "{}", first.stdout());
    assert!(first.stdout().contains(&format!("0 of {} files up to date", files())), "{}", first.stdout());
    let template = workspace.path("bootstrap/bootstrap-template.yaml");
    let time = || std::fs::metadata(&template).unwrap().modified().unwrap();
    let before = (time(), workspace.files());
    let second = workspace.run(&["generate"]).exits(0);
    assert!(
        second.stdout().starts_with(&format!("{0} of {0} files up to date\n", files())),
        "{}",
        second.stdout()
    );
    assert_eq!((time(), workspace.files()), before);
}

#[test]
fn check_lists_everything_that_differs_with_a_diff_and_writes_nothing() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).exits(0);
    workspace.run(&["generate", "--check"]).exits(0);
    workspace.write("bootstrap/policies/compute-ecs.json", "{}\n");
    workspace.write("bootstrap/policies/compute-old.json", "{}\n");
    workspace.write(PAGE, "# Another page\n");
    std::fs::remove_file(workspace.path("bootstrap/BOOTSTRAP_HASH")).unwrap();
    let before = workspace.files();
    let check = workspace.run(&["generate", "--check"]).exits(1);
    for line in [
        "stale bootstrap/policies/compute-ecs.json\n",
        "\n-{}\n",
        "\n+  \"Version\": \"2012-10-17\"\n",
        "orphan bootstrap/policies/compute-old.json\n",
        "stale docs/design/DEPLOYMENT_ROLES.md\n",
        "\n-# Another page\n",
        "missing bootstrap/BOOTSTRAP_HASH\n",
        &format!("{} of {} files up to date", files() - 3, files() + 1),
        "run `cargo xtask generate`",
    ] {
        let lines = format!("\n{}", check.stdout());
        assert!(lines.contains(line), "no `{line}` in {}", check.stdout());
    }
    assert!(!check.stdout().contains('\u{1b}'), "no colour where stdout is no terminal");
    assert_eq!(workspace.files(), before);

    let repaired = workspace.run(&["generate"]).exits(0);
    assert!(
        repaired.stdout().contains("removed bootstrap/policies/compute-old.json\n"),
        "{}",
        repaired.stdout()
    );
    workspace.run(&["generate", "--check"]).exits(0);
}

#[test]
fn json_says_the_same_for_machines() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).exits(0);
    workspace.write("bootstrap/BOOTSTRAP_HASH", "0\n");
    let ran = workspace.run(&["generate", "--check", "--format", "json"]).exits(1);
    let json: Value = serde_json::from_str(ran.stdout()).unwrap();
    assert_eq!(json["version"], BOOTSTRAP_VERSION.to_string());
    assert_eq!(json["policies"][0]["name"], "IaCRole-ABCA-Infrastructure");
    assert!(json["policies"][0]["characters_left"].as_u64().is_some_and(|left| left < 6144));
    assert_eq!(json["template"]["limit"], 51_200);
    assert_eq!(json["unlisted_actions"][0]["action"], "apigateway:TagResource");
    assert_eq!(json["files"][0]["path"], "bootstrap/BOOTSTRAP_HASH");
    assert_eq!(json["files"][0]["status"], "stale");
    assert!(json["files"][0]["diff"].as_str().unwrap().contains("-0\n"));
    assert_eq!(json["files"][1]["status"], "unchanged");
}

#[test]
fn verbose_lists_the_actions_that_no_reference_knows() {
    let workspace = Workspace::new();
    let ran = workspace.run(&["generate", "--verbose"]).exits(0);
    assert!(
        ran.stdout()
            .contains("apigateway:UntagResource in IaCRole-ABCA-Application, statement APIGateway: part of"),
        "{}",
        ran.stdout()
    );
}

#[test]
fn another_checkout_is_served_by_paths_from_where_the_command_was_called() {
    let workspace = Workspace::new();
    let args = ["generate", "--out", "abca/cdk/bootstrap", "--docs", "abca/docs/ROLES.md"];
    workspace.run(&args).exits(0);
    assert_eq!(
        workspace.read("called-from/abca/cdk/bootstrap/BOOTSTRAP_VERSION"),
        format!("{BOOTSTRAP_VERSION}\n")
    );
    assert!(workspace.read("called-from/abca/docs/ROLES.md").contains("# Deployment roles"));
    assert!(!workspace.path("bootstrap").exists() && !workspace.path("docs").exists());
    workspace.run(&["generate", "--check", "--out", "abca/cdk/bootstrap"]).exits(0);
}

#[test]
fn without_docs_the_page_of_the_repository_is_left_alone() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).exits(0);
    let before = workspace.read(PAGE);
    workspace
        .run(&["generate", "--out", "other", "--stack-name", "shop-prod", "--qualifier", "shop"])
        .exits(0);
    assert_eq!(workspace.read(PAGE), before);
    assert!(workspace.read("called-from/other/policies/infrastructure.json").contains("stack/shop-prod/*"));
}

#[test]
fn a_folder_of_a_newer_version_is_left_as_it_is() {
    let workspace = Workspace::new();
    workspace.write("called-from/abca/BOOTSTRAP_VERSION", "99.0.0\n");
    workspace.write("called-from/abca/policies/compute-lambda-microvm.json", "{}\n");
    let before = workspace.files();
    workspace
        .run(&["generate", "--out", "abca"])
        .fails(1, &["abca/BOOTSTRAP_VERSION` says 99.0.0, ours is", "generated by a newer bundle"]);
    assert_eq!(workspace.files(), before);
    workspace.write("called-from/abca/BOOTSTRAP_VERSION", "latest\n");
    workspace.run(&["generate", "--out", "abca"]).fails(1, &["BOOTSTRAP_VERSION` holds no version"]);
}

#[test]
fn in_a_folder_of_somebody_elses_no_file_is_removed() {
    let workspace = Workspace::new();
    workspace.write("called-from/theirs/policies/mine.json", "{}\n");
    workspace.run(&["generate", "--out", "theirs"]).exits(0);
    assert_eq!(workspace.read("called-from/theirs/policies/mine.json"), "{}\n");
}

#[test]
fn a_wrong_flag_is_wrong_usage_and_a_wrong_file_is_a_failure() {
    let workspace = Workspace::new();
    let table: [(&[&str], &str); 6] = [
        (&["generate", "--qualifier", "toolongqualifier"], "--qualifier: `toolongqualifier` is no qualifier"),
        (&["generate", "--stack-name", "a b"], "--stack-name: `a b` is no stack name"),
        (&["generate", "--partition", "moon"], "--partition: there is no partition `moon`"),
        (
            &["generate", "--compute-types", "ECS"],
            "--compute-types: there is no compute type `ECS`: write one or more of agentcore, ecs",
        ),
        (&["generate", "--compute-types", "noecs"], "there is no compute type `noecs`"),
        (&["generate", "--compute-types", ""], "there is no compute type ``"),
    ];
    for (args, text) in table {
        workspace.run(args).fails(2, &[text]);
    }
    assert_eq!(workspace.run(&["generate", "--wrong"]).code(), 2);

    let file = workspace.read("bootstrap.toml");
    workspace.write("bootstrap.toml", &file.replace("hnb659fds", "a_b"));
    workspace.run(&["generate"]).fails(1, &["bootstrap.toml: qualifier: `a_b` is no qualifier"]);
    workspace.write("bootstrap.toml", &file.replace("qualifier", "qualifer"));
    workspace.run(&["generate"]).fails(1, &["bootstrap.toml", "unknown field `qualifer`"]);
    std::fs::remove_file(workspace.path("bootstrap.toml")).unwrap();
    workspace.run(&["generate"]).fails(1, &["cannot read `bootstrap.toml`"]);
    assert!(!workspace.path("bootstrap").exists(), "nothing was written");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_leaves_every_file_as_it_was() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).exits(0);
    // A file where the page's folder should be: the page cannot be staged, so the template is not replaced either.
    std::fs::remove_dir_all(workspace.path("docs")).unwrap();
    workspace.write("docs", "in the way");
    workspace.write("bootstrap/bootstrap-template.yaml", "old\n");
    let before = workspace.files();
    workspace.run(&["generate"]).fails(1, &["docs/design"]);
    assert_eq!(workspace.files(), before);
}

#[cfg(unix)]
#[test]
fn generated_files_have_the_permissions_of_ordinary_ones() {
    use std::os::unix::fs::PermissionsExt as _;
    let workspace = Workspace::new();
    workspace.run(&["generate"]).exits(0);
    let mode = |path: &str| std::fs::metadata(workspace.path(path)).unwrap().permissions().mode();
    assert_eq!(mode("bootstrap/bootstrap-template.yaml"), mode("bootstrap.toml"));
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_permissions_are_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let workspace = Workspace::new();
    workspace.run(&["generate"]).exits(0);
    let (link, target) = (workspace.path("bootstrap/BOOTSTRAP_HASH"), workspace.path("elsewhere"));
    workspace.write("elsewhere", "old\n");
    std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    workspace.run(&["generate"]).exits(0);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(workspace.read("elsewhere").trim().len(), 64);
    assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_page_needs_a_folder_and_stands_outside_of_it() {
    let workspace = Workspace::new();
    assert_eq!(workspace.run(&["generate", "--docs", "page.md"]).code(), 2);
    workspace
        .run(&["generate", "--out", "x", "--docs", "x/BOOTSTRAP_HASH"])
        .fails(1, &["`x/BOOTSTRAP_HASH` is inside the artifacts' folder"]);
}

#[test]
fn check_names_the_command_that_helps() {
    let workspace = Workspace::new();
    let check = workspace.run(&["generate", "--check", "--out", "x", "--qualifier", "shop"]).exits(1);
    assert!(
        check.stdout().contains("run `cargo xtask generate --out x --qualifier shop`"),
        "{}",
        check.stdout()
    );
}

#[test]
fn line_ends_that_differ_are_seen() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).exits(0);
    let version = workspace.read("bootstrap/BOOTSTRAP_VERSION");
    workspace.write("bootstrap/BOOTSTRAP_VERSION", &version.replace('\n', "\r\n"));
    let check = workspace.run(&["generate", "--check"]).exits(1);
    assert!(check.stdout().contains(&format!("-{}\u{240d}\n", version.trim())), "{}", check.stdout());
}
