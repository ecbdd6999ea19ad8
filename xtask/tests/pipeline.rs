//! `cargo xtask pipeline` as far as it goes without an account.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what fails")]

#[path = "common/workspace.rs"]
mod workspace;

use serde_json::Value;
use workspace::{Ran, Workspace};

const ENVIRONMENT: &str = "aws://111122223333/eu-west-1";

const PIPELINE: &str = r#"
[pipeline]
mode = "direct"
accounts = ["111122223333"]
regions = ["eu-west-1"]

[pipeline.trust]
user = true
"#;

fn workspace(pipeline: &str) -> Workspace {
    let workspace = Workspace::new();
    let target = workspace.read("bootstrap.toml");
    workspace.write("bootstrap.toml", &format!("{target}{pipeline}"));
    workspace
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_starts() {
    let workspace = workspace(PIPELINE);
    let before = workspace.files();
    let long = "a".repeat(65);
    let table: [(&[&str], &str); 6] = [
        (&["plan", "--stack-name", "a b"], "--stack-name: `a b` is no stack name"),
        (
            &["plan", "--stack-name", &long],
            "has 65 characters; it is also the name of a role or user, which takes 64",
        ),
        (&["plan", "111122223333/eu-west-1"], "write `aws://ACCOUNT/REGION`"),
        (
            &["plan", "aws://111122223333/eu-west-1", "--region", "eu-west-2"],
            "--region: `eu-west-2` is not the region of `aws://111122223333/eu-west-1`",
        ),
        (&["verify", "--yes"], "unexpected argument '--yes'"),
        (&["destroy"], "unrecognized subcommand 'destroy'"),
    ];
    for (args, text) in table {
        let ran = workspace.run(&[&["pipeline"], args].concat()).exits(2);
        assert!(ran.stderr().contains(text), "no `{text}` in {}", ran.stderr());
    }
    assert_eq!(workspace.files(), before, "nothing was generated");
}

#[test]
fn without_the_table_there_is_no_pipeline() {
    let workspace = workspace("");
    for command in ["plan", "deploy", "verify", "delete"] {
        workspace
            .run(&["pipeline", command])
            .fails(1, &["bootstrap.toml has no table [pipeline]", "README.md"]);
    }
}

#[test]
fn a_failure_before_the_account_is_known_is_json_too() {
    let workspace = workspace(PIPELINE);
    for (environment, named) in [(None, Value::Null), (Some(ENVIRONMENT), ENVIRONMENT.into())] {
        let mut command = workspace.xtask();
        command.args(["pipeline", "verify", "--format", "json"]).args(environment);
        let ran = Ran(command.env("PATH", workspace.path("programs")).output().unwrap()).exits(1);
        let failed: Value = serde_json::from_str(ran.stdout()).unwrap();
        assert_eq!(failed["environment"], named);
        assert!(failed["error"].as_str().unwrap().starts_with("`aws` does not run"), "{failed}");
        assert!(ran.stderr().contains("`aws` does not run"), "{}", ran.stderr());
    }
}

#[test]
fn the_help_says_what_the_exit_codes_are() {
    let help = workspace("").run(&["pipeline", "--help"]).exits(0);
    for text in [
        "10 `plan` finds changes",
        "3 when a deployment is due",
        "4 when somebody changed",
        "130 interrupted",
        "No command here makes an access key",
    ] {
        assert!(help.stdout().contains(text), "no `{text}` in {}", help.stdout());
    }
}
