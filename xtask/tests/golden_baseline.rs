//! The docs page against `tests/golden/`, which was written by hand: the blocks of the page from which this
//! project was made. Never regenerate them from our own output.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

#[path = "common/golden.rs"]
mod golden;

use artifacts::{Artifact, Location, Page};
use golden::{fixtures, normalized, reference};
use iam::{Applies, PolicyDocument, PolicyKind};
use policies::Target;
use serde_json::{Value, json};

const TRUST: &str = include_str!("golden/trust-policy.json");

fn page() -> String {
    let (_, rendered) = xtask::generate::render(&Target::reference()).unwrap();
    let is_page = |artifact: &Artifact| artifact.location == Location::Page(Page::DeploymentRoles);
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

/// The blocks that the page should have: the trust policy; each policy that is always attached, the last of them
/// led by the statements of the default compute types; the bare statement of each that is attached on request.
fn expected_blocks() -> Vec<(String, Value)> {
    let set = reference();
    let fixtures = fixtures(&set);
    let statements = |document: &Value| document["Statement"].as_array().unwrap().clone();
    let leading: Vec<Value> = fixtures
        .iter()
        .filter(|(policy, _)| matches!(policy.applies, Applies::Default(_)))
        .flat_map(|(_, golden)| statements(&golden.policy_document))
        .collect();
    let always: Vec<_> = fixtures.iter().filter(|(policy, _)| policy.applies == Applies::Always).collect();
    let mut blocks = vec![("the trust policy".to_owned(), serde_json::from_str(TRUST).unwrap())];
    for (i, (policy, golden)) in always.iter().enumerate() {
        let own = statements(&golden.policy_document);
        let all = if i + 1 == always.len() { [leading.clone(), own].concat() } else { own };
        blocks.push((policy.name.to_string(), json!({ "Version": "2012-10-17", "Statement": all })));
    }
    for (policy, golden) in fixtures.iter().filter(|(policy, _)| matches!(policy.applies, Applies::When(_))) {
        let block = match statements(&golden.policy_document).as_slice() {
            [one] => one.clone(),
            _ => golden.policy_document.clone(),
        };
        blocks.push((policy.name.to_string(), block));
    }
    blocks
}

#[test]
fn the_page_has_the_json_fences_in_the_order_that_readers_index() {
    let (fences, expected) = (json_fences(&page()), expected_blocks());
    assert_eq!(fences.len(), expected.len(), "`json` fences on the page, then those that readers expect");
    for (i, (fence, (name, block))) in fences.into_iter().zip(expected).enumerate() {
        let (ours, golden) = (normalized(fence), normalized(block));
        assert!(ours == golden, "fence {i}, {name}:\n{ours:#}\ninstead of\n{golden:#}");
    }
}

#[test]
fn the_reference_has_five_fences_by_index() {
    let first = |block: &Value| {
        let statement = block.get("Statement").map_or(block, |statements| &statements[0]);
        statement.get("Sid").and_then(Value::as_str).unwrap_or("none").to_owned()
    };
    let blocks = json_fences(&page());
    let sids: Vec<_> = blocks.iter().take(5).map(first).collect();
    assert_eq!(sids, ["none", "CloudFormationSelf", "DynamoDB", "BedrockAgentCore", "ECS"]);
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
    // A comment of the shell begins with `#` as well, but stands in a fence.
    let outside: String = page.split("\n```").step_by(2).collect();
    let headings = outside.lines().filter(|line| line.starts_with('#'));
    let set = reference();
    let names: Vec<_> = set.policies().iter().map(|policy| policy.name.to_string()).collect();
    let (of_policies, headings): (Vec<_>, Vec<_>) = headings
        .into_iter()
        .filter(|line| !line.ends_with('.'))
        .partition(|line| line.starts_with("### IaCRole-"));
    assert_eq!(of_policies, names.iter().map(|name| format!("### {name}")).collect::<Vec<_>>());
    assert_eq!(
        headings,
        [
            "# Deployment roles",
            "## How CDK deployment roles work",
            "## Using these policies",
            "## Trust policy",
            "## IaCRole-ABCA",
            "## Runtime IAM roles (created by the stack)",
            "### CDK bootstrap roles",
            "## Resource-level permission constraints",
            "## Iterative tightening",
            "## Reference",
        ]
    );
    assert_eq!(
        first_cells(&page, "## Using these policies"),
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>()
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
