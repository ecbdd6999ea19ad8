//! [`Target`]: what the policies are generated for.

use std::fmt;

use iam::{ComputeType, Errors, Partition, PartitionError};

use crate::bundle;

/// The stack that is deployed, the bootstrap's qualifier, the partition, and the compute types asked for.
///
/// Every ARN of the policies follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    stack_name: StackName,
    qualifier: Qualifier,
    partition: Partition,
    compute_types: Vec<ComputeType>,
}

/// One reason why values make no [`Target`]; the field is named as in `bootstrap.toml`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TargetError {
    /// No name that CloudFormation takes.
    #[error("stack-name: {0}")]
    StackName(#[from] StackNameError),
    /// No qualifier that the CDK takes.
    #[error("qualifier: {0}")]
    Qualifier(#[from] QualifierError),
    /// No partition of AWS.
    #[error("partition: {0}")]
    Partition(#[from] PartitionError),
    /// A compute type without a policy module.
    #[error("compute-types: there is no compute type `{given}`: write one or more of {}", valid.join(", "))]
    UnknownComputeType {
        /// What was given.
        given: String,
        /// What there is.
        valid: Vec<String>,
    },
    /// One compute type, given again.
    #[error("compute-types: `{0}` stands twice")]
    RepeatedComputeType(String),
    /// No compute type at all.
    #[error("compute-types: the list is empty: write one or more of {}", valid.join(", "))]
    NoComputeType {
        /// What there is.
        valid: Vec<String>,
    },
}

/// Every reason why values make no [`Target`].
pub type TargetErrors = Errors<TargetError>;

impl Target {
    /// Reads a target; every value that breaks a rule is reported.
    ///
    /// The compute types may come in any order: they are kept in that of the policy modules.
    pub fn new<'a>(
        stack_name: &str,
        qualifier: &str,
        partition: &str,
        compute_types: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, TargetErrors> {
        let stack_name = StackName::new(stack_name);
        let qualifier = Qualifier::new(qualifier);
        let partition = partition.parse::<Partition>();
        let compute_types = read_compute_types(compute_types);
        match (stack_name, qualifier, partition, compute_types) {
            (Ok(stack_name), Ok(qualifier), Ok(partition), Ok(compute_types)) => {
                Ok(Self { stack_name, qualifier, partition, compute_types })
            }
            (stack_name, qualifier, partition, compute_types) => {
                let mut errors: Vec<TargetError> = Vec::new();
                errors.extend(stack_name.err().map(TargetError::from));
                errors.extend(qualifier.err().map(TargetError::from));
                errors.extend(partition.err().map(TargetError::from));
                errors.extend(compute_types.err().unwrap_or_default());
                Err(Errors::of(errors))
            }
        }
    }

    /// The target of the reference implementation, to which golden tests and the version ledger hold,
    /// whatever `bootstrap.toml` says.
    pub fn reference() -> Self {
        Self {
            stack_name: StackName("backgroundagent-dev".to_owned()),
            qualifier: Qualifier("hnb659fds".to_owned()),
            partition: Partition::AWS,
            compute_types: bundle::default_compute_types(),
        }
    }

    /// The stack that is deployed.
    pub fn stack_name(&self) -> &StackName {
        &self.stack_name
    }

    /// The bootstrap's qualifier.
    pub fn qualifier(&self) -> &Qualifier {
        &self.qualifier
    }

    /// The partition of the accounts.
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// The compute types asked for, at least one, in the order of the policy modules.
    pub fn compute_types(&self) -> &[ComputeType] {
        &self.compute_types
    }
}

fn read_compute_types<'a>(
    given: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<ComputeType>, Vec<TargetError>> {
    let mut errors = Vec::new();
    let known = bundle::compute_types();
    let valid = || known.iter().map(ToString::to_string).collect();
    let mut chosen: Vec<&str> = Vec::new();
    for name in given {
        if !known.iter().any(|compute_type| compute_type.as_str() == name) {
            errors.push(TargetError::UnknownComputeType { given: name.to_owned(), valid: valid() });
        } else if chosen.contains(&name) {
            errors.push(TargetError::RepeatedComputeType(name.to_owned()));
        } else {
            chosen.push(name);
        }
    }
    if chosen.is_empty() && errors.is_empty() {
        errors.push(TargetError::NoComputeType { valid: valid() });
    }
    if errors.is_empty() {
        Ok(known.into_iter().filter(|compute_type| chosen.contains(&compute_type.as_str())).collect())
    } else {
        Err(errors)
    }
}

/// A stack's name: a letter, then letters, digits and hyphens, 128 characters at most.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackName(String);

/// Why a text is no [`StackName`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is no stack name: CloudFormation takes a letter, then letters, digits and hyphens, at most 128"
)]
pub struct StackNameError(String);

impl StackName {
    /// Last words of a stack name that tell the stage and not the application.
    const STAGES: [&str; 8] = ["dev", "test", "qa", "uat", "stage", "staging", "prod", "production"];

    /// Reads a stack name.
    pub fn new(text: &str) -> Result<Self, StackNameError> {
        let well_formed = text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.len() <= 128
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if well_formed { Ok(Self(text.to_owned())) } else { Err(StackNameError(text.to_owned())) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The application's part of the name: `backgroundagent` of `backgroundagent-dev`.
    ///
    /// Only a known stage is cut off: of `web-app` nothing is, or else a policy would open to all of `web-*`.
    pub fn application(&self) -> &str {
        match self.0.rsplit_once('-') {
            Some((application, stage)) if !application.is_empty() && Self::STAGES.contains(&stage) => {
                application
            }
            _ => &self.0,
        }
    }
}

impl fmt::Display for StackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A bootstrap qualifier: 1 to 10 ASCII letters and digits.
///
/// <https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualifier(String);

/// Why a text is no [`Qualifier`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no qualifier: the CDK takes 1 to 10 letters and digits")]
pub struct QualifierError(String);

impl Qualifier {
    /// The qualifier of an account that was bootstrapped without naming one.
    pub const DEFAULT: &'static str = "hnb659fds";

    /// Reads a qualifier.
    pub fn new(text: &str) -> Result<Self, QualifierError> {
        let well_formed = (1..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if well_formed { Ok(Self(text.to_owned())) } else { Err(QualifierError(text.to_owned())) }
    }

    /// The qualifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path below which the policies reach bootstrap parameters.
    ///
    /// The reference leaves the path open over all qualifiers, which stays so for the default one: its
    /// bytes are relied on. Any other qualifier reaches its own parameters only.
    pub(crate) fn parameter_path(&self) -> String {
        match self.0.as_str() {
            Self::DEFAULT => "cdk-bootstrap/*".to_owned(),
            own => format!("cdk-bootstrap/{own}/*"),
        }
    }
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
