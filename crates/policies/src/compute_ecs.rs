//! The Compute-ECS policy: the ECS Fargate compute backend.

use iam_reference::actions::ecs;

use crate::bundle::Module;
use crate::grant::Grant;
use crate::module::Attached;
use crate::target::Target;

pub(crate) const MODULE: Module = Module {
    label: "Compute-ECS",
    file_stem: "compute-ecs",
    logical_id: "ComputeEcs",
    scope: "ECS cluster and task definition operations",
    attached: Attached::When("ecs"),
    grants,
};

fn grants(_target: &Target) -> Vec<Grant> {
    vec![
        // Clusters and task definitions, and the account setting for long ARNs.
        Grant::allow("ECS")
            .actions([
                ecs::CreateCluster,
                ecs::DeleteCluster,
                ecs::DescribeClusters,
                ecs::UpdateCluster,
                ecs::UpdateClusterSettings,
                ecs::PutClusterCapacityProviders,
                ecs::RegisterTaskDefinition,
                ecs::DeregisterTaskDefinition,
                ecs::DescribeTaskDefinition,
                ecs::ListTaskDefinitions,
                ecs::TagResource,
                ecs::UntagResource,
                ecs::ListTagsForResource,
                ecs::PutAccountSetting,
            ])
            .on_any_resource("most of these actions take ARNs; they are left open as the reference implementation deployed them"),
    ]
}
