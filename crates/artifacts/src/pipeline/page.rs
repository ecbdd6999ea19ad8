//! What the docs page says of a pipeline, derived from its policies, its template and the reference data.

use std::collections::BTreeSet;

use iam::{MANAGED_POLICY_SIZE_LIMIT, PolicySet};
use serde::Serialize;

use super::{Pipeline, PipelineMode, PipelineTemplate, Principal};
use crate::docs::{DocsError, OpenStatement, Source, fill, open_statements, thousands};
use crate::template::INLINE_TEMPLATE_LIMIT;

/// What the policies of mode `direct` lack for a deployment of today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The type of resource that needs it, such as `AWS::EC2::VPC`.
    pub needed_by: String,
    /// The actions without which there is no first deployment.
    pub first: Vec<String>,
    /// The further ones that an update or the deletion takes.
    pub later: Vec<String>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct PipelinePageError(#[from] DocsError);

/// What the page's tera template is given.
#[derive(Debug, Serialize)]
pub(super) struct PipelinePage {
    mode: String,
    modes: Vec<Mode>,
    is_user: bool,
    /// The trust policy as a JSON block, or empty for a user.
    trust: String,
    template_bytes: String,
    template_limit: String,
    size_limit: String,
    gaps: Vec<Gap>,
    sources: Vec<Source>,
}

/// One way to deploy, and one section.
#[derive(Debug, Serialize)]
struct Mode {
    name: String,
    policies: Vec<Policy>,
    aws_managed: Vec<AwsManaged>,
    parameters: Vec<Parameter>,
    open: Vec<OpenStatement>,
    attached: usize,
}

#[derive(Debug, Serialize)]
struct Policy {
    name: String,
    scope: String,
    file: String,
    statements: usize,
    size: String,
    /// The document with parameters in it, as a JSON block.
    json: String,
}

#[derive(Debug, Serialize)]
struct AwsManaged {
    name: String,
    version: String,
    actions: usize,
}

#[derive(Debug, Serialize)]
struct Parameter {
    name: String,
    default: String,
    description: String,
}

impl PipelinePage {
    /// Gathers what the page says.
    pub(super) fn new(pipeline: &Pipeline, in_force: &PipelineMode, template: &PipelineTemplate) -> Self {
        Self {
            mode: in_force.name.clone(),
            modes: pipeline.modes.iter().map(mode).collect(),
            is_user: pipeline.principal == Principal::User,
            trust: match &pipeline.principal {
                Principal::Role { trust, .. } => trust.to_reading(),
                Principal::User => String::new(),
            },
            template_bytes: thousands(template.body().len()),
            template_limit: thousands(INLINE_TEMPLATE_LIMIT),
            size_limit: thousands(MANAGED_POLICY_SIZE_LIMIT),
            gaps: pipeline.gaps.clone(),
            sources: iam_reference::sources().iter().map(Source::of).collect(),
        }
    }

    /// Fills the page's tera template.
    pub(super) fn render(&self, template: &str) -> Result<String, PipelinePageError> {
        Ok(fill(template, self)?)
    }
}

fn mode(mode: &PipelineMode) -> Mode {
    let policies = mode.set.policies().iter().zip(mode.with_parameters.policies());
    Mode {
        name: mode.name.clone(),
        policies: policies
            .map(|(policy, with_parameters)| Policy {
                name: policy.name.to_string(),
                scope: policy.scope.clone(),
                file: format!("{}.json", policy.file_stem),
                statements: policy.document.statements().len(),
                size: thousands(policy.document.size()),
                json: with_parameters.document.to_reading(),
            })
            .collect(),
        aws_managed: aws_managed(&mode.set),
        parameters: mode
            .parameters
            .iter()
            .map(|parameter| Parameter {
                name: parameter.name.clone(),
                default: parameter.default.clone(),
                description: parameter.description.clone(),
            })
            .collect(),
        open: open_statements(&mode.set),
        attached: mode.set.documents().count(),
    }
}

fn aws_managed(set: &PolicySet) -> Vec<AwsManaged> {
    set.aws_managed()
        .iter()
        .map(|policy| {
            let patterns = policy.document.statements().iter().flat_map(|s| s.action.patterns());
            let granted = patterns.flat_map(|pattern| {
                let service = iam_reference::service(pattern.service());
                let actions = service.into_iter().flat_map(iam_reference::Service::actions);
                actions.filter(move |action| pattern.matches(action.as_str()))
            });
            let granted: BTreeSet<&str> = granted.map(iam_reference::ActionFacts::as_str).collect();
            AwsManaged {
                name: policy.name.to_string(),
                version: policy.version.to_owned(),
                actions: granted.len(),
            }
        })
        .collect()
}
