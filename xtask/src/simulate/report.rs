//! The answers for machines; `docs/SIMULATE.md` describes every field.

use std::collections::BTreeMap;

use iam::{Decision, Explanation, Mismatch, NearMiss, PolicyType, StatementRef};
use serde::Serialize;

use super::policies::Policies;
use super::requests::Asked;
use super::warnings::{Code, Warning};

/// A request and its answer.
pub(super) struct Answer<'a> {
    pub(super) asked: &'a Asked,
    pub(super) explanation: Explanation<'a>,
}

/// Everything that was found out.
pub(super) struct Report<'a> {
    pub(super) answers: &'a [Answer<'a>],
    pub(super) policies: &'a Policies,
    pub(super) warnings: Vec<Warning>,
}

/// How many requests were answered how.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    pub(super) requests: usize,
    pub(super) allowed: usize,
    pub(super) denied_by_default: usize,
    pub(super) denied_by_statement: usize,
    pub(super) denied_by_boundary: usize,
    pub(super) denied_by_scp: usize,
}

impl Counts {
    pub(super) fn of(answers: &[Answer<'_>]) -> Self {
        let mut counts = Self { requests: answers.len(), ..Self::default() };
        for answer in answers {
            *match answer.explanation.decision {
                Decision::Allowed { .. } => &mut counts.allowed,
                Decision::DeniedByDefault => &mut counts.denied_by_default,
                Decision::DeniedByStatement { .. } => &mut counts.denied_by_statement,
                Decision::DeniedByBoundary => &mut counts.denied_by_boundary,
                Decision::DeniedByScp { .. } => &mut counts.denied_by_scp,
            } += 1;
        }
        counts
    }
}

/// The JSON output.
#[derive(Serialize)]
pub(super) struct JsonReport<'a> {
    target: Option<JsonTarget<'a>>,
    policies: Vec<JsonPolicy<'a>>,
    results: Vec<JsonResult<'a>>,
    counts: Counts,
    warnings: Vec<JsonWarning<'a>>,
}

#[derive(Serialize)]
struct JsonTarget<'a> {
    stack_name: &'a str,
    qualifier: &'a str,
    partition: &'a str,
    compute_types: Vec<&'a str>,
}

#[derive(Serialize)]
struct JsonPolicy<'a> {
    r#type: &'static str,
    name: &'a str,
    file: Option<&'a str>,
    scp_level: Option<usize>,
}

#[derive(Serialize)]
struct JsonResult<'a> {
    action: &'a str,
    resource: &'a str,
    principal: Option<BTreeMap<&'static str, &'a str>>,
    context: BTreeMap<&'a str, &'a [String]>,
    decision: &'static str,
    by: Option<JsonStatement<'a>>,
    scp_level: Option<usize>,
    nearest: Option<JsonNearest<'a>>,
}

#[derive(Serialize)]
struct JsonStatement<'a> {
    r#type: &'static str,
    policy: &'a str,
    sid: Option<&'a str>,
    position: usize,
}

#[derive(Serialize)]
struct JsonNearest<'a> {
    #[serde(flatten)]
    statement: JsonStatement<'a>,
    mismatches: Vec<JsonMismatch<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsonMismatch<'a> {
    Principal {
        element: &'static str,
        asked: Option<&'a str>,
    },
    Action {
        element: &'static str,
        asked: &'a str,
    },
    Resource {
        element: &'static str,
        patterns: &'a [&'a str],
        asked: &'a str,
    },
    Condition {
        element: &'static str,
        operator: String,
        key: &'a str,
        wanted: &'a [String],
        asked: &'a [String],
    },
}

#[derive(Serialize)]
struct JsonWarning<'a> {
    code: Code,
    message: &'a str,
    requests: &'a [usize],
}

impl Report<'_> {
    pub(super) fn json(&self) -> JsonReport<'_> {
        JsonReport {
            target: self.policies.target.as_ref().map(|target| JsonTarget {
                stack_name: target.stack_name().as_str(),
                qualifier: target.qualifier().as_str(),
                partition: target.partition().as_str(),
                compute_types: target.compute_types().iter().map(iam::ComputeType::as_str).collect(),
            }),
            policies: self
                .policies
                .all()
                .map(|(kind, policy, level)| JsonPolicy {
                    r#type: type_name(kind),
                    name: &policy.name,
                    file: policy.file.as_deref(),
                    scp_level: level.map(|level| level + 1),
                })
                .collect(),
            results: self.answers.iter().map(result).collect(),
            counts: Counts::of(self.answers),
            warnings: self
                .warnings
                .iter()
                .map(|Warning { code, message, requests }| JsonWarning { code: *code, message, requests })
                .collect(),
        }
    }
}

/// A policy's type, in one word.
fn type_name(policy_type: PolicyType) -> &'static str {
    match policy_type {
        PolicyType::Identity => "identity",
        PolicyType::Boundary => "boundary",
        PolicyType::Scp => "scp",
        PolicyType::Trust => "trust",
    }
}

fn result<'a>(answer: &'a Answer<'a>) -> JsonResult<'a> {
    let Answer { asked, explanation } = answer;
    let (name, by, scp_level) = match explanation.decision {
        Decision::Allowed { by } => ("allowed", Some(by), None),
        Decision::DeniedByDefault => ("denied-by-default", None, None),
        Decision::DeniedByStatement { by } => ("denied-by-statement", Some(by), None),
        Decision::DeniedByBoundary => ("denied-by-boundary", None, None),
        Decision::DeniedByScp { level } => ("denied-by-scp", None, Some(level + 1)),
    };
    let principal = asked.request.principal();
    JsonResult {
        action: asked.request.action(),
        resource: asked.request.resource(),
        principal: principal
            .map(|principal| BTreeMap::from([(principal.kind().as_str(), principal.as_str())])),
        context: asked.context.entries().collect(),
        decision: name,
        by: by.map(statement),
        scp_level,
        nearest: explanation.nearest.as_ref().map(nearest),
    }
}

fn statement(by: StatementRef<'_>) -> JsonStatement<'_> {
    JsonStatement {
        r#type: type_name(by.policy_type),
        policy: by.policy,
        sid: by.sid.map(iam::Sid::as_str),
        position: by.position,
    }
}

fn nearest<'a>(miss: &'a NearMiss<'a>) -> JsonNearest<'a> {
    let mismatches = miss.mismatches.iter().map(|mismatch| match mismatch {
        Mismatch::Principal { asked } => JsonMismatch::Principal { element: "Principal", asked: *asked },
        Mismatch::Action { element, asked } => JsonMismatch::Action { element, asked },
        Mismatch::Resource { element, patterns, asked } => {
            JsonMismatch::Resource { element, patterns, asked }
        }
        Mismatch::Condition { operator, key, wanted, asked } => JsonMismatch::Condition {
            element: "Condition",
            operator: operator.to_string(),
            key,
            wanted,
            asked,
        },
    });
    JsonNearest { statement: statement(miss.statement), mismatches: mismatches.collect() }
}
