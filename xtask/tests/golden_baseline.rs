//! The docs page against `tests/golden/`, which was committed by hand: the blocks of the page from which this

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what fails"
)]
//! project was made. Never regenerate them from our own output.

use artifacts::{Artifact, Location};
use iam::{PolicyDocument, PolicyKind};
use policies::Target;
use serde_json::{Value, json};

const TRUST: &str = include_str!("golden/trust-policy.json");
const INFRASTRUCTURE: &str = include_str!("golden/infrastructure.json");
const APPLICATION: &str = include_str!("golden/application.json");
/// With the statement of Compute-Agentcore as its first.
const OBSERVABILITY: &str = include_str!("golden/observability.json");
/// A bare statement.
const COMPUTE_ECS: &str = include_str!("golden/compute-ecs-statement.json");

fn page() -> String {
    let (_, rendered) = xtask::generate::render(&Target::reference()).unwrap();
    let is_page = |artifact: &Artifact| artifact.location == Location::DocsPage;
    rendered.artifacts.into_iter().find(is_page).unwrap().contents
}

/// The contents of the page's `json` fences, found as the reference's own test finds them.
fn json_fences(page: &str) -> Vec<Value> {
    page.split("```json\n")
        .skip(1)
        .map(|rest| rest.split_once("```").expect("a fence is closed").0)
        .map(|text| serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}")))
        .collect()
}

/// A list of one and its element mean the same, as does any order of keys.
fn normalized(value: Value) -> Value {
    match value {
        Value::Array(items) if items.len() == 1 && items[0].is_string() => items[0].clone(),
        Value::Array(items) => Value::Array(items.into_iter().map(normalized).collect()),
        Value::Object(map) => Value::Object(map.into_iter().map(|(k, v)| (k, normalized(v))).collect()),
        other => other,
    }
}

#[track_caller]
fn assert_same(what: &str, ours: Value, golden: &str) {
    let golden: Value = serde_json::from_str(golden).unwrap();
    let (ours, golden) = (normalized(ours), normalized(golden));
    assert!(ours == golden, "{what} differs from the golden block:\n{ours:#}\ninstead of\n{golden:#}");
}

#[test]
fn the_page_has_five_json_fences_in_the_order_that_readers_index() {
    let fences = json_fences(&page());
    let [trust, infrastructure, application, observability, ecs] =
        <[Value; 5]>::try_from(fences).expect("exactly five `json` fences");
    assert_same("the trust policy", trust, TRUST);
    assert_same("the Infrastructure block", infrastructure, INFRASTRUCTURE);
    assert_same("the Application block", application, APPLICATION);
    assert_same("the Observability block", observability, OBSERVABILITY);
    assert_same("the ECS statement", ecs, COMPUTE_ECS);
}

#[test]
fn the_policies_are_those_of_the_golden_blocks() {
    let set = policies::policy_set(&Target::reference()).unwrap();
    let document = |stem: &str| {
        let policy = set.policies().iter().find(|policy| policy.file_stem == stem).unwrap();
        serde_json::from_str::<Value>(&policy.document.to_artifact()).unwrap()
    };
    let mut observability: Value = serde_json::from_str(OBSERVABILITY).unwrap();
    let agentcore = observability["Statement"].as_array_mut().unwrap().remove(0);
    let alone = |statement: Value| json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let ecs = alone(serde_json::from_str(COMPUTE_ECS).unwrap());
    assert_same("infrastructure", document("infrastructure"), INFRASTRUCTURE);
    assert_same("application", document("application"), APPLICATION);
    assert_same("observability", document("observability"), &observability.to_string());
    assert_same("compute-agentcore", document("compute-agentcore"), &alone(agentcore));
    assert_same("compute-ecs", document("compute-ecs"), &ecs);
}

#[test]
fn every_fenced_policy_is_one_that_iam_accepts() {
    for (i, fence) in json_fences(&page()).into_iter().enumerate() {
        let kind = if i == 0 { PolicyKind::Trust } else { PolicyKind::Identity };
        let policy = if fence.get("Statement").is_some() { fence } else { json!({ "Statement": fence }) };
        if let Err(errors) = PolicyDocument::parse(&policy.to_string(), kind) {
            panic!("fence {i}: {errors}");
        }
    }
}

/// A table's first cells, by the heading above it.
fn first_cells<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    let section = page.split_once(&format!("{heading}\n")).expect(heading).1;
    section
        .lines()
        .take_while(|line| !line.starts_with('#'))
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .collect()
}

#[test]
fn every_section_and_table_of_the_page_is_there() {
    let page = page();
    let headings: Vec<_> = page.lines().filter(|line| line.starts_with('#')).collect();
    // Comments of the shell stand in `bash` fences.
    let headings: Vec<_> = headings.into_iter().filter(|line| !line.ends_with('.')).collect();
    assert_eq!(
        headings,
        [
            "# Deployment roles",
            "## How CDK deployment roles work",
            "## Using these policies",
            "## Trust policy",
            "## IaCRole-ABCA",
            "### IaCRole-ABCA-Infrastructure",
            "### IaCRole-ABCA-Application",
            "### IaCRole-ABCA-Observability",
            "### IaCRole-ABCA-Compute-Agentcore",
            "### IaCRole-ABCA-Compute-ECS",
            "## Runtime IAM roles (created by the stack)",
            "### CDK bootstrap roles",
            "## Resource-level permission constraints",
            "## Iterative tightening",
            "## Reference",
        ]
    );
    assert_eq!(
        first_cells(&page, "## Using these policies"),
        [
            "`IaCRole-ABCA-Infrastructure`",
            "`IaCRole-ABCA-Application`",
            "`IaCRole-ABCA-Observability`",
            "`IaCRole-ABCA-Compute-Agentcore`",
            "`IaCRole-ABCA-Compute-ECS`",
        ]
    );
    assert_eq!(
        first_cells(&page, "### CDK bootstrap roles"),
        [
            "`cdk-hnb659fds-deploy-role-*`",
            "`cdk-hnb659fds-cfn-exec-role-*`",
            "`cdk-hnb659fds-file-publishing-role-*`",
            "`cdk-hnb659fds-image-publishing-role-*`",
            "`cdk-hnb659fds-lookup-role-*`",
        ]
    );
    assert_eq!(first_cells(&page, "## Runtime IAM roles (created by the stack)").len(), 10);
    for text in
        ["ACCOUNT_ID", "REGION", "AwsSolutions-IAM5", "apigateway:TagResource", "apigateway:UntagResource"]
    {
        assert!(page.contains(text), "the page does not say `{text}`");
    }
}
