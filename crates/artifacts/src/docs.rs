//! [`DocsPage`]: what the docs page says, derived from the policies, the template and the reference data.

use iam::{
    Applies, Errors, MANAGED_POLICY_SIZE_LIMIT, ManagedPolicy, PolicyDocument, PolicyDocumentError,
    PolicyKind,
};
use serde::Serialize;

use crate::base_template::BaseTemplate;
use crate::bundle::Bundle;
use crate::place::MissingPlace;
use crate::template::{INLINE_TEMPLATE_LIMIT, Template};

mod open;
mod roles;

pub(crate) use open::{OpenStatement, open_statements};

/// What the page's tera template is given. Everything is a list or a text, so that its order is ours.
#[derive(Debug, Serialize)]
pub struct DocsPage {
    version: String,
    hash: String,
    cli_version: String,
    template_version: String,
    template_bytes: String,
    template_limit: String,
    stack_name: String,
    qualifier: String,
    compute_types: Vec<String>,
    default_compute_types: String,
    size_limit: String,
    policies: Vec<Policy>,
    trust_policy: String,
    trust: Vec<roles::TrustRow>,
    roles: Vec<roles::Role>,
    open: Vec<open::OpenStatement>,
    unlisted: Vec<Unlisted>,
    sources: Vec<Source>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum DocsError {
    /// The tera template is wrong; tera's own chain of causes says where.
    #[error("docs template: {}", causes(.0))]
    Tera(#[from] tera::Error),
    /// The default template lacks what the page speaks of.
    #[error(transparent)]
    Missing(#[from] MissingPlace),
    /// The default template has a role that the page does not know.
    #[error(
        "the default template has a role `{0}` without a purpose: add one to crates/artifacts/src/docs/roles.rs"
    )]
    UnknownRole(String),
    /// The execution role's trust policy cannot be read.
    #[error(transparent)]
    Base(#[from] crate::base_template::BaseTemplateError),
    /// The statements shown together make no policy.
    #[error("the block of policy `{policy}`: {error}")]
    Block {
        /// The policy whose block it is.
        policy: String,
        /// What is wrong with it.
        error: Errors<PolicyDocumentError>,
    },
}

fn causes(error: &tera::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// One row of the policy table, and one section.
#[derive(Debug, Serialize)]
struct Policy {
    name: String,
    scope: String,
    applies: String,
    file: String,
    statements: usize,
    size: String,
    left: String,
    /// The compute type, or empty.
    compute_type: String,
    /// Whether the policy is attached on request only.
    optional: bool,
    /// The policy whose block shows this one's statements, or empty.
    shown_in: String,
    /// Policies whose statements lead this one's block.
    leading: Vec<String>,
    /// The fenced block, or empty.
    json: String,
}

/// A granted action that no reference knows.
#[derive(Debug, Serialize)]
struct Unlisted {
    action: String,
    policy: String,
    sid: String,
    reason: String,
}

/// A source of reference data.
#[derive(Debug, Serialize)]
pub(crate) struct Source {
    package: String,
    version: String,
    released: String,
}

impl DocsPage {
    /// Gathers what the page says.
    pub fn new(bundle: &Bundle, base: &BaseTemplate, template: &Template) -> Result<Self, DocsError> {
        let set = &bundle.set;
        let texts = |types: Vec<&iam::ComputeType>| types.into_iter().map(ToString::to_string).collect();
        let default: Vec<_> = bundle.compute_types.iter().map(ToString::to_string).collect();
        Ok(Self {
            version: bundle.version.clone(),
            hash: set.hash().to_string(),
            cli_version: base.cli_version().to_owned(),
            template_version: base.template_version().to_owned(),
            template_bytes: thousands(template.body().len()),
            template_limit: thousands(INLINE_TEMPLATE_LIMIT),
            stack_name: bundle.stack_name.clone(),
            qualifier: bundle.qualifier.clone(),
            compute_types: texts(set.compute_types()),
            default_compute_types: default.join(","),
            size_limit: thousands(MANAGED_POLICY_SIZE_LIMIT),
            policies: policies(set.policies())?,
            trust_policy: bundle.trust_policy.to_reading(),
            trust: roles::trust_rows(&bundle.trust_policy, base)?,
            roles: roles::roles(base, &bundle.qualifier)?,
            open: open::open_statements(set),
            unlisted: set
                .unlisted_actions()
                .into_iter()
                .map(|grant| Unlisted {
                    action: grant.action.to_string(),
                    policy: grant.policy.name.to_string(),
                    sid: grant.sid.map(ToString::to_string).unwrap_or_default(),
                    reason: grant.reason.to_owned(),
                })
                .collect(),
            sources: iam_reference::sources()
                .iter()
                .filter(|source| *source != iam_reference::aws_managed_policies_source())
                .map(Source::of)
                .collect(),
        })
    }

    /// Fills the page's tera template.
    pub fn render(&self, template: &str) -> Result<String, DocsError> {
        fill(template, self)
    }
}

impl Source {
    pub(crate) fn of(source: &iam_reference::Source) -> Self {
        Self {
            package: source.package().to_owned(),
            version: source.version().to_owned(),
            released: source.released().unwrap_or("not said").to_owned(),
        }
    }
}

/// Fills a page's tera template with what it is given.
pub(crate) fn fill(template: &str, page: &impl Serialize) -> Result<String, DocsError> {
    let context = tera::Context::from_serialize(page)?;
    Ok(tera::Tera::one_off(template, &context, false)?)
}

/// The sections. The block of a policy that is attached everywhere is the whole document; the one of a default
/// compute type has no block of its own, its statements lead the last of those; one that is attached on
/// request shows its bare statement.
fn policies(all: &[ManagedPolicy]) -> Result<Vec<Policy>, DocsError> {
    let host = all.iter().rposition(|policy| policy.applies == Applies::Always);
    let led_by = |position| {
        all.iter().filter(move |p| Some(position) == host && matches!(p.applies, Applies::Default(_)))
    };
    all.iter()
        .enumerate()
        .map(|(position, policy)| {
            let leading: Vec<&ManagedPolicy> = led_by(position).collect();
            let json = block(policy, &leading, host.is_some())?;
            let shown_in = match host.and_then(|host| all.get(host)) {
                Some(host) if json.is_empty() => host.name.to_string(),
                _ => String::new(),
            };
            Ok(Policy {
                name: policy.name.to_string(),
                scope: policy.scope.clone(),
                applies: applies(&policy.applies),
                file: format!("{}.json", policy.file_stem),
                statements: policy.document.statements().len(),
                size: thousands(policy.document.size()),
                left: thousands(policy.characters_left()),
                compute_type: policy.applies.compute_type().map(ToString::to_string).unwrap_or_default(),
                optional: matches!(policy.applies, Applies::When(_)),
                shown_in,
                leading: leading.iter().map(|p| p.name.to_string()).collect(),
                json,
            })
        })
        .collect()
}

fn block(policy: &ManagedPolicy, leading: &[&ManagedPolicy], has_host: bool) -> Result<String, DocsError> {
    let own = policy.document.statements();
    match (&policy.applies, own) {
        (Applies::Default(_), _) if has_host => Ok(String::new()),
        (Applies::When(_), [statement]) => Ok(statement.to_reading()),
        _ => {
            let statements =
                leading.iter().flat_map(|p| p.document.statements()).chain(own).cloned().collect();
            PolicyDocument::new(PolicyKind::Identity, statements)
                .map(|document| document.to_reading())
                .map_err(|error| DocsError::Block { policy: policy.name.to_string(), error })
        }
    }
}

fn applies(applies: &Applies) -> String {
    match applies {
        Applies::Always => "Always".to_owned(),
        Applies::Default(compute_type) => format!("Always (`{compute_type}` is the default compute backend)"),
        Applies::When(compute_type) => format!("Only when `{compute_type}` is in `ComputeTypes`"),
    }
}

/// `6144` as `6,144`.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_separated() {
        for (number, text) in [(0, "0"), (999, "999"), (6144, "6,144"), (1_234_567, "1,234,567")] {
            assert_eq!(super::thousands(number), text);
        }
    }
}
