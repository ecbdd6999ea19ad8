//! What `[pipeline]` may say.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

use policies::{
    GitHubRuns, PipelineKeys, PipelineMode, PipelineTarget, PipelineTrust, RepositoryName, StackName, Target,
};

mod common;

use common::{keys, target};

/// The errors of the roles pipeline after a change, a line each.
#[track_caller]
fn refused(change: impl FnOnce(&mut PipelineKeys)) -> String {
    let mut keys = keys(PipelineMode::Roles);
    change(&mut keys);
    PipelineTarget::new(&Target::reference(), &keys).unwrap_err().to_string()
}

#[expect(clippy::unnecessary_wraps, reason = "it fills in optional keys")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn each_wrong_value_is_refused_with_its_key_and_the_rule() {
    type Change = fn(&mut PipelineKeys);
    let table: [(Change, &str); 28] = [
        (|k| k.mode = "role".to_owned(), "pipeline.mode: there is no mode `role`: write `roles` or `direct`"),
        (|k| k.accounts = Vec::new(), "pipeline.accounts: the list is empty"),
        (|k| k.accounts.push("1".to_owned()), "pipeline.accounts: `1` is no account id: it has 12 digits"),
        (|k| k.accounts.push("111122223333".to_owned()), "pipeline.accounts: `111122223333` stands twice"),
        (|k| k.regions = Vec::new(), "pipeline.regions: the list is empty"),
        (|k| k.regions.push("Ireland".to_owned()), "pipeline.regions: `Ireland` is no region"),
        (|k| k.regions.push("eu-west-1".to_owned()), "pipeline.regions: `eu-west-1` stands twice"),
        (|k| k.repository = some("Web"), "pipeline.repository: `Web` is no repository name"),
        (|k| k.repository = some("web*"), "pipeline.repository: `web*` is no repository name"),
        (|k| k.repository = some("a//b"), "pipeline.repository: `a//b` is no repository name"),
        (|k| k.stack_prefix = some("web-"), "pipeline.stack-prefix: `web-` is no prefix"),
        (
            |k| k.stack_prefix = some("cdk"),
            "pipeline.stack-prefix: `cdk` is what the names of the bootstrap's",
        ),
        (
            |k| k.stack_prefix = some("cdk-hnb659fds"),
            "pipeline.stack-prefix: `cdk-hnb659fds` is what the names",
        ),
        (|k| k.load_balancer_prefix = some(""), "pipeline.load-balancer-prefix: `` is no prefix"),
        (|k| k.cluster_prefix = some("*"), "pipeline.cluster-prefix: `*` is no prefix"),
        (|k| k.service_prefix = some("a/b"), "pipeline.service-prefix: `a/b` is no prefix"),
        (
            |k| k.staging_bucket_prefix = some("Cdk"),
            "pipeline.staging-bucket-prefix: `Cdk`: the name of a bucket",
        ),
        (
            |k| k.github_repository = some("web"),
            "pipeline.trust.github-repository: `web` is no repository on GitHub",
        ),
        (|k| k.github_repository = some("a/b/c"), "pipeline.trust.github-repository: `a/b/c`"),
        (|k| k.github_repository = some("example/*"), "pipeline.trust.github-repository: `example/*`"),
        (|k| k.github_repository = some("a@1/b"), "pipeline.trust.github-repository: `a@1/b`"),
        (|k| k.github_repository = some("a/b@2"), "pipeline.trust.github-repository: `a/b@2`"),
        (|k| k.github_repository = some("a@1/b@*"), "pipeline.trust.github-repository: `a@1/b@*`"),
        (|k| k.github_repository = some("a@1@2/b@3"), "pipeline.trust.github-repository: `a@1@2/b@3`"),
        (|k| k.branch = some("*"), "pipeline.trust.branch: `*` is not taken"),
        (|k| k.branch = some("refs/heads/main"), "pipeline.trust.branch: `refs/heads/main` is not taken"),
        (
            |k| (k.branch, k.environment) = (None, some("${aws:username}")),
            "pipeline.trust.environment: `${aws:username}` is not taken",
        ),
        (
            |k| (k.branch, k.environment) = (None, some("a:b")),
            "pipeline.trust.environment: `a:b` is not taken",
        ),
    ];
    for (change, rule) in table {
        let errors = refused(change);
        assert!(errors.starts_with(rule) && errors.lines().count() == 1, "`{errors}` is not `{rule}`");
    }
}

#[test]
fn a_pipeline_is_either_a_role_or_a_user() {
    let refused = |github: Option<&str>, branch: Option<&str>, environment: Option<&str>, user| {
        let text = |text: Option<&str>| text.map(str::to_owned);
        refused(|keys| {
            keys.github_repository = text(github);
            (keys.branch, keys.environment, keys.user) = (text(branch), text(environment), user);
        })
    };
    for errors in [
        refused(None, None, None, false),
        refused(Some("a/b"), None, None, false),
        refused(Some("a/b"), Some("main"), Some("prod"), false),
        refused(Some("a/b"), Some("main"), None, true),
        refused(None, Some("main"), None, true),
        refused(None, None, Some("prod"), false),
    ] {
        assert!(errors.starts_with("pipeline.trust: say who the pipeline is: either"), "{errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
    }
}

#[test]
fn all_wrong_values_are_reported_at_once() {
    let errors = refused(|keys| {
        *keys = PipelineKeys {
            mode: "x".to_owned(),
            repository: some("X"),
            stack_prefix: some("-"),
            github_repository: some("x"),
            branch: some("*"),
            ..PipelineKeys::default()
        }
    });
    let named: Vec<_> = errors.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(
        named,
        [
            "pipeline.mode",
            "pipeline.accounts",
            "pipeline.regions",
            "pipeline.repository",
            "pipeline.stack-prefix",
            "pipeline.trust.github-repository",
            "pipeline.trust.branch",
        ],
        "{errors}"
    );
}

#[test]
fn without_roles_a_pipeline_stays_in_its_account() {
    let mut keys = keys(PipelineMode::Roles);
    keys.accounts.push("444455556666".to_owned());
    let roles = target(&keys);
    assert_eq!(roles.accounts().len(), 2);
    assert_eq!(roles.in_mode(PipelineMode::Direct).accounts(), &roles.accounts()[..1]);
    keys.regions.push("us-east-1".to_owned());
    let first = target(&keys).in_first_environment();
    assert_eq!((first.accounts(), first.regions()), (&roles.accounts()[..1], roles.regions()));
    keys.mode = "direct".to_owned();
    let errors = PipelineTarget::new(&Target::reference(), &keys).unwrap_err().to_string();
    assert!(errors.contains("deploys to the one account that it is in, not to 2"), "{errors}");
}

#[test]
fn a_prefix_that_is_not_given_is_the_application() {
    let keys = PipelineKeys { stack_prefix: None, ..keys(PipelineMode::Direct) };
    assert_eq!(target(&keys).stack_prefix().as_str(), "backgroundagent");
}

#[test]
fn runs_are_those_of_a_branch_or_of_an_environment() {
    let mut keys = keys(PipelineMode::Roles);
    let runs = |keys: &PipelineKeys| match target(keys).trust() {
        PipelineTrust::GitHub { runs, .. } => Some(runs.clone()),
        PipelineTrust::User => None,
    };
    keys.branch = some("release/1.x");
    assert!(matches!(runs(&keys), Some(GitHubRuns::Branch(name)) if name.as_str() == "release/1.x"));
    (keys.branch, keys.environment) = (None, some("production eu"));
    assert!(matches!(runs(&keys), Some(GitHubRuns::Environment(name)) if name.as_str() == "production eu"));
    (keys.environment, keys.github_repository, keys.user) = (None, None, true);
    assert_eq!(runs(&keys), None);
}

#[test]
fn a_pipeline_for_one_stack_takes_its_names_and_place() {
    let of_roles = target(&keys(PipelineMode::Roles));
    let stack = StackName::new("shop-prod").unwrap();
    let for_stack = |stack: &StackName, partition: &str, region: &str| {
        let (partition, region) = (partition.parse().unwrap(), region.parse().unwrap());
        of_roles.for_stack(stack, partition, "444455556666".parse().unwrap(), region)
    };
    let fitted = for_stack(&stack, "aws", "us-east-1").unwrap().with_staging_bucket("assets").unwrap();
    let fitted = fitted.with_repository(RepositoryName::new("shop").unwrap());
    let wanted = target(&PipelineKeys {
        accounts: vec!["444455556666".to_owned()],
        regions: vec!["us-east-1".to_owned()],
        repository: some("shop"),
        stack_prefix: some("shop"),
        staging_bucket_prefix: some("assets"),
        ..keys(PipelineMode::Direct)
    });
    assert_eq!(fitted, wanted);
    let elsewhere = for_stack(&stack, "aws-cn", "cn-north-1").unwrap();
    assert_eq!(elsewhere.partition().as_str(), "aws-cn");
    let long = StackName::new(&"a".repeat(64)).unwrap();
    assert!(for_stack(&long, "aws", "us-east-1").unwrap_err().to_string().contains("at most 63"));
}
