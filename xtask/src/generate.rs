//! `cargo xtask generate`: the policies as JSON, the templates, version and hash, the docs pages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use artifacts::{Artifact, Bundle, Page, Rendered, RenderedPipeline};
use clap::{Args, ValueEnum};
use iam::PolicySet;
use policies::{
    BOOTSTRAP_VARIANT, BOOTSTRAP_VERSION, LEDGER, PipelineTarget, Target, check_ledger, policy_set,
    trust_policy,
};

use crate::output;
use crate::pipeline;
use crate::project;
use crate::target::TargetArgs;
use crate::writer::{self, Destination, FileStatus, Mode, Status};

mod summary;

use self::summary::Summary;

/// The command that brings the committed artifacts up to date.
pub const REGENERATE: &str = "cargo xtask generate";

/// Write the policies, the templates and the docs pages, or check that they are up to date
#[derive(Debug, Default, Args)]
#[command(after_help = "Examples:
  cargo xtask generate                        write what is stale
  cargo xtask generate --check                write nothing; exit 1 and show a diff if something is stale
  cargo xtask generate --verbose              also list actions that no reference knows
  cargo xtask generate --out ../abca/cdk/bootstrap --docs ../abca/docs/design/DEPLOYMENT_ROLES.md
  cargo xtask generate --stack-name shop-prod --qualifier shop --out ../shop")]
pub struct Generate {
    /// Write nothing: list every stale, missing and orphan file with a diff, and exit 1 if there is one
    #[arg(long)]
    check: bool,
    /// The folder of the artifacts [default: bootstrap]; a docs page is then written only where one is named.
    /// In a bootstrap folder, files in policies/ that belong to no policy are removed
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The docs page of the checkout that --out serves [default: `docs/design/DEPLOYMENT_ROLES.md`]
    #[arg(long, value_name = "FILE", requires = "out")]
    docs: Option<PathBuf>,
    /// The docs page on the pipeline of that checkout [default: `docs/design/PIPELINE_PERMISSIONS.md`]
    #[arg(long, value_name = "FILE", requires = "out")]
    pipeline_docs: Option<PathBuf>,
    /// Also list the actions that are granted although no reference knows them
    #[arg(long, short)]
    verbose: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: TargetArgs,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

impl Generate {
    /// Runs the command; the exit code is 1 when `--check` finds something.
    pub fn run(&self, root: &Path) -> anyhow::Result<ExitCode> {
        let (target, pipeline) = self.target.resolve_with_pipeline(root)?;
        let generated = generate(root, &target, pipeline.as_ref())?;
        let mode = if self.check { Mode::Check } else { Mode::Write };
        let files = writer::apply(&self.destination(root), &generated.artifacts(), mode)?;
        let summary = Summary::new(root, &generated, &files, self.command());
        match self.format {
            Format::Text => output::result(&summary.text(self.verbose))?,
            Format::Json => output::result(&serde_json::to_string_pretty(&summary)?)?,
        }
        Ok(ExitCode::from(u8::from(summary.is_stale())))
    }

    /// The command that brings these very files up to date.
    fn command(&self) -> String {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let options = [
            ("--out", path(&self.out)),
            ("--docs", path(&self.docs)),
            ("--pipeline-docs", path(&self.pipeline_docs)),
            ("--stack-name", self.target.stack_name.clone()),
            ("--qualifier", self.target.qualifier.clone()),
            ("--partition", self.target.partition.clone()),
            ("--compute-types", self.target.compute_types.clone()),
        ];
        options.into_iter().fold(REGENERATE.to_owned(), |command, (name, value)| match value {
            Some(value) => format!("{command} {name} {value}"),
            None => command,
        })
    }

    fn destination(&self, root: &Path) -> Destination {
        let artifacts = self.out.clone().unwrap_or_else(|| root.join(project::ARTIFACTS));
        let given = [(Page::DeploymentRoles, &self.docs), (Page::PipelinePermissions, &self.pipeline_docs)];
        let given: BTreeMap<Page, PathBuf> =
            given.into_iter().filter_map(|(page, path)| Some((page, path.clone()?))).collect();
        let pages = if self.out.is_none() { project::pages(root) } else { given };
        Destination { artifacts, pages }
    }
}

/// Everything that is generated, in memory.
pub struct Generated {
    /// The execution role's policies.
    pub bundle: Bundle,
    /// What is made of them.
    pub rendered: Rendered,
    /// What is made of the pipeline, where there is one.
    pub pipeline: Option<GeneratedPipeline>,
}

/// The pipeline's policies, and what is made of them.
pub struct GeneratedPipeline {
    /// The policies of the mode in force.
    pub set: PolicySet,
    /// What the mode is called.
    pub mode: &'static str,
    /// What is made of them.
    pub rendered: RenderedPipeline,
}

impl Generated {
    /// Every file.
    pub fn artifacts(&self) -> Vec<Artifact> {
        let pipeline = self.pipeline.iter().flat_map(|pipeline| &pipeline.rendered.artifacts);
        self.rendered.artifacts.iter().chain(pipeline).cloned().collect()
    }
}

/// Generates everything for a target and a pipeline, in memory, and refuses what lint finds errors in.
pub fn generate(
    root: &Path,
    target: &Target,
    pipeline: Option<&PipelineTarget>,
) -> anyhow::Result<Generated> {
    let (bundle, rendered) = render(target)?;
    crate::lint::refuse_errors(root, &bundle.set)?;
    let pipeline = pipeline.map(|target| -> anyhow::Result<_> {
        let (set, rendered) = (pipeline::policy_set(target)?, pipeline::render(target)?);
        crate::lint::refuse_errors(root, &set)?;
        Ok(GeneratedPipeline { set, mode: target.mode().as_str(), rendered })
    });
    Ok(Generated { bundle, rendered, pipeline: pipeline.transpose().context("the pipeline")? })
}

/// Says as progress what became of the files, for commands that generate on their way.
pub fn say(root: &Path, files: &[FileStatus]) {
    for file in files {
        let done = match file.status {
            Status::Unchanged => continue,
            Status::Removed => "removed",
            _ => "generated",
        };
        output::progress(&format!("{done} {}", project::display(root, &file.path)));
    }
}

/// Renders the execution role's policies for a target, in memory, after checking that version and content go together.
pub fn render(target: &Target) -> anyhow::Result<(Bundle, Rendered)> {
    let reference = policy_set(&Target::reference()).context("the policies of the reference target")?;
    check_ledger(LEDGER, &BOOTSTRAP_VERSION, reference.hash())?;
    let bundle = bundle(target)?;
    let rendered = artifacts::render(&bundle, &project::base_template()?, project::DOCS_TEMPLATE)?;
    Ok((bundle, rendered))
}

/// The policies for a target with what the artifacts say of them.
pub fn bundle(target: &Target) -> anyhow::Result<Bundle> {
    Ok(Bundle {
        set: policy_set(target)?,
        version: BOOTSTRAP_VERSION.to_string(),
        variant: BOOTSTRAP_VARIANT.to_owned(),
        trust_policy: trust_policy(target)?,
        stack_name: target.stack_name().to_string(),
        qualifier: target.qualifier().to_string(),
        partition: target.partition(),
        compute_types: target.compute_types().to_vec(),
    })
}
