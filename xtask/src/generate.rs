//! `cargo xtask generate`: the policies as JSON, the bootstrap template, version and hash, the docs page.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use artifacts::{Bundle, DocumentForm, INLINE_TEMPLATE_LIMIT, Rendered};
use clap::{Args, ValueEnum};
use policies::{
    BOOTSTRAP_VARIANT, BOOTSTRAP_VERSION, LEDGER, Target, check_ledger, policy_set, trust_policy,
};
use serde::Serialize;

use crate::output;
use crate::project;
use crate::target::TargetArgs;
use crate::writer::{self, Destination, FileStatus, Mode, Status};

/// The command that brings the committed artifacts up to date.
pub const REGENERATE: &str = "cargo xtask generate";

/// Write the policies, the bootstrap template and the docs page, or check that they are up to date
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
    /// The folder of the artifacts [default: bootstrap]; the docs page is then written only with --docs.
    /// In a bootstrap folder, files in policies/ that belong to no policy are removed
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The docs page of the checkout that --out serves [default: `docs/design/DEPLOYMENT_ROLES.md`]
    #[arg(long, value_name = "FILE", requires = "out")]
    docs: Option<PathBuf>,
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
        let target = self.target.resolve(root)?;
        let (bundle, rendered) = render(&target)?;
        crate::lint::refuse_errors(root, &bundle.set)?;
        let mode = if self.check { Mode::Check } else { Mode::Write };
        let files = writer::apply(&self.destination(root), &rendered.artifacts, mode)?;
        let summary = Summary::new(root, &bundle, &rendered, &files, self.command());
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
        let docs_page = match (&self.docs, &self.out) {
            (Some(path), _) => Some(path.clone()),
            (None, Some(_)) => None,
            (None, None) => Some(root.join(project::DOCS_PAGE)),
        };
        Destination { artifacts, docs_page }
    }
}

/// Renders everything for a target, in memory, after checking that version and content go together.
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

/// What `generate` did and made.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    version: &'a str,
    hash: String,
    stack_name: &'a str,
    qualifier: &'a str,
    partition: &'a str,
    compute_types: Vec<&'a str>,
    template: TemplateSummary,
    policies: Vec<PolicySummary<'a>>,
    unlisted_actions: Vec<UnlistedSummary<'a>>,
    files: Vec<FileSummary<'a>>,
    #[serde(skip)]
    command: String,
}

#[derive(Debug, Serialize)]
struct TemplateSummary {
    /// Bytes of what the CDK CLI sends.
    body_bytes: usize,
    limit: usize,
    documents: &'static str,
}

#[derive(Debug, Serialize)]
struct PolicySummary<'a> {
    name: &'a str,
    file: String,
    bytes: usize,
    characters: usize,
    characters_left: usize,
}

#[derive(Debug, Serialize)]
struct UnlistedSummary<'a> {
    action: &'a str,
    policy: &'a str,
    sid: String,
    reason: &'a str,
}

#[derive(Debug, Serialize)]
struct FileSummary<'a> {
    path: String,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a str>,
}

impl<'a> Summary<'a> {
    fn new(
        root: &Path,
        bundle: &'a Bundle,
        rendered: &Rendered,
        files: &'a [FileStatus],
        command: String,
    ) -> Self {
        let template = &rendered.template;
        Self {
            version: &bundle.version,
            hash: bundle.set.hash().to_string(),
            stack_name: &bundle.stack_name,
            qualifier: &bundle.qualifier,
            partition: bundle.partition.as_str(),
            compute_types: bundle.compute_types.iter().map(iam::ComputeType::as_str).collect(),
            template: TemplateSummary {
                body_bytes: template.body().len(),
                limit: INLINE_TEMPLATE_LIMIT,
                documents: match template.form() {
                    DocumentForm::Object => "objects",
                    DocumentForm::MinifiedString => "minified strings",
                },
            },
            policies: bundle
                .set
                .policies()
                .iter()
                .map(|policy| PolicySummary {
                    name: policy.name.as_str(),
                    file: format!("policies/{}.json", policy.file_stem),
                    bytes: policy.document.to_artifact().len(),
                    characters: policy.document.size(),
                    characters_left: policy.characters_left(),
                })
                .collect(),
            unlisted_actions: bundle
                .set
                .unlisted_actions()
                .into_iter()
                .map(|grant| UnlistedSummary {
                    action: grant.action.as_str(),
                    policy: grant.policy.name.as_str(),
                    sid: grant.sid.map(ToString::to_string).unwrap_or_default(),
                    reason: grant.reason,
                })
                .collect(),
            command,
            files: files
                .iter()
                .map(|file| FileSummary {
                    path: project::display(root, &file.path),
                    status: file.status,
                    diff: file.diff.as_deref(),
                })
                .collect(),
        }
    }

    /// Whether `--check` found something.
    fn is_stale(&self) -> bool {
        self.files.iter().any(|file| file.status.is_stale())
    }

    fn text(&self, verbose: bool) -> String {
        let mut text = String::new();
        let mut unchanged = 0;
        for file in &self.files {
            let Some(word) = file.status.word() else {
                unchanged += 1;
                continue;
            };
            let _ = writeln!(text, "{word} {}", file.path);
            text += &file.diff.map(output::coloured_diff).unwrap_or_default();
        }
        let _ = writeln!(text, "{unchanged} of {} files up to date", self.files.len());
        if self.is_stale() {
            let _ = writeln!(text, "to bring them up to date, run `{}`", self.command);
        }
        let TemplateSummary { body_bytes, limit, documents } = &self.template;
        let _ = writeln!(
            text,
            "version {}, hash {}\ntemplate body: {body_bytes} of {limit} bytes, documents as {documents}",
            self.version, self.hash
        );
        for policy in &self.policies {
            let PolicySummary { name, bytes, characters, characters_left, .. } = policy;
            let _ = writeln!(
                text,
                "{name}: {bytes} bytes, {characters} characters, {characters_left} left of {}",
                iam::MANAGED_POLICY_SIZE_LIMIT
            );
        }
        if verbose {
            let _ = writeln!(text, "actions that no reference knows: {}", self.unlisted_actions.len());
            for UnlistedSummary { action, policy, sid, reason } in &self.unlisted_actions {
                let _ = writeln!(text, "  {action} in {policy}, statement {sid}: {reason}");
            }
        }
        text
    }
}
