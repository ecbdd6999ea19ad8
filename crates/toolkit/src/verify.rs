//! [`verify`]: whether an account has what was generated, and nothing else.

use std::fmt;

use crate::account::Account;
use crate::environment::Environment;
use crate::expected::Expected;
use crate::identity::{ExpectedDocument, ExpectedIdentity, Holder, IdentityFinding, verify_identity};
use crate::stack::{Stack, parameter, split};

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The execution role has, or lacks, something.
    Role(IdentityFinding),
}

impl Finding {
    /// Whether somebody changed the account behind CloudFormation's back; else a bootstrap is due.
    pub fn is_drift(&self) -> bool {
        matches!(self, Self::Role(_))
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
            Self::Role(finding) => f.write_str(&finding.sentence("the execution role")),
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
    stack: &Stack,
    compute_types: &[String],
) -> Vec<Finding> {
    let ours = expected.policies(compute_types);
    let documents: Vec<_> = ours
        .iter()
        .map(|policy| ExpectedDocument {
            arn: expected.policy_arn(environment, policy.name),
            file: policy.file.clone(),
            document: policy.document,
        })
        .collect();
    let given = split(stack.parameter(parameter::EXECUTION_POLICIES).unwrap_or_default());
    let own = documents.iter().map(|policy| policy.arn.clone());
    let boundary = stack
        .parameter(parameter::BOUNDARY)
        .filter(|name| !name.is_empty())
        .map(|name| format!("arn:{}:iam::{}:policy/{name}", expected.partition, environment.account));
    let expected = ExpectedIdentity {
        holder: Holder::Role(expected.execution_role(environment)),
        attached: if given.is_empty() { own.collect() } else { given },
        boundary,
        trust: Some(&expected.trust),
        documents,
    };
    let findings = verify_identity(&expected, account.role.as_ref(), &account.documents);
    findings.into_iter().map(Finding::Role).collect()
}
