//! What is generated of the pipeline: its documents in both modes, as `artifacts` takes them.

use anyhow::Context as _;
use artifacts::{Parameter, Pipeline, Principal, RenderedPipeline};
use iam::PolicySet;
use policies::{PipelineMode, PipelineTarget, pipeline_policy_set, pipeline_template};

use super::gaps::gaps;
use crate::project;

/// Renders every file of a pipeline, in memory.
pub fn render(target: &PipelineTarget) -> anyhow::Result<RenderedPipeline> {
    Ok(artifacts::render_pipeline(&pipeline(target)?, project::PIPELINE_DOCS_TEMPLATE)?)
}

/// The policies of a pipeline. What makes them too long for IAM is how many accounts and regions they name.
pub fn policy_set(target: &PipelineTarget) -> anyhow::Result<PolicySet> {
    pipeline_policy_set(target).with_context(|| {
        let environments = target.accounts().len() * target.regions().len();
        format!(
            "`accounts` and `regions` in [pipeline] make {environments} environments, which the policies name one by one: \
             name fewer if that is too long"
        )
    })
}

/// A pipeline as it is rendered: both modes, as the page speaks of both. The one that is not in force is there for its
/// description alone, and must not fail where accounts and regions are too many for it.
fn pipeline(target: &PipelineTarget) -> anyhow::Result<Pipeline> {
    let modes = PipelineMode::ALL.into_iter().map(|mode| {
        let target = match target.in_mode(mode) {
            in_force if mode == target.mode() => in_force,
            other => other.in_first_environment(),
        };
        let set = policy_set(&target)?;
        let template = pipeline_template(&target)?;
        Ok(artifacts::PipelineMode {
            name: mode.to_string(),
            set,
            with_parameters: template.set,
            parameters: template.parameters.into_iter().map(parameter).collect(),
        })
    });
    let modes = modes.collect::<anyhow::Result<_>>()?;
    let template = pipeline_template(target)?;
    let principal = match template.trust {
        Some(trust) => Principal::Role { trust, provider: template.provider },
        None => Principal::User,
    };
    let in_force = PipelineMode::ALL.iter().position(|mode| *mode == target.mode()).unwrap_or_default();
    Ok(Pipeline { modes, in_force, principal, partition: target.partition(), gaps: gaps()? })
}

fn parameter(parameter: policies::PipelineParameter) -> Parameter {
    Parameter {
        name: parameter.name,
        default: parameter.default,
        description: parameter.description.to_owned(),
        allowed_pattern: parameter.allowed_pattern.to_owned(),
    }
}
