//! What `generate` says of a run: the files, the sizes, and what is granted unlisted.

use std::fmt::Write as _;
use std::path::Path;

use artifacts::{DocumentForm, INLINE_TEMPLATE_LIMIT};
use iam::PolicySet;
use serde::Serialize;

use super::{Generated, GeneratedPipeline};
use crate::output;
use crate::project;
use crate::writer::{FileStatus, Status};

/// What `generate` did and made.
#[derive(Debug, Serialize)]
pub(super) struct Summary<'a> {
    version: &'a str,
    hash: String,
    stack_name: &'a str,
    qualifier: &'a str,
    partition: &'a str,
    compute_types: Vec<&'a str>,
    template: TemplateSummary,
    policies: Vec<PolicySummary<'a>>,
    unlisted_actions: Vec<UnlistedSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline: Option<PipelineSummary<'a>>,
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
struct PipelineSummary<'a> {
    mode: &'a str,
    /// Bytes of the template's body.
    body_bytes: usize,
    policies: Vec<PolicySummary<'a>>,
}

#[derive(Debug, Serialize)]
struct FileSummary<'a> {
    path: String,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a str>,
}

impl<'a> Summary<'a> {
    pub(super) fn new(
        root: &Path,
        generated: &'a Generated,
        files: &'a [FileStatus],
        command: String,
    ) -> Self {
        let Generated { bundle, rendered, pipeline } = generated;
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
            policies: policies(&bundle.set, project::POLICIES),
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
            pipeline: pipeline.as_ref().map(PipelineSummary::new),
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
    pub(super) fn is_stale(&self) -> bool {
        self.files.iter().any(|file| file.status.is_stale())
    }

    pub(super) fn text(&self, verbose: bool) -> String {
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
            policy.write(&mut text);
        }
        if let Some(PipelineSummary { mode, body_bytes, policies }) = &self.pipeline {
            let _ = writeln!(text, "pipeline in mode {mode}, template body: {body_bytes} of {limit} bytes");
            for policy in policies {
                policy.write(&mut text);
            }
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

impl<'a> PipelineSummary<'a> {
    fn new(pipeline: &'a GeneratedPipeline) -> Self {
        Self {
            mode: pipeline.mode,
            body_bytes: pipeline.rendered.template.body().len(),
            policies: policies(&pipeline.set, project::PIPELINE_POLICIES),
        }
    }
}

impl PolicySummary<'_> {
    fn write(&self, text: &mut String) {
        let Self { name, bytes, characters, characters_left, .. } = self;
        let _ = writeln!(
            text,
            "{name}: {bytes} bytes, {characters} characters, {characters_left} left of {}",
            iam::MANAGED_POLICY_SIZE_LIMIT
        );
    }
}

fn policies<'a>(set: &'a PolicySet, folder: &str) -> Vec<PolicySummary<'a>> {
    set.policies()
        .iter()
        .map(|policy| PolicySummary {
            name: policy.name.as_str(),
            file: format!("{folder}/{}.json", policy.file_stem),
            bytes: policy.document.to_artifact().len(),
            characters: policy.document.size(),
            characters_left: policy.characters_left(),
        })
        .collect()
}
