//! What policies do, said before anything is deployed: values in, findings out.
//!
//! No function here reads a file, prints, or looks at the clock.

mod node;
mod policy_source;

pub use node::{Entry, Node, NodeError, Value};
pub use policy_source::{PolicySource, PolicyUse};
