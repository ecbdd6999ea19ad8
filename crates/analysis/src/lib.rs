//! What policies do, said before anything is deployed: values in, findings out.
//!
//! No function here reads a file, prints, or looks at the clock.

mod acceptance;
mod code;
mod finding;
mod lint;
mod node;
mod policy_source;
mod report;
mod shape;
mod template;

pub use acceptance::{Acceptance, Judged, judge};
pub use code::{Code, CodeError, Severity};
pub use finding::{Finding, Place};
pub use lint::{LintInput, LintOptions, lint};
pub use node::{Entry, Node, NodeError, Value};
pub use policy_source::{Attachment, IdentityKind, PolicySource, PolicyUse};
pub use report::{Counts, ReadCounts, Report, Tool};
pub use shape::Shape;
pub use template::{
    Hole, LeftAlone, Parameter, Piece, PoliciesOf, Reduced, ReducedEntry, ReducedValue, Resource, Scope,
    Template, TemplateError, TemplateErrors, TemplateForm, Text,
};
