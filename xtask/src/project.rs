//! The workspace on disk: its root, its paths, and what is embedded from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use artifacts::{BaseTemplate, Page};

use crate::record_base::{self, Record};

/// The target of the committed artifacts.
pub const TARGET_FILE: &str = "bootstrap.toml";
/// The folder of the generated artifacts.
pub const ARTIFACTS: &str = "bootstrap";
/// The template among them.
pub const TEMPLATE: &str = "bootstrap-template.yaml";
/// The folder of the execution role's policies among them.
pub const POLICIES: &str = "policies";
/// The folder of the pipeline's policies among them.
pub const PIPELINE_POLICIES: &str = "pipeline/policies";
/// The pipeline's template among them.
pub const PIPELINE_TEMPLATE: &str = "pipeline/pipeline-template.yaml";
/// The generated page on the execution role.
pub const DOCS_PAGE: &str = "docs/design/DEPLOYMENT_ROLES.md";
/// The generated page on the pipeline.
pub const PIPELINE_PAGE: &str = "docs/design/PIPELINE_PERMISSIONS.md";

/// The tera template of the page on the execution role.
pub const DOCS_TEMPLATE: &str = include_str!("../../docs/templates/DEPLOYMENT_ROLES.md.tera");
/// The tera template of the page on the pipeline.
pub const PIPELINE_DOCS_TEMPLATE: &str = include_str!("../../docs/templates/PIPELINE_PERMISSIONS.md.tera");
/// The manifest of a load-balanced Fargate service, as recorded for the pipeline's page.
pub const SERVICE_MANIFEST: &str = include_str!("../../cdk/test-app/assembly/assembly-Shop/manifest.json");
/// The template of that service.
pub const SERVICE_TEMPLATE: &str =
    include_str!("../../cdk/test-app/assembly/assembly-Shop/ShopService3AD7A0C4.template.json");
/// Its asset manifest.
pub const SERVICE_ASSETS: &str =
    include_str!("../../cdk/test-app/assembly/assembly-Shop/ShopService3AD7A0C4.assets.json");

const BASE_TEMPLATE: &str = include_str!("../../cdk/bootstrap-template.default.yaml");
const BASE_TEMPLATE_RECORD: &str = include_str!("../../cdk/bootstrap-template.default.toml");

/// The workspace root: the folder above this crate, wherever the command was called from. The tests set
/// `ABCA_BOOTSTRAP_ROOT` to a workspace of their own.
pub fn root() -> anyhow::Result<PathBuf> {
    if let Some(root) = std::env::var_os("ABCA_BOOTSTRAP_ROOT") {
        return Ok(PathBuf::from(root));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.map(Path::to_path_buf).context("the workspace root is not where it was: build xtask again")
}

/// Where the generated pages are.
pub fn pages(root: &Path) -> BTreeMap<Page, PathBuf> {
    [(Page::DeploymentRoles, DOCS_PAGE), (Page::PipelinePermissions, PIPELINE_PAGE)]
        .map(|(page, path)| (page, root.join(path)))
        .into()
}

/// The default bootstrap template of the pinned CDK CLI, as recorded in `cdk/`.
pub fn base_template() -> anyhow::Result<BaseTemplate> {
    let record = Record::parse(BASE_TEMPLATE_RECORD).context(record_base::RECORD)?;
    BaseTemplate::parse(BASE_TEMPLATE, &record.aws_cdk.to_string(), record.sha256)
        .context(record_base::TEMPLATE)
}

/// A path as a person would write it from the workspace root, or as it is when it lies elsewhere.
pub fn display(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

/// The text of a file that a user wrote, without the byte order mark that some editors put first.
pub fn read_text(path: &Path) -> std::io::Result<String> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), ToOwned::to_owned))
}
