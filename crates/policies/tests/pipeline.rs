//! What a pipeline may do and what it may not, decided request by request.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops at what fails")]

use iam::{
    ConditionKey, Context, Decision, Evaluator, PolicyDocument, PolicyKind, PrincipalType, Request,
    RequestPrincipal, TrustEvaluator,
};
use policies::{
    PipelineKeys, PipelineMode, PipelineTarget, oidc_provider_arn, pipeline_policy_set, pipeline_template,
    pipeline_trust_policy,
};

mod common;

use common::{keys, target};

const ACCOUNT: &str = "111122223333";

fn evaluator(target: &PipelineTarget) -> Evaluator {
    Evaluator::of_policy_set(&pipeline_policy_set(target).unwrap())
}

fn request(action: &str, resource: &str, context: &[(&str, &str)]) -> Request {
    let context: Context = context
        .iter()
        .map(|(key, value)| (ConditionKey::new(*key).unwrap(), vec![(*value).to_owned()]))
        .collect();
    Request::new(action, resource).unwrap().with_context(context)
}

fn is_allowed(evaluator: &Evaluator, action: &str, resource: &str) -> bool {
    matches!(evaluator.decide(&request(action, resource, &[])), Decision::Allowed { .. })
}

#[track_caller]
fn assert_decisions(evaluator: &Evaluator, table: &[(&str, &str, bool)]) {
    for (action, resource, expected) in table {
        assert_eq!(is_allowed(evaluator, action, resource), *expected, "{action} on {resource}");
    }
}

#[test]
fn it_pushes_to_its_own_repository_and_to_no_other() {
    let arn = |repository: &str| format!("arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/{repository}");
    for mode in PipelineMode::ALL {
        let evaluator = evaluator(&target(&keys(mode)));
        for action in [
            "BatchCheckLayerAvailability",
            "InitiateLayerUpload",
            "UploadLayerPart",
            "CompleteLayerUpload",
            "PutImage",
        ] {
            let action = format!("ecr:{action}");
            assert_decisions(
                &evaluator,
                &[
                    (&action, &arn("web"), true),
                    (&action, &arn("web2"), false),
                    (&action, &arn("web/other"), false),
                    (&action, &arn("other"), false),
                    (&action, &arn("web").replace("eu-west-1", "us-east-1"), false),
                    (&action, &arn("web").replace(ACCOUNT, "444455556666"), false),
                ],
            );
        }
        assert_decisions(
            &evaluator,
            &[
                ("ecr:GetAuthorizationToken", "*", true),
                ("ecr:BatchDeleteImage", &arn("web"), false),
                ("ecr:DeleteRepository", &arn("web"), false),
                ("ecr:SetRepositoryPolicy", &arn("web"), false),
            ],
        );
        let without = evaluator_without_repository(mode);
        assert_decisions(
            &without,
            &[("ecr:GetAuthorizationToken", "*", false), ("ecr:PutImage", &arn("web"), false)],
        );
    }
}

fn evaluator_without_repository(mode: PipelineMode) -> Evaluator {
    evaluator(&target(&PipelineKeys { repository: None, ..keys(mode) }))
}

#[test]
fn it_assumes_its_four_roles_in_each_account_and_region_and_no_others() {
    let mut keys = keys(PipelineMode::Roles);
    keys.accounts.push("444455556666".to_owned());
    keys.regions.push("us-east-1".to_owned());
    let evaluator = evaluator(&target(&keys));
    let assumes = |arn: &str| is_allowed(&evaluator, "sts:AssumeRole", arn);
    for account in &keys.accounts {
        for region in &keys.regions {
            for role in ["deploy", "file-publishing", "image-publishing", "lookup"] {
                let arn = format!("arn:aws:iam::{account}:role/cdk-hnb659fds-{role}-role-{account}-{region}");
                assert!(assumes(&arn), "{arn}");
                for other in [
                    arn.replace("hnb659fds", "other"),
                    arn.replace(account, "999999999999"),
                    arn.replace(region, "eu-central-1"),
                    format!("{arn}-2"),
                    arn.replace("role/", "role/path/"),
                ] {
                    assert!(!assumes(&other), "{other}");
                }
            }
            let execution =
                format!("arn:aws:iam::{account}:role/cdk-hnb659fds-cfn-exec-role-{account}-{region}");
            assert!(!assumes(&execution), "{execution}");
            let version = format!("arn:aws:ssm:{region}:{account}:parameter/cdk-bootstrap/hnb659fds/version");
            assert!(is_allowed(&evaluator, "ssm:GetParameter", &version), "{version}");
        }
    }
    assert_decisions(
        &evaluator,
        &[
            ("sts:AssumeRole", "arn:aws:iam::111122223333:role/Admin", false),
            ("iam:PassRole", "arn:aws:iam::111122223333:role/web-prod-Task", false),
            (
                "cloudformation:CreateChangeSet",
                "arn:aws:cloudformation:eu-west-1:111122223333:stack/web-prod/1",
                false,
            ),
            (
                "ssm:GetParameter",
                "arn:aws:ssm:eu-west-1:111122223333:parameter/cdk-bootstrap/other/version",
                false,
            ),
            (
                "ssm:PutParameter",
                "arn:aws:ssm:eu-west-1:111122223333:parameter/cdk-bootstrap/hnb659fds/version",
                false,
            ),
        ],
    );
}

#[test]
fn with_permissions_of_its_own_it_assumes_no_role() {
    let evaluator = evaluator(&target(&keys(PipelineMode::Direct)));
    let role = "arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-west-1";
    assert_decisions(&evaluator, &[("sts:AssumeRole", role, false)]);
}

#[test]
fn it_passes_the_stacks_roles_to_the_stacks_services_and_no_others() {
    let evaluator = evaluator(&target(&keys(PipelineMode::Direct)));
    let role = |name: &str| format!("arn:aws:iam::{ACCOUNT}:role/{name}");
    for (role, service, expected) in [
        (role("web-prod-Task"), "ecs-tasks.amazonaws.com", true),
        (role("web-prod-Function"), "lambda.amazonaws.com", true),
        (role("web-prod-Task"), "ec2.amazonaws.com", false),
        (role("website-prod-Task"), "ecs-tasks.amazonaws.com", false),
        (role("web"), "ecs-tasks.amazonaws.com", false),
        (role("Admin"), "lambda.amazonaws.com", false),
        (role("web-prod-Task").replace(ACCOUNT, "444455556666"), "ecs-tasks.amazonaws.com", false),
    ] {
        let pass = request("iam:PassRole", &role, &[("iam:PassedToService", service)]);
        let is_allowed = matches!(evaluator.decide(&pass), Decision::Allowed { .. });
        assert_eq!(is_allowed, expected, "{role} to {service}");
    }
    assert_decisions(&evaluator, &[("iam:PassRole", &role("web-prod-Task"), false)]);
}

#[test]
fn it_touches_its_own_stacks_and_what_is_theirs_and_nothing_of_another_stack() {
    let evaluator = evaluator(&target(&keys(PipelineMode::Direct)));
    for (action, service, resource) in [
        ("cloudformation:CreateChangeSet", "cloudformation", "stack/{}/1f2e"),
        ("cloudformation:ExecuteChangeSet", "cloudformation", "stack/{}/1f2e"),
        ("cloudformation:DeleteChangeSet", "cloudformation", "stack/{}/1f2e"),
        ("lambda:CreateFunction", "lambda", "function:{}"),
        ("lambda:InvokeFunction", "lambda", "function:{}"),
        ("elasticloadbalancing:ModifyListener", "elasticloadbalancing", "listener/app/{}/1f2e/3d4c"),
        ("elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing", "targetgroup/{}/1f2e"),
        ("ecs:UpdateService", "ecs", "service/{}/{}"),
        ("ecs:DescribeServices", "ecs", "service/{}/{}"),
    ] {
        let arn =
            |name: &str| format!("arn:aws:{service}:eu-west-1:{ACCOUNT}:{}", resource.replace("{}", name));
        let own = arn("web-prod-x");
        assert_decisions(
            &evaluator,
            &[
                (action, &own, true),
                (action, &arn("website-prod"), false),
                (action, &arn("other-prod"), false),
                (action, &own.replace("eu-west-1", "us-east-1"), false),
                (action, &own.replace(ACCOUNT, "444455556666"), false),
            ],
        );
    }
    let role = |name: &str| format!("arn:aws:iam::{ACCOUNT}:role/{name}");
    assert_decisions(
        &evaluator,
        &[
            ("iam:CreateRole", &role("web-prod-Task"), true),
            ("iam:AttachRolePolicy", &role("web-prod-Task"), true),
            ("iam:CreateRole", &role("other-prod-Task"), false),
            ("iam:PutRolePolicy", &role("pipeline-web"), false),
            ("iam:UpdateAssumeRolePolicy", &role("web-prod-Task"), false),
            // A stack that is called as its application.
            (
                "cloudformation:CreateChangeSet",
                "arn:aws:cloudformation:eu-west-1:111122223333:stack/web/1f2e",
                true,
            ),
            (
                "cloudformation:DeleteStack",
                "arn:aws:cloudformation:eu-west-1:111122223333:stack/web-prod/1f2e",
                false,
            ),
        ],
    );
}

#[test]
fn the_two_policies_of_aws_let_it_read() {
    let evaluator = evaluator(&target(&keys(PipelineMode::Direct)));
    let stack = "arn:aws:cloudformation:eu-west-1:111122223333:stack/other/1f2e";
    assert_decisions(
        &evaluator,
        &[
            ("cloudformation:DescribeStacks", stack, true),
            ("cloudformation:GetTemplate", stack, true),
            ("cloudformation:UpdateStack", stack, false),
            ("ec2:DescribeVpcs", "*", true),
            ("ec2:CreateVpc", "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1", false),
        ],
    );
}

#[test]
fn the_bucket_for_assets_has_to_be_the_accounts_own() {
    let evaluator = evaluator(&target(&keys(PipelineMode::Direct)));
    let of_staging = |name: &str, account: &str, expected: bool| {
        let put =
            request("s3:PutObject", &format!("arn:aws:s3:::{name}/x"), &[("aws:ResourceAccount", account)]);
        let is_allowed = matches!(evaluator.decide(&put), Decision::Allowed { .. });
        assert_eq!(is_allowed, expected, "{name} of {account}");
    };
    of_staging("cdktoolkit-stagingbucket-1f2e", ACCOUNT, true);
    of_staging("cdktoolkit-stagingbucket-1f2e", "444455556666", false);
    of_staging("other-bucket", ACCOUNT, false);
    assert_decisions(
        &evaluator,
        &[("s3:GetObject", "arn:aws:s3:::other-bucket/x", false), ("s3:ListAllMyBuckets", "*", true)],
    );
}

/// Whether a token with these claims may assume the role of a pipeline.
fn admits(target: &PipelineTarget, issuer: &str, audience: &str, subject: &str) -> bool {
    let provider = oidc_provider_arn(target.partition(), &target.accounts()[0]);
    let trust = pipeline_trust_policy(target, &provider).unwrap().unwrap();
    let evaluator = TrustEvaluator::new("pipeline", &trust);
    let claim = |name: &str| format!("token.actions.githubusercontent.com:{name}");
    let assume = request(
        "sts:AssumeRoleWithWebIdentity",
        &format!("arn:aws:iam::{ACCOUNT}:role/pipeline"),
        &[(&claim("aud"), audience), (&claim("sub"), subject)],
    );
    let principal = RequestPrincipal::new(PrincipalType::Federated, issuer).unwrap();
    matches!(evaluator.decide(&assume.with_principal(principal)), Decision::Allowed { .. })
}

#[test]
fn only_tokens_of_the_repository_and_its_branch_assume_the_role() {
    let provider = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com");
    let target = target(&keys(PipelineMode::Roles));
    let admits = |issuer: &str, audience: &str, subject: &str| admits(&target, issuer, audience, subject);
    let main = "repo:example/web:ref:refs/heads/main";
    assert!(admits(&provider, "sts.amazonaws.com", main));
    for subject in [
        "repo:example/web2:ref:refs/heads/main",
        "repo:other/web:ref:refs/heads/main",
        "repo:example/web:ref:refs/heads/main2",
        "repo:example/web:ref:refs/heads/feature",
        "repo:example/web:ref:refs/tags/main",
        "repo:example/web:pull_request",
        "repo:example/web:environment:main",
        "repo:example/web:ref:refs/heads/*",
        "*",
    ] {
        assert!(!admits(&provider, "sts.amazonaws.com", subject), "{subject}");
    }
    assert!(!admits(&provider, "https://github.com/example", main), "a token for somebody else");
    assert!(
        !admits(&provider.replace(ACCOUNT, "444455556666"), "sts.amazonaws.com", main),
        "another provider"
    );
}

#[test]
fn an_environment_takes_the_place_of_the_branch() {
    let keys = PipelineKeys {
        branch: None,
        environment: Some("production".to_owned()),
        ..keys(PipelineMode::Roles)
    };
    let target = target(&keys);
    let provider = oidc_provider_arn(target.partition(), &target.accounts()[0]);
    let admits = |subject: &str| admits(&target, &provider, "sts.amazonaws.com", subject);
    assert!(admits("repo:example/web:environment:production"));
    assert!(!admits("repo:example/web:environment:staging"));
    assert!(!admits("repo:example/web:ref:refs/heads/main"));
}

/// <https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims>
#[test]
fn a_repository_with_its_ids_is_another_than_one_that_took_its_name() {
    let with_ids = Some("example@1234/web@5678".to_owned());
    let keys = PipelineKeys { github_repository: with_ids, ..keys(PipelineMode::Roles) };
    let target = target(&keys);
    let provider = oidc_provider_arn(target.partition(), &target.accounts()[0]);
    let admits = |subject: &str| admits(&target, &provider, "sts.amazonaws.com", subject);
    assert!(admits("repo:example@1234/web@5678:ref:refs/heads/main"));
    assert!(!admits("repo:example@1234/web@9999:ref:refs/heads/main"));
    assert!(!admits("repo:example@9999/web@5678:ref:refs/heads/main"));
    assert!(!admits("repo:example/web:ref:refs/heads/main"));
}

#[test]
fn a_user_has_no_trust_policy() {
    let keys =
        PipelineKeys { github_repository: None, branch: None, user: true, ..keys(PipelineMode::Roles) };
    assert_eq!(pipeline_trust_policy(&target(&keys), "x").unwrap(), None);
}

/// The text with each parameter's default in its place.
fn filled(document: &PolicyDocument, parameters: &[policies::PipelineParameter]) -> String {
    parameters.iter().fold(document.to_minified(), |text, parameter| {
        text.replace(&format!("${{{}}}", parameter.name), &parameter.default)
    })
}

#[test]
fn with_its_defaults_the_template_says_what_the_policies_say() {
    for mode in PipelineMode::ALL {
        let mut keys = keys(mode);
        keys.regions.push("us-east-1".to_owned());
        let target = target(&keys);
        let template = pipeline_template(&target).unwrap();
        let set = pipeline_policy_set(&target).unwrap();
        assert_eq!(template.set.policies().len(), set.policies().len());
        for (with, without) in template.set.policies().iter().zip(set.policies()) {
            assert_eq!(filled(&with.document, &template.parameters), without.document.to_minified());
            assert_eq!((&with.name, &with.description), (&without.name, &without.description));
        }
        let trust = pipeline_trust_policy(&target, &template.provider).unwrap().unwrap();
        assert_eq!(filled(&template.trust.unwrap(), &template.parameters), trust.to_minified());
        assert_eq!(set.aws_managed(), template.set.aws_managed());
    }
}

#[test]
fn no_document_names_what_a_parameter_stands_for() {
    for mode in PipelineMode::ALL {
        let template = pipeline_template(&target(&keys(mode))).unwrap();
        let documents = template.set.policies().iter().map(|policy| &policy.document).chain(&template.trust);
        for text in documents.map(PolicyDocument::to_minified) {
            for literal in ["111122223333", "eu-west-1", "hnb659fds", "example/web", ":repository/web\""] {
                assert!(!text.contains(literal), "`{literal}` in {text}");
            }
        }
    }
}

#[test]
fn too_many_environments_are_an_error_that_says_so() {
    let mut keys = keys(PipelineMode::Roles);
    keys.accounts = (0..30).map(|i| format!("{:012}", 111_122_223_333_u64 + i)).collect();
    let error = pipeline_policy_set(&target(&keys)).unwrap_err().to_string();
    assert!(error.starts_with("policy `CDKPipeline-Assume-Roles`: it has "), "{error}");
}

#[test]
fn every_document_is_read_back_as_it_is() {
    for mode in PipelineMode::ALL {
        for policy in pipeline_policy_set(&target(&keys(mode))).unwrap().policies() {
            let read = PolicyDocument::parse(&policy.document.to_artifact(), PolicyKind::Identity);
            assert_eq!(read.as_ref(), Ok(&policy.document));
        }
    }
}
