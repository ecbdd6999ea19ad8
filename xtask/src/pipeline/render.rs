//! What is generated of the pipeline: its documents in both modes, as `artifacts` takes them.

use artifacts::{Parameter, Pipeline, Principal, RenderedPipeline};
use policies::{PipelineMode, PipelineTarget, pipeline_policy_set, pipeline_template};

use super::gaps::gaps;
use crate::project;

/// Renders every file of a pipeline, in memory.
pub fn render(target: &PipelineTarget) -> anyhow::Result<RenderedPipeline> {
    Ok(artifacts::render_pipeline(&pipeline(target)?, project::PIPELINE_DOCS_TEMPLATE)?)
}

/// A pipeline as it is rendered: both modes, as the page speaks of both.
fn pipeline(target: &PipelineTarget) -> anyhow::Result<Pipeline> {
    let modes = PipelineMode::ALL.into_iter().map(|mode| {
        let target = target.in_mode(mode);
        let template = pipeline_template(&target)?;
        Ok(artifacts::PipelineMode {
            name: mode.to_string(),
            set: pipeline_policy_set(&target)?,
            with_parameters: template.set,
            parameters: template.parameters.into_iter().map(parameter).collect(),
        })
    });
    let template = pipeline_template(target)?;
    let principal = match template.trust {
        Some(trust) => Principal::Role { trust, provider: template.provider },
        None => Principal::User,
    };
    let in_force = PipelineMode::ALL.iter().position(|mode| *mode == target.mode()).unwrap_or_default();
    Ok(Pipeline {
        modes: modes.collect::<anyhow::Result<_>>()?,
        in_force,
        principal,
        partition: target.partition(),
        gaps: gaps()?,
    })
}

fn parameter(parameter: policies::PipelineParameter) -> Parameter {
    Parameter {
        name: parameter.name,
        default: parameter.default,
        description: parameter.description.to_owned(),
        allowed_pattern: parameter.allowed_pattern.to_owned(),
    }
}
