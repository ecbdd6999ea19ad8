//! What is generated of the pipeline: its documents in both modes, as `artifacts` takes them.

use anyhow::Context as _;
use artifacts::{Gap, Parameter, Pipeline, Principal, RenderedPipeline};
use policies::{PipelineMode, PipelineTarget, pipeline_policy_set, pipeline_template};
use serde::Deserialize;

use crate::project;

/// The file of the gaps, for messages.
const GAPS: &str = "docs/templates/pipeline-gaps.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GapsFile {
    #[serde(default)]
    gap: Vec<GapTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GapTable {
    #[serde(rename = "for")]
    needed_by: String,
    actions: Vec<String>,
}

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
        gaps: gaps(project::PIPELINE_GAPS)?,
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

/// The gaps of a file: each for another type of resource, of actions that there are.
fn gaps(text: &str) -> anyhow::Result<Vec<Gap>> {
    let file: GapsFile = toml::from_str(text).context(GAPS)?;
    let in_order = file.gap.is_sorted_by(|a, b| a.needed_by < b.needed_by);
    anyhow::ensure!(in_order, "{GAPS}: the gaps have to stand in the order of `for`, each once");
    Ok(file.gap.into_iter().map(|GapTable { needed_by, actions }| Gap { needed_by, actions }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gaps_on_record_name_types_and_actions_that_there_are() {
        for gap in gaps(project::PIPELINE_GAPS).unwrap() {
            assert!(gap.needed_by.split("::").count() >= 2, "{} is no type of resource", gap.needed_by);
            assert!(!gap.actions.is_empty(), "{} lacks nothing", gap.needed_by);
        }
    }

    #[test]
    fn gaps_stand_in_order() {
        let of = |[first, second]: [&str; 2]| {
            format!(
                "[[gap]]\nfor = \"{first}\"\nactions = [\"a:B\"]\n[[gap]]\nfor = \"{second}\"\nactions = [\"a:B\"]\n"
            )
        };
        assert_eq!(gaps(&of(["A::B::C", "A::B::D"])).unwrap().len(), 2);
        for bad in [["A::B::D", "A::B::C"], ["A::B::C", "A::B::C"]] {
            let error = gaps(&of(bad)).unwrap_err().to_string();
            assert!(error.contains("in the order of `for`, each once"), "{error}");
        }
    }
}
