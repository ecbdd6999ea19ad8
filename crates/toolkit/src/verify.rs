//! [`verify`]: whether an account has what was generated, and nothing else.

use std::fmt;

use iam::{PolicyDocument, PolicyKind};
use serde::Serialize;

use crate::account::Account;
use crate::difference::document_differences;
use crate::environment::Environment;
use crate::expected::Expected;
use crate::stack::{ToolkitStack, parameter, split};

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Finding {
    /// No bootstrap stack.
    NoStack,
    /// CloudFormation did not finish, or rolled back.
    StackStatus {
        /// The stack's status.
        status: String,
    },
    /// An output is another, or not there.
    Output {
        /// Its name.
        name: String,
        /// What it says.
        found: Option<String>,
        /// What it should say.
        expected: String,
    },
    /// A parameter is another.
    Parameter {
        /// Its name.
        name: String,
        /// Its value.
        found: Option<String>,
        /// The value it should have.
        expected: String,
    },
    /// No execution role.
    NoRole {
        /// Its name.
        role: String,
    },
    /// A policy is not attached.
    NotAttached {
        /// Its ARN.
        arn: String,
    },
    /// A policy is attached that should not be.
    Attached {
        /// Its ARN.
        arn: String,
    },
    /// The role has an inline policy.
    Inline {
        /// Its name.
        name: String,
    },
    /// The role has another boundary.
    Boundary {
        /// The ARN it has.
        found: Option<String>,
        /// The ARN it should have.
        expected: Option<String>,
    },
    /// Others than the template says may assume the role.
    Trust {
        /// How the trust policy differs, a phrase each.
        differences: Vec<String>,
        /// What it should say, as JSON.
        expected: String,
    },
    /// A policy that is attached is not there, or cannot be seen.
    NoPolicy {
        /// Its ARN.
        arn: String,
    },
    /// A policy says something else.
    Document {
        /// The policy's ARN.
        arn: String,
        /// The artifact that has what it should say.
        file: String,
        /// How it differs, a phrase each.
        differences: Vec<String>,
    },
}

impl Finding {
    /// Whether somebody changed the account behind CloudFormation's back; else a bootstrap is due.
    pub fn is_drift(&self) -> bool {
        matches!(
            self,
            Self::NotAttached { .. }
                | Self::Attached { .. }
                | Self::Inline { .. }
                | Self::Boundary { .. }
                | Self::Document { .. }
                | Self::NoPolicy { .. }
                | Self::Trust { .. }
                | Self::NoRole { .. }
        )
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |text: &Option<String>| text.clone().map_or("nothing".to_owned(), |t| format!("`{t}`"));
        match self {
            Self::NoStack => f.write_str("there is no bootstrap stack"),
            Self::StackStatus { status } => write!(f, "the stack is in {status}"),
            Self::Output { name, found, expected } => {
                write!(f, "output {name} says {}, not `{expected}`", or_none(found))
            }
            Self::Parameter { name, found, expected } => {
                write!(f, "parameter {name} is {}, not `{expected}`", or_none(found))
            }
            Self::NoRole { role } => write!(f, "there is no role `{role}`"),
            Self::NotAttached { arn } => write!(f, "`{arn}` is not attached to the execution role"),
            Self::Attached { arn } => {
                write!(f, "`{arn}` is attached to the execution role and should not be")
            }
            Self::Inline { name } => write!(f, "the execution role has an inline policy `{name}`"),
            Self::Boundary { found, expected } => write!(
                f,
                "the execution role's permissions boundary is {}, not {}",
                or_none(found),
                or_none(expected)
            ),
            Self::Trust { differences, .. } => {
                write!(f, "the execution role's trust policy differs: {}", differences.join("; "))
            }
            Self::NoPolicy { arn } => write!(f, "there is no policy `{arn}`"),
            Self::Document { arn, differences, .. } => {
                write!(f, "`{arn}` differs: {}", differences.join("; "))
            }
        }
    }
}

/// Everything that is not as it should be; empty when the account has what was generated and nothing else.
///
/// Compute types, given execution policies and boundary are those that the stack's parameters say: whether
/// these are the wanted ones is for the caller.
pub fn verify(environment: &Environment, expected: &Expected, account: &Account) -> Vec<Finding> {
    let Some(stack) = &account.stack else { return vec![Finding::NoStack] };
    let mut findings = Vec::new();
    if !stack.stack_status.is_stable() {
        findings.push(Finding::StackStatus { status: stack.stack_status.as_str().to_owned() });
    }
    let compute_types = split(stack.parameter(parameter::COMPUTE_TYPES).unwrap_or_default());
    for (name, expected) in [
        ("BootstrapVersion", expected.bootstrap_version.to_string()),
        ("BootstrapPolicyVersion", expected.version.to_string()),
        ("BootstrapPolicyHash", expected.hash.to_string()),
        ("BootstrapPolicySet", expected.set_output(&compute_types)),
    ] {
        let found = stack.output(name).map(str::to_owned);
        if found.as_ref() != Some(&expected) {
            findings.push(Finding::Output { name: name.to_owned(), found, expected });
        }
    }
    findings.extend(verify_role(environment, expected, account, stack, &compute_types));
    findings
}

fn verify_role(
    environment: &Environment,
    expected: &Expected,
    account: &Account,
    stack: &ToolkitStack,
    compute_types: &[String],
) -> Vec<Finding> {
    let Some(role) = &account.role else {
        return vec![Finding::NoRole { role: expected.execution_role(environment) }];
    };
    let mut findings = Vec::new();
    let ours = expected.policies(compute_types);
    let arns: Vec<String> = ours.iter().map(|p| expected.policy_arn(environment, p.name)).collect();
    let given = split(stack.parameter(parameter::EXECUTION_POLICIES).unwrap_or_default());
    let wanted = if given.is_empty() { &arns } else { &given };
    let missing = wanted.iter().filter(|arn| !role.attached.contains(arn));
    findings.extend(missing.map(|arn| Finding::NotAttached { arn: arn.clone() }));
    let extra = role.attached.iter().filter(|arn| !wanted.contains(arn));
    findings.extend(extra.map(|arn| Finding::Attached { arn: arn.clone() }));
    findings.extend(role.inline.iter().map(|name| Finding::Inline { name: name.clone() }));
    let boundary = stack
        .parameter(parameter::BOUNDARY)
        .filter(|name| !name.is_empty())
        .map(|name| format!("arn:{}:iam::{}:policy/{name}", expected.partition, environment.account));
    if role.boundary != boundary {
        findings.push(Finding::Boundary { found: role.boundary.clone(), expected: boundary });
    }
    findings.extend(verify_trust(expected, role.trust.as_deref()));
    for (policy, arn) in ours.iter().zip(&arns) {
        let differences = match account.documents.get(arn) {
            None => {
                // Said already when it is not attached.
                if role.attached.contains(arn) {
                    findings.push(Finding::NoPolicy { arn: arn.clone() });
                }
                continue;
            }
            Some(text) => match PolicyDocument::parse(text, PolicyKind::Identity) {
                Ok(found) => document_differences(policy.document, &found),
                Err(errors) => vec![format!("it cannot be read: {errors}")],
            },
        };
        if !differences.is_empty() {
            findings.push(Finding::Document { arn: arn.clone(), file: policy.file.clone(), differences });
        }
    }
    findings
}

fn verify_trust(expected: &Expected, found: Option<&str>) -> Option<Finding> {
    let differences = match PolicyDocument::parse(found.unwrap_or_default(), PolicyKind::Trust) {
        Ok(found) => document_differences(&expected.trust, &found),
        Err(errors) => vec![format!("it cannot be read: {errors}")],
    };
    let expected = expected.trust.to_minified();
    (!differences.is_empty()).then_some(Finding::Trust { differences, expected })
}
