//! [`Request`]: what the user of a bootstrap asked for.

/// The options of a bootstrap that change the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line, independent of the rest"
)]
pub struct Request {
    /// The compute types, at least one, checked.
    pub compute_types: Vec<String>,
    /// Whether they were given on the command line, and not by `bootstrap.toml`.
    pub compute_types_given: bool,
    /// `--trust`: accounts that may deploy, instead of those stored.
    pub trust: Option<Vec<String>>,
    /// `--trust-for-lookup`: accounts that may look up, instead of those stored.
    pub trust_for_lookup: Option<Vec<String>>,
    /// `--untrust`: accounts that may no longer do either.
    pub untrust: Vec<String>,
    /// `--cloudformation-execution-policies`: ARNs that take the place of the template's policies.
    pub execution_policies: Option<Vec<String>>,
    /// `--custom-permissions-boundary`: the execution role's boundary.
    pub permissions_boundary: Option<String>,
    /// Another variant or stored execution policies are taken over.
    pub adopt: bool,
    /// `--force`: an older template version may be put over a newer one.
    pub force: bool,
    /// `--no-previous-parameters`: what is not given falls back to its default.
    pub no_previous_parameters: bool,
    /// `--no-execute`: the change set is left to be reviewed.
    pub no_execute: bool,
    /// Options that only the CDK CLI understands, for messages.
    pub other_options: Vec<String>,
}
