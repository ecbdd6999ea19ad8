//! A policy with a compute type of its own needs nothing but itself: parameter, condition, resource, attachment,
//! output, file and docs row follow.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

use artifacts::{Location, Page, render};
use iam::Applies;
use serde_json::{Value, json};

mod common;

use common::{BASE, base, bundle, compute_type, policy};

#[test]
fn everything_follows_from_one_more_policy_in_the_list() {
    let bundle = bundle(vec![
        policy("Core", "s3:GetObject", Applies::Always),
        policy("Compute-Plain", "ec2:RunInstances", Applies::Default(compute_type("plain"))),
        policy("Compute-Micro-Vm", "lambda:InvokeFunction", Applies::When(compute_type("micro-vm"))),
    ]);
    let docs = "{% for p in policies %}| {{ p.name }} | {{ p.applies }} | {{ p.size }} |\n{% endfor %}";
    let rendered = render(&bundle, &base(BASE), docs).unwrap();
    let template: Value = serde_yaml::from_str(rendered.template.body()).unwrap();

    assert_eq!(template["Parameters"]["ComputeTypes"]["AllowedValues"], json!(["plain", "micro-vm"]));
    assert_eq!(template["Parameters"]["ComputeTypes"]["Default"], "plain");
    assert!(template["Conditions"]["IncludeComputeMicroVm"].is_object());
    assert_eq!(template["Conditions"].as_object().unwrap().len(), 2, "the default policy needs no condition");
    assert_eq!(template["Resources"]["SmallComputeMicroVm"]["Condition"], "IncludeComputeMicroVm");
    assert_eq!(template["Resources"]["SmallComputePlain"].get("Condition"), None);
    let only_if =
        |value: Value| json!({ "Fn::If": ["IncludeComputeMicroVm", value, { "Ref": "AWS::NoValue" }] });
    assert_eq!(
        template["Resources"]["CloudFormationExecutionRole"]["Properties"]["ManagedPolicyArns"]["Fn::If"][2],
        json!([{ "Ref": "SmallCore" }, { "Ref": "SmallComputePlain" }, only_if(json!({ "Ref": "SmallComputeMicroVm" }))])
    );
    assert_eq!(
        template["Outputs"]["BootstrapPolicySet"]["Value"]["Fn::Join"][1],
        json!(["Core", "Compute-Plain", only_if(json!("Compute-Micro-Vm"))])
    );

    let contents = |location: Location| {
        let found = rendered.artifacts.iter().find(|artifact| artifact.location == location);
        found.unwrap_or_else(|| panic!("no {location}")).contents.as_str()
    };
    let file = contents(Location::Bootstrap("policies/compute-micro-vm.json".to_owned()));
    assert!(file.contains("lambda:InvokeFunction"), "{file}");
    insta::assert_snapshot!(contents(Location::Page(Page::DeploymentRoles)), @"
    | Small-Core | Always | 109 |
    | Small-Compute-Plain | Always (`plain` is the default compute backend) | 121 |
    | Small-Compute-Micro-Vm | Only when `micro-vm` is in `ComputeTypes` | 128 |
    ");
}

#[test]
fn a_set_without_compute_types_has_no_such_parameter() {
    let mut bundle = bundle(vec![policy("Core", "s3:GetObject", Applies::Always)]);
    bundle.compute_types.clear();
    let template = artifacts::Template::new(&bundle, &base(BASE)).unwrap();
    assert!(!template.body().contains("ComputeTypes"), "{}", template.body());
}
