//! [`suggest`]: the statements that would close gaps.

use std::collections::{BTreeMap, BTreeSet};

use iam::{
    ActionBlock, ActionPattern, ArnPattern, Condition, ConditionKey, Effect, MANAGED_POLICY_SIZE_LIMIT,
    Operator, PolicyDocument, PolicyKind, ResourceBlock, Sid, Statement,
};

use super::Gap;
use crate::shape::takes;

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

/// What is to be granted of one service.
struct Wanted {
    service: String,
    actions: BTreeSet<String>,
    resources: Vec<ArnPattern>,
    /// The services that roles are passed to.
    passed_to: Vec<String>,
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

/// What to grant: actions with the same resources together, and those with others where that widens neither.
fn wanted(gaps: &[Gap]) -> Result<Vec<Wanted>, SuggestionError> {
    let mut resources: BTreeMap<(&str, Vec<String>), Vec<ArnPattern>> = BTreeMap::new();
    for gap in gaps {
        let arn = generalized(&gap.need.resource, &gap.resource.stack);
        let known = resources.entry((gap.need.action.as_str(), passed_to(gap))).or_default();
        if !known.iter().any(|known| known.covers(&arn)) {
            known.retain(|known| !arn.covers(known));
            known.push(arn);
        }
    }
    let mut wanted: Vec<Wanted> = Vec::new();
    for ((action, passed_to), mut arns) in resources {
        arns.sort();
        let (service, _) =
            action.split_once(':').ok_or_else(|| SuggestionError::BadAction(action.to_owned()))?;
        let joins = |known: &&mut Wanted| {
            known.service == service && known.passed_to == passed_to && known.takes(action, &arns)
        };
        match wanted.iter_mut().find(joins) {
            Some(known) => {
                known.actions.insert(action.to_owned());
                known.resources.extend(arns);
                known.resources.sort();
                known.resources.dedup();
            }
            None => wanted.push(Wanted {
                service: service.to_owned(),
                actions: BTreeSet::from([action.to_owned()]),
                resources: arns,
                passed_to,
            }),
        }
    }
    Ok(wanted)
}

impl Wanted {
    /// Whether an action on these resources can join: no action then gets a resource that it works on and was
    /// not asked on.
    fn takes(&self, action: &str, arns: &[ArnPattern]) -> bool {
        if self.resources == arns {
            return true;
        }
        let is_open = |arns: &[ArnPattern]| arns.iter().any(ArnPattern::is_any);
        let widens = |action: &str, others: &[ArnPattern], own: &[ArnPattern]| {
            let facts = iam_reference::lookup(action);
            let foreign = others.iter().filter(|other| !own.contains(other));
            foreign.into_iter().any(|other| facts.is_none_or(|facts| takes(facts, other)))
        };
        !is_open(arns)
            && !is_open(&self.resources)
            && !widens(action, &self.resources, arns)
            && !self.actions.iter().any(|known| widens(known, arns, &self.resources))
    }
}

fn passed_to(gap: &Gap) -> Vec<String> {
    let is_pass = gap.need.action.eq_ignore_ascii_case("iam:PassRole");
    let key = ConditionKey::new("iam:PassedToService").ok().filter(|_| is_pass);
    key.and_then(|key| gap.need.context.get(&key).map(<[String]>::to_vec)).unwrap_or_default()
}

fn passed_to_condition(services: &[String]) -> Condition {
    let mut condition = Condition::default();
    if !services.is_empty()
        && let Ok(key) = ConditionKey::new("iam:PassedToService")
    {
        // The value of a string is never refused.
        let _ = condition.add(Operator::StringEquals.into(), key, services.iter().cloned());
    }
    condition
}

/// The pattern for any region and account, up to the stack's name where a name begins with that.
fn generalized(arn: &ArnPattern, stack: &str) -> ArnPattern {
    if arn.is_any() {
        return arn.clone();
    }
    let [partition, service, region, account, resource] = arn.segments();
    let open = |part: &str| if part.is_empty() { "" } else { "*" }.to_owned();
    let prefix = format!("{stack}-");
    // A whole part of the path or name, not the end of a longer one.
    let start = resource.match_indices(&prefix).map(|(at, _)| at).find(|at| {
        resource.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with(['/', ':']))
    });
    let resource = match start.and_then(|at| resource.get(..at)) {
        // What follows the name stays: `table/STACK-*/index/*` is no `table/STACK-*`, but covered by it.
        Some(before) if resource.contains('*') => format!("{before}{prefix}*"),
        _ => resource.to_owned(),
    };
    let account = if account == "aws" { account.to_owned() } else { open(account) };
    let text = format!("arn:{partition}:{service}:{}:{account}:{resource}", open(region));
    ArnPattern::parse(&text).unwrap_or_else(|_| arn.clone())
}

/// The statement that lets roles of these names be passed already, with the services added to its condition.
fn pass_role_host(
    drafts: &mut [Draft],
    resources: &[ArnPattern],
    passed_to: &[String],
) -> Option<(usize, usize)> {
    let key = ConditionKey::new("iam:PassedToService").ok()?;
    if passed_to.is_empty() {
        return None;
    }
    for (policy, draft) in drafts.iter_mut().enumerate() {
        let place = draft.statements.iter().position(|statement| {
            let passes = |action: &ActionPattern| action.matches("iam:PassRole");
            let own = statement.resource.as_ref().map_or(&[][..], ResourceBlock::patterns);
            let operators: Vec<_> = statement.condition.operators().collect();
            let is_by_service = matches!(operators.as_slice(), [(operator, keys)]
                if *operator == Operator::StringEquals.into() && keys.len() == 1 && keys.contains_key(&key));
            statement.effect == Effect::Allow
                && matches!(statement.action, ActionBlock::Action(_))
                && statement.action.patterns().iter().any(passes)
                && resources.iter().all(|asked| own.iter().any(|own| own.covers(asked)))
                && is_by_service
        });
        let Some(position) = place else { continue };
        let before = draft.statements.clone();
        if let Some(statement) = draft.statements.get_mut(position) {
            let _ = statement.condition.add(
                Operator::StringEquals.into(),
                key.clone(),
                passed_to.iter().cloned(),
            );
        }
        if draft.size() <= MANAGED_POLICY_SIZE_LIMIT {
            return Some((policy, position));
        }
        draft.statements = before;
    }
    None
}

/// The statement that grants something of the service on these resources already, in a policy with room for the action.
fn host(
    drafts: &[Draft],
    service: &str,
    resources: &[ArnPattern],
    condition: &Condition,
    action: &ActionPattern,
) -> Option<(usize, usize)> {
    for (policy, draft) in drafts.iter().enumerate() {
        for (position, statement) in draft.statements.iter().enumerate() {
            let (ActionBlock::Action(actions), Some(ResourceBlock::Resource(own))) =
                (&statement.action, &statement.resource)
            else {
                continue;
            };
            let of_service = actions.iter().any(|own| own.service() == service);
            let covers = resources.iter().all(|asked| own.iter().any(|own| own.covers(asked)));
            // A statement on `*` would open the action to everything.
            let is_as_narrow =
                resources.iter().any(ArnPattern::is_any) || !own.iter().any(ArnPattern::is_any);
            let characters = action.as_str().len() + 3;
            if statement.effect == Effect::Allow
                && of_service
                && covers
                && is_as_narrow
                && statement.condition == *condition
                && draft.left() >= characters
            {
                return Some((policy, position));
            }
        }
    }
    None
}

fn add_action(drafts: &mut [Draft], (policy, position): (usize, usize), action: ActionPattern) {
    let statement = drafts.get_mut(policy).and_then(|draft| draft.statements.get_mut(position));
    if let Some(ActionBlock::Action(actions)) = statement.map(|statement| &mut statement.action) {
        actions.push(action);
    }
}

fn add_statement(
    drafts: &mut [Draft],
    service: &str,
    actions: Vec<ActionPattern>,
    resources: Vec<ArnPattern>,
    condition: Condition,
) -> Result<(usize, usize), SuggestionError> {
    let sid = new_sid(drafts, service, resources.iter().any(ArnPattern::is_any));
    let statement = Statement {
        sid: Sid::new(sid.clone()).ok(),
        effect: Effect::Allow,
        principal: None,
        action: ActionBlock::Action(actions),
        resource: Some(ResourceBlock::Resource(resources)),
        condition,
    };
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|position| {
        let draft = drafts.get(*position);
        let of_service = draft.map_or(0, |draft| {
            let actions = draft.statements.iter().flat_map(|statement| statement.action.patterns());
            actions.filter(|action| action.service() == service).count()
        });
        (std::cmp::Reverse(of_service), std::cmp::Reverse(draft.map_or(0, Draft::left)))
    });
    for position in order {
        let Some(draft) = drafts.get_mut(position) else { continue };
        draft.statements.push(statement.clone());
        if draft.size() <= MANAGED_POLICY_SIZE_LIMIT {
            return Ok((position, draft.statements.len() - 1));
        }
        draft.statements.pop();
    }
    let needed =
        PolicyDocument::new(PolicyKind::Identity, vec![statement]).map_or(0, |document| document.size());
    Err(SuggestionError::NoRoom { sid, needed })
}

/// An id after the service's name that no statement has.
fn new_sid(drafts: &[Draft], service: &str, is_open: bool) -> String {
    let name = iam_reference::service(service).map_or(service, |known| known.name());
    let name = name.strip_prefix("Amazon ").or_else(|| name.strip_prefix("AWS ")).unwrap_or(name);
    // What stands in brackets is a name's short form.
    let name = name.split(" (").next().unwrap_or(name);
    let base: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let base = if is_open { format!("{base}AccountLevel") } else { base };
    let is_taken = |sid: &str| {
        let statements = drafts.iter().flat_map(|draft| &draft.statements);
        statements.into_iter().any(|own| own.sid.as_ref().is_some_and(|own| own.as_str() == sid))
    };
    let others = ('B'..='Z').map(|letter| format!("{base}{letter}"));
    std::iter::once(base.clone()).chain(others).find(|sid| !is_taken(sid)).unwrap_or(base)
}
