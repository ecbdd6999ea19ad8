//! [`Stack`]: a stack as CloudFormation describes it.

use std::collections::BTreeMap;

use semver::Version;
use serde::Deserialize;

/// The names of the bootstrap template's parameters that matter here.
pub mod parameter {
    /// Which compute backends get a policy.
    pub const COMPUTE_TYPES: &str = "ComputeTypes";
    /// The provenance of the stack.
    pub const VARIANT: &str = "BootstrapVariant";
    /// Policies that take the place of those of the template.
    pub const EXECUTION_POLICIES: &str = "CloudFormationExecutionPolicies";
    /// Accounts that may deploy.
    pub const TRUSTED: &str = "TrustedAccounts";
    /// Accounts that may look up.
    pub const TRUSTED_FOR_LOOKUP: &str = "TrustedAccountsForLookup";
    /// The qualifier in all names.
    pub const QUALIFIER: &str = "Qualifier";
    /// The execution role's permissions boundary, by name.
    pub const BOUNDARY: &str = "InputPermissionsBoundary";
}

/// The status of a stack, such as `UPDATE_COMPLETE`.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct StackStatus(String);

impl StackStatus {
    /// The status as CloudFormation writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether CloudFormation works on the stack now.
    pub fn is_in_progress(&self) -> bool {
        self.0.ends_with("_IN_PROGRESS") && self.0 != "REVIEW_IN_PROGRESS"
    }

    /// Whether there is nothing but a name: a change set for a new stack was never executed.
    pub fn is_only_reviewed(&self) -> bool {
        self.0 == "REVIEW_IN_PROGRESS"
    }

    /// Whether the stack can only be deleted: its creation failed.
    pub fn must_be_deleted(&self) -> bool {
        matches!(self.0.as_str(), "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" | "DELETE_FAILED")
    }

    /// Whether an update's rollback failed, which has to be continued first.
    pub fn needs_continued_rollback(&self) -> bool {
        self.0 == "UPDATE_ROLLBACK_FAILED"
    }

    /// Whether CloudFormation is done with the stack and it can be used, whatever became of the last operation.
    pub fn is_stable(&self) -> bool {
        self.is_success()
            || matches!(self.0.as_str(), "UPDATE_ROLLBACK_COMPLETE" | "IMPORT_ROLLBACK_COMPLETE")
    }

    /// Whether the last operation did what it should.
    pub fn is_success(&self) -> bool {
        matches!(self.0.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE")
    }
}

/// A stack: the part of `describe-stacks` that matters here.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html>
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Stack {
    /// The stack's ARN.
    pub stack_id: String,
    /// What its template says that it is.
    #[serde(default)]
    pub description: Option<String>,
    /// What CloudFormation did last, or does.
    pub stack_status: StackStatus,
    /// When it was last changed, as CloudFormation writes it.
    #[serde(default)]
    pub last_updated_time: Option<String>,
    #[serde(default)]
    parameters: Vec<Parameter>,
    #[serde(default)]
    outputs: Vec<Output>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    parameter_key: String,
    #[serde(default)]
    parameter_value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    output_key: String,
    #[serde(default)]
    output_value: String,
}

impl Stack {
    /// A stack of these parameters and outputs.
    pub fn new(status: &str, parameters: &BTreeMap<&str, &str>, outputs: &BTreeMap<&str, &str>) -> Self {
        let parameters = parameters.iter().map(|(key, value)| Parameter {
            parameter_key: (*key).to_owned(),
            parameter_value: (*value).to_owned(),
        });
        let outputs = outputs
            .iter()
            .map(|(key, value)| Output { output_key: (*key).to_owned(), output_value: (*value).to_owned() });
        Self {
            stack_id: String::new(),
            description: None,
            stack_status: StackStatus(status.to_owned()),
            last_updated_time: None,
            parameters: parameters.collect(),
            outputs: outputs.collect(),
        }
    }

    /// The value of a parameter; `None` where the stack's template has no such parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|p| p.parameter_key == name).map(|p| p.parameter_value.as_str())
    }

    /// The names of the stack's parameters.
    pub fn parameter_names(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().map(|p| p.parameter_key.as_str())
    }

    /// The items of a list parameter, without empty ones.
    pub fn list(&self, name: &str) -> Vec<String> {
        split(self.parameter(name).unwrap_or_default())
    }

    /// The value of an output.
    pub fn output(&self, name: &str) -> Option<&str> {
        self.outputs.iter().find(|o| o.output_key == name).map(|o| o.output_value.as_str())
    }

    /// The version of the CDK's template.
    pub fn bootstrap_version(&self) -> Option<u32> {
        self.output("BootstrapVersion")?.parse().ok()
    }

    /// The version of the policy bundle; `None` where there is none, or none that can be read.
    pub fn policy_version(&self) -> Option<Version> {
        Version::parse(self.output("BootstrapPolicyVersion")?).ok()
    }
}

/// The items of a comma-separated list, without empty ones.
pub(crate) fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}
