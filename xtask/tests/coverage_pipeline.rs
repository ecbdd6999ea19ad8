//! `cargo xtask coverage --as pipeline`: the recorded Fargate service against the pipeline of mode `direct`.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

use std::collections::BTreeSet;

use serde_json::Value;
use xtask::project;

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "common/workspace.rs"]
mod workspace;

use workspace::Workspace;

const AS_PIPELINE: [&str; 3] = ["coverage", "--as", "pipeline"];

/// The pipeline that deploys the service, as `[pipeline]` would have it.
const DIRECT: &str = r#"
[pipeline]
mode = "direct"
accounts = ["123456789012"]
regions = ["eu-west-1"]
stack-prefix = "shop"
staging-bucket-prefix = "cdk-hnb659fds-assets"

[pipeline.trust]
user = true
"#;

/// A workspace with the assembly of the service beside it, and this `[pipeline]`.
fn workspace(pipeline: &str) -> Workspace {
    let workspace = Workspace::new();
    let target = workspace.read("bootstrap.toml");
    workspace.write("bootstrap.toml", &format!("{target}{pipeline}"));
    let assembly = project::root().unwrap().join("cdk/test-app/assembly/assembly-Shop");
    for entry in std::fs::read_dir(assembly).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        workspace.write(&format!("called-from/cdk.out/{name}"), &std::fs::read_to_string(&path).unwrap());
    }
    workspace
}

/// The report of a run that ends with this code.
#[track_caller]
fn report(workspace: &Workspace, args: &[&str], code: i32) -> Value {
    let args = [&["--format", "json"], args].concat();
    serde_json::from_str(workspace.run(&with(&args)).exits(code).stdout()).unwrap()
}

fn with<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&AS_PIPELINE[..], args].concat()
}

/// The required gaps: the action and what needs it.
fn required(report: &Value) -> BTreeSet<(String, String)> {
    let text = |gap: &Value, key: &str| gap[key].as_str().unwrap().to_owned();
    let gaps = report["gaps"].as_array().unwrap().iter().filter(|gap| gap["certainty"] == "required");
    gaps.map(|gap| (text(gap, "type"), text(gap, "action"))).collect()
}

/// The table of the page: what needs each action.
fn listed() -> BTreeSet<(String, String)> {
    let page = std::fs::read_to_string(project::root().unwrap().join(project::PIPELINE_PAGE)).unwrap();
    let rows = page.lines().skip_while(|line| !line.starts_with("| For | To deploy it first |")).skip(2);
    let mut listed = BTreeSet::new();
    for row in rows.take_while(|row| row.starts_with('|')) {
        let mut texts = row.split('`').skip(1).step_by(2);
        let needed_by = texts.next().unwrap();
        listed.extend(texts.map(|action| (needed_by.to_owned(), action.to_owned())));
    }
    listed
}

#[test]
fn the_page_lists_the_gaps_of_the_service() {
    let found = required(&report(&workspace(DIRECT), &[], 1));
    let of_page = |(needed_by, action): (String, String)| match needed_by.as_str() {
        "aws:cloudformation:stack" | "cdk:asset-manifest" => ("cdk deploy".to_owned(), action),
        _ => (needed_by, action),
    };
    let found: BTreeSet<_> = found.into_iter().map(of_page).collect();
    let listed = listed();
    let differing: Vec<_> = found.symmetric_difference(&listed).collect();
    assert!(differing.is_empty(), "found or listed alone: {differing:?}");
    let load_balancer = "AWS::ElasticLoadBalancingV2::LoadBalancer".to_owned();
    assert!(found.contains(&(load_balancer, "elasticloadbalancing:CreateLoadBalancer".to_owned())));
}

#[test]
fn what_is_granted_is_no_gap() {
    let found = required(&report(&workspace(DIRECT), &[], 1));
    for action in [
        // Of the list.
        "cloudformation:CreateChangeSet",
        "cloudformation:ExecuteChangeSet",
        "iam:CreateRole",
        "iam:PassRole",
        "ec2:CreateSecurityGroup",
        "ecs:RegisterTaskDefinition",
        "ecs:UpdateService",
        "elasticloadbalancing:CreateTargetGroup",
        "logs:CreateLogGroup",
        "s3:PutObject",
        // Of the two policies of AWS's.
        "cloudformation:DescribeStacks",
        "cloudformation:GetTemplate",
        "ec2:DescribeSubnets",
    ] {
        let gaps: Vec<_> = found.iter().filter(|(_, gap)| gap == action).collect();
        assert!(gaps.is_empty(), "`{action}` is granted, and a gap: {gaps:?}");
    }
}

#[test]
fn a_pipeline_of_mode_roles_is_fitted_to_the_stack() {
    let direct = required(&report(&workspace(DIRECT), &[], 1));
    let roles = DIRECT.replace("\"direct\"", "\"roles\"").replace("\"shop\"", "\"web\"");
    let roles = roles.replace("123456789012", "444455556666").replace("eu-west-1", "us-east-1");
    let report = report(&workspace(&roles), &[], 1);
    assert_eq!(required(&report), direct);
    assert_eq!(
        report["notes"],
        serde_json::json!([
            "compared with the pipeline of mode `direct` as it would be for this, as bootstrap.toml has another mode: \
             123456789012, eu-west-1, stack prefix `shop`, staging bucket prefix `cdk-hnb659fds-assets`, image \
             repository none"
        ])
    );
}

/// Changes a file of the assembly.
fn change(workspace: &Workspace, file: &str, change: impl Fn(&str) -> String) {
    let file = format!("called-from/cdk.out/{file}");
    workspace.write(&file, &change(&workspace.read(&file)));
}

const ASSETS: &str = "ShopService3AD7A0C4.assets.json";

/// Publishes an image to the repository of the bootstrap as well.
fn with_image(workspace: &Workspace) {
    let image = r#""dockerImages": { "web": { "source": { "directory": "asset.web" }, "destinations": { "d": {
        "repositoryName": "cdk-hnb659fds-container-assets-123456789012-eu-west-1", "imageTag": "t" } } } }"#;
    change(workspace, ASSETS, |text| text.replace("\"dockerImages\": {}", image));
    assert!(workspace.read(&format!("called-from/cdk.out/{ASSETS}")).contains("container-assets"));
}

#[test]
fn a_stack_of_no_environment_is_taken_to_go_to_the_pipelines_first() {
    let expected = required(&report(&workspace(DIRECT), &[], 1));
    let several = DIRECT.replace("[\"eu-west-1\"]", "[\"eu-west-1\", \"us-east-1\"]");
    let roles = several.replace("\"direct\"", "\"roles\"");
    let roles = roles.replace("[\"123456789012\"]", "[\"123456789012\", \"444455556666\"]");
    for pipeline in [several, roles.clone()] {
        let workspace = workspace(&pipeline);
        if pipeline == roles {
            with_image(&workspace);
        }
        for file in ["manifest.json", ASSETS] {
            change(&workspace, file, |text| {
                let text =
                    text.replace("aws://123456789012/eu-west-1", "aws://unknown-account/unknown-region");
                text.replace("123456789012", "${AWS::AccountId}").replace("eu-west-1", "${AWS::Region}")
            });
        }
        assert_eq!(required(&report(&workspace, &[], 1)), expected, "{pipeline}");
    }
}

#[test]
fn a_pipeline_of_mode_roles_is_fitted_to_the_partition_of_the_stack() {
    let expected = required(&report(&workspace(DIRECT), &[], 1));
    let workspace = workspace(&DIRECT.replace("\"direct\"", "\"roles\""));
    for file in ["manifest.json", ASSETS] {
        change(&workspace, file, |text| text.replace("eu-west-1", "cn-north-1"));
    }
    assert_eq!(required(&report(&workspace, &[], 1)), expected);
}

#[test]
fn stacks_of_which_one_alone_has_an_image_have_one_pipeline() {
    let workspace = workspace(&DIRECT.replace("\"direct\"", "\"roles\""));
    with_image(&workspace);
    workspace.write("called-from/shop-dev.yaml", "Resources:\n  Site:\n    Type: AWS::S3::Bucket\n");
    for paths in [["cdk.out", "shop-dev.yaml"], ["shop-dev.yaml", "cdk.out"]] {
        let args = [&["--environment", "aws://123456789012/eu-west-1"], &paths[..]].concat();
        let notes = report(&workspace, &args, 1)["notes"].to_string();
        assert!(notes.contains("container-assets") && notes.contains("cdk-hnb659fds-assets"), "{notes}");
    }
}

#[test]
fn a_bucket_may_have_any_name() {
    let expected = required(&report(&workspace(DIRECT), &[], 1));
    let roles = DIRECT.replace("\"direct\"", "\"roles\"").replace("cdk-hnb659fds-assets", "other");
    let with_bucket = |name: &str| {
        let workspace = workspace(&roles);
        for file in ["manifest.json", ASSETS] {
            change(&workspace, file, |text| {
                text.replace("cdk-hnb659fds-assets-123456789012-eu-west-1", name)
            });
        }
        required(&report(&workspace, &[], 1))
    };
    assert_eq!(with_bucket("team-assets"), expected, "it has a prefix");
    let more = with_bucket("team.assets");
    let put = ("cdk:asset-manifest".to_owned(), "s3:PutObject".to_owned());
    assert!(more.is_superset(&expected) && more.contains(&put), "no pipeline can have it: {more:?}");
}

#[test]
fn a_large_template_by_itself_goes_to_the_bucket_of_the_pipeline() {
    let workspace = workspace(DIRECT);
    let text = format!("# {}\nResources:\n  Site:\n    Type: AWS::S3::Bucket\n", "x".repeat(51_200));
    workspace.write("called-from/shop-prod.yaml", &text);
    let found = required(&report(&workspace, &["shop-prod.yaml"], 1));
    let of_stack: Vec<_> = found.iter().filter(|(kind, _)| kind == "aws:cloudformation:stack").collect();
    assert_eq!(of_stack, [&("aws:cloudformation:stack".to_owned(), "cloudformation:DeleteStack".to_owned())]);
}

#[test]
fn policies_in_place_of_its_own_are_compared_with_as_they_are() {
    let workspace = workspace(&DIRECT.replace("\"direct\"", "\"roles\"").replace("\"shop\"", "\"web\""));
    let template = "Resources:\n  Site:\n    Type: AWS::EC2::VPC\n";
    for name in ["a-prod", "b-prod"] {
        workspace.write(&format!("called-from/{name}.yaml"), template);
    }
    let all = r#"{ "Version": "2012-10-17", "Statement": [ { "Effect": "Allow", "Action": ["ec2:Create*", "ec2:Delete*", "ec2:Modify*"], "Resource": "*" } ] }"#;
    workspace.write("called-from/mine.json", all);
    let report = report(&workspace, &["a-prod.yaml", "b-prod.yaml", "--policy", "mine.json"], 1);
    let note = "compared with the policies of `--policy`, besides `AWSCloudFormationReadOnlyAccess` and `AmazonVPCReadOnlyAccess`";
    assert_eq!(report["notes"], serde_json::json!([note]));
    let found = required(&report);
    let of_vpc: Vec<_> = found.iter().filter(|(kind, _)| kind == "AWS::EC2::VPC").collect();
    assert!(of_vpc.is_empty(), "granted by the policy, or by AWS's: {of_vpc:?}");
    let create = ("aws:cloudformation:stack".to_owned(), "cloudformation:CreateChangeSet".to_owned());
    assert!(found.contains(&create), "granted by no policy here: {found:?}");
}

#[test]
fn a_stack_out_of_reach_is_told_with_the_key() {
    for (from, to, key) in [
        ("\"shop\"", "\"web\"", "stack-prefix"),
        ("123456789012", "444455556666", "accounts"),
        ("eu-west-1", "us-east-1", "regions"),
    ] {
        let report = report(&workspace(&DIRECT.replace(from, to)), &[], 1);
        let note = format!(
            "stack `shop-prod` is out of the pipeline's reach, by `{key}` in [pipeline] of bootstrap.toml"
        );
        assert!(report["notes"].as_array().unwrap().contains(&note.into()), "{key}: {}", report["notes"]);
        let create = ("aws:cloudformation:stack".to_owned(), "cloudformation:CreateChangeSet".to_owned());
        assert!(required(&report).contains(&create), "{key}: {:?}", required(&report));
    }
}

#[test]
fn what_is_suggested_closes_the_gaps_beside_the_policies_of_aws() {
    let workspace = workspace(DIRECT);
    let suggested = report(&workspace, &["--suggest-to", "suggested"], 1);
    let module = &suggested["suggestions"][0]["module"];
    assert!(module.as_str().unwrap().starts_with("crates/policies/src/pipeline/"), "{module}");
    let mut files: Vec<String> = std::fs::read_dir(workspace.path("called-from/suggested"))
        .unwrap()
        .map(|entry| entry.unwrap().path().display().to_string())
        .collect();
    files.sort();
    assert_eq!(files.len(), 2, "the policies of AWS are nobody's to change: {files:?}");
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let closed = report(&workspace, &[&["--policy"], &files[..]].concat(), 0);
    assert_eq!(required(&closed), BTreeSet::new());
}

#[test]
fn an_app_for_the_bootstraps_roles_is_told_of_the_synthesizer() {
    let workspace = workspace(DIRECT);
    let manifest = workspace.read("called-from/cdk.out/manifest.json");
    let role = "\"cloudFormationExecutionRoleArn\": \"arn:aws:iam::123456789012:role/x\", \"stackName\"";
    workspace.write("called-from/cdk.out/manifest.json", &manifest.replace("\"stackName\"", role));
    let report = report(&workspace, &[], 1);
    let note = report["notes"].to_string();
    assert!(note.contains("synthesized with `CliCredentialsStackSynthesizer`"), "{note}");
    let passed = required(&report).into_iter().any(|(_, action)| action == "iam:PassRole");
    assert!(!passed, "the role of the manifest is not passed on");
}

#[test]
fn a_gap_is_accepted_for_one_deployer() {
    let workspace = workspace(DIRECT);
    let gap = "[[gap]]\nas = \"pipeline\"\nstack = \"shop-prod\"\nactions = [\"ec2:CreateVpc\"]\nreason = \"made by hand\"\n";
    workspace.write("called-from/accepted.toml", gap);
    let accepted = report(&workspace, &["--accepted", "accepted.toml"], 1);
    let create = ("AWS::EC2::VPC".to_owned(), "ec2:CreateVpc".to_owned());
    let row = |report: &Value| {
        let gaps = report["gaps"].as_array().unwrap().iter();
        gaps.filter(|gap| gap["action"] == create.1).map(|gap| gap["accepted"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(row(&accepted), ["made by hand"], "{accepted:#}");
    let of_role = ["coverage", "--format", "json", "--accepted", "accepted.toml"];
    let of_role: Value = serde_json::from_str(workspace.run(&of_role).stdout()).unwrap();
    assert_eq!(of_role["stale_acceptances"], serde_json::json!([]), "it is of the pipeline alone");
}

#[test]
fn assets_that_are_not_there_are_told() {
    let workspace = workspace(DIRECT);
    let assets = workspace.path("called-from/cdk.out/ShopService3AD7A0C4.assets.json");
    std::fs::remove_file(assets).unwrap();
    let problems = report(&workspace, &[], 1)["problems"].to_string();
    assert!(problems.contains("not there, so what publishing assets needs is missing"), "{problems}");
}

#[test]
fn the_templates_own_place_tells_the_bucket_too() {
    let roles = DIRECT.replace("\"direct\"", "\"roles\"").replace("cdk-hnb659fds-assets", "other");
    let workspace = workspace(&roles);
    let assets = workspace.path("called-from/cdk.out/ShopService3AD7A0C4.assets.json");
    std::fs::remove_file(assets).unwrap();
    let notes = report(&workspace, &[], 1)["notes"].to_string();
    assert!(notes.contains("staging bucket prefix `cdk-hnb659fds-assets`"), "{notes}");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let direct = workspace(DIRECT);
    direct.run(&with(&["--compute-types", "ecs"])).fails(2, &["`--compute-types` is for the execution role"]);
    direct.run(&["coverage", "--as", "nobody"]).fails(2, &["invalid value 'nobody'", "execution-role"]);
    workspace("").run(&AS_PIPELINE).fails(1, &["bootstrap.toml has no table [pipeline]"]);
    let roles = workspace(&DIRECT.replace("\"direct\"", "\"roles\""));
    roles.write("called-from/my_site.yaml", "Resources:\n  Site:\n    Type: AWS::S3::Bucket\n");
    roles.run(&with(&["my_site.yaml"])).fails(
        2,
        &["stack `my_site`: `my_site` is no stack name", "`--stack` gives the stack of a template its name"],
    );
    let two = workspace(&DIRECT.replace("\"direct\"", "\"roles\""));
    let template = "Resources:\n  Site:\n    Type: AWS::S3::Bucket\n";
    for name in ["a", "b"] {
        two.write(&format!("called-from/{name}-prod.yaml"), template);
    }
    two.run(&with(&["a-prod.yaml", "b-prod.yaml"]))
        .fails(2, &["`a-prod` and `b-prod` would have pipelines of their own", "choose one with `--stack`"]);
}
