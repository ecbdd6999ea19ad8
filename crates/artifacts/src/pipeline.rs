//! [`Pipeline`]: everything that is made of the policies of a role or user that deploys.

use iam::{Partition, PolicyDocument, PolicySet};

use crate::artifact::{Artifact, Location, Page};

mod page;
mod template;

pub use page::{Gap, PipelinePageError};
pub use template::{PipelineTemplate, PipelineTemplateError};

use page::PipelinePage;

/// A role or user that deploys, with the policies that it can have.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The ways in which it can deploy, in the order of the page.
    pub modes: Vec<PipelineMode>,
    /// The place in `modes` of the one that files and template are made of.
    pub in_force: usize,
    /// Who it is.
    pub principal: Principal,
    /// The partition of its accounts.
    pub partition: Partition,
    /// What the page says that the policies lack.
    pub gaps: Vec<Gap>,
}

/// One way to deploy.
#[derive(Clone, Debug)]
pub struct PipelineMode {
    /// What it is called.
    pub name: String,
    /// The policies, as files and accounts have them.
    pub set: PolicySet,
    /// The same with `${Name}` where a parameter of the template stands.
    pub with_parameters: PolicySet,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
}

/// Who has the policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A role that an identity provider's tokens assume.
    Role {
        /// Its trust policy, with `${Name}` where a parameter stands.
        trust: PolicyDocument,
        /// What stands in it for the provider's ARN.
        provider: String,
    },
    /// An IAM user.
    User,
}

/// A parameter of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its default.
    pub default: String,
    /// What it is.
    pub description: String,
    /// The regular expression that its values match.
    pub allowed_pattern: String,
}

/// The generated files of a pipeline, with its template.
#[derive(Clone, Debug)]
pub struct RenderedPipeline {
    /// The files, sorted by location.
    pub artifacts: Vec<Artifact>,
    /// The template.
    pub template: PipelineTemplate,
}

/// Why a pipeline cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderPipelineError {
    /// There is no mode in the place that is in force.
    #[error("no mode stands in place {0}")]
    NoMode(usize),
    /// No template.
    #[error("pipeline-template.yaml: {0}")]
    Template(#[from] PipelineTemplateError),
    /// No docs page.
    #[error("pipeline page: {0}")]
    Page(#[from] PipelinePageError),
}

/// Makes every artifact of a pipeline: the policies of the mode in force, the template, and the docs page from its tera
/// template.
pub fn render_pipeline(
    pipeline: &Pipeline,
    docs_template: &str,
) -> Result<RenderedPipeline, RenderPipelineError> {
    let mode = pipeline.modes.get(pipeline.in_force).ok_or(RenderPipelineError::NoMode(pipeline.in_force))?;
    let template = PipelineTemplate::new(pipeline, mode)?;
    let page = PipelinePage::new(pipeline, mode, &template).render(docs_template)?;
    let bootstrap = |path: &str, contents: String| Artifact {
        location: Location::Bootstrap(format!("pipeline/{path}")),
        contents,
    };
    let mut artifacts = vec![
        bootstrap("pipeline-template.yaml", template.text()),
        Artifact { location: Location::Page(Page::PipelinePermissions), contents: page },
    ];
    for policy in mode.set.policies() {
        artifacts
            .push(bootstrap(&format!("policies/{}.json", policy.file_stem), policy.document.to_artifact()));
    }
    artifacts.sort_by(|a, b| a.location.cmp(&b.location));
    Ok(RenderedPipeline { artifacts, template })
}
