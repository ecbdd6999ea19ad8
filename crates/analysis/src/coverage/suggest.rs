//! [`suggest`]: the statements that would close gaps.

use std::collections::BTreeMap;

use iam::{ActionPattern, MANAGED_POLICY_SIZE_LIMIT, PolicyDocument, PolicyKind, Statement};

use super::Gap;
use host::{add_action, add_statement, host, pass_role_host};
use wanted::{Wanted, passed_to_condition, wanted};

mod host;
mod wanted;

/// A change to a policy that closes gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The policy's name.
    pub policy: String,
    /// The statement, as it would be.
    pub statement: Statement,
    /// What changes.
    pub change: Change,
    /// The actions that are added, or the services.
    pub added: Vec<String>,
    /// The characters left in the policy once all suggestions are in it.
    pub characters_left: usize,
}

/// Suggestions, and the policies as they would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// What changes, in the order of the policies.
    pub suggestions: Vec<Suggestion>,
    /// Every policy by its name, with the changes.
    pub policies: Vec<(String, PolicyDocument)>,
}

/// What a suggestion does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Adds actions to a statement whose resources are the right ones already.
    AddActions,
    /// Adds services to which a statement lets roles be passed.
    AddServices,
    /// Adds a statement.
    AddStatement,
}

/// Why nothing can be suggested.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuggestionError {
    /// No policy has room.
    #[error(
        "statement `{sid}` needs {needed} characters, and no policy has as many left: begin another policy"
    )]
    NoRoom {
        /// The statement that fits nowhere.
        sid: String,
        /// The characters that it takes.
        needed: usize,
    },
    /// An action cannot stand in a policy.
    #[error("`{0}` cannot stand in a policy: no source knows such an action")]
    BadAction(String),
}

/// A policy as it is changed.
struct Draft {
    name: String,
    statements: Vec<Statement>,
}

impl Draft {
    fn document(&self) -> Option<PolicyDocument> {
        PolicyDocument::new(PolicyKind::Identity, self.statements.clone()).ok()
    }

    fn size(&self) -> usize {
        self.document().map_or(usize::MAX, |document| document.size())
    }

    fn left(&self) -> usize {
        MANAGED_POLICY_SIZE_LIMIT.saturating_sub(self.size())
    }
}

/// Suggests what closes the gaps, and gives the policies as they would be. Actions go into a statement of the
/// policies where one has the right resources already; the others get statements of their own, in the policy
/// that grants most of their service and has room.
///
/// Region and account are left open, as the policies of a role have no effect in another account; a name
/// that begins with the stack's is cut after that.
pub fn suggest(policies: &[(String, PolicyDocument)], gaps: &[Gap]) -> Result<Suggested, SuggestionError> {
    let mut drafts: Vec<Draft> = policies
        .iter()
        .map(|(name, document)| Draft { name: name.clone(), statements: document.statements().to_vec() })
        .collect();
    let mut changed: BTreeMap<(usize, usize), (Change, Vec<String>)> = BTreeMap::new();
    for Wanted { service, actions, resources, passed_to } in wanted(gaps)? {
        if let Some(place) = pass_role_host(&mut drafts, &resources, &passed_to) {
            let (_, added) = changed.entry(place).or_insert((Change::AddServices, Vec::new()));
            added.extend(passed_to);
            continue;
        }
        let condition = passed_to_condition(&passed_to);
        let mut rest: Vec<ActionPattern> = Vec::new();
        for action in actions {
            let action = ActionPattern::parse(&action).map_err(|_| SuggestionError::BadAction(action))?;
            match host(&drafts, &service, &resources, &condition, &action) {
                Some((policy, position)) => {
                    add_action(&mut drafts, (policy, position), action.clone());
                    let (_, added) =
                        changed.entry((policy, position)).or_insert((Change::AddActions, Vec::new()));
                    added.push(action.to_string());
                }
                None => rest.push(action),
            }
        }
        if rest.is_empty() {
            continue;
        }
        let added = rest.iter().map(ToString::to_string).collect();
        let place = add_statement(&mut drafts, &service, rest, resources, condition)?;
        changed.insert(place, (Change::AddStatement, added));
    }
    let suggestions = changed
        .into_iter()
        .filter_map(|((policy, position), (change, added))| {
            let draft = drafts.get(policy)?;
            let statement = draft.statements.get(position)?.clone();
            Some(Suggestion {
                policy: draft.name.clone(),
                statement,
                change,
                added,
                characters_left: draft.left(),
            })
        })
        .collect();
    let documents = drafts.iter().filter_map(|draft| Some((draft.name.clone(), draft.document()?))).collect();
    Ok(Suggested { suggestions, policies: documents })
}
