//! [`Account`]: what was read back from an account.

use std::collections::BTreeMap;

use crate::identity::Identity;
use crate::stack::Stack;

/// The state of an account that a bootstrap is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The bootstrap stack; `None` where there is none.
    pub stack: Option<Stack>,
    /// The CloudFormation execution role; `None` where there is none.
    pub role: Option<Identity>,
    /// The default version of each policy that should be there and is, by ARN, as JSON text.
    pub documents: BTreeMap<String, String>,
}
