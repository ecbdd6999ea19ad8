//! What needs leave out or guess: each is told with its place. And whatever a template holds, nothing panics.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

#[track_caller]
fn check_problem(text: &str, kind: ProblemKind, place: &str, message: &str) -> Needs {
    let needs = needs_of(text);
    let found: Vec<_> = needs
        .problems
        .iter()
        .map(|problem| (problem.kind, problem.pointer.as_str(), problem.to_string()))
        .collect();
    assert_eq!(found, [(kind, place, format!("t.json:{message}"))]);
    needs
}

#[test]
fn a_type_that_nothing_is_known_of() {
    for kind in ["AWS::S3::Bukket", "Org::Team::Thing", "Org::Team::Thing::MODULE"] {
        let text = format!("{{\n \"Resources\": {{\n  \"It\": {{ \"Type\": \"{kind}\" }} }} }}");
        let message =
            format!("3: nothing is known of what `{kind}` needs, so its permissions are missing here");
        let needs = check_problem(&text, ProblemKind::UnknownType, "/Resources/It/Type", &message);
        assert_eq!(needs.resources.len(), 1, "it counts as a resource");
    }
}

#[test]
fn a_condition_that_the_deployment_decides() {
    let text = |default: &str| {
        format!(
            r#"{{ "Parameters": {{ "P": {{ "Type": "String" {default} }} }},
 "Conditions": {{ "C": {{ "Fn::Equals": [{{ "Ref": "P" }}, "a"] }} }},
 "Resources": {{ "It": {{ "Type": "AWS::SNS::Topic", "Condition": "C" }},
   "Other": {{ "Type": "AWS::SNS::Topic", "Condition": "C" }} }} }}"#
        )
    };
    let message = "3: whether `C` holds is known only at the deployment: its 2 resources count as created";
    let needs = check_problem(&text(""), ProblemKind::UndecidedCondition, "/Conditions/C", message);
    assert!(needs.resources.iter().all(|of| !of.needs.is_empty()), "the resources count");
    let decided = needs_of(&text(r#", "Default": "b""#));
    assert_eq!((decided.resources.len(), decided.problems.len()), (0, 0), "the resources are not created");
}

#[test]
fn a_name_that_no_parameter_tells() {
    let text = r#"{ "Parameters": { "P": { "Type": "String" } },
 "Resources": { "It": { "Type": "AWS::SNS::Topic", "Properties": {
   "TopicName": { "Ref": "P" }, "DisplayName": { "Ref": "P" } } } } }"#;
    let message = "3: the parameter `P` has no value: give one with `--parameter P=VALUE`";
    check_problem(text, ProblemKind::Unresolved, "/Resources/It/Properties/TopicName", message);
}

#[test]
fn an_intrinsic_function_that_cannot_be_told() {
    let text = r#"{ "Resources": { "It": { "Type": "AWS::SNS::Topic", "Properties": {
   "TopicName": { "Fn::Select": [0, { "Fn::Split": ["-", { "Ref": "Other" }] }] } } },
   "Other": { "Type": "AWS::SNS::Topic" } } }"#;
    let needs = needs_of(text);
    let problem = needs.problems.first().expect("a problem");
    assert_eq!((problem.kind, problem.line), (ProblemKind::Unresolved, 2), "{problem}");
}

#[test]
fn what_a_macro_makes_is_missing() {
    let text = r#"{ "Transform": ["AWS::LanguageExtensions", "Mine"], "Resources": { "It": { "Type": "AWS::SNS::Topic" } } }"#;
    let needs = needs_of(text);
    let found: Vec<_> =
        needs.problems.iter().map(|problem| (problem.kind, problem.pointer.as_str())).collect();
    assert_eq!(found, [(ProblemKind::LeftAlone, "/Transform"), (ProblemKind::LeftAlone, "/Transform")]);
    let written: Vec<String> = needs
        .template
        .iter()
        .flat_map(|of| {
            of.needs
                .iter()
                .map(|need| format!("{} {} {}", of.resource.logical_id, need.action, need.resource.as_str()))
        })
        .collect();
    assert!(
        written.contains(&"AWS::LanguageExtensions cloudformation:CreateChangeSet arn:aws:cloudformation:us-east-1:aws:transform/LanguageExtensions".to_owned()),
        "{written:#?}"
    );
    assert!(
        written.contains(
            &"Mine lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:*".to_owned()
        ),
        "{written:#?}"
    );
}

#[test]
fn a_parameter_that_stands_in_parameter_store_is_read() {
    let text = r#"{ "Parameters": { "Version": { "Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/q/version" },
      "Plain": { "Type": "String" } }, "Resources": { "It": { "Type": "AWS::SNS::Topic" } } }"#;
    // Beside a role it is the caller who reads it, and the role may.
    for (needs, certainty) in
        [(needs_of(text), Certainty::Conditional), (needs_of_caller(text), Certainty::Required)]
    {
        let [of] = needs.template.as_slice() else { panic!("one: {:?}", needs.template) };
        assert_eq!(of.resource.logical_id, "Version");
        let told = |need: &Need| (need.action.clone(), need.resource.as_str().to_owned(), need.certainty);
        let arn = "arn:aws:ssm:us-east-1:123456789012:parameter/cdk-bootstrap/q/version".to_owned();
        let expected = ("ssm:GetParameters".to_owned(), arn, certainty);
        assert_eq!(of.needs.iter().map(told).collect::<Vec<_>>(), vec![expected; 2]);
    }
}

/// Any JSON, with intrinsic functions and names of properties that the rules look at among it.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "arn:aws:iam::1:role/r",
            "arn:",
            "{{resolve:ssm:",
            "{{resolve:secretsmanager:a::}}",
            "https://s3",
            "https://b.s3.x/y",
            "::",
            "*"
        ])
        .prop_map(Value::from),
    ];
    let key = prop_oneof![
        ".{0,6}",
        prop::sample::select(vec![
            "Ref",
            "Fn::GetAtt",
            "Fn::If",
            "Fn::Join",
            "Fn::Sub",
            "Role",
            "Roles",
            "RoleArn",
            "ServiceToken",
            "TemplateURL",
            "IamInstanceProfile",
            "Tags",
            "Name",
            "Bucket",
            "KmsKeyId",
            "AssumeRolePolicyDocument",
            "Statement",
            "Principal",
            "Service",
            "AWSServiceName",
            "ResourceArn",
            "Code",
            "S3Bucket",
            "VersioningConfiguration",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

const KINDS: [&str; 14] = [
    "AWS::S3::Bucket",
    "AWS::Lambda::Function",
    "AWS::IAM::Role",
    "AWS::IAM::InstanceProfile",
    "AWS::EC2::Instance",
    "AWS::CloudFormation::Stack",
    "Custom::X",
    "AWS::IAM::ServiceLinkedRole",
    "AWS::WAFv2::WebACLAssociation",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ApiGateway::Method",
    "AWS::CodeBuild::Project",
    "AWS::ECS::Service",
    "::",
];

proptest! {
    #[test]
    fn no_properties_make_it_panic(
        kinds in prop::collection::vec(prop::sample::select(KINDS.to_vec()), 1..4),
        properties in prop::collection::vec(any_json(), 3),
    ) {
        let resources: serde_json::Map<String, Value> = kinds
            .iter()
            .zip(&properties)
            .enumerate()
            .map(|(i, (kind, properties))| (format!("R{i}"), json!({ "Type": kind, "Properties": properties })))
            .collect();
        let text = json!({ "Resources": resources }).to_string();
        // Properties that are no object are refused when the template is read.
        if let Ok(template) = Template::read(&text, TemplateForm::Json) {
            let scope = Scope::default();
            let input = StackInput { name: "", file: "", template: &template, scope: &scope, has_tags: true, executor: Executor::Role(Some("${AWS::X}")) };
            let found = needs(&input);
            prop_assert_eq!(found.resources.len(), kinds.len());
            for of in &found.resources {
                for need in &of.needs {
                    prop_assert!(iam_reference::exists(&need.action), "{}", need.action);
                }
            }
        }
    }
}
