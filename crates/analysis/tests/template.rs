//! Templates: what is read of them, and what their intrinsic functions are.
#![expect(clippy::panic, reason = "a test stops at what fails")]

use std::collections::BTreeMap;

use analysis::{Hole, Reduced, ReducedValue, Resource, Scope, Template, TemplateForm, Text};
use proptest::prelude::*;

fn yaml(text: &str) -> Template {
    Template::read(text, TemplateForm::Yaml).unwrap_or_else(|errors| panic!("{errors}"))
}

/// What everything is tried in.
const TEMPLATE: &str = r"
Parameters:
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
  Ami: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /ami}
  Open: {Type: String}
Mappings:
  Sizes: {us-east-1: {dev: small, list: [x, y]}, eu-west-1: {dev: tiny}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsOpen: !Equals [!Ref Open, 'yes']
  Same: !Equals [!Ref Open, !Ref Open]
  NotProd: !Not [!Condition IsProd]
  Either: !Or [!Condition IsOpen, !Condition NotProd]
  Both: !And [!Condition IsOpen, !Condition IsProd]
  Round: !Not [!Condition Around]
  Around: !Not [!Condition Round]
  HasNames: !Not [!Equals ['', !Join ['', !Ref Names]]]
Resources:
  Bucket: {Type: 'AWS::S3::Bucket'}
";

fn scope(template: &Template) -> Scope {
    let scope = Scope::of_environment(Some("123456789012"), Some("us-east-1"));
    let scope = Scope { stack_name: Some("app".to_owned()), ..scope };
    scope.with_parameters(template, &BTreeMap::new())
}

/// A value of the template, read in its place.
fn reduce(value: &str, is_known: bool) -> Option<Reduced> {
    let template =
        yaml(&format!("{TEMPLATE}  It:\n    Type: Custom::It\n    Properties: {{Value: {value}}}\n"));
    let scope = if is_known { scope(&template) } else { Scope::default() };
    let it = template.resource("It").unwrap_or_else(|| panic!("no resource"));
    template.properties(it, &scope).get("Value").cloned()
}

fn show(value: Option<&Reduced>) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    match &value.value {
        ReducedValue::List(items) => {
            format!("[{}]", items.iter().map(|item| show(Some(item))).collect::<Vec<_>>().join(", "))
        }
        ReducedValue::Map(entries) => {
            let entries = entries.iter().map(|entry| format!("{}: {}", entry.key, show(Some(&entry.value))));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        ReducedValue::Unknown(why) => format!("? {why}"),
        _ => value.to_text().unwrap_or_default().to_pattern(Hole::to_sub),
    }
}

#[test]
fn functions_are_what_they_become() {
    // The value, what it is when nothing is known, and what it is in an environment.
    let table = [
        ("text", "text", "text"),
        ("8080", "8080", "8080"),
        ("!Ref AWS::Region", "${AWS::Region}", "us-east-1"),
        ("!Ref AWS::NoValue", "nothing", "nothing"),
        ("[a, !Ref AWS::NoValue, b]", "[a, b]", "[a, b]"),
        ("!Ref Env", "${Env}", "dev"),
        ("!Ref Open", "${Open}", "${Open}"),
        ("!Ref Ami", "${Ami}", "${Ami}"),
        ("!Ref Names", "? the parameter `Names` is a list without a known value", "[a, b]"),
        ("!Ref Bucket", "${Bucket}", "${Bucket}"),
        ("!Ref Nobody", "${…}", "${…}"),
        ("!GetAtt Bucket.Arn", "${Bucket.Arn}", "${Bucket.Arn}"),
        ("{'Fn::GetAtt': [Bucket, !Ref Env]}", "${…}", "${Bucket.dev}"),
        ("!Join ['-', [a, !Ref Env, 1]]", "a-${Env}-1", "a-dev-1"),
        ("!Join [',', !Ref Names]", "${…}", "a,b"),
        (
            "!Sub '${AWS::Partition}/${Bucket}/${Bucket.Arn}/${!Literal}/${'",
            "${AWS::Partition}/${Bucket}/${Bucket.Arn}/${Literal}/${",
            "aws/${Bucket}/${Bucket.Arn}/${Literal}/${",
        ),
        ("!Sub ['${own}-${Env}', {own: !Ref 'AWS::StackName'}]", "${AWS::StackName}-${Env}", "app-dev"),
        ("!Select [1, [a, b, c]]", "b", "b"),
        ("!Select ['1', !Ref Names]", "${…}", "b"),
        ("!Select [5, [a]]", "${…}", "${…}"),
        ("!Select [1, [!If [IsOpen, a, !Ref 'AWS::NoValue'], b]]", "${…}", "${…}"),
        ("!Split [',', 'a,b']", "[a, b]", "[a, b]"),
        ("!Split [':', !Sub 'x:${AWS::Region}:y']", "[x, ${AWS::Region}, y]", "[x, us-east-1, y]"),
        (
            "!Split ['-', !Ref 'AWS::Region']",
            "? `Fn::Split` splits a text that is known only at the deployment",
            "[us, east, 1]",
        ),
        ("!Select [5, !Split [':', !GetAtt Bucket.Arn]]", "${…}", "${…}"),
        (
            "!FindInMap [Sizes, !Ref 'AWS::Region', !Ref Env]",
            "? `Fn::FindInMap` has a key that is known only at the deployment",
            "small",
        ),
        ("!FindInMap [Sizes, us-east-1, list]", "[x, y]", "[x, y]"),
        ("!FindInMap [Sizes, us-east-1, none, {DefaultValue: d}]", "d", "d"),
        (
            "!FindInMap [Sizes, us-east-1, none]",
            "? no mapping has `Sizes`, `us-east-1`, `none`",
            "? no mapping has `Sizes`, `us-east-1`, `none`",
        ),
        ("!If [IsProd, a, b]", "? `Fn::If` has two values, by the condition `IsProd`", "b"),
        ("!If [IsProd, {a: [1]}, {a: [1]}]", "{a: [1]}", "{a: [1]}"),
        (
            "{a: !If [IsProd, b, !Ref 'AWS::NoValue']}",
            "{a: ? `Fn::If` has two values, by the condition `IsProd`}",
            "{}",
        ),
        ("!ImportValue {'Fn::Sub': '${Env}-x'}", "${Fn::ImportValue ${Env}-x}", "${Fn::ImportValue dev-x}"),
        ("!Base64 x", "${…}", "${…}"),
        (
            "!GetAZs ''",
            "? `Fn::GetAZs` is evaluated only at the deployment",
            "? `Fn::GetAZs` is evaluated only at the deployment",
        ),
        (
            "{a: 1, 'Fn::Transform': {}}",
            "? `Fn::Transform` changes what is beside it",
            "? `Fn::Transform` changes what is beside it",
        ),
        ("{'Fn::Length': !Ref Names}", "${…}", "2"),
        (
            "{'Fn::ToJsonString': {a: [!Ref Env, 1, 'q\"']}}",
            r#"{"a":["${Env}",1,"q\""]}"#,
            r#"{"a":["dev",1,"q\""]}"#,
        ),
        ("'x{{resolve:ssm:/a:1}}y'", "x{{resolve:ssm:/a:1}}y", "x{{resolve:ssm:/a:1}}y"),
    ];
    for (value, unknown, known) in table {
        assert_eq!(show(reduce(value, false).as_ref()), unknown, "{value}, with nothing known");
        assert_eq!(show(reduce(value, true).as_ref()), known, "{value}, in an environment");
    }
}

#[test]
fn a_dynamic_reference_is_a_hole_even_in_pieces() {
    let value = reduce("!Join ['', ['{{resolve:secretsmanager:', !Ref Bucket, '::key}}', z]]", false);
    let text = value.and_then(|value| value.to_text()).unwrap_or_default();
    let inner = Text::literal("resolve:secretsmanager:");
    assert!(
        matches!(text.holes().next(), Some(Hole::DynamicReference(it)) if it.prefix() == inner.prefix()),
        "{text:?}"
    );
    assert_eq!(text.pieces().len(), 2, "{text:?}");
}

#[test]
fn conditions_hold_as_far_as_parameters_are_known() {
    let template = yaml(TEMPLATE);
    let prod = BTreeMap::from([("Env".to_owned(), "prod".to_owned()), ("Open".to_owned(), "yes".to_owned())]);
    let table = [
        ("IsProd", None, Some(false), Some(true)),
        ("IsOpen", None, None, Some(true)),
        ("Same", Some(true), Some(true), Some(true)),
        ("NotProd", None, Some(true), Some(false)),
        ("Either", None, Some(true), Some(true)),
        ("Both", None, Some(false), Some(true)),
        ("HasNames", None, Some(true), Some(true)),
        ("Round", None, None, None),
        ("Nobody", None, None, None),
    ];
    for (name, unknown, by_default, given) in table {
        assert_eq!(template.condition(name, &Scope::default()), unknown, "{name}, with nothing known");
        assert_eq!(template.condition(name, &scope(&template)), by_default, "{name}, by default");
        let scope = Scope::default().with_parameters(&template, &prod);
        assert_eq!(template.condition(name, &scope), given, "{name}, with parameters");
    }
}

#[test]
fn resources_keep_their_order_and_attributes() {
    let template = yaml(
        "Transform: [AWS::LanguageExtensions, {Name: 'AWS::Include'}]
Resources:
  Z:
    Type: AWS::SQS::Queue
    Condition: C
    DependsOn: A
    DeletionPolicy: Retain
    Metadata: {aws:cdk:path: app/Z/Resource}
  'Fn::ForEach::Loop': [X, [a], {}]
  A: {Type: 'AWS::SNS::Topic', DependsOn: [Z, B], Properties: {TopicName: t}}
",
    );
    let ids: Vec<&str> = template.resources().iter().map(|resource| resource.logical_id.as_str()).collect();
    assert_eq!(ids, ["Z", "A"]);
    let expected = Resource {
        logical_id: "Z".to_owned(),
        kind: "AWS::SQS::Queue".to_owned(),
        line: 3,
        properties: None,
        condition: Some("C".to_owned()),
        depends_on: vec!["A".to_owned()],
        deletion_policy: Some("Retain".to_owned()),
        update_replace_policy: None,
        cdk_path: Some("app/Z/Resource".to_owned()),
    };
    assert_eq!(template.resource("Z"), Some(&expected));
    assert_eq!(template.resource("A").map(|a| a.depends_on.clone()), Some(vec!["Z".into(), "B".into()]));
    assert_eq!(template.transforms(), ["AWS::LanguageExtensions", "AWS::Include"]);
    assert_eq!(template.left_alone().len(), 1, "the loop is left alone");
    let topic = template.resource("A").map(|a| a.properties_pointer().join("TopicName"));
    assert_eq!(topic.map(|at| at.to_string()), Some("/Resources/A/Properties/TopicName".to_owned()));
}

#[test]
fn everything_wrong_with_a_template_is_said_at_once() {
    let text = r#"{
  "Parameters": {"P": {"Default": "x"}, "Q": 1},
  "Conditions": [],
  "Resources": {
    "A": {"Properties": {}},
    "B": 7,
    "C": {"Type": 5},
    "D": {"Type": "T", "Properties": [], "DependsOn": ["A", 1], "Condition": {}},
    "A": {"Type": "T"}
  }
}"#;
    let errors = Template::read(text, TemplateForm::Json).map(|_| ()).unwrap_err();
    insta::assert_snapshot!(errors, @"
    line 2: at `/Parameters/P`: the parameter `P` has no `Type`, such as `String`
    line 2: at `/Parameters/Q`: the parameter `Q` is an object, not a number
    line 3: at `/Conditions`: `Conditions` is an object, not a list
    line 9: at `/Resources/A`: `A` stands twice, in line 5 too
    line 5: at `/Resources/A`: the resource `A` has no `Type`, such as `AWS::S3::Bucket`
    line 6: at `/Resources/B`: the resource `B` is an object, not a number
    line 7: at `/Resources/C/Type`: expected a string, not a number
    line 8: at `/Resources/D/Properties`: `Properties` is an object, not a list
    line 8: at `/Resources/D/Condition`: expected a string, not an object
    line 8: at `/Resources/D/DependsOn/1`: expected a string, not a number
    ");
    for text in ["[]", "{}", "3", "{\"Resources\": {", "Resources", ""] {
        let form = TemplateForm::detect(text);
        assert!(Template::read(text, form).is_err(), "`{text}` is no template");
    }
    assert_eq!(TemplateForm::detect(" \n{}"), TemplateForm::Json);
    assert_eq!(TemplateForm::detect("Resources:"), TemplateForm::Yaml);
}

#[test]
fn a_region_tells_partition_and_domain() {
    let table = [
        ("us-east-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
    ];
    for (region, partition, suffix) in table {
        let scope = Scope::of_environment(None, Some(region));
        assert_eq!(scope.partition.as_deref(), Some(partition), "{region}");
        assert_eq!(scope.url_suffix.as_deref(), Some(suffix), "{region}");
    }
    assert_eq!(Scope::of_environment(Some("123456789012"), None).partition, None);
}

/// Values in which functions stand in each other, right and wrong.
fn any_value() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "!Ref Env",
        "!Ref Names",
        "!Ref AWS::NoValue",
        "!GetAtt Bucket.Arn",
        "1",
        "IsProd",
        "':'",
        "Sizes",
        "'{{resolve:ssm:x}}'",
        "'a:b'",
        "'${Env}-${Bucket.Arn}'",
        "[]",
        "{}",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 4, |inner| {
        let name = prop::sample::select(vec![
            "If",
            "Join",
            "Sub",
            "Select",
            "Split",
            "FindInMap",
            "GetAtt",
            "ImportValue",
            "Length",
            "ToJsonString",
            "Base64",
            "Other",
        ]);
        let list = prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(", ")));
        (name, list).prop_map(|(name, list)| format!("{{'Fn::{name}': {list}}}"))
    })
}

proptest! {
    #[test]
    fn no_function_makes_it_panic(value in any_value(), is_known: bool) {
        let _ = reduce(&value, is_known);
    }

    #[test]
    fn filling_a_text_twice_is_filling_it_once(value in any_value()) {
        let template = yaml(TEMPLATE);
        let scope = scope(&template);
        if let Some(text) = reduce(&value, false).and_then(|value| value.to_text()) {
            let once = text.fill(&scope);
            prop_assert_eq!(once.fill(&scope), once);
        }
    }
}
