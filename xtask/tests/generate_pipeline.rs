//! `cargo xtask generate` and `lint` with a pipeline in `bootstrap.toml`.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

use iam::{PolicyDocument, PolicyKind};
use serde_json::Value;

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "common/workspace.rs"]
mod workspace;

use workspace::Workspace;

const PAGE: &str = "docs/design/PIPELINE_PERMISSIONS.md";

/// A pipeline of a role for GitHub's workflows.
const ROLES: &str = r#"
[pipeline]
mode = "roles"
accounts = ["111122223333"]
regions = ["eu-west-1"]
repository = "web"
stack-prefix = "web"

[pipeline.trust]
github-repository = "example/web"
branch = "main"
"#;

/// A workspace whose `bootstrap.toml` ends so, with what is accepted in the repository.
fn workspace(pipeline: &str) -> Workspace {
    let workspace = Workspace::new();
    let accepted = std::fs::read_to_string(xtask::project::root().unwrap().join("accepted.toml")).unwrap();
    workspace.write("accepted.toml", &accepted);
    set(&workspace, pipeline);
    workspace
}

fn set(workspace: &Workspace, pipeline: &str) {
    let target = workspace.read("bootstrap.toml");
    let target = target.split("\n[pipeline]").next().unwrap();
    workspace.write("bootstrap.toml", &format!("{target}{pipeline}"));
}

fn direct() -> String {
    ROLES.replace("\"roles\"", "\"direct\"")
}

#[test]
fn the_files_are_those_of_the_mode_in_force() {
    let workspace = workspace(ROLES);
    let first = workspace.run(&["generate"]).exits(0);
    for line in [
        "wrote bootstrap/pipeline/pipeline-template.yaml\n",
        "wrote bootstrap/pipeline/policies/assume-roles.json\n",
        "wrote bootstrap/pipeline/policies/image-push.json\n",
        "wrote docs/design/PIPELINE_PERMISSIONS.md\n",
        "pipeline in mode roles, template body: ",
        "CDKPipeline-Assume-Roles: ",
    ] {
        assert!(first.stdout().contains(line), "no `{line}` in {}", first.stdout());
    }
    workspace.run(&["generate", "--check"]).exits(0);

    set(&workspace, &direct());
    let check = workspace.run(&["generate", "--check"]).exits(1);
    for line in [
        "stale bootstrap/pipeline/pipeline-template.yaml\n",
        "orphan bootstrap/pipeline/policies/assume-roles.json\n",
        "missing bootstrap/pipeline/policies/fargate-stack.json\n",
        "missing bootstrap/pipeline/policies/staging-bucket.json\n",
    ] {
        assert!(check.stdout().contains(line), "no `{line}` in {}", check.stdout());
    }
    let json = workspace.run(&["generate", "--format", "json"]).exits(0);
    let json: Value = serde_json::from_str(json.stdout()).unwrap();
    assert_eq!(json["pipeline"]["mode"], "direct");
    assert_eq!(json["pipeline"]["policies"][0]["file"], "pipeline/policies/staging-bucket.json");
    assert!(!workspace.path("bootstrap/pipeline/policies/assume-roles.json").exists());
    assert!(workspace.path("bootstrap/policies/infrastructure.json").exists());
}

#[test]
fn without_the_table_nothing_of_a_pipeline_is_generated_and_what_was_goes() {
    let workspace = workspace(ROLES);
    workspace.run(&["generate"]).exits(0);
    set(&workspace, "");
    let ran = workspace.run(&["generate"]).exits(0);
    for file in ["pipeline-template.yaml", "policies/assume-roles.json", "policies/image-push.json"] {
        let line = format!("removed bootstrap/pipeline/{file}\n");
        assert!(ran.stdout().contains(&line), "no `{line}` in {}", ran.stdout());
    }
    assert!(!ran.stdout().contains("pipeline in mode"), "{}", ran.stdout());
    workspace.run(&["generate", "--check"]).exits(0);
}

#[test]
fn another_checkout_gets_the_files_beside_the_bundle_and_the_page_where_it_is_named() {
    let workspace = workspace(ROLES);
    workspace.run(&["generate", "--out", "abca/bootstrap"]).exits(0);
    assert!(workspace.path("called-from/abca/bootstrap/pipeline/policies/image-push.json").exists());
    assert!(!workspace.path(PAGE).exists() && !workspace.path("bootstrap").exists());
    let args = ["generate", "--out", "abca/bootstrap", "--pipeline-docs", "abca/PIPELINE.md"];
    workspace.run(&args).exits(0);
    assert!(workspace.read("called-from/abca/PIPELINE.md").contains("# Pipeline permissions"));
    let inside = ["generate", "--out", "x", "--pipeline-docs", "x/PIPELINE.md"];
    workspace.run(&inside).fails(1, &["`x/PIPELINE.md` is inside the artifacts' folder"]);
    assert_eq!(workspace.run(&["generate", "--pipeline-docs", "page.md"]).code(), 2, "only with --out");
}

#[test]
fn what_the_table_cannot_say_is_refused_with_its_keys() {
    let workspace = workspace(&ROLES.replace("111122223333", "1").replace("\"roles\"", "\"role\""));
    workspace.run(&["generate"]).fails(
        1,
        &[
            "bootstrap.toml: pipeline.mode: there is no mode `role`",
            "pipeline.accounts: `1` is no account id",
        ],
    );
    for (from, to, text) in [
        ("branch", "brunch", "unknown field `brunch`"),
        ("repository = \"web\"", "repo = \"web\"", "unknown field `repo`"),
        ("mode = \"roles\"\n", "", "missing field `mode`"),
        ("branch = \"main\"", "user = true", "pipeline.trust: say who the pipeline is"),
    ] {
        set(&workspace, &ROLES.replace(from, to));
        workspace.run(&["generate"]).fails(1, &["bootstrap.toml", text]);
    }
    assert!(!workspace.path("bootstrap").exists(), "nothing was written");
}

#[test]
fn qualifier_and_application_are_those_of_the_target() {
    let workspace = workspace(&direct().replace("stack-prefix = \"web\"\n", ""));
    workspace.run(&["generate", "--stack-name", "shop-prod", "--qualifier", "shop", "--out", "x"]).exits(0);
    let stack = workspace.read("called-from/x/pipeline/policies/fargate-stack.json");
    assert!(stack.contains("stack/shop-*/*"), "{stack}");
    set(&workspace, ROLES);
    workspace.run(&["generate", "--qualifier", "shop", "--out", "x"]).exits(0);
    let roles = workspace.read("called-from/x/pipeline/policies/assume-roles.json");
    assert!(roles.contains("cdk-shop-deploy-role-"), "{roles}");
}

#[test]
fn lint_finds_nothing_that_is_not_accepted_in_either_mode() {
    let workspace = workspace("");
    for (pipeline, policies) in [(String::new(), 5), (ROLES.to_owned(), 7), (direct(), 8)] {
        set(&workspace, &pipeline);
        let ran = workspace.run(&["lint", "--format", "json"]).exits(0);
        let report: Value = serde_json::from_str(ran.stdout()).unwrap();
        assert_eq!(report["read"]["policies"], policies);
        let count = |level: &str| report["counts"][level].as_u64().unwrap();
        assert_eq!((count("error"), count("warning")), (0, 0), "{}", ran.stdout());
    }
    let findings = workspace.run(&["lint", "--no-accepted"]).exits(1);
    assert!(
        findings.stdout().contains("(bootstrap/pipeline/policies/fargate-stack.json)"),
        "{}",
        findings.stdout()
    );
    assert!(!findings.stdout().contains("AWS managed policy"), "{}", findings.stdout());
}

#[test]
fn lint_reads_the_template_as_it_reads_any_other() {
    let workspace = workspace(ROLES);
    workspace.run(&["generate"]).exits(0);
    let template = workspace.path("bootstrap/pipeline/pipeline-template.yaml");
    workspace.run(&["lint", template.to_str().unwrap()]).exits(0);
}

#[test]
fn what_is_too_long_for_a_policy_is_the_mode_in_force_alone() {
    let regions: Vec<_> = (1..=12).map(|number| format!("eu-west-{number}")).collect();
    let of_regions = |pipeline: &str| pipeline.replace("[\"eu-west-1\"]", &format!("{regions:?}"));
    let workspace = workspace(&of_regions(ROLES));
    workspace.run(&["generate"]).exits(0);
    let page = workspace.read(PAGE);
    assert!(page.contains("| `Region12` | `eu-west-12` |"), "{page}");
    assert_eq!(page.matches("shown for the first account and the first region alone").count(), 1, "{page}");
    set(&workspace, &of_regions(&direct()));
    for command in ["generate", "lint"] {
        workspace.run(&[command]).fails(
            1,
            &["in [pipeline] make 12 environments", "name fewer", "`CDKPipeline-Fargate-Stack`: it has "],
        );
    }
}

#[test]
fn every_json_block_of_the_page_is_a_policy_that_iam_accepts() {
    for pipeline in [ROLES.to_owned(), direct()] {
        let workspace = workspace(&pipeline);
        workspace.run(&["generate"]).exits(0);
        let page = workspace.read(PAGE);
        let blocks: Vec<_> =
            page.split("```json\n").skip(1).map(|rest| rest.split_once("```").unwrap().0).collect();
        assert_eq!(blocks.len(), 6, "the policies of both modes, and the trust policy");
        for (i, block) in blocks.iter().enumerate() {
            let kind = if i + 1 == blocks.len() { PolicyKind::Trust } else { PolicyKind::Identity };
            if let Err(errors) = PolicyDocument::parse(block, kind) {
                panic!("block {i}: {errors}\n{block}");
            }
            assert!(!block.contains("111122223333"), "a value in place of its parameter: {block}");
        }
        let mode = if pipeline.contains("\"direct\"") { "direct" } else { "roles" };
        assert!(page.contains(&format!("In force here: **`{mode}`**")), "{page}");
    }
}

#[test]
fn the_page_of_a_user_says_how_keys_are_made_and_why_not_to() {
    let user = ROLES.split("[pipeline.trust]").next().unwrap().to_owned() + "[pipeline.trust]\nuser = true\n";
    let workspace = workspace(&user);
    workspace.run(&["generate"]).exits(0);
    let page = workspace.read(PAGE);
    assert_eq!(page.matches("```json\n").count(), 5, "no trust policy");
    for text in ["aws iam create-access-key --user-name USER", "a key does not end by itself"] {
        assert!(page.contains(text), "no `{text}` in {page}");
    }
    let template = workspace.read("bootstrap/pipeline/pipeline-template.yaml");
    assert!(!template.contains("AccessKey"), "{template}");
}
