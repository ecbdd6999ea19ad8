//! The Application policy: what the platform runs on.

use iam_reference::actions::{
    apigateway, cloudfront, cognito_idp, dynamodb, events, lambda, secretsmanager, sqs, wafv2,
};

use crate::bundle::Module;
use crate::grant::Grant;
use crate::module::Attached;
use crate::target::Target;
use crate::unlisted::{APIGATEWAY_TAG_RESOURCE, APIGATEWAY_UNTAG_RESOURCE};

pub(crate) const MODULE: Module = Module {
    label: "Application",
    file_stem: "application",
    logical_id: "Application",
    scope: "DynamoDB, Lambda, API Gateway, Cognito, WAFv2, EventBridge, SQS, CloudFront, Secrets Manager",
    attached: Attached::Always,
    grants,
};

fn grants(target: &Target) -> Vec<Grant> {
    let partition = target.partition();
    let stack = target.stack_name();
    let application = target.stack_name().application();
    vec![
        // Tables take the stack's name. `PutItem` and `UpdateItem` are for the custom resource that seeds them.
        Grant::allow("DynamoDB")
            .actions([
                dynamodb::CreateTable,
                dynamodb::DeleteTable,
                dynamodb::DescribeTable,
                dynamodb::DescribeTimeToLive,
                dynamodb::UpdateTimeToLive,
                dynamodb::UpdateTable,
                dynamodb::UpdateContinuousBackups,
                dynamodb::DescribeContinuousBackups,
                dynamodb::TagResource,
                dynamodb::UntagResource,
                dynamodb::ListTagsOfResource,
                dynamodb::PutItem,
                dynamodb::UpdateItem,
                dynamodb::DescribeContributorInsights,
                dynamodb::DescribeKinesisStreamingDestination,
                dynamodb::GetResourcePolicy,
            ])
            .on([format!("arn:{partition}:dynamodb:*:*:table/{stack}-*")]),
        // Functions take the stack's name, and so do those of the CDK's custom resources; layers do not.
        Grant::allow("Lambda")
            .actions([
                lambda::CreateFunction,
                lambda::DeleteFunction,
                lambda::GetFunction,
                lambda::GetFunctionConfiguration,
                lambda::UpdateFunctionCode,
                lambda::UpdateFunctionConfiguration,
                lambda::AddPermission,
                lambda::RemovePermission,
                lambda::GetPolicy,
                lambda::TagResource,
                lambda::UntagResource,
                lambda::ListTags,
                lambda::PublishVersion,
                lambda::CreateAlias,
                lambda::DeleteAlias,
                lambda::GetAlias,
                lambda::UpdateAlias,
                lambda::PutFunctionEventInvokeConfig,
                lambda::DeleteFunctionEventInvokeConfig,
                lambda::GetFunctionEventInvokeConfig,
                lambda::PutFunctionConcurrency,
                lambda::DeleteFunctionConcurrency,
                lambda::GetFunctionCodeSigningConfig,
                lambda::GetFunctionRecursionConfig,
                lambda::GetProvisionedConcurrencyConfig,
                lambda::PutProvisionedConcurrencyConfig,
                lambda::DeleteProvisionedConcurrencyConfig,
                lambda::GetRuntimeManagementConfig,
                lambda::ListVersionsByFunction,
                lambda::InvokeFunction,
                lambda::PublishLayerVersion,
                lambda::DeleteLayerVersion,
                lambda::GetLayerVersion,
            ])
            .on([
                format!("arn:{partition}:lambda:*:*:function:{stack}-*"),
                format!("arn:{partition}:lambda:*:*:function:{stack}-AWS*"),
                format!("arn:{partition}:lambda:*:*:layer:*"),
            ]),
        // The consumers of the task events table's stream.
        Grant::allow("LambdaEventSourceMappings")
            .actions([
                lambda::CreateEventSourceMapping,
                lambda::DeleteEventSourceMapping,
                lambda::UpdateEventSourceMapping,
                lambda::GetEventSourceMapping,
                lambda::TagResource,
                lambda::UntagResource,
            ])
            .on_any_resource("AWS generates the id of an event source mapping"),
        // API Gateway authorizes by HTTP verb and path, and it generates the ids in its paths. The account's
        // settings hold the role that writes the access logs.
        Grant::allow("APIGateway")
            .actions([
                apigateway::POST,
                apigateway::GET,
                apigateway::PUT,
                apigateway::PATCH,
                apigateway::DELETE,
                APIGATEWAY_TAG_RESOURCE,
                APIGATEWAY_UNTAG_RESOURCE,
                apigateway::SetWebACL,
                apigateway::UpdateRestApiPolicy,
            ])
            .on([
                format!("arn:{partition}:apigateway:*::/restapis"),
                format!("arn:{partition}:apigateway:*::/restapis/*"),
                format!("arn:{partition}:apigateway:*::/account"),
                format!("arn:{partition}:apigateway:*::/tags/*"),
            ]),
        // AWS generates the id of a user pool.
        Grant::allow("Cognito")
            .actions([
                cognito_idp::CreateUserPool,
                cognito_idp::DeleteUserPool,
                cognito_idp::DescribeUserPool,
                cognito_idp::UpdateUserPool,
                cognito_idp::CreateUserPoolClient,
                cognito_idp::DeleteUserPoolClient,
                cognito_idp::DescribeUserPoolClient,
                cognito_idp::UpdateUserPoolClient,
                cognito_idp::TagResource,
                cognito_idp::UntagResource,
                cognito_idp::ListTagsForResource,
                cognito_idp::GetUserPoolMfaConfig,
            ])
            .on([format!("arn:{partition}:cognito-idp:*:*:userpool/*")]),
        // The web ACL in front of the API, and the managed rule sets that it names.
        Grant::allow("WAFv2")
            .actions([
                wafv2::CreateWebACL,
                wafv2::DeleteWebACL,
                wafv2::GetWebACL,
                wafv2::UpdateWebACL,
                wafv2::AssociateWebACL,
                wafv2::DisassociateWebACL,
                wafv2::ListTagsForResource,
                wafv2::TagResource,
                wafv2::UntagResource,
                wafv2::GetWebACLForResource,
            ])
            .on([
                format!("arn:{partition}:wafv2:*:*:regional/webacl/*"),
                format!("arn:{partition}:wafv2:*:*:regional/managedruleset/*"),
            ]),
        // Rules take the stack's name.
        Grant::allow("EventBridge")
            .actions([
                events::PutRule,
                events::DeleteRule,
                events::DescribeRule,
                events::PutTargets,
                events::RemoveTargets,
                events::ListTargetsByRule,
                events::TagResource,
                events::UntagResource,
                events::ListTagsForResource,
            ])
            .on([format!("arn:{partition}:events:*:*:rule/{stack}-*")]),
        // Queues take the stack's name.
        Grant::allow("SQS")
            .actions([
                sqs::CreateQueue,
                sqs::DeleteQueue,
                sqs::GetQueueAttributes,
                sqs::SetQueueAttributes,
                sqs::TagQueue,
                sqs::UntagQueue,
                sqs::GetQueueUrl,
                sqs::ListQueueTags,
            ])
            .on([format!("arn:{partition}:sqs:*:*:{stack}-*")]),
        // The distribution in front of the screenshots, with its origin access control.
        Grant::allow("CloudFront")
            .actions([
                cloudfront::CreateDistribution,
                cloudfront::UpdateDistribution,
                cloudfront::DeleteDistribution,
                cloudfront::GetDistribution,
                cloudfront::TagResource,
                cloudfront::UntagResource,
                cloudfront::ListTagsForResource,
                cloudfront::CreateOriginAccessControl,
                cloudfront::UpdateOriginAccessControl,
                cloudfront::DeleteOriginAccessControl,
                cloudfront::GetOriginAccessControl,
            ])
            .on_any_resource("AWS generates the ids of distributions and origin access controls"),
        // CloudFormation names a secret after its logical id, so there is a pattern for each construct.
        Grant::allow("SecretsManager")
            .actions([
                secretsmanager::CreateSecret,
                secretsmanager::DeleteSecret,
                secretsmanager::DescribeSecret,
                secretsmanager::GetSecretValue,
                secretsmanager::PutSecretValue,
                secretsmanager::UpdateSecret,
                secretsmanager::TagResource,
                secretsmanager::UntagResource,
                secretsmanager::GetResourcePolicy,
                secretsmanager::PutResourcePolicy,
                secretsmanager::DeleteResourcePolicy,
            ])
            .on([
                format!("arn:{partition}:secretsmanager:*:*:secret:{application}-*"),
                format!("arn:{partition}:secretsmanager:*:*:secret:GitHubTokenSecret*"),
                format!("arn:{partition}:secretsmanager:*:*:secret:SlackIntegration*"),
                format!("arn:{partition}:secretsmanager:*:*:secret:LinearIntegration*"),
                format!("arn:{partition}:secretsmanager:*:*:secret:JiraIntegration*"),
                format!("arn:{partition}:secretsmanager:*:*:secret:GitHubScreenshot*"),
                format!("arn:{partition}:secretsmanager:*:*:secret:bgagent/*"),
            ]),
        // Generates the first value of a secret.
        Grant::allow("SecretsManagerAccountLevel")
            .actions([secretsmanager::GetRandomPassword])
            .on_any_resource("the action takes no resource, so it stands in a statement of its own"),
    ]
}
