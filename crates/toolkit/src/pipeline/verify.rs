//! [`verify_pipeline`]: whether an account has a pipeline as it was generated, and nothing else.

use std::fmt;

use serde::Serialize;

use super::{ExpectedPipeline, PipelineAccount};
use crate::environment::Environment;
use crate::identity::IdentityFinding;

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PipelineFinding {
    /// No stack of that name.
    NoStack(String),
    /// The stack of that name is not a pipeline's.
    NotOurs(String),
    /// CloudFormation did not finish, or rolled back.
    StackStatus(String),
    /// A parameter is another.
    Parameter {
        /// Its name.
        name: String,
        /// Its value.
        found: Option<String>,
        /// The value it should have.
        expected: String,
    },
    /// The stack's template is another.
    Template {
        /// The logical ids of the resources that differ.
        resources: Vec<String>,
    },
    /// The role or user has, or lacks, something.
    Identity {
        /// Who it is, in words.
        who: &'static str,
        /// What.
        finding: IdentityFinding,
        /// Whether somebody did it behind CloudFormation's back; else a deployment is due.
        is_drift: bool,
    },
}

/// What the findings amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PipelineVerdict {
    /// The account has what was generated, and nothing else.
    InOrder,
    /// Somebody changed it by hand.
    Drift,
    /// A deployment is due.
    DeploymentNeeded,
}

impl PipelineVerdict {
    /// The worst that any of them says.
    pub fn of(findings: &[PipelineFinding]) -> Self {
        let of_one = |finding: &PipelineFinding| match finding {
            PipelineFinding::Identity { is_drift: true, .. } => Self::Drift,
            _ => Self::DeploymentNeeded,
        };
        findings.iter().map(of_one).max().unwrap_or(Self::InOrder)
    }
}

impl fmt::Display for PipelineFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStack(name) => write!(f, "there is no stack `{name}`"),
            Self::NotOurs(name) => write!(f, "the stack `{name}` is not a pipeline's"),
            Self::StackStatus(status) => write!(f, "the stack is in {status}"),
            Self::Parameter { name, found: Some(found), expected } => {
                write!(f, "parameter {name} is `{found}`, not `{expected}`")
            }
            Self::Parameter { name, found: None, expected } => {
                write!(f, "parameter {name} is not there, and should be `{expected}`")
            }
            Self::Template { resources } => {
                write!(f, "the stack's template is another: it differs in {}", resources.join(", "))
            }
            Self::Identity { who, finding, .. } => f.write_str(&finding.sentence(who)),
        }
    }
}

/// Everything that is not as it should be; empty when the account has what was generated and nothing else.
pub fn verify_pipeline(
    environment: &Environment,
    expected: &ExpectedPipeline,
    found: &PipelineAccount,
) -> Vec<PipelineFinding> {
    let Some(stack) = found.stack.as_ref().filter(|_| found.has_stack()) else {
        return vec![PipelineFinding::NoStack(expected.stack_name.clone())];
    };
    if stack.description.as_ref() != Some(&expected.description) {
        return vec![PipelineFinding::NotOurs(expected.stack_name.clone())];
    }
    let mut findings = Vec::new();
    if !stack.stack_status.is_stable() {
        findings.push(PipelineFinding::StackStatus(stack.stack_status.as_str().to_owned()));
    }
    for (name, expected) in &expected.parameters {
        let value = stack.parameter(name);
        if value != Some(expected.as_str()) {
            let (name, expected) = (name.clone(), expected.clone());
            findings.push(PipelineFinding::Parameter { name, found: value.map(str::to_owned), expected });
        }
    }
    if !found.differing.is_empty() {
        let resources = found.differing.iter().cloned().collect();
        findings.push(PipelineFinding::Template { resources });
    }
    let account = &environment.account;
    findings.extend(expected.findings(account, found).into_iter().map(|finding| PipelineFinding::Identity {
        who: expected.who(),
        is_drift: expected.is_drift(account, found, &finding),
        finding,
    }));
    findings
}
