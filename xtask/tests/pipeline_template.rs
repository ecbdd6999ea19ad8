//! The pipeline's template in both modes, for a role and for a user: what it makes of the policies, and the tools that
//! read it.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

use std::collections::BTreeMap;

use iam::{PolicyDocument, PolicyKind};
use policies::{
    PipelineKeys, PipelineMode, PipelineTarget, Target, oidc_provider_arn, pipeline_policy_set,
    pipeline_trust_policy,
};
use serde_yaml::Value;

#[expect(dead_code, reason = "other tests use the rest")]
mod common;
#[path = "common/pipeline.rs"]
mod pipeline;

use common::{assert_same_reading, cfn_lint};
use pipeline::{keys, reference};

/// A role and a user, in both modes; one of them in several accounts and regions.
fn targets() -> Vec<PipelineTarget> {
    let user = |mode| PipelineKeys { github_repository: None, branch: None, user: true, ..keys(mode) };
    let mut several = keys(PipelineMode::Roles);
    several.accounts.push("444455556666".to_owned());
    several.regions.push("us-east-1".to_owned());
    (several.branch, several.environment) = (None, Some("production eu".to_owned()));
    several.github_repository = Some("example@1234/web@5678".to_owned());
    let target = |keys: &PipelineKeys| PipelineTarget::new(&Target::reference(), keys).unwrap();
    let mut targets: Vec<_> = PipelineMode::ALL.into_iter().map(reference).collect();
    targets.extend(PipelineMode::ALL.map(|mode| target(&user(mode))));
    targets.push(target(&several));
    targets
}

fn template(target: &PipelineTarget) -> Value {
    let rendered = xtask::pipeline::render(target).unwrap();
    serde_yaml::from_str(&rendered.template.text()).unwrap()
}

/// The values that CloudFormation has when the template is deployed to that account as it is.
fn values(template: &Value, account: &str) -> BTreeMap<String, String> {
    let parameters = template["Parameters"].as_mapping().unwrap();
    let default = |value: &Value| value.get("Default").and_then(Value::as_str).map(str::to_owned);
    let defaults =
        parameters.iter().filter_map(|(name, value)| Some((name.as_str()?.to_owned(), default(value)?)));
    let pseudo = [("AWS::Partition", "aws"), ("AWS::StackName", "pipeline-web")];
    let pseudo = pseudo.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let provider = oidc_provider_arn(iam::Partition::AWS, &account.parse().unwrap());
    defaults.chain(pseudo).chain([("OidcProviderArn".to_owned(), provider)]).collect()
}

/// A value as CloudFormation fills it in: `Ref` and `Fn::Sub` of what has a value.
fn filled(value: &Value, values: &BTreeMap<String, String>) -> Value {
    let known = |name: &str| values.get(name).unwrap_or_else(|| panic!("nothing is known of `{name}`"));
    match value {
        Value::Sequence(items) => items.iter().map(|item| filled(item, values)).collect::<Vec<_>>().into(),
        Value::Mapping(entries) => match entries.iter().next().map(|(k, v)| (k.as_str(), v.as_str())) {
            Some((Some("Ref"), Some(name))) if values.contains_key(name) => known(name).as_str().into(),
            Some((Some("Fn::Sub"), Some(text))) => {
                let mut rest = text;
                let mut whole = String::new();
                while let Some((before, after)) = rest.split_once("${") {
                    let (name, after) = after.split_once('}').unwrap();
                    whole = whole + before + known(name);
                    rest = after;
                }
                (whole + rest).into()
            }
            _ => Value::Mapping(entries.iter().map(|(k, v)| (k.clone(), filled(v, values))).collect()),
        },
        other => other.clone(),
    }
}

fn document(value: &Value, kind: PolicyKind) -> PolicyDocument {
    PolicyDocument::parse(&serde_json::to_string(value).unwrap(), kind).unwrap()
}

#[test]
fn as_it_is_it_makes_the_policies_that_the_files_have() {
    for target in targets() {
        let template = template(&target);
        let values = values(&template, "111122223333");
        let set = pipeline_policy_set(&target).unwrap();
        for policy in set.policies() {
            let properties = &template["Resources"][policy.logical_id.as_str()]["Properties"];
            let properties = filled(properties, &values);
            assert_eq!(document(&properties["PolicyDocument"], PolicyKind::Identity), policy.document);
            assert_eq!(properties["ManagedPolicyName"], format!("pipeline-web-{}", policy.label));
            assert_eq!(properties["Description"], policy.description);
        }
        let resources = template["Resources"].as_mapping().unwrap();
        assert_eq!(resources.len(), set.policies().len() + 1, "the policies, and who has them");
    }
}

#[test]
fn the_role_trusts_what_the_trust_policy_says_and_the_user_nobody() {
    for target in targets() {
        let template = template(&target);
        let values = values(&template, "111122223333");
        let provider = oidc_provider_arn(target.partition(), &"111122223333".parse().unwrap());
        let trust = pipeline_trust_policy(&target, &provider).unwrap();
        let role = template["Resources"].get("PipelineRole");
        assert_eq!(role.is_some(), trust.is_some());
        assert_eq!(template["Resources"].get("PipelineUser").is_some(), trust.is_none());
        assert_eq!(template["Parameters"].get("OidcProviderArn").is_some(), trust.is_some());
        if let (Some(role), Some(trust)) = (role, trust) {
            let found = filled(&role["Properties"]["AssumeRolePolicyDocument"], &values);
            assert_eq!(document(&found, PolicyKind::Trust), trust);
        }
    }
}

#[test]
fn who_deploys_has_the_policies_of_the_set_and_those_of_aws() {
    for target in targets() {
        let template = template(&target);
        let set = pipeline_policy_set(&target).unwrap();
        let resources = &template["Resources"];
        let principal = resources.get("PipelineRole").or_else(|| resources.get("PipelineUser")).unwrap();
        let arns = filled(&principal["Properties"]["ManagedPolicyArns"], &values(&template, "111122223333"));
        let own = set.policies().iter().map(|policy| format!("Ref: {}", policy.logical_id));
        let aws = set.aws_managed().iter().map(|policy| policy.arn(target.partition()));
        let found = arns.as_sequence().unwrap().iter().map(|arn| match arn {
            Value::String(arn) => arn.clone(),
            reference => format!("Ref: {}", reference["Ref"].as_str().unwrap()),
        });
        assert_eq!(found.collect::<Vec<_>>(), own.chain(aws).collect::<Vec<_>>());
    }
}

#[test]
fn every_parameter_is_used_and_stands_in_place_of_its_default() {
    for target in targets() {
        let rendered = xtask::pipeline::render(&target).unwrap();
        let body = rendered.template.body();
        let resources = body.split_once("\nResources:").unwrap().1;
        for (name, default) in rendered.template.parameters() {
            assert!(!rendered.template.resources_with(name).is_empty(), "{name} is not used");
            // What is short may stand in other words: `web` is part of a description.
            if default.len() > 8 {
                assert!(!resources.contains(default.as_str()), "`{default}` stands beside {name}");
            }
        }
    }
}

#[test]
fn another_body_differs_in_the_resources_that_changed() {
    let rendered = xtask::pipeline::render(&reference(PipelineMode::Roles)).unwrap();
    let template = rendered.template;
    let changed = |body: &str| template.changed_resources(body).unwrap().into_iter().collect::<Vec<_>>();
    assert_eq!(changed(template.body()), Vec::<String>::new());
    assert_eq!(changed(&template.text()), Vec::<String>::new(), "the header is no part of it");
    let other = template.body().replace("ssm:GetParameter", "ssm:GetParameters");
    assert_eq!(changed(&other), ["CDKPipelineAssumeRoles"]);
    let direct = xtask::pipeline::render(&reference(PipelineMode::Direct)).unwrap();
    assert_eq!(
        changed(direct.template.body()),
        ["CDKPipelineAssumeRoles", "CDKPipelineFargateStack", "CDKPipelineStagingBucket", "PipelineRole"]
    );
    assert_eq!(changed("Description: another\n").len(), 3);
    assert!(template.changed_resources("a: [").is_err());
}

#[test]
fn cfn_lint_finds_nothing_and_every_reader_sees_the_same_values() {
    let folder = tempfile::tempdir().unwrap();
    for (i, target) in targets().iter().enumerate() {
        let file = folder.path().join(format!("{i}.yaml"));
        std::fs::write(&file, xtask::pipeline::render(target).unwrap().template.text()).unwrap();
        assert_eq!(cfn_lint(&file), "", "{target:?}");
        assert_same_reading(&file);
    }
}
