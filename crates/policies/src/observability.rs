//! The Observability policy: guardrails, logs and traces, and what a CDK deployment itself needs.

use iam_reference::actions::{bedrock, cloudwatch, ecr, kms, logs, s3, ssm, sts, xray};

use crate::bundle::Module;
use crate::grant::Grant;
use crate::module::Attached;
use crate::target::Target;

pub(crate) const MODULE: Module = Module {
    label: "Observability",
    file_stem: "observability",
    logical_id: "Observability",
    scope: "Bedrock Guardrails, CloudWatch, X-Ray, S3, ECR, KMS, SSM, STS",
    attached: Attached::Always,
    grants,
};

#[expect(clippy::too_many_lines, reason = "one policy, statement by statement")]
fn grants(target: &Target) -> Vec<Grant> {
    let partition = target.partition();
    let stack = target.stack_name();
    let application = target.stack_name().application();
    let qualifier = target.qualifier();
    let parameters = target.qualifier().parameter_path();
    vec![
        // The guardrail on task input, and the log of model invocations.
        Grant::allow("BedrockGuardrailsAndLogging")
            .actions([
                bedrock::CreateGuardrail,
                bedrock::DeleteGuardrail,
                bedrock::GetGuardrail,
                bedrock::UpdateGuardrail,
                bedrock::CreateGuardrailVersion,
                bedrock::ListGuardrails,
                bedrock::TagResource,
                bedrock::UntagResource,
                bedrock::ListTagsForResource,
                bedrock::PutModelInvocationLoggingConfiguration,
                bedrock::DeleteModelInvocationLoggingConfiguration,
                bedrock::GetModelInvocationLoggingConfiguration,
            ])
            .on_any_resource("AWS generates the id of a guardrail; model invocation logging is a setting of the account"),
        // Log groups and deliveries, dashboards and alarms.
        Grant::allow("CloudWatchLogsAndDashboards")
            .actions([
                logs::CreateLogGroup,
                logs::DeleteLogGroup,
                logs::DescribeLogGroups,
                logs::PutRetentionPolicy,
                logs::DeleteRetentionPolicy,
                logs::TagLogGroup,
                logs::UntagLogGroup,
                logs::TagResource,
                logs::UntagResource,
                logs::ListTagsForResource,
                logs::ListTagsLogGroup,
                logs::PutResourcePolicy,
                logs::DeleteResourcePolicy,
                logs::DescribeResourcePolicies,
                cloudwatch::PutDashboard,
                cloudwatch::DeleteDashboards,
                cloudwatch::GetDashboard,
                cloudwatch::PutMetricAlarm,
                cloudwatch::DeleteAlarms,
                cloudwatch::DescribeAlarms,
                cloudwatch::TagResource,
                cloudwatch::UntagResource,
                logs::CreateDelivery,
                logs::DescribeDeliveries,
                logs::GetDelivery,
                logs::GetDeliveryDestination,
                logs::GetDeliveryDestinationPolicy,
                logs::GetDeliverySource,
                logs::PutDeliveryDestination,
                logs::PutDeliverySource,
                logs::DescribeIndexPolicies,
                cloudwatch::ListTagsForResource,
                logs::CreateLogDelivery,
                logs::DeleteLogDelivery,
                logs::GetLogDelivery,
                logs::UpdateLogDelivery,
                logs::ListLogDeliveries,
                logs::DeleteDelivery,
                logs::DeleteDeliverySource,
                logs::DeleteDeliveryDestination,
            ])
            .on_any_resource("log groups get names from CloudFormation and from services; deliveries and resource policies are account-wide"),
        // The bootstrap bucket, which holds the assets and large templates.
        Grant::allow("S3CDKAssets")
            .actions([s3::GetObject, s3::PutObject, s3::GetBucketLocation, s3::ListBucket])
            .on([
                format!("arn:{partition}:s3:::cdk-{qualifier}-assets-*"),
                format!("arn:{partition}:s3:::cdk-{qualifier}-assets-*/*"),
            ]),
        // Buckets that the stack creates: CloudFormation names them after it.
        Grant::allow("S3ApplicationBuckets")
            .actions([
                s3::CreateBucket,
                s3::DeleteBucket,
                s3::PutBucketPolicy,
                s3::DeleteBucketPolicy,
                s3::PutBucketPublicAccessBlock,
                s3::GetBucketPublicAccessBlock,
                s3::PutEncryptionConfiguration,
                s3::PutLifecycleConfiguration,
                s3::PutBucketVersioning,
                s3::GetBucketVersioning,
                s3::GetBucketLocation,
                s3::ListBucket,
                s3::PutBucketTagging,
                s3::GetBucketTagging,
            ])
            .on([format!("arn:{partition}:s3:::{stack}-*"), format!("arn:{partition}:s3:::{stack}-*/*")]),
        // The key of the bootstrap bucket.
        Grant::allow("KMSForCDKAssets")
            .actions([kms::CreateGrant, kms::Decrypt, kms::DescribeKey, kms::Encrypt, kms::GenerateDataKey])
            .on_any_resource("AWS generates the id of the bootstrap bucket's key"),
        // The bootstrap's image repository and the application's own.
        Grant::allow("ECRForDockerAssets")
            .actions([
                ecr::CreateRepository,
                ecr::DescribeRepositories,
                ecr::GetAuthorizationToken,
                ecr::BatchCheckLayerAvailability,
                ecr::GetDownloadUrlForLayer,
                ecr::BatchGetImage,
                ecr::PutImage,
                ecr::InitiateLayerUpload,
                ecr::UploadLayerPart,
                ecr::CompleteLayerUpload,
                ecr::SetRepositoryPolicy,
                ecr::GetRepositoryPolicy,
                ecr::DeleteRepository,
                ecr::ListTagsForResource,
                ecr::TagResource,
            ])
            .on([
                format!("arn:{partition}:ecr:*:*:repository/cdk-{qualifier}-container-assets-*"),
                format!("arn:{partition}:ecr:*:*:repository/{application}-*"),
            ]),
        // Signing in to a registry.
        Grant::allow("ECRAuthToken").actions([ecr::GetAuthorizationToken]).on_any_resource("the action takes no resource, so it stands in a statement of its own"),
        // Where traces go.
        Grant::allow("XRay")
            .actions([
                xray::UpdateTraceSegmentDestination,
                xray::GetTraceSegmentDestination,
                xray::ListResourcePolicies,
                xray::PutResourcePolicy,
            ])
            .on_any_resource("where traces go is a setting of the account"),
        // The bootstrap version, which every deployment checks.
        Grant::allow("SSMParameterStoreForCDK")
            .actions([ssm::GetParameter, ssm::GetParameters, ssm::PutParameter, ssm::DeleteParameter])
            .on([format!("arn:{partition}:ssm:*:*:parameter/{parameters}")]),
        // The other bootstrap roles.
        Grant::allow("STSForCDK")
            .actions([sts::AssumeRole, sts::GetCallerIdentity])
            .on([format!("arn:{partition}:iam::*:role/cdk-{qualifier}-*")]),
    ]
}
