//! The bootstrap template: what it changes in the default one, and that it changes nothing else.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what fails"
)]

#[path = "common/golden.rs"]
mod golden;

use std::collections::BTreeMap;

use artifacts::{INLINE_TEMPLATE_LIMIT, Rendered};
use golden::{Golden, fixtures, normalized, reference};
use policies::Target;
use serde_json::{Value, json};
use xtask::{generate, project};

fn rendered(target: &Target) -> Rendered {
    generate::render(target).unwrap().1
}

/// The template as a JSON value.
fn template() -> Value {
    serde_yaml::from_str(rendered(&Target::reference()).template.body()).unwrap()
}

/// The default template as a JSON value.
fn default_template() -> Value {
    serde_json::to_value(project::base_template().unwrap().value()).unwrap()
}

/// A condition that is there, around a value.
fn only_if(golden: &Golden, value: Value) -> Value {
    match &golden.condition {
        Some(condition) => json!({ "Fn::If": [condition, value, { "Ref": "AWS::NoValue" }] }),
        None => value,
    }
}

#[test]
fn each_policy_has_its_document_and_the_recorded_create_only_properties() {
    let template = template();
    for (policy, golden) in fixtures(&reference()) {
        let mut resource = template["Resources"][&golden.logical_id].clone();
        // A string where the documents do not fit as objects.
        if let Some(text) = resource["Properties"]["PolicyDocument"].as_str() {
            resource["Properties"]["PolicyDocument"] = serde_json::from_str(text).unwrap();
        }
        let mut expected = json!({
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "ManagedPolicyName": { "Fn::Sub": golden.managed_policy_name },
                "Description": golden.description,
                "PolicyDocument": golden.policy_document,
            },
        });
        if let Some(condition) = golden.condition {
            expected["Condition"] = json!(condition);
        }
        assert_eq!(normalized(resource), normalized(expected), "{}", policy.name);
    }
}

#[test]
fn the_execution_role_takes_the_policies_unless_others_are_given() {
    let template = template();
    let set = reference();
    let policies: Vec<_> = fixtures(&set)
        .iter()
        .map(|(_, golden)| only_if(golden, json!({ "Ref": golden.logical_id })))
        .collect();
    assert_eq!(
        template["Resources"]["CloudFormationExecutionRole"]["Properties"]["ManagedPolicyArns"],
        json!({ "Fn::If": [
            "HasCloudFormationExecutionPolicies",
            { "Ref": "CloudFormationExecutionPolicies" },
            policies,
        ] })
    );
    assert!(!template.to_string().contains("AdministratorAccess"));
}

#[test]
fn parameters_and_outputs_say_what_the_bundle_is() {
    let template = template();
    let set = reference();
    let fixtures = fixtures(&set);
    assert_eq!(template["Parameters"]["BootstrapVariant"]["Default"], "ABCA: Least-Privilege Bootstrap");
    let compute_types = &template["Parameters"]["ComputeTypes"];
    assert_eq!(compute_types["Type"], "CommaDelimitedList");
    assert_eq!(compute_types["Default"], "agentcore");
    let allowed: Vec<_> = fixtures.iter().filter_map(|(_, golden)| golden.compute_type.as_deref()).collect();
    assert_eq!(compute_types["AllowedValues"], json!(allowed));
    let outputs = &template["Outputs"];
    assert_eq!(outputs["BootstrapPolicyVersion"]["Value"], policies::BOOTSTRAP_VERSION.to_string());
    assert_eq!(outputs["BootstrapPolicyHash"]["Value"], set.hash().to_string());
    let labels: Vec<_> = fixtures.iter().map(|(_, golden)| only_if(golden, json!(golden.label))).collect();
    assert_eq!(outputs["BootstrapPolicySet"]["Value"], json!({ "Fn::Join": [",", labels] }));
}

#[test]
fn everything_else_is_exactly_as_in_the_default_template() {
    let mut restored = template();
    let default = default_template();
    restored["Parameters"].as_object_mut().unwrap().remove("ComputeTypes");
    for (_, golden) in fixtures(&reference()) {
        restored["Resources"].as_object_mut().unwrap().remove(&golden.logical_id);
        if let Some(condition) = golden.condition {
            restored["Conditions"].as_object_mut().unwrap().remove(&condition);
        }
    }
    for output in ["BootstrapPolicyVersion", "BootstrapPolicyHash", "BootstrapPolicySet"] {
        restored["Outputs"].as_object_mut().unwrap().remove(output);
    }
    for place in [
        "/Parameters/BootstrapVariant/Default",
        "/Resources/CloudFormationExecutionRole/Properties/ManagedPolicyArns",
    ] {
        *restored.pointer_mut(place).unwrap() = default.pointer(place).unwrap().clone();
    }
    for section in default.as_object().unwrap().keys() {
        assert_eq!(restored[section], default[section], "{section}");
    }
    assert_eq!(restored, default);
}

#[test]
fn the_body_fits_what_travels_inline_and_the_file_is_header_and_body() {
    let rendered = rendered(&Target::reference());
    let template = &rendered.template;
    assert!(template.body().len() <= INLINE_TEMPLATE_LIMIT, "{} bytes", template.body().len());
    let text = template.text();
    let header = text.strip_suffix(template.body()).unwrap();
    assert!(header.lines().all(|line| line.starts_with('#')), "{header}");
    assert!(!template.body().starts_with('#'));
    for text in [
        "cargo xtask generate",
        "do not edit by hand",
        &reference().hash().to_string(),
        "aws-cdk ",
        "Apache-2.0",
    ] {
        assert!(header.contains(text), "the header does not say `{text}`: {header}");
    }
}

/// How many policy documents in a value state the current version, as a string.
fn count_versions(value: &Value) -> usize {
    match value {
        Value::Object(map) => {
            let own = usize::from(map.get("Version") == Some(&json!("2012-10-17")));
            own + map.values().map(count_versions).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(count_versions).sum(),
        _ => 0,
    }
}

#[test]
fn every_version_of_the_policy_language_is_a_quoted_string() {
    let template = rendered(&Target::reference()).template;
    let versions: Vec<_> = template
        .body()
        .lines()
        .map(str::trim)
        .filter(|line| line.trim_start_matches("- ").starts_with("Version:"))
        .collect();
    let value: Value = serde_yaml::from_str(template.body()).unwrap();
    assert_eq!(versions.len(), count_versions(&value), "{versions:?}");
    for line in versions {
        assert!(line.ends_with("\"2012-10-17\""), "{line}");
    }
}

#[test]
fn another_target_changes_the_defaults_and_every_arn() {
    let target = Target::new("shop-prod", "shop1", "aws-cn", ["agentcore", "ecs"]).unwrap();
    let rendered = rendered(&target);
    let template: Value = serde_yaml::from_str(rendered.template.body()).unwrap();
    assert_eq!(template["Parameters"]["Qualifier"]["Default"], "shop1");
    assert_eq!(template["Parameters"]["ComputeTypes"]["Default"], "agentcore,ecs");
    for artifact in &rendered.artifacts {
        for old in ["hnb659fds", "backgroundagent", "arn:aws:"] {
            let found = artifact.contents.lines().find(|line| line.contains(old));
            assert_eq!(found, None, "`{old}` in {}", artifact.location);
        }
    }
}

/// What the condition comes to for a value of `ComputeTypes`, by CloudFormation's rules for these functions.
fn holds(condition: &Value, compute_types: &[&str]) -> bool {
    fn eval(value: &Value, list: &[&str]) -> Value {
        let Some((function, argument)) = value.as_object().and_then(|map| map.iter().next()) else {
            return value.clone();
        };
        let items = |value: &Value| -> Vec<Value> {
            match eval(value, list) {
                Value::Array(items) => items.iter().map(|item| eval(item, list)).collect(),
                other => panic!("no list: {other}"),
            }
        };
        let strings = |value: &Value| -> Vec<String> {
            items(value).iter().map(|item| item.as_str().expect("a string").to_owned()).collect()
        };
        let argument_text = |i: usize| eval(&argument[i], list).as_str().expect("a string").to_owned();
        match function.as_str() {
            "Ref" => json!(list),
            "Fn::Join" => json!(strings(&argument[1]).join(&argument_text(0))),
            "Fn::Split" => json!(argument_text(1).split(&argument_text(0)).collect::<Vec<_>>()),
            "Fn::Select" => {
                items(&argument[1])[usize::try_from(argument[0].as_u64().unwrap()).unwrap()].clone()
            }
            "Fn::Equals" => json!(eval(&argument[0], list) == eval(&argument[1], list)),
            "Fn::Not" => json!(!eval(&argument[0], list).as_bool().unwrap()),
            other => panic!("the test knows no `{other}`"),
        }
    }
    eval(condition, compute_types).as_bool().unwrap()
}

#[test]
fn ecs_is_included_by_itself_and_by_nothing_that_contains_it() {
    let condition = &template()["Conditions"]["IncludeComputeEcs"];
    let table = BTreeMap::from([
        (vec!["agentcore"], false),
        (vec!["ecs"], true),
        (vec!["agentcore", "ecs"], true),
        (vec!["ecs", "agentcore"], true),
        (vec!["noecs"], false),
        (vec!["specs", "agentcore"], false),
        (vec!["x-e", "cs"], false),
        (vec!["ECS"], false),
        (vec![""], false),
    ]);
    for (compute_types, expected) in table {
        assert_eq!(holds(condition, &compute_types), expected, "{compute_types:?}");
    }
}
