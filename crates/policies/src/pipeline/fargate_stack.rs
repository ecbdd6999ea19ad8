//! The Fargate-Stack policy: what CloudFormation does for a public, load-balanced Fargate service, where it has no role of
//! its own and works under the pipeline's permissions.

use iam::Operator;
use iam_reference::actions::{
    cloudformation, ec2, ecs, elasticloadbalancing, iam as iam_actions, lambda, logs, route53,
};

use super::Module;
use super::values::Values;
use crate::grant::Grant;
use crate::module::Attached;

pub(super) const MODULE: Module = Module {
    label: "Fargate-Stack",
    file_stem: "fargate-stack",
    logical_id: "FargateStack",
    scope: "the stack of a load-balanced Fargate service, with its roles and functions",
    attached: Attached::Always,
    grants,
};

/// The services that the stack's roles are for: its tasks, and the functions of the CDK's custom resources.
const PASSED_TO: [&str; 2] = ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"];

fn grants(values: &Values) -> Vec<Grant> {
    let Values { stack, load_balancer, cluster, service, accounts, .. } = values;
    let roles: Vec<String> =
        accounts.iter().map(|account| values.iam_resource(account, &format!("role/{stack}-*"))).collect();
    vec![
        // The stack, by change sets. One that is called as its application has no hyphen behind that.
        Grant::allow("StackChangeSets")
            .actions([
                cloudformation::CreateChangeSet,
                cloudformation::DeleteChangeSet,
                cloudformation::ExecuteChangeSet,
            ])
            .on([&format!("stack/{stack}/*"), &format!("stack/{stack}-*/*")]
                .into_iter()
                .flat_map(|stack| values.resources("cloudformation", stack))),
        // The roles of tasks and functions, which CloudFormation names after the stack.
        Grant::allow("StackRoles")
            .actions([
                iam_actions::AttachRolePolicy,
                iam_actions::CreateRole,
                iam_actions::DeleteRole,
                iam_actions::DeleteRolePolicy,
                iam_actions::DetachRolePolicy,
                iam_actions::GetRole,
                iam_actions::GetRolePolicy,
                iam_actions::ListAttachedRolePolicies,
                iam_actions::ListRolePolicies,
                iam_actions::ListRoleTags,
                iam_actions::PutRolePolicy,
                iam_actions::TagRole,
                iam_actions::UntagRole,
            ])
            .on(roles.clone()),
        // The same roles, given to those who work under them.
        Grant::allow("PassStackRoles")
            .actions([iam_actions::PassRole])
            .on(roles)
            .when(Operator::StringEquals, "iam:PassedToService", PASSED_TO),
        // The functions of custom resources.
        Grant::allow("StackFunctions")
            .actions([
                lambda::CreateFunction,
                lambda::DeleteFunction,
                lambda::GetFunction,
                lambda::GetFunctionConfiguration,
                lambda::InvokeFunction,
            ])
            .on(values.resources("lambda", &format!("function:{stack}-*"))),
        // Who reaches the load balancer and the tasks.
        Grant::allow("SecurityGroupIngress")
            .actions([ec2::AuthorizeSecurityGroupIngress, ec2::RevokeSecurityGroupIngress])
            .on(values.resources("ec2", "security-group/*")),
        Grant::allow("CreateSecurityGroup")
            .actions([ec2::CreateSecurityGroup])
            .on_any_resource("AWS generates the ids of the group and of the VPC that it is in"),
        // The load balancer's listener and where it forwards to.
        Grant::allow("LoadBalancerListeners").actions([elasticloadbalancing::ModifyListener]).on(
            values.resources("elasticloadbalancing", &format!("listener/app/{load_balancer}-*/*/*")),
        ),
        Grant::allow("LoadBalancerTargets").actions([elasticloadbalancing::CreateTargetGroup]).on(
            values.resources("elasticloadbalancing", &format!("targetgroup/{load_balancer}-*/*")),
        ),
        // The service, once it is there.
        Grant::allow("UpdateServices")
            .actions([ecs::DescribeServices, ecs::UpdateService])
            .on(values.resources("ecs", &format!("service/{cluster}-*/{service}-*"))),
        Grant::allow("TaskDefinitions")
            .actions([ecs::DeregisterTaskDefinition, ecs::RegisterTaskDefinition])
            .on_any_resource("the first takes no resource; the CDK makes up the family of the second without the stack's prefix"),
        // Where the tasks log to.
        Grant::allow("CreateLogGroups").actions([logs::CreateLogGroup]).on_any_resource(
            "the list of 2020 leaves it open: groups are named by CloudFormation, by services and by the app",
        ),
        // The network around the service.
        Grant::allow("DescribeNetwork")
            .actions([
                ec2::DescribeAvailabilityZones,
                ec2::DescribeRegions,
                ec2::DescribeSecurityGroups,
                elasticloadbalancing::DescribeLoadBalancers,
            ])
            .on_any_resource("these actions take no resource"),
        // The name of the load balancer.
        Grant::allow("DnsRecords")
            .actions([
                route53::ChangeResourceRecordSets,
                route53::GetChange,
                route53::GetHostedZone,
                route53::ListHostedZonesByName,
                route53::ListResourceRecordSets,
            ])
            .on_any_resource("AWS generates the ids of hosted zones and changes"),
    ]
}
