//! The ARNs of a template's resources, by the patterns of the service reference.

use std::collections::{BTreeMap, BTreeSet};

use iam_reference::{PermissionKind, Phase, ResourceType, Service, cloudformation_type, lookup, service};

use super::{Hole, Resource, Template, Text};

/// Where the resource type of IAM has another name than that of CloudFormation, or is none.
///
/// From each type's page, "Return values":
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html>
const EXCEPTIONS: [(&str, Option<(&str, &str)>); 23] = [
    ("AWS::CloudWatch::CompositeAlarm", Some(("cloudwatch", "alarm"))),
    // Some types have no handlers that would tell.
    ("AWS::CodeBuild::Project", Some(("codebuild", "project"))),
    ("AWS::DocDB::DBCluster", Some(("rds", "cluster"))),
    ("AWS::DocDB::DBInstance", Some(("rds", "db"))),
    ("AWS::Elasticsearch::Domain", Some(("es", "domain"))),
    // It makes a table, of version 2019.11.21 of global tables.
    ("AWS::DynamoDB::GlobalTable", Some(("dynamodb", "table"))),
    ("AWS::EC2::EIP", Some(("ec2", "elastic-ip"))),
    ("AWS::EC2::FlowLog", Some(("ec2", "vpc-flow-log"))),
    // Application, network and gateway load balancers and their listeners have ARNs of their own.
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", None),
    ("AWS::ElasticLoadBalancingV2::Listener", None),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", None),
    // A rule of another event bus has the bus between `rule/` and its name, which `rule/*` covers.
    ("AWS::Events::Rule", Some(("events", "rule-on-default-event-bus"))),
    ("AWS::IAM::ManagedPolicy", Some(("iam", "policy"))),
    // An inline policy has no ARN.
    ("AWS::IAM::Policy", None),
    ("AWS::Lambda::Alias", Some(("lambda", "function alias"))),
    ("AWS::Lambda::Version", Some(("lambda", "function version"))),
    ("AWS::RDS::DBCluster", Some(("rds", "cluster"))),
    ("AWS::RDS::DBClusterParameterGroup", Some(("rds", "cluster-pg"))),
    ("AWS::RDS::DBInstance", Some(("rds", "db"))),
    ("AWS::RDS::DBParameterGroup", Some(("rds", "pg"))),
    ("AWS::RDS::DBSubnetGroup", Some(("rds", "subgrp"))),
    ("AWS::RDS::OptionGroup", Some(("rds", "og"))),
    (
        "AWS::Route53Resolver::ResolverQueryLoggingConfig",
        Some(("route53resolver", "resolver-query-log-config")),
    ),
];

/// The resource types whose `Ref` is their ARN. From each type's page, "Return values".
const REF_IS_ARN: [&str; 17] = [
    "AWS::BedrockAgentCore::Memory",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudFormation::Stack",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::IAM::ManagedPolicy",
    "AWS::Lambda::Alias",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Version",
    "AWS::S3::AccessGrant",
    "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret",
    "AWS::StepFunctions::Activity",
    "AWS::StepFunctions::StateMachine",
];

/// The resource type of IAM that a resource type of CloudFormation makes, when the reference has one of its
/// name in a service that its handlers call.
pub(super) fn resource_type_of(kind: &str) -> Option<(&'static Service, ResourceType)> {
    if let Some((_, exception)) = EXCEPTIONS.iter().find(|(exception, _)| *exception == kind) {
        let (prefix, name) = (*exception)?;
        return Some((service(prefix)?, service(prefix)?.resource_type(name)?));
    }
    let name = kind.rsplit("::").next()?;
    let handlers = cloudformation_type(kind)?;
    // The service of an action such as `CreateTable` comes before those that its handler calls as well.
    let mut other = None;
    for phase in [Phase::Create, Phase::Delete, Phase::Update] {
        for permission in handlers.permissions(phase) {
            if permission.kind() != PermissionKind::Known {
                continue;
            }
            let Some(action) = lookup(permission.as_str()) else { continue };
            let Some(service) = service(action.service_prefix()) else { continue };
            let same = |resource_type: &ResourceType| is_same_name(resource_type.name(), name);
            let Some(found) = service.resource_types().find(same) else { continue };
            if letters(action.name()).collect::<String>().contains(&letters(name).collect::<String>()) {
                return Some((service, found));
            }
            other = other.or(Some((service, found)));
        }
    }
    other
}

/// The ARNs of a template's resources by what refers to them.
pub(super) struct Arns<'t> {
    template: &'t Template,
    /// The resource types of IAM by those of CloudFormation, for the types that the template has.
    types: BTreeMap<&'t str, (&'static Service, ResourceType)>,
}

impl<'t> Arns<'t> {
    pub(super) fn new(template: &'t Template) -> Self {
        let mut types = BTreeMap::new();
        let kinds: BTreeSet<&str> =
            template.resources().iter().map(|resource| resource.kind.as_str()).collect();
        for kind in kinds {
            types.extend(resource_type_of(kind).map(|found| (kind, found)));
        }
        Self { template, types }
    }

    /// The resource type of IAM that resources of a type of the template are.
    pub(super) fn type_of(&self, kind: &str) -> Option<ResourceType> {
        self.types.get(kind).map(|found| found.1)
    }

    /// The form of the ARN that an attribute is, when it has one.
    pub(super) fn form_of_attribute(&self, resource: &Resource, attribute: &str) -> Option<&'static str> {
        let mut patterns = self.type_of_attribute(resource, attribute)?.arn_patterns();
        patterns.next().filter(|_| patterns.len() == 0)
    }

    /// The ARN that a hole is, with names as holes: by `Fn::GetAtt` of `Arn` and the like, or by `Ref` where
    /// that is one. Only where the service reference has one form for it.
    pub(super) fn arn_of(&self, hole: &Hole) -> Option<Text> {
        let (logical_id, pattern, end) = match hole {
            Hole::Attribute { logical_id, attribute } => {
                let resource = self.template.resource(logical_id)?;
                let pattern = self.form_of_attribute(resource, attribute)?;
                (logical_id, pattern, arn_ends_with(&resource.kind, attribute))
            }
            Hole::Ref(logical_id) => {
                let kind = self.template.resource(logical_id)?.kind.as_str();
                let mut patterns = self.type_of(kind).filter(|_| ref_is_arn(kind))?.arn_patterns();
                (logical_id, patterns.next().filter(|_| patterns.len() == 0)?, "")
            }
            _ => return None,
        };
        let arn = fill_pattern(pattern, |_| Text::hole(Hole::Ref(logical_id.clone())));
        Some(Text::join(&Text::default(), [arn, Text::literal(end)]))
    }

    /// The resource type whose ARN an attribute is: the resource's own for `Arn` or the `MemoryArn` of a memory,
    /// another one of its service for the `StreamArn` of a table.
    fn type_of_attribute(&self, resource: &Resource, attribute: &str) -> Option<ResourceType> {
        let (service, own) = self.types.get(resource.kind.as_str())?;
        if is_own_arn(&resource.kind, attribute) {
            return Some(*own);
        }
        let (of, arn) = attribute.split_at_checked(attribute.len().checked_sub(3)?)?;
        let is_arn = arn.eq_ignore_ascii_case("arn");
        service.resource_types().find(|other| is_arn && is_same_name(other.name(), of))
    }
}

/// Whether `Ref` of a resource type is its ARN.
pub(super) fn ref_is_arn(kind: &str) -> bool {
    REF_IS_ARN.contains(&kind)
}

/// Whether an attribute is the ARN of the resource itself: `Arn`, or the `MemoryArn` of a memory.
pub(super) fn is_own_arn(kind: &str, attribute: &str) -> bool {
    let name = kind.rsplit("::").next().unwrap_or_default().to_ascii_lowercase();
    let attribute = attribute.to_ascii_lowercase();
    let Some(of) = attribute.strip_suffix("arn") else { return false };
    // `FunctionArn` of a version is that of the version.
    of.is_empty() || of.ends_with(&name) || kind == "AWS::Lambda::Version"
}

/// What an attribute has behind the ARN: a log group's ends with `:*`, as its streams' ARNs begin.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-loggroup.html>
pub(super) fn arn_ends_with(kind: &str, attribute: &str) -> &'static str {
    if kind == "AWS::Logs::LogGroup" && attribute == "Arn" { ":*" } else { "" }
}

/// A pattern of the service reference as a text; `variable` says what its own variables are.
pub(super) fn fill_pattern(pattern: &str, variable: impl Fn(&str) -> Text) -> Text {
    let (mut texts, mut rest) = (Vec::new(), pattern);
    while let Some((before, after)) = rest.split_once("${") {
        texts.push(Text::literal(before));
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        texts.push(match name {
            "Partition" => Text::hole(Hole::Partition),
            "Region" => Text::hole(Hole::Region),
            "Account" | "AccountId" => Text::hole(Hole::Account),
            name => variable(name),
        });
        rest = after;
    }
    texts.push(Text::literal(rest));
    Text::join(&Text::default(), texts)
}

/// The variables of a pattern, without those that every service has.
pub(super) fn variables(pattern: &str) -> impl Iterator<Item = &str> {
    let names = pattern.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    names.map(|(name, _)| name).filter(|name| !["Partition", "Region", "Account", "AccountId"].contains(name))
}

/// Whether two patterns differ in the names of their variables only.
pub(super) fn is_same_form(pattern: &str, other: &str) -> bool {
    let (mut one, mut two) = (pattern.bytes(), other.bytes());
    loop {
        match (one.next(), two.next()) {
            (None, None) => return true,
            (Some(b'$'), Some(b'$')) => {
                // To the end of the variable.
                for rest in [&mut one, &mut two] {
                    rest.find(|byte| *byte == b'}');
                }
            }
            (a, b) if a == b => {}
            _ => return false,
        }
    }
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase())
}

/// Whether two names are the same but for case and what stands between words: `LogGroup`, `log-group`.
fn is_same_name(name: &str, other: &str) -> bool {
    letters(name).eq(letters(other))
}
