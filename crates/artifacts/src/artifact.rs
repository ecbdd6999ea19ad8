//! [`render`]: everything that is made of a bundle, in memory.

use std::fmt;

use crate::base_template::BaseTemplate;
use crate::bundle::Bundle;
use crate::docs::{DocsError, DocsPage};
use crate::template::{Template, TemplateError};

/// Where an artifact goes; the command line decides where these places are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// Below the artifacts' folder, with `/` between the parts.
    Bootstrap(String),
    /// A docs page.
    Page(Page),
}

/// A generated docs page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Page {
    /// The policies of the execution role.
    DeploymentRoles,
    /// The permissions of the pipeline.
    PipelinePermissions,
}

impl Page {
    /// The page's name in `docs/design`.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::DeploymentRoles => "DEPLOYMENT_ROLES.md",
            Self::PipelinePermissions => "PIPELINE_PERMISSIONS.md",
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bootstrap(path) => write!(f, "bootstrap/{path}"),
            Self::Page(page) => write!(f, "the page {}", page.file_name()),
        }
    }
}

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Where it goes.
    pub location: Location,
    /// All of its text.
    pub contents: String,
}

/// The generated files, with what a summary says of them.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The files, sorted by location.
    pub artifacts: Vec<Artifact>,
    /// The template, for its length and form.
    pub template: Template,
}

/// Why a bundle cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// No template.
    #[error("bootstrap-template.yaml: {0}")]
    Template(#[from] TemplateError),
    /// No docs page.
    #[error("docs page: {0}")]
    Docs(#[from] DocsError),
}

/// Makes every artifact of a bundle: the policies, the template, version and hash, and the docs page from
/// its tera template.
pub fn render(bundle: &Bundle, base: &BaseTemplate, docs_template: &str) -> Result<Rendered, RenderError> {
    let template = Template::new(bundle, base)?;
    let page = DocsPage::new(bundle, base, &template)?.render(docs_template)?;
    let bootstrap =
        |path: &str, contents: String| Artifact { location: Location::Bootstrap(path.to_owned()), contents };
    let mut artifacts = vec![
        bootstrap("BOOTSTRAP_HASH", format!("{}\n", bundle.set.hash())),
        bootstrap("BOOTSTRAP_VERSION", format!("{}\n", bundle.version)),
        bootstrap("bootstrap-template.yaml", template.text()),
        Artifact { location: Location::Page(Page::DeploymentRoles), contents: page },
    ];
    for policy in bundle.set.policies() {
        let path = format!("policies/{}.json", policy.file_stem);
        artifacts.push(bootstrap(&path, policy.document.to_artifact()));
    }
    artifacts.sort_by(|a, b| a.location.cmp(&b.location));
    Ok(Rendered { artifacts, template })
}
