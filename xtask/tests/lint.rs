//! `cargo xtask lint` as a user calls it: the generated set, files and folders, formats and exit codes.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what fails"
)]

use serde_json::Value;
use xtask::project;

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "common/workspace.rs"]
mod workspace;

#[path = "common/sarif.rs"]
mod sarif;

use workspace::Workspace;

/// A workspace with the acceptances of the repository.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let accepted = std::fs::read_to_string(project::root().unwrap().join("accepted.toml")).unwrap();
    workspace.write("accepted.toml", &accepted);
    workspace
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn text<'a>(finding: &'a Value, key: &str) -> &'a str {
    finding[key].as_str().unwrap_or_default()
}

/// Code, statement and action of every finding.
fn found(report: &Value) -> Vec<(&str, &str, &str)> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| (text(finding, "code"), text(finding, "sid"), text(finding, "action")))
        .collect()
}

const GOOD: &str = r#"{ "Version": "2012-10-17", "Statement": [
  { "Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*" } ] }"#;

const BAD: &str = r#"{ "Version": "2012-10-17", "Statement": [
  { "Sid": "Read", "Effect": "Allow",
    "Action": ["s3:GetObject",
               "s3:GetObjects"], "Resource": "arn:aws:s3:::site/*" } ] }"#;

#[test]
fn the_generated_set_passes_with_what_is_accepted() {
    let workspace = workspace();
    let report = json(workspace.run(&["lint", "--format", "json"]).exits(0).stdout());
    assert_eq!((&report["counts"]["error"], &report["counts"]["warning"]), (&0.into(), &0.into()));
    assert_eq!(report["read"]["policies"], 5);
    assert_eq!(report["read"]["statements"], 28);
    for finding in report["findings"].as_array().unwrap() {
        let reason = finding["accepted"].as_str();
        assert!(finding["severity"] == "note" || reason.is_some_and(|reason| reason.len() > 30), "{finding}");
    }
}

#[test]
fn the_generated_set_without_acceptances() {
    let ran = workspace().run(&["lint", "--no-accepted"]).exits(1);
    insta::assert_snapshot!("generated_set", ran.stdout());
}

/// What is known of the policies from other evaluations of the same reference data.
#[test]
fn everything_known_of_the_policies_is_found() {
    let report = json(workspace().run(&["lint", "--no-accepted", "--format", "json"]).exits(1).stdout());
    let found = found(&report);
    let actions = |codes: &[&str]| {
        let mut actions: Vec<&str> =
            found.iter().filter(|(code, ..)| codes.contains(code)).map(|(_, _, action)| *action).collect();
        actions.sort_unstable();
        actions
    };
    assert_eq!(actions(&["unknown-action"]), ["apigateway:TagResource", "apigateway:UntagResource"]);
    assert_eq!(
        actions(&["no-resource-types", "wrong-resource-type"]),
        [
            "cloudformation:ValidateTemplate",
            "cognito-idp:CreateUserPool",
            "ecr:GetAuthorizationToken",
            "sts:GetCallerIdentity",
            "wafv2:DisassociateWebACL",
        ]
    );
    assert_eq!(
        actions(&["repeated-action", "split-action"]),
        [
            "ecr:GetAuthorizationToken",
            "lambda:TagResource",
            "lambda:UntagResource",
            "s3:GetBucketLocation",
            "s3:ListBucket",
        ]
    );
    let open = actions(&["any-resource", "generated-id", "any-resource-read"]);
    assert_eq!(
        open.iter().filter(|action| !action.contains('*')).count(),
        125,
        "of the grants on `*`, those that could be scoped"
    );
    let of_resolver = open.iter().filter(|action| action.starts_with("route53resolver:")).count();
    assert_eq!(of_resolver, 24, "of 28 actions of Route 53 Resolver");
    assert!(open.contains(&"ecs:RegisterTaskDefinition"));
}

#[test]
fn an_acceptance_that_matches_nothing_is_found() {
    let workspace = workspace();
    let accepted = workspace.read("accepted.toml");
    let lines = accepted.lines().count();
    let entry = "\n[[accepted]]\ncode = \"any-resource\"\npolicy = \"IaCRole-ABCA-Compute-ECS\"\nsid = \"ECS\"\nactions = [\"ecs:RunTask\"]\nreason = \"once\"\n";
    workspace.write("accepted.toml", &format!("{accepted}{entry}"));
    let report = json(workspace.run(&["lint", "--format", "json"]).exits(1).stdout());
    let stale =
        report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "stale-acceptance");
    let stale = stale.unwrap();
    assert_eq!(
        (&stale["file"], &stale["line"], &stale["action"]),
        (&"accepted.toml".into(), &(lines + 2).into(), &"ecs:RunTask".into())
    );
}

#[test]
fn files_and_folders_are_read() {
    let workspace = workspace();
    workspace.write("called-from/set/a.json", BAD);
    workspace.write("called-from/set/deeper/b.json", GOOD);
    workspace.write("called-from/set/tree.json", "{}");
    workspace.write("called-from/set/notes.txt", "{");
    let ran = workspace.run(&["lint", "set"]).exits(1);
    insta::assert_snapshot!(ran.stdout(), @r"
    a (set/a.json)
      error[unknown-action] Read, line 4: no source knows this action
        s3:GetObjects
        fix: write `s3:GetObject`, if that is meant

    2 policies and 2 statements checked: 1 error, 0 warnings, 0 notes, 0 accepted
    ");
    assert!(ran.stderr().contains("set/tree.json is neither a policy nor a template"), "{}", ran.stderr());
    workspace.run(&["lint", "set/deeper/b.json"]).exits(0);
}

#[test]
fn files_are_read_as_editors_and_people_leave_them() {
    let workspace = workspace();
    workspace.write("called-from/bom.json", &format!("\u{feff}{BAD}"));
    let report = json(workspace.run(&["lint", "--format", "json", "bom.json", "bom.json"]).exits(1).stdout());
    assert_eq!(report["read"]["policies"], 1, "a file that is named twice is read once");
    assert_eq!(report["findings"][0]["code"], "unknown-action");
    workspace.write(
        "called-from/sam.template",
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        \
         Version: '2012-10-17'\n        Statement: {Effect: Allow, Action: 's3:GetObjects', Resource: '*'}\n",
    );
    workspace.run(&["lint", "sam.template"]).exits(1);
    workspace.write("called-from/set/a.json", "{");
    workspace.write("called-from/set/b.json", "[");
    workspace.run(&["lint", "set"]).fails(2, &["`set/a.json`", "`set/b.json`"]);
}

#[test]
fn a_file_is_a_trust_policy_or_what_a_role_may_do() {
    let workspace = workspace();
    let refused = |principal: &str| {
        workspace.write(
            "called-from/p.json",
            &GOOD.replace("\"Resource\"", &format!("{principal}, \"Resource\"")),
        );
        let report = json(workspace.run(&["lint", "--format", "json", "p.json"]).exits(1).stdout());
        text(&report["findings"][0], "message").to_owned()
    };
    let bucket = refused(r#""Principal": "*""#);
    assert!(bucket.contains("names a principal, which an identity policy cannot"), "{bucket}");
    workspace.write(
        "called-from/trust.json",
        &GOOD
            .replace("s3:GetObject", "sts:AssumeRole")
            .replace("\"Action\"", "\"Principal\": \"*\", \"Action\""),
    );
    let report = json(workspace.run(&["lint", "--format", "json", "trust.json"]).exits(1).stdout());
    let message = text(&report["findings"][0], "message");
    assert!(message.contains("names a resource, which a trust policy cannot"), "{message}");
}

#[test]
fn a_policy_alone_is_a_set() {
    let workspace = workspace();
    let run =
        GOOD.replace("s3:GetObject", "ecs:RunTask").replace("s3:::site/*", "ecs:*:*:task-definition/web:*");
    workspace.write("called-from/run.json", &run);
    workspace.write("called-from/read.json", GOOD);
    let codes = |args: &[&str]| {
        let args = [&["lint", "--format", "json"], args].concat();
        let ran = workspace.run(&args);
        let report = json(ran.stdout());
        found(&report).iter().map(|(code, ..)| (*code).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&["run.json"]), ["missing-dependent-action"]);
    assert!(codes(&["run.json", "read.json"]).is_empty());
    assert_eq!(codes(&["--together", "run.json", "read.json"]), ["missing-dependent-action"]);
}

#[test]
fn the_exit_code_goes_by_fail_on() {
    let workspace = workspace();
    let warning = GOOD.replace("s3:GetObject", "s3:ListBucket");
    workspace.write("called-from/warning.json", &warning);
    workspace.run(&["lint", "warning.json"]).exits(1);
    workspace.run(&["lint", "warning.json", "--fail-on", "error"]).exits(0);
    workspace.write(
        "called-from/note.json",
        &GOOD.replace("s3:GetObject", "ec2:DeleteVpc").replace("arn:aws:s3:::site/*", "*"),
    );
    workspace.run(&["lint", "note.json"]).exits(0);
    workspace.run(&["lint", "note.json", "--fail-on", "note"]).exits(1);
}

#[test]
fn what_cannot_be_read_is_said_in_one_line() {
    let workspace = workspace();
    workspace.write("called-from/broken.json", "{ \"Statement\": [ }");
    workspace.write("called-from/other.json", "{ \"a\": 1 }");
    workspace.write("called-from/empty/x.txt", "");
    workspace
        .write("called-from/accepted.toml", "[[accepted]]\ncode = \"any\"\npolicy = \"P\"\nreason = \"r\"\n");
    workspace.run(&["lint", "missing.json"]).fails(2, &["cannot read `missing.json`"]);
    workspace.run(&["lint", "broken.json"]).fails(2, &["`broken.json`: line 1: this is no JSON"]);
    workspace
        .run(&["lint", "other.json"])
        .fails(2, &["`other.json` is neither a policy", "`Statement`", "`Resources`"]);
    workspace.run(&["lint", "empty"]).fails(2, &["`empty` holds no policy"]);
    workspace
        .run(&["lint", "--accepted", "accepted.toml"])
        .fails(2, &["`accepted.toml` line 1: there is no code `any`"]);
    workspace.run(&["lint", "--accepted", "missing.toml"]).fails(2, &["cannot read `missing.toml`"]);
}

#[test]
fn generate_refuses_a_set_with_errors() {
    let document = iam::PolicyDocument::parse(BAD, iam::PolicyKind::Identity).unwrap();
    let name = |text: &str| iam::PolicyName::new(text).unwrap();
    let set = iam::PolicySet::new(vec![iam::ManagedPolicy {
        name: name("Role-Bad"),
        label: name("Bad"),
        file_stem: "bad".to_owned(),
        logical_id: iam::LogicalId::new("Bad").unwrap(),
        description: String::new(),
        scope: String::new(),
        applies: iam::Applies::Always,
        any_resource: std::collections::BTreeMap::new(),
        document,
    }])
    .unwrap();
    let workspace = Workspace::new();
    let refused = xtask::lint::refuse_errors(&workspace.path(""), &set).unwrap_err();
    insta::assert_snapshot!(refused, @"
    lint finds errors in the policies: correct them, or accept them in `accepted.toml`
    policy `Role-Bad`, statement `Read`: `s3:GetObjects`: no source knows this action [unknown-action]
    ");
    let accepted = "[[accepted]]\ncode = \"unknown-action\"\npolicy = \"Role-Bad\"\nsid = \"Read\"\n\
                    actions = [\"s3:GetObjects\"]\nreason = \"to be\"\n";
    workspace.write("accepted.toml", accepted);
    xtask::lint::refuse_errors(&workspace.path(""), &set).unwrap();
    // A file that cannot be read is no file without acceptances.
    workspace.write("accepted.toml", "[[accepted]]");
    workspace.run(&["generate", "--check"]).fails(1, &["accepted.toml", "missing field"]);
}

#[test]
fn sarif_is_what_its_schema_wants() {
    let workspace = workspace();
    workspace.write("called-from/a b.json", BAD);
    for args in [&["lint", "--format", "sarif"][..], &["lint", "--format", "sarif", "a b.json"]] {
        let ran = workspace.run(args);
        let log = json(ran.stdout());
        assert_eq!(log["version"], "2.1.0");
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert!(!results.is_empty(), "nothing to validate");
        sarif::validate(ran.stdout());
        if args.len() == 4 {
            let place = &results[0]["locations"][0]["physicalLocation"];
            assert_eq!(
                (&place["artifactLocation"]["uri"], &place["region"]["startLine"]),
                (&"a%20b.json".into(), &4.into())
            );
        } else {
            assert!(results.iter().any(|result| result["suppressions"][0]["justification"].is_string()));
        }
    }
}
