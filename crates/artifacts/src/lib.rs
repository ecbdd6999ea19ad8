//! What is made of a policy set: pure values with a path and contents.
//!
//! Nothing here knows the five policies: a [`Bundle`] of any [`iam::PolicySet`] is rendered the same way.

mod artifact;
mod base_template;
mod bundle;
mod cfn;
pub mod cli_yaml;
mod docs;
mod pipeline;
mod place;
mod template;

pub use artifact::{Artifact, Location, Page, RenderError, Rendered, render};
pub use base_template::{BaseTemplate, BaseTemplateError};
pub use bundle::Bundle;
pub use docs::{DocsError, DocsPage};
pub use pipeline::{
    Gap, Parameter, Pipeline, PipelineMode, PipelinePageError, PipelineTemplate, PipelineTemplateError,
    Principal, RenderPipelineError, RenderedPipeline, render_pipeline,
};
pub use place::MissingPlace;
pub use template::{DocumentForm, INLINE_TEMPLATE_LIMIT, Template, TemplateError};
