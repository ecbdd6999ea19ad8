//! [`Account`]: what was read back from an account.

use std::collections::BTreeMap;

use crate::stack::ToolkitStack;

/// The CloudFormation execution role as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecutionRole {
    /// Managed policies, by ARN.
    pub attached: Vec<String>,
    /// Names of inline policies.
    pub inline: Vec<String>,
    /// The trust policy as JSON text.
    pub trust: Option<String>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
}

/// The state of an account that a bootstrap is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The bootstrap stack; `None` where there is none.
    pub stack: Option<ToolkitStack>,
    /// The execution role; `None` where there is none.
    pub role: Option<ExecutionRole>,
    /// The default version of each policy that should be there and is, by ARN, as JSON text.
    pub documents: BTreeMap<String, String>,
}
