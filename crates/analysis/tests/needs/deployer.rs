//! What the CDK CLI calls to deploy a stack with the caller's own credentials.

use analysis::{
    AssetManifest, Deployment, DeploymentSettings, PolicyUse, ResourceNeeds, VersionCheck, cover,
    deployer_needs,
};
use iam::{Evaluator, PolicyDocument, PolicyKind};

use super::*;

const NESTED: &str = r#""Child": { "Type": "AWS::CloudFormation::Stack", "Properties": {
    "TemplateURL": "https://s3.eu-west-1.amazonaws.com/b/k.json" } }"#;

const TOPIC: &str = r#""It": { "Type": "AWS::SNS::Topic" }"#;

const BUCKET: &str = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}";

/// Files and an image, as `cdk synth` names their places.
fn assets() -> AssetManifest {
    let text = r#"{ "version": "54.0.0",
        "files": { "code": { "source": { "path": "asset.code", "packaging": "zip" },
            "destinations": { "current": { "bucketName": "BUCKET", "objectKey": "code.zip" } } } },
        "dockerImages": { "web": { "source": { "directory": "asset.web" },
            "destinations": { "current": {
                "repositoryName": "cdk-hnb659fds-container-assets-${AWS::AccountId}-${AWS::Region}", "imageTag": "web" } } } } }"#;
    AssetManifest::read(&text.replace("BUCKET", BUCKET)).expect("the manifest of a test is good")
}

fn settings() -> DeploymentSettings {
    DeploymentSettings {
        template_url: Some(format!("s3://{BUCKET}/template.json")),
        has_termination_protection: true,
        version_checks: [VersionCheck::Parameter("/cdk-bootstrap/hnb659fds/version".to_owned())].into(),
    }
}

/// The needs of the stack `app` in Ireland, whose template has those resources and that many bytes.
fn deploying(
    resources: &str,
    settings: &DeploymentSettings,
    assets: &AssetManifest,
    template_bytes: usize,
) -> Vec<ResourceNeeds> {
    let template =
        Template::read(&template(resources), TemplateForm::Json).expect("the template of a test is good");
    let scope = Scope {
        stack_name: Some("app".to_owned()),
        ..Scope::of_environment(Some("123456789012"), Some("eu-west-1"))
    };
    let (name, file, executor) = ("app", "t.json", Executor::Caller);
    let stack = &StackInput { name, file, template: &template, scope: &scope, has_tags: false, executor };
    deployer_needs(&Deployment {
        stack,
        settings,
        assets,
        template_bytes,
        bootstrap_bucket: Some("assets-*"),
    })
}

/// Each need of the stack and its assets, in a line.
fn lines(needs: &[ResourceNeeds]) -> Vec<String> {
    let all = needs.iter().flat_map(|of| of.needs.iter());
    all.map(written).collect()
}

/// The needs that the first deployment has and the second has not.
fn more(needs: &[ResourceNeeds], than: &[ResourceNeeds]) -> Vec<String> {
    let known = lines(than);
    lines(needs).into_iter().filter(|line| !known.contains(line)).collect()
}

#[test]
fn a_stack_with_a_file_and_an_image() {
    let needs = deploying(&format!("{NESTED}, {TOPIC}"), &settings(), &assets(), 100);
    let mut text = String::new();
    for ResourceNeeds { resource, needs } in &needs {
        let analysis::ResourceRef { logical_id, kind, file, line, .. } = resource;
        text.extend([format!("{logical_id} ({kind}), {file}:{line}\n")]);
        let mut phases: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for need in needs {
            let Need { action, certainty, resource, because, .. } = need;
            let line = format!("{action} {certainty} on {resource}: {because}");
            phases.entry(line).or_default().push(need.phase.as_str());
        }
        text.extend(phases.iter().map(|(line, phases)| format!("  {}: {line}\n", phases.join(", "))));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_small_template_without_a_manifest_takes_no_bucket() {
    let needs = deploying(TOPIC, &DeploymentSettings::default(), &AssetManifest::default(), 51_200);
    let others: Vec<String> =
        lines(&needs).into_iter().filter(|line| !line.contains(" cloudformation:")).collect();
    assert_eq!(others, Vec::<String>::new());
}

#[test]
fn a_large_template_without_a_place_goes_to_the_bucket_of_the_bootstrap() {
    let deployed = |bytes| deploying(TOPIC, &DeploymentSettings::default(), &AssetManifest::default(), bytes);
    let found = more(&deployed(51_201), &deployed(51_200));
    for wanted in [
        "create cloudformation:DescribeStacks required arn:aws:cloudformation:eu-west-1:123456789012:stack/CDKToolkit/*",
        "create s3:GetObject required arn:aws:s3:::assets-*/cdk/*",
        "update s3:PutObject required arn:aws:s3:::assets-*/cdk/*",
        "create s3:ListBucket required arn:aws:s3:::assets-*",
    ] {
        assert!(found.iter().any(|line| line == wanted), "`{wanted}` is not among {found:#?}");
    }
}

#[test]
fn a_template_is_published_once() {
    let listed = |key: &str| {
        let text = format!(
            r#"{{ "files": {{ "t": {{ "source": {{ "path": "t.json" }}, "destinations": {{ "d": {{
                "bucketName": "{BUCKET}", "objectKey": "{key}" }} }} }} }} }}"#
        );
        let assets = AssetManifest::read(&text).expect("a manifest");
        let needs = deploying(TOPIC, &settings(), &assets, 100);
        let publishes = |of: &&ResourceNeeds| of.needs.iter().any(|need| need.action == "s3:PutObject");
        let ids = needs.iter().filter(publishes).map(|of| of.resource.logical_id.clone());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(listed("template.json"), ["t"], "the asset manifest has it");
    assert_eq!(listed("other.json"), ["app", "t"], "the asset manifest has another file");
}

#[test]
fn the_version_of_the_bootstrap_is_read_where_one_is_required() {
    let checked = |checks: &[VersionCheck]| {
        let settings = DeploymentSettings {
            version_checks: checks.iter().cloned().collect(),
            ..DeploymentSettings::default()
        };
        deploying(TOPIC, &settings, &AssetManifest::default(), 100)
    };
    let none = checked(&[]);
    let parameter = checked(&[VersionCheck::Parameter("/q/${AWS::Region}".to_owned())]);
    let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/q/eu-west-1";
    let expected = ["create", "update"].map(|phase| format!("{phase} ssm:GetParameter required {arn}"));
    assert_eq!(more(&parameter, &none), expected);
    let stack = checked(&[VersionCheck::BootstrapStack]);
    let arn = "arn:aws:cloudformation:eu-west-1:123456789012:stack/CDKToolkit/*";
    let expected =
        ["create", "update"].map(|phase| format!("{phase} cloudformation:DescribeStacks required {arn}"));
    assert_eq!(more(&stack, &none), expected);
}

#[test]
fn protection_from_deletion_is_switched_on_after_creation() {
    let with = |has_termination_protection| {
        let settings = DeploymentSettings { has_termination_protection, ..DeploymentSettings::default() };
        deploying(TOPIC, &settings, &AssetManifest::default(), 100)
    };
    let action = "create cloudformation:UpdateTerminationProtection";
    let arn = "arn:aws:cloudformation:eu-west-1:123456789012:stack/app/*";
    assert_eq!(more(&with(true), &with(false)), [format!("{action} required {arn}")]);
    assert_eq!(more(&with(false), &with(true)), [format!("{action} conditional {arn}")]);
}

#[test]
fn a_destination_may_be_in_another_region() {
    let text = r#"{ "dockerImages": { "web": { "source": {}, "destinations": {
        "far": { "repositoryName": "r-${AWS::Region}", "imageTag": "t", "region": "us-east-1" } } } } }"#;
    let assets = AssetManifest::read(text).expect("a manifest");
    let needs = deploying(TOPIC, &DeploymentSettings::default(), &assets, 100);
    let wanted = "create ecr:PutImage required arn:aws:ecr:us-east-1:123456789012:repository/r-us-east-1";
    let found = lines(&needs);
    assert!(found.iter().any(|line| line == wanted), "`{wanted}` is not among {found:#?}");
}

/// What the CDK's own roles may do is enough for everybody who deploys with them, so that nothing here may be beyond it.
#[test]
fn the_roles_that_the_cdk_bootstraps_may_do_all_of_it() {
    let policies = bootstrapped_policies();
    let evaluator = Evaluator::new(policies.iter().map(|(name, document)| (name.as_str(), document)));
    let mut needs = deploying(&format!("{NESTED}, {TOPIC}"), &settings(), &assets(), 100);
    for need in needs.iter_mut().flat_map(|of| &mut of.needs) {
        let key = ConditionKey::new("kms:ViaService").expect("a key");
        need.context.add(&key, ["s3.eu-west-1.amazonaws.com".to_owned()]);
    }
    let told: Vec<String> = cover(&needs, &evaluator).gaps.iter().map(|gap| written(&gap.need)).collect();
    assert_eq!(told, Vec::<String>::new());
}

/// The policies of the roles that deploy and publish, in the recorded template of the pinned CDK CLI.
fn bootstrapped_policies() -> Vec<(String, PolicyDocument)> {
    const ROLES: [&str; 3] = ["DeploymentActionRole", "FilePublishingRole", "ImagePublishingRole"];
    let text = include_str!("../../../../cdk/bootstrap-template.default.yaml");
    let template = Template::read(text, TemplateForm::Yaml).expect("the recorded template is good");
    let scope = Scope::of_environment(Some("123456789012"), Some("eu-west-1"));
    let scope = scope.with_parameters(&template, &BTreeMap::new());
    let is_of_role = |at: &str| ROLES.iter().any(|role| at.starts_with(&format!("/Resources/{role}")));
    let mut policies = Vec::new();
    for source in template.policies("bootstrap", &scope).sources {
        if !is_of_role(source.at.as_str()) || !matches!(source.usage, PolicyUse::Inline(_)) {
            continue;
        }
        let document =
            PolicyDocument::read(source.document.to_json(), PolicyKind::Identity).expect("a policy");
        // Resources of the template stand in it by their logical ids.
        let text = [
            (":::StagingBucket", ":::cdk-hnb659fds-assets-123456789012-eu-west-1"),
            ("/ContainerAssetsRepository", "/cdk-hnb659fds-container-assets-123456789012-eu-west-1"),
            ("key/FileAssetsBucketEncryptionKey", "key/*"),
            ("REGION", "eu-west-1"),
            ("ACCOUNT_ID", "123456789012"),
        ]
        .iter()
        .fold(document.to_minified(), |text, (logical_id, name)| text.replace(logical_id, name));
        policies.push((source.name, PolicyDocument::parse(&text, PolicyKind::Identity).expect("a policy")));
    }
    assert_eq!(policies.len(), ROLES.len(), "one policy of each role");
    let read_only =
        iam_reference::aws_managed_policy("AWSCloudFormationReadOnlyAccess").expect("a known policy");
    let document = PolicyDocument::parse(read_only.document(), PolicyKind::Identity).expect("a policy");
    policies.push((read_only.name().to_owned(), document));
    policies
}
