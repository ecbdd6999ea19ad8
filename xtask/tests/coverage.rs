//! `cargo xtask coverage` as a user calls it, on the assembly of the test app.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what fails"
)]

use std::path::Path;

use serde_json::Value;
use xtask::project;

#[path = "common/sarif.rs"]
mod sarif;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "common/workspace.rs"]
mod workspace;

use workspace::{Ran, Workspace};

/// A workspace with the assembly beside it, under a short name.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    copy(&project::root().unwrap().join("cdk/test-app/assembly"), &workspace, "called-from/cdk.out");
    workspace
}

fn copy(from: &Path, workspace: &Workspace, to: &str) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = format!("{to}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            copy(&path, workspace, &to);
        } else {
            workspace.write(&to, &std::fs::read_to_string(path).unwrap());
        }
    }
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(ran.stdout()).unwrap()
}

fn required(report: &Value) -> Vec<String> {
    let gaps = report["gaps"].as_array().unwrap().iter();
    let text = |gap: &Value, key: &str| gap[key].as_str().unwrap().to_owned();
    let mut told: Vec<String> = gaps
        .filter(|gap| gap["certainty"] == "required")
        .map(|gap| format!("{} {} {}", text(gap, "action"), text(gap, "phase"), text(gap, "resource")))
        .collect();
    told.dedup();
    told
}

#[test]
fn the_stack_that_the_policies_are_for() {
    let ran = workspace().run(&["coverage", "--stack", "backgroundagent-dev"]);
    insta::assert_snapshot!("backgroundagent_dev", ran.stdout());
}

#[test]
fn a_stack_that_they_are_not_for_is_closed_by_what_is_suggested() {
    let workspace = workspace();
    let stack = ["--stack", "Prod/Web", "--compute-types", "agentcore,ecs"];
    let report = json(
        &workspace
            .run(&[&["coverage", "--format", "json", "--suggest-to", "suggested"][..], &stack].concat())
            .exits(1),
    );
    assert!(required(&report).iter().any(|gap| gap.starts_with("kms:CreateKey create")), "{report:#}");
    let suggested = workspace.path("called-from/suggested");
    let mut files: Vec<String> = std::fs::read_dir(suggested)
        .unwrap()
        .map(|entry| entry.unwrap().path().display().to_string())
        .collect();
    files.sort();
    assert_eq!(files.len(), 5, "every policy is written: {files:?}");
    let mut args = vec!["coverage", "--format", "json", "--stack", "Prod/Web", "--policy"];
    args.extend(files.iter().map(String::as_str));
    let report = json(&workspace.run(&args).exits(0));
    assert_eq!(required(&report), [""; 0], "the suggested statements close every required gap");
}

#[test]
fn all_stacks_of_an_assembly_are_read() {
    let report = json(&workspace().run(&["coverage", "--format", "json"]));
    let stacks: Vec<&str> =
        report["stacks"].as_array().unwrap().iter().map(|stack| stack["name"].as_str().unwrap()).collect();
    let [agent, nested, inputs, web, shop] = stacks[..] else { panic!("{stacks:?}") };
    assert_eq!((agent, inputs, web, shop), ("backgroundagent-dev", "inputs", "web-prod", "shop-prod"));
    assert!(nested.starts_with("backgroundagent-dev-Alerts"), "{nested}");
    let problems = report["problems"].to_string();
    assert!(problems.contains("`ServiceToken`"), "what an import names is not known: {problems}");
}

#[test]
fn only_the_phases_that_are_asked_for() {
    let report =
        json(&workspace().run(&["coverage", "--format", "json", "--phase", "delete", "--stack", "web-prod"]));
    let phases = report["summary"]["by_phase"]["required"].as_object().unwrap();
    assert_eq!(phases.keys().collect::<Vec<_>>(), ["delete"]);
}

#[test]
fn a_single_template_in_yaml() {
    let workspace = workspace();
    let template = "Parameters:\n  Stage: { Type: String, Default: dev }\nResources:\n  Site:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub 'site-${Stage}-${AWS::Region}'\n";
    workspace.write("called-from/site.yaml", template);
    let arns = |args: &[&str]| {
        let report =
            json(&workspace.run(
                &[&["coverage", "site.yaml", "--format", "json", "--phase", "create"][..], args].concat(),
            ));
        required(&report)
    };
    assert!(
        arns(&[]).contains(&"s3:CreateBucket create arn:aws:s3:::site-dev-*".to_owned()),
        "{:?}",
        arns(&[])
    );
    let there = ["--environment", "aws://123456789012/eu-west-1", "--parameter", "Stage=prod"];
    assert!(arns(&there).contains(&"s3:CreateBucket create arn:aws:s3:::site-prod-eu-west-1".to_owned()));
}

#[test]
fn acceptances_are_a_ratchet() {
    let workspace = workspace();
    let report = json(&workspace.run(&["coverage", "--format", "json", "--stack", "web-prod"]).exits(1));
    let mut actions: Vec<&str> = report["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|gap| gap["certainty"] == "required")
        .map(|gap| gap["action"].as_str().unwrap())
        .collect();
    actions.sort_unstable();
    actions.dedup();
    let entry = |actions: &[&str]| {
        format!(
            "[[gap]]\nstack = \"web-prod\"\nactions = {actions:?}\nreason = \"it is deployed by others\"\n"
        )
    };
    workspace.write("accepted.toml", &entry(&actions));
    let report = json(&workspace.run(&["coverage", "--format", "json", "--stack", "web-prod"]).exits(0));
    assert!(
        report["gaps"].as_array().unwrap().iter().any(|gap| gap["accepted"] == "it is deployed by others")
    );
    workspace.run(&["coverage", "--stack", "web-prod", "--no-accepted"]).exits(1);
    actions.push("sqs:NoGap");
    workspace.write("accepted.toml", &entry(&actions));
    let ran = workspace.run(&["coverage", "--stack", "web-prod"]).exits(1);
    assert!(ran.stdout().contains("accepted.toml line 1: `sqs:NoGap` is no gap"), "{}", ran.stdout());
    let none = workspace.run(&["coverage", "--accepted", "nothere.toml"]);
    none.fails(2, &["cannot read", "nothere.toml"]);
    // Another stack says nothing of that one.
    let ran = workspace.run(&["coverage", "--stack", "backgroundagent-dev", "--format", "json"]);
    assert_eq!(json(&ran)["stale_acceptances"].as_array().unwrap().len(), 0);
}

#[test]
fn formats() {
    let workspace = workspace();
    let ran = workspace.run(&["coverage", "--stack", "web-prod", "--format", "sarif"]);
    sarif::validate(ran.stdout());
    assert!(
        json(&ran)["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .any(|result| result["ruleId"] == "missing-permission")
    );
    let ran =
        workspace.run(&["coverage", "--stack", "web-prod", "--format", "markdown", "--phase", "create"]);
    insta::assert_snapshot!(
        "web_prod_markdown",
        ran.stdout().split("\n<details><summary>conditional").next().unwrap()
    );
    let ran = workspace.run(&["coverage", "--stack", "backgroundagent-dev", "--unused"]);
    assert!(ran.stdout().contains("candidates for a look, no more"), "{}", ran.stdout());
}

#[test]
fn what_cannot_be_read_is_said() {
    let workspace = workspace();
    let read = |path: &str| workspace.read(path);
    workspace.run(&["coverage", "missing.yaml"]).fails(2, &["cannot read `missing.yaml`"]);
    workspace.write("called-from/empty/x", "");
    workspace.run(&["coverage", "empty"]).fails(2, &["`empty/manifest.json`", "cdk synth"]);
    workspace
        .run(&["coverage", "--stack", "other"])
        .fails(2, &["no stack is called `other`", "`Agent`", "`Prod/Web`"]);
    // That another stack is there is no answer.
    workspace
        .run(&["coverage", "--stack", "Agent", "--stack", "other"])
        .fails(2, &["no stack is called `other`"]);
    workspace.run(&["coverage", "--parameter", "x"]).fails(2, &["--parameter x", "NAME=VALUE"]);
    workspace.run(&["coverage", "--parameter", "Stagee=x"]).fails(2, &["--parameter Stagee=", "no template"]);
    workspace.run(&["coverage", "--policy", "missing.json"]).fails(2, &["cannot read `missing.json`"]);
    workspace.write("called-from/bad.json", "{ \"Resources\": { \"A\": {} } }");
    workspace.run(&["coverage", "bad.json"]).fails(2, &["`bad.json`: line 1: at `/Resources/A`"]);
    // A template that ends in the middle.
    let template = read("called-from/cdk.out/Agent.template.json");
    workspace.write("called-from/cdk.out/Agent.template.json", template.split_at(template.len() / 2).0);
    workspace.run(&["coverage"]).fails(2, &["Agent.template.json", "this is no JSON"]);
}

#[test]
fn a_stack_is_chosen_among_templates_by_their_files() {
    let workspace = workspace();
    for name in ["a-prod", "b-prod"] {
        workspace
            .write(&format!("called-from/{name}.yaml"), "Resources:\n  Site:\n    Type: AWS::S3::Bucket\n");
    }
    let chosen = |stack: &str| {
        let run = ["coverage", "a-prod.yaml", "b-prod.yaml", "--format", "json", "--stack", stack];
        workspace.run(&run)
    };
    let stacks = json(&chosen("b-prod"))["stacks"].to_string();
    assert!(stacks.contains("b-prod.yaml") && !stacks.contains("a-prod"), "{stacks}");
    chosen("c-prod").fails(2, &["no stack is called `c-prod`; there are `a-prod`, `b-prod`"]);
}

#[test]
fn what_nobody_knows_is_counted() {
    let workspace = workspace();
    let manifest = workspace.read("called-from/cdk.out/manifest.json").replace("\"54.0.0\"", "\"99.0.0\"");
    workspace.write("called-from/cdk.out/manifest.json", &manifest);
    let ran = workspace.run(&["coverage", "--stack", "inputs"]);
    assert!(ran.stdout().contains("version 99 is newer than"), "{}", ran.stdout());
    let template = "{ \"Resources\": { \"New\": { \"Type\": \"AWS::New::Thing\" } } }";
    workspace.write("called-from/new.json", template);
    let report = json(&workspace.run(&["coverage", "new.json", "--format", "json"]));
    assert!(report["problems"].to_string().contains("AWS::New::Thing"), "{}", report["problems"]);
    std::fs::remove_file(workspace.path("called-from/cdk.out/AgentAlerts2A9EF92F.nested.template.json"))
        .unwrap();
    workspace.run(&["coverage", "--stack", "Agent"]).fails(2, &["nested.template.json"]);
}
