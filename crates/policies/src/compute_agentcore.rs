//! The Compute-Agentcore policy: the default compute backend.

use crate::bundle::Module;
use crate::grant::Grant;
use crate::module::Attached;
use crate::target::Target;

pub(crate) const MODULE: Module = Module {
    label: "Compute-Agentcore",
    file_stem: "compute-agentcore",
    logical_id: "ComputeAgentcore",
    scope: "Bedrock AgentCore (`bedrock-agentcore:*`)",
    attached: Attached::AlwaysAsDefault("agentcore"),
    grants,
};

fn grants(_target: &Target) -> Vec<Grant> {
    vec![
        // The AgentCore runtime and its memory.
        Grant::allow("BedrockAgentCore").every_action_of("bedrock-agentcore").on_any_resource(
            "CloudFormation's handlers call actions under internal names, so the whole service is granted",
        ),
    ]
}
