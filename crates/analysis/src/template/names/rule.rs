//! Which property is the name of a resource, and what CloudFormation calls one without.

/// How a resource type has its name.
pub(super) struct NameRule {
    /// The resource type of CloudFormation.
    pub(super) kind: &'static str,
    /// The variable of its ARN pattern in the service reference.
    pub(super) variable: &'static str,
    /// The property that is the name.
    pub(super) property: &'static str,
    /// What the property becomes in the ARN.
    pub(super) given: Given,
    /// What is made up without it.
    pub(super) generated: Generated,
}

/// What a given name becomes in an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Itself.
    Name,
    /// Itself in lower case.
    Lower,
    /// Itself behind the path of the property `Path`.
    BehindPath,
    /// Itself without what it begins with.
    Without(&'static str),
    /// Itself and what AWS adds in the ARN.
    And(&'static str),
    /// Itself and what AWS adds, to make the id that the resource is called by.
    Id(&'static str),
}

/// What a resource without a given name is called. The 12 random characters at the end are `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generated {
    /// `<stack>-<logical id>-<random>`, with that many characters at most.
    WithStack(usize),
    /// The same in lower case.
    Lower(usize),
    /// `<logical id>-<random>`, with that many characters at most.
    WithoutStack(usize),
    /// `CFN-<logical id>-<random>`.
    Cfn,
    /// `<the parent stack>-<logical id>-<random>`.
    NestedStack,
    /// It begins with that many characters of the stack's name; what follows is not known well enough.
    StackStart(usize),
    /// It begins with the logical id.
    LogicalId,
    /// It must be given, or what AWS makes up says nothing.
    Any,
}

const fn rule(
    kind: &'static str,
    variable: &'static str,
    property: &'static str,
    given: Given,
    generated: Generated,
) -> NameRule {
    NameRule { kind, variable, property, given, generated }
}

/// The rule for a resource type.
pub(super) fn name_rule(kind: &str) -> Option<&'static NameRule> {
    NAMES.iter().find(|rule| rule.kind == kind)
}

/// The types whose names are known, by services.
///
/// `handler`: the type's handler in github.com/aws-cloudformation calls `IdentifierUtils` of the
/// `cloudformation-cli-java-plugin` with that length. `seen`: names of deployed resources have this form.
/// `page`: the type's page in the CloudFormation template reference says so. `alike`: as the types of the same
/// family do, without a better source.
const NAMES: &[NameRule] = &[
    // BedrockAgentCore: an id is the given name and ten characters (page).
    rule("AWS::BedrockAgentCore::Memory", "MemoryId", "Name", Given::Id("-*"), Generated::Any),
    rule("AWS::BedrockAgentCore::Runtime", "RuntimeId", "AgentRuntimeName", Given::Id("-*"), Generated::Any),
    // CloudFormation, seen: the engine itself names nested stacks.
    rule("AWS::CloudFormation::Stack", "StackName", "StackName", Given::Name, Generated::NestedStack),
    // CloudWatch, alike.
    rule("AWS::CloudWatch::Alarm", "AlarmName", "AlarmName", Given::Name, Generated::WithStack(255)),
    rule("AWS::CloudWatch::CompositeAlarm", "AlarmName", "AlarmName", Given::Name, Generated::WithStack(255)),
    // DocumentDB, as RDS.
    rule(
        "AWS::DocDB::DBCluster",
        "DbClusterInstanceName",
        "DBClusterIdentifier",
        Given::Lower,
        Generated::Lower(63),
    ),
    rule(
        "AWS::DocDB::DBInstance",
        "DbInstanceName",
        "DBInstanceIdentifier",
        Given::Lower,
        Generated::Lower(63),
    ),
    // DynamoDB, seen.
    rule("AWS::DynamoDB::GlobalTable", "TableName", "TableName", Given::Name, Generated::WithStack(255)),
    rule("AWS::DynamoDB::Table", "TableName", "TableName", Given::Name, Generated::WithStack(255)),
    // EC2: a key pair is the one thing there that is called by its name.
    rule("AWS::EC2::KeyPair", "KeyPairName", "KeyName", Given::Name, Generated::Any),
    // ECR, handler.
    rule("AWS::ECR::Repository", "RepositoryName", "RepositoryName", Given::Name, Generated::Lower(256)),
    // ECS, alike.
    rule("AWS::ECS::Cluster", "ClusterName", "ClusterName", Given::Name, Generated::WithStack(255)),
    rule("AWS::ECS::Service", "ServiceName", "ServiceName", Given::Name, Generated::WithStack(255)),
    rule(
        "AWS::ECS::TaskDefinition",
        "TaskDefinitionFamilyName",
        "Family",
        Given::Name,
        Generated::WithStack(255),
    ),
    // Elastic Load Balancing, seen: five or six characters of the stack's name, then some of the logical id.
    rule(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "LoadBalancerName",
        "Name",
        Given::Name,
        Generated::StackStart(5),
    ),
    rule(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "TargetGroupName",
        "Name",
        Given::Name,
        Generated::StackStart(5),
    ),
    // EventBridge, handler.
    rule(
        "AWS::Events::ApiDestination",
        "ApiDestinationName",
        "Name",
        Given::Name,
        Generated::WithoutStack(64),
    ),
    rule("AWS::Events::Connection", "ConnectionName", "Name", Given::Name, Generated::WithoutStack(64)),
    rule("AWS::Events::EventBus", "EventBusName", "Name", Given::Name, Generated::Any),
    rule("AWS::Events::Rule", "RuleName", "Name", Given::Name, Generated::WithStack(64)),
    // IAM, seen; groups and managed policies alike.
    rule("AWS::IAM::Group", "GroupNameWithPath", "GroupName", Given::BehindPath, Generated::WithStack(128)),
    rule(
        "AWS::IAM::InstanceProfile",
        "InstanceProfileNameWithPath",
        "InstanceProfileName",
        Given::BehindPath,
        Generated::WithStack(128),
    ),
    rule(
        "AWS::IAM::ManagedPolicy",
        "PolicyNameWithPath",
        "ManagedPolicyName",
        Given::BehindPath,
        Generated::WithStack(128),
    ),
    rule("AWS::IAM::Role", "RoleNameWithPath", "RoleName", Given::BehindPath, Generated::WithStack(64)),
    rule("AWS::IAM::User", "UserNameWithPath", "UserName", Given::BehindPath, Generated::WithStack(64)),
    // KMS: the pattern has what the name begins with already.
    rule("AWS::KMS::Alias", "Alias", "AliasName", Given::Without("alias/"), Generated::Any),
    // Kinesis and Data Firehose, alike.
    rule("AWS::Kinesis::Stream", "StreamName", "Name", Given::Name, Generated::WithStack(128)),
    rule(
        "AWS::KinesisFirehose::DeliveryStream",
        "DeliveryStreamName",
        "DeliveryStreamName",
        Given::Name,
        Generated::WithStack(64),
    ),
    // Lambda, seen; layers are named by the logical id (page).
    rule("AWS::Lambda::Alias", "Alias", "Name", Given::Name, Generated::Any),
    rule("AWS::Lambda::Function", "FunctionName", "FunctionName", Given::Name, Generated::WithStack(64)),
    rule("AWS::Lambda::LayerVersion", "LayerName", "LayerName", Given::Name, Generated::LogicalId),
    // Logs, handler.
    rule("AWS::Logs::LogGroup", "LogGroupName", "LogGroupName", Given::Name, Generated::WithStack(512)),
    rule("AWS::Logs::LogStream", "LogStreamName", "LogStreamName", Given::Name, Generated::WithStack(512)),
    // RDS, handler: identifiers are in lower case.
    rule(
        "AWS::RDS::DBCluster",
        "DbClusterInstanceName",
        "DBClusterIdentifier",
        Given::Lower,
        Generated::Lower(63),
    ),
    rule(
        "AWS::RDS::DBClusterParameterGroup",
        "ClusterParameterGroupName",
        "DBClusterParameterGroupName",
        Given::Lower,
        Generated::Lower(255),
    ),
    rule(
        "AWS::RDS::DBInstance",
        "DbInstanceName",
        "DBInstanceIdentifier",
        Given::Lower,
        Generated::Lower(63),
    ),
    rule(
        "AWS::RDS::DBParameterGroup",
        "ParameterGroupName",
        "DBParameterGroupName",
        Given::Lower,
        Generated::Lower(255),
    ),
    rule(
        "AWS::RDS::DBSubnetGroup",
        "SubnetGroupName",
        "DBSubnetGroupName",
        Given::Lower,
        Generated::Lower(255),
    ),
    // S3, seen.
    rule("AWS::S3::Bucket", "BucketName", "BucketName", Given::Name, Generated::Lower(63)),
    // SNS, handler.
    rule("AWS::SNS::Topic", "TopicName", "TopicName", Given::Name, Generated::WithStack(256)),
    // SQS, seen.
    rule("AWS::SQS::Queue", "QueueName", "QueueName", Given::Name, Generated::WithStack(80)),
    // SSM, handler: a parameter's ARN has one slash, whether its name begins with one or not.
    rule(
        "AWS::SSM::Parameter",
        "ParameterNameWithoutLeadingSlash",
        "Name",
        Given::Without("/"),
        Generated::Cfn,
    ),
    // Secrets Manager, seen: the ARN ends with six characters that it adds.
    rule(
        "AWS::SecretsManager::Secret",
        "SecretId",
        "Name",
        Given::And("-??????"),
        Generated::WithoutStack(40),
    ),
    // Step Functions, handler.
    rule(
        "AWS::StepFunctions::StateMachine",
        "StateMachineName",
        "StateMachineName",
        Given::Name,
        Generated::WithoutStack(80),
    ),
    // WAF, handler.
    rule("AWS::WAFv2::IPSet", "Name", "Name", Given::Name, Generated::WithoutStack(50)),
    rule("AWS::WAFv2::RegexPatternSet", "Name", "Name", Given::Name, Generated::WithoutStack(50)),
    rule("AWS::WAFv2::RuleGroup", "Name", "Name", Given::Name, Generated::WithoutStack(50)),
    rule("AWS::WAFv2::WebACL", "Name", "Name", Given::Name, Generated::WithoutStack(50)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::arn;

    #[test]
    fn every_rule_names_a_variable_of_its_arn() {
        for rule in NAMES {
            let patterns: Vec<&str> = match rule.kind {
                // It depends on the load balancer's type.
                "AWS::ElasticLoadBalancingV2::LoadBalancer" => continue,
                kind => {
                    arn::resource_type_of(kind).map_or(Vec::new(), |(_, own)| own.arn_patterns().collect())
                }
            };
            let variable = format!("${{{}}}", rule.variable);
            assert!(
                patterns.iter().any(|pattern| pattern.contains(&variable)),
                "{}: `{variable}` is not in {patterns:?}",
                rule.kind
            );
        }
    }

    #[test]
    fn no_type_has_two_rules() {
        for (i, rule) in NAMES.iter().enumerate() {
            assert!(NAMES.iter().skip(i + 1).all(|other| other.kind != rule.kind), "{}", rule.kind);
        }
    }
}
