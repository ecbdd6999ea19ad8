//! The Infrastructure policy: the stack, its roles, its network.

use ::iam::Operator;
use iam_reference::actions::{cloudformation, ec2, iam, route53resolver};

use crate::bundle::Module;
use crate::grant::Grant;
use crate::module::Attached;
use crate::target::Target;

pub(crate) const MODULE: Module = Module {
    label: "Infrastructure",
    file_stem: "infrastructure",
    logical_id: "Infrastructure",
    scope: "CloudFormation, IAM, VPC networking, Route 53 Resolver DNS Firewall",
    attached: Attached::Always,
    grants,
};

fn grants(target: &Target) -> Vec<Grant> {
    let partition = target.partition();
    let stack = target.stack_name();
    vec![
        // The stack itself and the toolkit stack: nested operations run under this role.
        Grant::allow("CloudFormationSelf")
            .actions([
                cloudformation::CreateStack,
                cloudformation::UpdateStack,
                cloudformation::DeleteStack,
                cloudformation::DescribeStacks,
                cloudformation::DescribeStackEvents,
                cloudformation::DescribeStackResources,
                cloudformation::GetTemplate,
                cloudformation::GetTemplateSummary,
                cloudformation::ListStackResources,
                cloudformation::CreateChangeSet,
                cloudformation::DeleteChangeSet,
                cloudformation::DescribeChangeSet,
                cloudformation::ExecuteChangeSet,
                cloudformation::SetStackPolicy,
                cloudformation::ValidateTemplate,
                cloudformation::ListChangeSets,
            ])
            .on([
                format!("arn:{partition}:cloudformation:*:*:stack/{stack}/*"),
                format!("arn:{partition}:cloudformation:*:*:stack/CDKToolkit/*"),
            ]),
        // Roles and policies that the stack creates, all named after it by CloudFormation; service-linked
        // roles for the services that ask for one.
        Grant::allow("IAMRolesAndPolicies")
            .actions([
                iam::CreateRole,
                iam::DeleteRole,
                iam::GetRole,
                iam::UpdateRole,
                iam::UpdateAssumeRolePolicy,
                iam::TagRole,
                iam::UntagRole,
                iam::ListRoleTags,
                iam::AttachRolePolicy,
                iam::DetachRolePolicy,
                iam::PutRolePolicy,
                iam::DeleteRolePolicy,
                iam::GetRolePolicy,
                iam::ListRolePolicies,
                iam::ListAttachedRolePolicies,
                iam::CreatePolicy,
                iam::DeletePolicy,
                iam::GetPolicy,
                iam::GetPolicyVersion,
                iam::CreatePolicyVersion,
                iam::DeletePolicyVersion,
                iam::ListPolicyVersions,
                iam::TagPolicy,
                iam::CreateServiceLinkedRole,
                iam::ListInstanceProfilesForRole,
            ])
            .on([
                format!("arn:{partition}:iam::*:role/{stack}-*"),
                format!("arn:{partition}:iam::*:policy/{stack}-*"),
                format!("arn:{partition}:iam::*:role/aws-service-role/*"),
            ]),
        // The stack's own roles only, and only to the services that run under them.
        Grant::allow("IAMPassRole")
            .actions([iam::PassRole])
            .on([format!("arn:{partition}:iam::*:role/{stack}-*")])
            .when(
                Operator::StringEquals,
                "iam:PassedToService",
                [
                    "lambda.amazonaws.com",
                    "ecs-tasks.amazonaws.com",
                    "ecs.amazonaws.com",
                    "apigateway.amazonaws.com",
                    "logs.amazonaws.com",
                    "bedrock.amazonaws.com",
                    "bedrock-agentcore.amazonaws.com",
                    "events.amazonaws.com",
                    "vpc-flow-logs.amazonaws.com",
                ],
            ),
        // The VPC with its subnets, gateways, endpoints and flow logs.
        Grant::allow("VPCNetworking")
            .actions([
                ec2::CreateVpc,
                ec2::DeleteVpc,
                ec2::DescribeVpcs,
                ec2::ModifyVpcAttribute,
                ec2::CreateSubnet,
                ec2::DeleteSubnet,
                ec2::DescribeSubnets,
                ec2::CreateInternetGateway,
                ec2::DeleteInternetGateway,
                ec2::AttachInternetGateway,
                ec2::DetachInternetGateway,
                ec2::DescribeInternetGateways,
                ec2::AllocateAddress,
                ec2::ReleaseAddress,
                ec2::DescribeAddresses,
                ec2::CreateNatGateway,
                ec2::DeleteNatGateway,
                ec2::DescribeNatGateways,
                ec2::CreateRouteTable,
                ec2::DeleteRouteTable,
                ec2::DescribeRouteTables,
                ec2::AssociateRouteTable,
                ec2::DisassociateRouteTable,
                ec2::CreateRoute,
                ec2::DeleteRoute,
                ec2::CreateSecurityGroup,
                ec2::DeleteSecurityGroup,
                ec2::DescribeSecurityGroups,
                ec2::AuthorizeSecurityGroupEgress,
                ec2::RevokeSecurityGroupEgress,
                ec2::AuthorizeSecurityGroupIngress,
                ec2::RevokeSecurityGroupIngress,
                ec2::CreateVpcEndpoint,
                ec2::DeleteVpcEndpoints,
                ec2::DescribeVpcEndpoints,
                ec2::ModifyVpcEndpoint,
                ec2::CreateFlowLogs,
                ec2::DeleteFlowLogs,
                ec2::DescribeFlowLogs,
                ec2::CreateTags,
                ec2::DeleteTags,
                ec2::DescribeTags,
                ec2::DescribeAvailabilityZones,
                ec2::DescribeNetworkInterfaces,
                ec2::DescribePrefixLists,
                ec2::DescribeNetworkAcls,
                ec2::DescribeVpcAttribute,
                ec2::ModifySubnetAttribute,
            ])
            .on_any_resource("AWS generates the ids of VPCs, subnets, gateways, endpoints and flow logs"),
        // The DNS Firewall with its domain lists, and the resolver's query log.
        Grant::allow("Route53ResolverDNSFirewall")
            .actions([
                route53resolver::CreateFirewallRuleGroup,
                route53resolver::DeleteFirewallRuleGroup,
                route53resolver::GetFirewallRuleGroup,
                route53resolver::CreateFirewallRule,
                route53resolver::DeleteFirewallRule,
                route53resolver::ListFirewallRules,
                route53resolver::UpdateFirewallRule,
                route53resolver::CreateFirewallDomainList,
                route53resolver::DeleteFirewallDomainList,
                route53resolver::GetFirewallDomainList,
                route53resolver::UpdateFirewallDomains,
                route53resolver::AssociateFirewallRuleGroup,
                route53resolver::DisassociateFirewallRuleGroup,
                route53resolver::GetFirewallRuleGroupAssociation,
                route53resolver::ListFirewallRuleGroupAssociations,
                route53resolver::UpdateFirewallConfig,
                route53resolver::GetFirewallConfig,
                route53resolver::TagResource,
                route53resolver::UntagResource,
                route53resolver::ListTagsForResource,
                route53resolver::CreateResolverQueryLogConfig,
                route53resolver::DeleteResolverQueryLogConfig,
                route53resolver::GetResolverQueryLogConfig,
                route53resolver::AssociateResolverQueryLogConfig,
                route53resolver::DisassociateResolverQueryLogConfig,
                route53resolver::GetResolverQueryLogConfigAssociation,
                route53resolver::ListResolverQueryLogConfigAssociations,
                route53resolver::ListResolverQueryLogConfigs,
            ])
            .on_any_resource(
                "AWS generates the ids of rule groups, domain lists and query log configurations",
            ),
    ]
}
