//! The role or user of a pipeline: made, looked at, changed by hand, and deleted.

use std::collections::BTreeSet;
use std::process::Command;

use iam::{PolicyDocument, PolicyKind};
use policies::{
    PipelineKeys, PipelineMode, PipelineTarget, Target, pipeline_policy_set, pipeline_trust_policy,
};
use serde_json::{Value, json};

use crate::account::{ADMINISTRATOR, Account};

/// The stack's name, and that of the role or user.
const NAME: &str = "pipeline-backgroundagent";

/// What `[pipeline]` says, for the account that a test has.
fn keys(account: &Account, mode: PipelineMode) -> PipelineKeys {
    PipelineKeys {
        mode: mode.as_str().to_owned(),
        accounts: vec![account.id.clone()],
        regions: vec!["eu-west-1".to_owned()],
        github_repository: Some("example/web".to_owned()),
        branch: Some("main".to_owned()),
        ..PipelineKeys::default()
    }
}

/// The same for a user.
fn of_user(keys: PipelineKeys) -> PipelineKeys {
    PipelineKeys { github_repository: None, branch: None, user: true, ..keys }
}

/// Writes the keys to the workspace's `bootstrap.toml`.
fn write(account: &Account, keys: &PipelineKeys) -> PipelineTarget {
    let target = account.workspace.read("bootstrap.toml");
    let target = target.split("\n[pipeline]").next().unwrap();
    let PipelineKeys { mode, accounts, regions, repository, github_repository, branch, user, .. } = keys;
    let line = |key: &str, value: &Option<String>| {
        value.as_ref().map(|value| format!("{key} = {value:?}\n")).unwrap_or_default()
    };
    account.workspace.write(
        "bootstrap.toml",
        &format!(
            "{target}\n[pipeline]\nmode = {mode:?}\naccounts = {accounts:?}\nregions = {regions:?}\n{}\
             [pipeline.trust]\n{}{}user = {user}\n",
            line("repository", repository),
            line("github-repository", github_repository),
            line("branch", branch)
        ),
    );
    PipelineTarget::new(&Target::reference(), keys).unwrap()
}

/// Makes GitHub's identity provider, as a person does once in an account.
fn make_provider(account: &Account) -> String {
    let url = "https://token.actions.githubusercontent.com";
    let thumbprint = "a".repeat(40);
    let made = account.aws(&[
        "iam",
        "create-open-id-connect-provider",
        "--url",
        url,
        "--client-id-list",
        "sts.amazonaws.com",
        "--thumbprint-list",
        &thumbprint,
    ]);
    made["OpenIDConnectProviderArn"].as_str().unwrap().to_owned()
}

fn policy_arn(account: &Account, label: &str) -> String {
    format!("arn:aws:iam::{}:policy/{NAME}-{label}", account.id)
}

/// What `get-user` and its like say of the user: the ARNs of its managed policies.
fn attached_to_user(account: &Account) -> BTreeSet<String> {
    let answer = account.aws(&["iam", "list-attached-user-policies", "--user-name", NAME]);
    let policies = answer["AttachedPolicies"].as_array().unwrap().iter();
    policies.map(|policy| policy["PolicyArn"].as_str().unwrap().to_owned()).collect()
}

/// Asserts that the account has the pipeline's policies, and that the role or user has these and nothing else.
#[track_caller]
fn assert_in_place(account: &Account, target: &PipelineTarget, provider: &str) {
    let set = pipeline_policy_set(target).unwrap();
    let own = set.policies().iter().map(|policy| policy_arn(account, policy.label.as_str()));
    let aws = set.aws_managed().iter().map(|policy| policy.arn(target.partition()));
    let expected: BTreeSet<String> = own.chain(aws).collect();
    let iam = account.iam();
    match pipeline_trust_policy(target, provider).unwrap() {
        Some(trust) => {
            assert_eq!(iam.attached(NAME), expected, "attached to the role");
            assert_eq!(iam.inline(NAME), BTreeSet::new(), "inline in the role");
            assert_eq!(PolicyDocument::parse(&iam.trust(NAME), PolicyKind::Trust).as_ref(), Ok(&trust));
        }
        None => assert_eq!(attached_to_user(account), expected, "attached to the user"),
    }
    let documents = iam.documents();
    for policy in set.policies() {
        let arn = policy_arn(account, policy.label.as_str());
        let document = documents.get(&arn).unwrap_or_else(|| panic!("no policy {arn}"));
        let document = PolicyDocument::parse(document, PolicyKind::Identity).unwrap();
        assert_eq!(document, policy.document, "{arn}");
    }
}

/// Runs a command of `pipeline` and reads its JSON.
#[track_caller]
fn pipeline(account: &Account, command: &str, code: i32) -> Value {
    let ran = account.xtask(&["pipeline", command, "--format", "json"]).exits(code);
    serde_json::from_str(ran.stdout()).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout()))
}

fn strings(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().map(|item| item.as_str().unwrap().to_owned()).collect()
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn pipeline_role_is_made_left_alone_and_deleted() {
    let account = Account::new();
    let target = write(&account, &keys(&account, PipelineMode::Roles));
    let refused = pipeline(&account, "plan", 1);
    let error = refused["error"].as_str().unwrap();
    assert!(
        error.contains("no identity provider") && error.contains("create-open-id-connect-provider"),
        "{error}"
    );
    let provider = make_provider(&account);

    let plan = pipeline(&account, "plan", 10);
    assert_eq!(plan["action"], "create");
    assert_eq!(strings(&plan["attached"]), BTreeSet::from([policy_arn(&account, "Assume-Roles")]));
    assert!(account.policy_ids().is_empty(), "a plan changes nothing");

    let deployed = pipeline(&account, "deploy", 0);
    assert_eq!(deployed["principal"], format!("arn:aws:iam::{}:role/{NAME}", account.id));
    assert_in_place(&account, &target, &provider);
    let template = account.workspace.read("bootstrap/pipeline/pipeline-template.yaml");
    assert!(template.contains("PipelineRole:"), "the committed files are fresh: {template}");

    let before = (account.stack(NAME), account.policy_ids());
    assert_eq!(pipeline(&account, "plan", 0)["action"], "nothing");
    assert_eq!(pipeline(&account, "deploy", 0)["action"], "nothing");
    assert_eq!((account.stack(NAME), account.policy_ids()), before);
    assert_eq!(pipeline(&account, "verify", 0)["verdict"], "in-order");

    assert_eq!(pipeline(&account, "delete", 0)["was_there"], true);
    assert!(account.policy_ids().is_empty(), "policies are left");
    assert!(account.try_aws(&["iam", "get-role", "--role-name", NAME]).code() != 0, "the role is left");
    assert_eq!(pipeline(&account, "delete", 0)["was_there"], false);
    assert_eq!(pipeline(&account, "verify", 3)["verdict"], "deployment-needed");
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn pipeline_drift_is_named_refused_and_undone_by_the_commands() {
    let account = Account::new();
    let target = write(&account, &keys(&account, PipelineMode::Direct));
    let provider = make_provider(&account);
    pipeline(&account, "deploy", 0);
    assert_in_place(&account, &target, &provider);

    let of_role = |operation: &str, args: &[&str]| {
        account.aws(&[&["iam", operation, "--role-name", NAME], args].concat());
    };
    let bucket = policy_arn(&account, "Staging-Bucket");
    let all =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    of_role("detach-role-policy", &["--policy-arn", &bucket]);
    of_role("attach-role-policy", &["--policy-arn", ADMINISTRATOR]);
    of_role("put-role-policy", &["--policy-name", "more", "--policy-document", &all.to_string()]);
    let trust = account.iam().trust(NAME).replace("example/web", "example/*");
    of_role("update-assume-role-policy", &["--policy-document", &trust]);
    let stack = policy_arn(&account, "Fargate-Stack");
    let wider = account.iam().documents()[&stack].replace("role/backgroundagent-*", "role/*");
    let version = ["--policy-arn", &stack, "--policy-document", &wider, "--set-as-default"];
    account.aws(&[&["iam", "create-policy-version"], version.as_slice()].concat());

    let report = pipeline(&account, "verify", 4);
    assert_eq!(report["verdict"], "drift");
    let findings = strings(&report["findings"]);
    for text in [
        format!("`{bucket}` is not attached to the pipeline's role"),
        format!("`{ADMINISTRATOR}` is attached to the pipeline's role and should not be"),
        "the pipeline's role has an inline policy `more`".to_owned(),
    ] {
        assert!(findings.contains(&text), "no `{text}` in {findings:#?}");
    }
    for text in [
        "the pipeline's role's trust policy differs: ",
        &format!("`{stack}` differs: statement `PassStackRoles`: "),
    ] {
        assert!(findings.iter().any(|finding| finding.starts_with(text)), "no `{text}` in {findings:#?}");
    }
    assert_eq!(findings.len(), 5, "{findings:#?}");
    for command in ["plan", "deploy"] {
        let error = pipeline(&account, command, 1)["error"].as_str().unwrap().to_owned();
        assert!(error.contains("somebody changed the pipeline's role"), "{error}");
    }
    let error = pipeline(&account, "delete", 1)["error"].as_str().unwrap().to_owned();
    assert!(error.contains("an inline policy `more`") && !error.contains("trust"), "{error}");

    for command in strings(&report["commands"]) {
        let mut shell = Command::new("sh");
        // Version 1 of the CLI does not know AWS_REGION.
        let script = format!("export AWS_DEFAULT_REGION={}\n{command}", account.region);
        shell.args(["-c", &script]).current_dir(account.workspace.path(""));
        let ran = account.run(&mut shell);
        assert_eq!(ran.code(), 0, "`{command}`: {}{}", ran.stdout(), ran.stderr());
    }
    assert_eq!(pipeline(&account, "verify", 0)["findings"], json!([]));
    assert_in_place(&account, &target, &provider);
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn pipeline_user_gets_no_key_and_is_not_deleted_with_one() {
    let account = Account::new();
    let target = write(&account, &of_user(keys(&account, PipelineMode::Roles)));
    account.stand_in("");
    let ran = account.xtask(&["pipeline", "deploy"]).exits(0);
    let calls = account.calls();
    assert!(!calls.iter().any(|call| call.contains("create-access-key")), "{calls:?}");
    assert!(
        !ran.stdout().contains("AKIA") && !ran.stderr().contains("AKIA"),
        "{}{}",
        ran.stdout(),
        ran.stderr()
    );
    account.real_aws_again();
    assert_in_place(&account, &target, "");

    let key = account.aws(&["iam", "create-access-key", "--user-name", NAME]);
    let id = key["AccessKey"]["AccessKeyId"].as_str().unwrap();
    let refused = pipeline(&account, "delete", 1);
    let error = refused["error"].as_str().unwrap();
    assert!(error.contains("has 1 access key, and a user with keys cannot be deleted"), "{error}");
    assert!(!error.contains(id), "{error}");
    assert_in_place(&account, &target, "");

    // A role in place of the user would delete it too.
    write(&account, &keys(&account, PipelineMode::Roles));
    let provider = make_provider(&account);
    let error = pipeline(&account, "plan", 1)["error"].as_str().unwrap().to_owned();
    assert!(error.contains("has 1 access key"), "{error}");
    account.aws(&["iam", "delete-access-key", "--user-name", NAME, "--access-key-id", id]);
    let plan = pipeline(&account, "plan", 10);
    assert_eq!(plan["action"], "update");
    let lost = strings(&plan["taken_away"]);
    assert!(lost.iter().any(|lost| lost.contains(&format!("the user `{NAME}` is deleted"))), "{lost:?}");
    let target = write(&account, &of_user(keys(&account, PipelineMode::Roles)));
    assert_in_place(&account, &target, &provider);
    // `LocalStack` does not detach a user's policies before it deletes the user, as CloudFormation does.
    let arn = policy_arn(&account, "Assume-Roles");
    account.stand_in(&format!(
        "case \"$2\" in delete-stack) \"$AWS\" --region {} iam detach-user-policy --user-name {NAME} --policy-arn {arn} || exit 1 ;; esac",
        account.region
    ));
    pipeline(&account, "delete", 0);
    assert!(account.try_aws(&["iam", "get-user", "--user-name", NAME]).code() != 0, "the user is left");
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn pipeline_with_a_repository_gets_one_policy_more() {
    let account = Account::new();
    let without = keys(&account, PipelineMode::Roles);
    write(&account, &without);
    let provider = make_provider(&account);
    pipeline(&account, "deploy", 0);
    let target = write(&account, &PipelineKeys { repository: Some("web".to_owned()), ..without });
    assert_eq!(pipeline(&account, "verify", 3)["verdict"], "deployment-needed");
    let plan = pipeline(&account, "plan", 10);
    assert_eq!(plan["action"], "update");
    assert_eq!(strings(&plan["attached"]), BTreeSet::from([policy_arn(&account, "Image-Push")]));
    pipeline(&account, "deploy", 0);
    assert_in_place(&account, &target, &provider);
    assert_eq!(pipeline(&account, "plan", 0)["action"], "nothing");
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn pipeline_leaves_alone_what_is_not_its_own() {
    let account = Account::new();
    write(&account, &keys(&account, PipelineMode::Roles));
    make_provider(&account);
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}}"#;
    account.aws(&["iam", "create-role", "--role-name", NAME, "--assume-role-policy-document", trust]);
    let error = pipeline(&account, "deploy", 1)["error"].as_str().unwrap().to_owned();
    assert!(error.contains(&format!("there is a role `{NAME}` already")), "{error}");
    account.aws(&["iam", "delete-role", "--role-name", NAME]);

    account.workspace.write("theirs.json", r#"{"Resources":{"Topic":{"Type":"AWS::SSM::Parameter","Properties":{"Type":"String","Value":"x"}}}}"#);
    let file = format!("file://{}", account.workspace.path("theirs.json").display());
    account.aws(&["cloudformation", "create-stack", "--stack-name", NAME, "--template-body", &file]);
    for command in ["plan", "deploy", "delete"] {
        let error = pipeline(&account, command, 1)["error"].as_str().unwrap().to_owned();
        assert!(error.contains(&format!("the stack `{NAME}` is not a pipeline's")), "{error}");
    }
    let mine = ["pipeline", "deploy", "--stack-name", "other-pipeline"];
    account.xtask(&mine).exits(0);
    assert!(account.iam().attached("other-pipeline").len() == 1);
    let direct = keys(&account, PipelineMode::Direct);
    write(&account, &direct);
    let within = ["pipeline", "plan", "--stack-name", "backgroundagent-pipeline"];
    let ran = account.xtask(&within).exits(1);
    assert!(ran.stderr().contains("could give itself any permission"), "{}", ran.stderr());
    write(&account, &PipelineKeys { accounts: vec!["444455556666".to_owned()], ..direct });
    let error = pipeline(&account, "plan", 1)["error"].as_str().unwrap().to_owned();
    assert!(error.contains("the policies are for account 444455556666"), "{error}");
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn pipeline_run_that_was_killed_or_interrupted_is_finished_by_the_next() {
    let account = Account::new();
    let target = write(&account, &keys(&account, PipelineMode::Roles));
    let provider = make_provider(&account);
    let at_execution = |signal: &str| {
        account.stand_in(&format!(
            "case \"$2\" in execute-change-set) kill -{signal} \"$PPID\"; exit 130 ;; esac"
        ));
    };
    at_execution("KILL");
    let ran = account.xtask(&["pipeline", "deploy"]);
    assert_eq!(ran.0.status.code(), None, "not killed: {}{}", ran.stdout(), ran.stderr());
    assert_eq!(account.stack(NAME).status, "REVIEW_IN_PROGRESS");

    at_execution("INT");
    let ran = account.xtask(&["pipeline", "deploy"]);
    assert_eq!(ran.0.status.code(), Some(130), "{}{}", ran.stdout(), ran.stderr());
    for text in ["interrupted while", "`cargo xtask pipeline plan` says what is left to do"] {
        assert!(ran.stderr().contains(text), "no `{text}` in {}", ran.stderr());
    }
    assert_eq!(account.change_sets(NAME).len(), 1, "the one that was left before is gone");

    account.real_aws_again();
    assert_eq!(pipeline(&account, "plan", 10)["action"], "create");
    account.xtask(&["pipeline", "deploy"]).exits(0);
    assert_in_place(&account, &target, &provider);
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn pipeline_that_cannot_be_made_says_why_and_what_is_left() {
    let account = Account::new();
    write(&account, &keys(&account, PipelineMode::Roles));
    make_provider(&account);
    // A name that is taken meanwhile: the account had no such policy when the plan was made.
    let all =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    account.stand_in(&format!(
        "case \"$2\" in execute-change-set) \"$AWS\" --region {} iam create-policy \
         --policy-name {NAME}-Assume-Roles --policy-document '{all}' >&2 || exit 1 ;; esac",
        account.region
    ));
    let ran = account.xtask(&["pipeline", "deploy"]).exits(1);
    assert!(ran.stderr().contains("may be changed in part"), "{}", ran.stderr());
    account.real_aws_again();
    let refused = pipeline(&account, "plan", 1);
    assert!(refused["error"].as_str().unwrap().contains("can only be deleted"), "{refused}");
    account.aws(&["iam", "delete-policy", "--policy-arn", &policy_arn(&account, "Assume-Roles")]);
    pipeline(&account, "delete", 0);
    pipeline(&account, "deploy", 0);
}
