//! The Assume-Roles policy: what a pipeline needs where the CDK's bootstrap has roles for it.

use iam_reference::actions::{ssm, sts};

use super::Module;
use super::values::Values;
use crate::grant::Grant;
use crate::module::Attached;

pub(super) const MODULE: Module = Module {
    label: "Assume-Roles",
    file_stem: "assume-roles",
    logical_id: "AssumeRoles",
    scope: "the bootstrap's roles for deploying, publishing and lookups",
    attached: Attached::Always,
    grants,
};

/// The bootstrap's roles that the CDK CLI assumes; the fifth, for execution, CloudFormation alone does.
const ROLES: [&str; 4] = ["deploy", "file-publishing", "image-publishing", "lookup"];

fn grants(values: &Values) -> Vec<Grant> {
    let qualifier = &values.qualifier;
    let roles = values.environments().flat_map(|(account, region)| {
        ROLES.map(|role| {
            values.iam_resource(account, &format!("role/cdk-{qualifier}-{role}-role-{account}-{region}"))
        })
    });
    vec![
        // The roles that have the permissions: the pipeline itself has no others.
        Grant::allow("AssumeBootstrapRoles").actions([sts::AssumeRole]).on(roles),
        // The bootstrap's version, which the CDK CLI compares with what an app wants.
        Grant::allow("ReadBootstrapVersion")
            .actions([ssm::GetParameter])
            .on(values.resources("ssm", &format!("parameter/cdk-bootstrap/{qualifier}/version"))),
    ]
}
