//! What policies do, said before anything is deployed: values in, findings out.
//!
//! No function here reads a file, prints, or looks at the clock.

mod acceptance;
mod assembly;
mod code;
mod coverage;
mod finding;
mod lint;
mod needs;
mod node;
mod policy_source;
mod report;
mod sarif;
mod shape;
mod template;

pub use acceptance::{Acceptance, Judged, judge};
pub use assembly::{
    AssetManifest, DeploymentSettings, FileAsset, FileDestination, ImageAsset, ImageDestination,
    KNOWN_MANIFEST_VERSION, Manifest, ManifestError, NestedStack, StackArtifact, VersionCheck, nested_stacks,
};
pub use code::{Code, CodeError, Severity};
pub use coverage::{
    Certainty, Change, Coverage, CoverageReport, Gap, GapAcceptance, JudgedGaps, Need, ResourceNeeds,
    ResourceRef, Suggested, Suggestion, SuggestionError, UnusedGrant, cover, judge_gaps, suggest, unused,
};
pub use finding::{Finding, Place};
pub use lint::{LintInput, LintOptions, lint};
pub use needs::{
    DEPLOYMENT_PHASES, Deployment, Executor, Needs, Problem, ProblemKind, StackInput, deployer_needs, needs,
};
pub use node::{Entry, Node, NodeError, Value};
pub use policy_source::{Attachment, IdentityKind, PolicySource, PolicyUse};
pub use report::{Counts, ReadCounts, Report};
pub use sarif::Tool;
pub use shape::Shape;
pub use template::{
    Hole, LeftAlone, Names, Parameter, Piece, PoliciesOf, Reduced, ReducedEntry, ReducedValue, Resource,
    Scope, Template, TemplateError, TemplateErrors, TemplateForm, Text,
};
