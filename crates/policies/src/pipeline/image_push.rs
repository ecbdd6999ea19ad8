//! The Image-Push policy: what a pipeline needs that builds an image and pushes it to a repository of its own.

use iam_reference::actions::ecr;

use super::Module;
use super::values::Values;
use crate::grant::Grant;
use crate::module::Attached;

pub(super) const MODULE: Module = Module {
    label: "Image-Push",
    file_stem: "image-push",
    logical_id: "ImagePush",
    scope: "one image repository, and signing in to the registry",
    attached: Attached::Always,
    grants,
};

fn grants(values: &Values) -> Vec<Grant> {
    let repositories: Vec<String> = values
        .repository
        .iter()
        .flat_map(|repository| values.resources("ecr", &format!("repository/{repository}")))
        .collect();
    vec![
        // The layers and the image, and what is there already.
        Grant::allow("ManageRepositoryContents")
            .actions([
                ecr::BatchCheckLayerAvailability,
                ecr::BatchGetImage,
                ecr::CompleteLayerUpload,
                ecr::DescribeImages,
                ecr::DescribeRepositories,
                ecr::GetDownloadUrlForLayer,
                ecr::GetRepositoryPolicy,
                ecr::InitiateLayerUpload,
                ecr::ListImages,
                ecr::PutImage,
                ecr::UploadLayerPart,
            ])
            .on(repositories),
        // Signing in.
        Grant::allow("GetAuthorizationToken")
            .actions([ecr::GetAuthorizationToken])
            .on_any_resource("the action takes no resource"),
    ]
}
