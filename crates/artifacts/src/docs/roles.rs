//! The bootstrap roles and the execution role's trust, read from the default template.

use iam::{PolicyDocument, Principal, Statement};
use serde::Serialize;
use serde_yaml::Value;

use super::DocsError;
use crate::base_template::BaseTemplate;
use crate::place::{MissingPlace, get};

/// What each role of the default template is for, by logical id, in the order of the page.
const PURPOSES: [(&str, &str); 5] = [
    ("DeploymentActionRole", "The CDK CLI assumes it to start deployments"),
    (
        "CloudFormationExecutionRole",
        "CloudFormation assumes it to create, change and delete resources: **the role that gets these policies**",
    ),
    ("FilePublishingRole", "Uploads file assets, such as Lambda bundles, to the bootstrap bucket"),
    ("ImagePublishingRole", "Pushes container images to the bootstrap repository"),
    ("LookupRole", "Answers context lookups at synthesis: VPCs, availability zones and the like"),
];

/// One bootstrap role.
#[derive(Debug, Serialize)]
pub(super) struct Role {
    name: String,
    purpose: &'static str,
}

/// The roles of the default template, by the names they get.
pub(super) fn roles(base: &BaseTemplate, qualifier: &str) -> Result<Vec<Role>, DocsError> {
    let resources = get(base.value(), &["Resources"])?.as_mapping();
    for (id, resource) in resources.into_iter().flatten() {
        let id = id.as_str().unwrap_or_default();
        let is_role = resource.get("Type").and_then(Value::as_str) == Some("AWS::IAM::Role");
        if is_role && !PURPOSES.iter().any(|(known, _)| *known == id) {
            return Err(DocsError::UnknownRole(id.to_owned()));
        }
    }
    PURPOSES
        .iter()
        .map(|(id, purpose)| {
            let path = ["Resources", id, "Properties", "RoleName", "Fn::Sub"];
            let name = get(base.value(), &path)?.as_str().ok_or_else(|| MissingPlace::new(&path))?;
            let name =
                name.replace("${Qualifier}", qualifier).replace("${AWS::AccountId}-${AWS::Region}", "*");
            Ok(Role { name, purpose })
        })
        .collect()
}

/// One statement of a trust policy, and which of the two has it.
#[derive(Debug, Serialize)]
pub(super) struct TrustRow {
    principal: String,
    action: String,
    condition: String,
    standalone: bool,
    bootstrapped: bool,
}

/// The statements of the standalone trust policy and of the one that the bootstrapped role really has.
pub(super) fn trust_rows(
    standalone: &PolicyDocument,
    base: &BaseTemplate,
) -> Result<Vec<TrustRow>, DocsError> {
    let bootstrapped = base.execution_role_trust()?;
    let only_bootstrapped =
        bootstrapped.statements().iter().filter(|statement| !standalone.statements().contains(statement));
    Ok(standalone
        .statements()
        .iter()
        .chain(only_bootstrapped)
        .map(|statement| TrustRow {
            principal: principal(statement),
            action: code_list(statement.action.patterns().iter().map(ToString::to_string)),
            condition: condition(statement),
            standalone: standalone.statements().contains(statement),
            bootstrapped: bootstrapped.statements().contains(statement),
        })
        .collect())
}

fn principal(statement: &Statement) -> String {
    match &statement.principal {
        None => String::new(),
        Some(Principal::Any) => "everyone".to_owned(),
        Some(Principal::Named(named)) => code_list(named.values().flatten().map(ToString::to_string)),
    }
}

fn condition(statement: &Statement) -> String {
    let tests = statement.condition.operators().flat_map(|(operator, keys)| {
        keys.iter().map(move |(key, values)| format!("{operator} {key} {}", values.join(", ")))
    });
    let text = code_list(tests);
    if text.is_empty() { "none".to_owned() } else { text }
}

fn code_list(items: impl Iterator<Item = String>) -> String {
    items.map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
}
