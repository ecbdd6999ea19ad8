//! [`Bundle`]: what is generated for a run, and what an account should have of it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, ensure};
use artifacts::Template;
use iam::PolicySet;
use policies::{BOOTSTRAP_VARIANT, BOOTSTRAP_VERSION, Target};
use tempfile::TempDir;
use toolkit::{Expected, Request};
use xshell::Shell;

use super::options::Options;
use super::read_back::Caller;
use crate::target::TargetArgs;
use crate::writer::{self, Destination, Mode, Status};
use crate::{generate, output, project, tools};

/// What is generated for this run.
pub(super) struct Bundle {
    pub(super) expected: Expected,
    pub(super) rendered: Template,
    pub(super) request: Request,
    template: PathBuf,
    /// Removed when the run is over.
    _folder: Option<TempDir>,
}

impl Bundle {
    /// Generates for the target in force: the committed files, or a temporary folder when flags say otherwise.
    pub(super) fn prepare(root: &Path, options: &Options) -> anyhow::Result<Self> {
        let committed = TargetArgs::default().resolve(root)?;
        let args = TargetArgs {
            qualifier: options.qualifier.clone(),
            compute_types: options.compute_types.clone(),
            ..TargetArgs::default()
        };
        let target = args.resolve(root)?;
        let (bundle, rendered) = generate::render(&target)?;
        let (folder, destination) = place(root, target == committed)?;
        for file in writer::apply(&destination, &rendered.artifacts, Mode::Write)? {
            if file.status != Status::Unchanged && folder.is_none() {
                output::progress(&format!("generated {}", project::display(root, &file.path)));
            }
        }
        let expected = expected_of(bundle.set, &target, &rendered.template)?;
        Ok(Self {
            expected,
            template: destination.artifacts.join(project::TEMPLATE),
            rendered: rendered.template,
            request: request(options, &target),
            _folder: folder,
        })
    }

    pub(super) fn refuse_partition(&self, caller: &Caller) -> anyhow::Result<()> {
        let ours = self.expected.partition.as_str();
        ensure!(
            caller.partition() == ours,
            "the account is in the partition `{}`, but the policies are for `{ours}`: set `partition` in {}",
            caller.partition(),
            project::TARGET_FILE
        );
        Ok(())
    }

    /// Runs the locked CDK CLI with the template.
    pub(super) fn cdk(&self, sh: &Shell, root: &Path, args: &[String]) -> anyhow::Result<ExitStatus> {
        let entry = tools::install_cdk(sh, root)?;
        Command::new("node")
            .arg(&entry)
            .arg("bootstrap")
            .arg("--template")
            .arg(&self.template)
            .args(["--qualifier", &self.expected.qualifier])
            .args(args)
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
        parameters: template.parameters().clone(),
        body_bytes: template.body().len(),
    })
}

fn place(root: &Path, committed: bool) -> anyhow::Result<(Option<TempDir>, Destination)> {
    if committed {
        let artifacts = root.join(project::ARTIFACTS);
        return Ok((None, Destination { artifacts, docs_page: Some(root.join(project::DOCS_PAGE)) }));
    }
    let folder =
        tempfile::Builder::new().prefix("abca-bootstrap-").tempdir().context("a temporary folder")?;
    let artifacts = folder.path().to_path_buf();
    Ok((Some(folder), Destination { artifacts, docs_page: None }))
}

fn request(options: &Options, target: &Target) -> Request {
    Request {
        compute_types: target.compute_types().iter().map(ToString::to_string).collect(),
        compute_types_given: options.compute_types.is_some(),
        ..options.request.clone()
    }
}
