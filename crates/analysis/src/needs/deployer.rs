//! [`deployer_needs`]: what the CDK CLI itself calls to deploy a stack and to destroy it.

use iam::Context;
use iam_reference::Phase;

use super::{StackInput, place};
use crate::assembly::{AssetManifest, DeploymentSettings};
use crate::coverage::{Certainty, Need, ResourceNeeds};

/// A stack that the CDK CLI deploys with the caller's own credentials.
#[derive(Clone, Copy, Debug)]
pub struct Deployment<'a> {
    /// The stack; not one that is nested in another, which the CLI does not deploy.
    pub stack: &'a StackInput<'a>,
    /// What its manifest tells of the deployment.
    pub settings: &'a DeploymentSettings,
    /// What is published with it.
    pub assets: &'a AssetManifest,
    /// The size of the template's file in bytes.
    pub template_bytes: usize,
}

/// Says what `cdk deploy` calls with the caller's credentials, and, in the phase of deletion, `cdk destroy`.
///
/// The needs of the stack itself come first, then those of each asset.
pub fn deployer_needs(deployment: &Deployment<'_>) -> Vec<ResourceNeeds> {
    let stack = deployment.stack;
    let on = place::arn(stack.scope, "cloudformation", &format!("stack/{}/*", stack.name));
    let need = |phase| Need {
        action: "cloudformation:DescribeStacks".to_owned(),
        resource: on.clone(),
        context: Context::default(),
        phase,
        certainty: Certainty::Required,
        because: "the CLI looks the stack up".to_owned(),
    };
    let needs = [Phase::Create, Phase::Update, Phase::Delete].map(need).to_vec();
    vec![ResourceNeeds { resource: stack.reference(stack.name, "aws:cloudformation:stack", 1), needs }]
}
