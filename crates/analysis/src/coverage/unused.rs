//! [`unused`]: grants that nothing in the templates explains.

use std::collections::BTreeSet;

use iam::{ActionBlock, ActionPattern, ArnPattern, Effect, PolicyDocument, ResourceBlock};

use super::ResourceNeeds;

/// A grant that no need explains.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnusedGrant {
    /// The policy's name.
    pub policy: String,
    /// The statement: its id, or `#0` for its position.
    pub statement: String,
    /// The action as the policy writes it.
    pub action: String,
}

/// The granted actions that nothing needs, in the order of the policies. Actions that read only what a caller
/// could see anyway count as well: this is a list of candidates, never advice.
pub fn unused(policies: &[(String, PolicyDocument)], needed: &[ResourceNeeds]) -> Vec<UnusedGrant> {
    let needs: BTreeSet<(&str, &ArnPattern)> = needed
        .iter()
        .flat_map(|needs| &needs.needs)
        .map(|need| (need.action.as_str(), &need.resource))
        .collect();
    let mut found = Vec::new();
    for (policy, document) in policies {
        for (position, statement) in document.statements().iter().enumerate() {
            let (Effect::Allow, ActionBlock::Action(actions), Some(ResourceBlock::Resource(resources))) =
                (statement.effect, &statement.action, &statement.resource)
            else {
                continue;
            };
            let is_explained = |action: &&ActionPattern| {
                needs.iter().any(|(needed, asked)| {
                    action.matches(needed)
                        && (asked.is_any() || resources.iter().any(|own| own.overlaps_part_by_part(asked)))
                })
            };
            found.extend(actions.iter().filter(|action| !is_explained(action)).map(|action| UnusedGrant {
                policy: policy.clone(),
                statement: statement.label(position),
                action: action.to_string(),
            }));
        }
    }
    found
}
