//! [`Bundle`]: what is generated for a run, and what an account should have of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::Context as _;
use artifacts::Template;
use iam::PolicySet;
use policies::{BOOTSTRAP_VARIANT, BOOTSTRAP_VERSION, Target};
use tempfile::TempDir;
use toolkit::{Expected, Request};
use xshell::Shell;

use super::options::Options;
use crate::target::TargetArgs;
use crate::writer::{self, Destination, Mode};
use crate::{generate, output, project, tools};

/// The variables of the CDK CLI that are no options.
const CDK_VARIABLES: [&str; 4] = ["CDK_HOME", "CDK_DISABLE_CLI_TELEMETRY", "CDK_DEBUG", "CDK_DOCKER"];

/// What is generated for this run.
pub(super) struct Bundle {
    pub(super) expected: Expected,
    pub(super) rendered: Template,
    pub(super) request: Request,
    template: PathBuf,
    /// Removed when the run is over.
    folder: Option<TempDir>,
}

impl Bundle {
    /// Generates for the target in force: the committed files, or a temporary folder when flags say otherwise.
    pub(super) fn prepare(root: &Path, options: &Options) -> anyhow::Result<Self> {
        let (committed, pipeline) = TargetArgs::default().resolve_with_pipeline(root)?;
        let args = TargetArgs {
            qualifier: options.qualifier.clone(),
            compute_types: options.compute_types.clone(),
            ..TargetArgs::default()
        };
        let target = args.resolve(root)?;
        // With the pipeline of the committed target, as its files stand beside those of the bundle.
        let pipeline = pipeline.filter(|_| target == committed);
        let generated = generate::generate(root, &target, pipeline.as_ref())?;
        let (folder, destination) = place(root, target == committed)?;
        let files = writer::apply(&destination, &generated.artifacts(), Mode::Write)?;
        if folder.is_none() {
            generate::say(root, &files);
        }
        let generate::Generated { bundle, rendered, .. } = generated;
        let expected = expected_of(bundle.set, &target, &rendered.template)?;
        Ok(Self {
            expected,
            template: destination.artifacts.join(project::TEMPLATE),
            rendered: rendered.template,
            request: request(options, &target),
            folder,
        })
    }

    /// The folder of the policies as files. That of another target goes with this run, so a command that names it has
    /// to be made again by `generate --out`.
    pub(super) fn policies(&self) -> String {
        let folder = if self.folder.is_some() {
            Path::new("other-target")
        } else {
            self.template.parent().unwrap_or(Path::new(""))
        };
        folder.join("policies").display().to_string()
    }

    /// Runs the locked CDK CLI with the template.
    pub(super) fn cdk(
        &self,
        sh: &Shell,
        root: &Path,
        stack_name: &str,
        args: &[String],
        stdout: Stdio,
    ) -> anyhow::Result<ExitStatus> {
        let entry = tools::install_cdk(sh, root)?;
        let mut command = Command::new("node");
        // The CDK CLI reads every option from a variable as well, `CDK_TRUST` for example: the plan would not see it.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CDK_") && !CDK_VARIABLES.contains(&name.as_str()) {
                output::progress(&format!("{name} is ignored: give the option itself"));
                command.env_remove(name);
            }
        }
        command
            .arg(&entry)
            .arg("bootstrap")
            .arg("--template")
            .arg(&self.template)
            .args(["--qualifier", &self.expected.qualifier])
            .args(["--toolkit-stack-name", stack_name])
            .args(args)
            .stdout(stdout)
            .status()
            .context("cannot run `node`: install Node.js")
    }
}

/// What an account of a target should have.
pub fn expected(target: &Target) -> anyhow::Result<Expected> {
    let (bundle, rendered) = generate::render(target)?;
    expected_of(bundle.set, target, &rendered.template)
}

fn expected_of(set: PolicySet, target: &Target, template: &Template) -> anyhow::Result<Expected> {
    let base = project::base_template()?;
    let version = base.template_version();
    Ok(Expected {
        version: BOOTSTRAP_VERSION,
        hash: set.hash(),
        bootstrap_version: version
            .parse()
            .with_context(|| format!("the default template's version `{version}`"))?,
        variant: BOOTSTRAP_VARIANT.to_owned(),
        qualifier: target.qualifier().to_string(),
        partition: target.partition(),
        set,
        trust: base.execution_role_trust().context("the default template")?,
        parameters: template.parameters().clone(),
        body_bytes: template.body().len(),
    })
}

fn place(root: &Path, committed: bool) -> anyhow::Result<(Option<TempDir>, Destination)> {
    if committed {
        let artifacts = root.join(project::ARTIFACTS);
        return Ok((None, Destination { artifacts, pages: project::pages(root) }));
    }
    let folder =
        tempfile::Builder::new().prefix("abca-bootstrap-").tempdir().context("a temporary folder")?;
    let artifacts = folder.path().to_path_buf();
    Ok((Some(folder), Destination { artifacts, pages: BTreeMap::new() }))
}

fn request(options: &Options, target: &Target) -> Request {
    Request {
        compute_types: target.compute_types().iter().map(ToString::to_string).collect(),
        compute_types_given: options.compute_types.is_some(),
        ..options.request.clone()
    }
}
