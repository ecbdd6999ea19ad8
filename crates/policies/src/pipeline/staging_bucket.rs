//! The Staging-Bucket policy: the bucket in which a deployment without bootstrap roles puts its assets.

use iam::Operator;
use iam_reference::actions::s3;

use super::Module;
use super::values::Values;
use crate::grant::Grant;
use crate::module::Attached;

pub(super) const MODULE: Module = Module {
    label: "Staging-Bucket",
    file_stem: "staging-bucket",
    logical_id: "StagingBucket",
    scope: "the bucket for assets, and the account's settings of Amazon S3",
    attached: Attached::Always,
    grants,
};

fn grants(values: &Values) -> Vec<Grant> {
    let Values { partition, staging_bucket, accounts, .. } = values;
    vec![
        // What there is in the account. The list of 2020 has `s3:HeadBucket` here, which IAM does not know: it granted
        // nothing.
        Grant::allow("ReadS3Account")
            .actions([
                s3::GetAccessPoint,
                s3::GetAccountPublicAccessBlock,
                s3::ListAccessPoints,
                s3::ListAllMyBuckets,
                s3::ListJobs,
            ])
            .on_any_resource("these actions take no resource"),
        // What stood among the reads in the list of 2020 and is none.
        Grant::allow("ChangeS3Account")
            .actions([s3::CreateJob, s3::PutAccountPublicAccessBlock])
            .on_any_resource("these actions take no resource"),
        // The bucket itself. Its name can be foreseen, so that somebody else could have it: the account has to be ours.
        Grant::allow("StagingBucket")
            .every_action_of("s3")
            .on([format!("arn:{partition}:s3:::{staging_bucket}-*")])
            .when(Operator::StringEquals, "aws:ResourceAccount", accounts.clone()),
    ]
}
