//! Where a grant goes: into a statement that has the right resources already, or a new one.

use iam::{
    ActionBlock, ActionPattern, ArnPattern, Condition, ConditionKey, Effect, MANAGED_POLICY_SIZE_LIMIT,
    Operator, PolicyDocument, PolicyKind, ResourceBlock, Sid, Statement,
};

use super::{Draft, SuggestionError};

/// The statement that lets roles of these names be passed already, with the services added to its condition.
pub(super) fn pass_role_host(
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
pub(super) fn host(
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
            // A statement on `*` would open the action to everything, unless it is asked on everything.
            let is_open = own.iter().any(ArnPattern::is_any);
            let is_as_narrow =
                !is_open || resources.iter().any(ArnPattern::is_any) || are_all(resources, action);
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

/// Whether these are all resources that the action takes, as they are where AWS makes up the ids.
fn are_all(resources: &[ArnPattern], action: &ActionPattern) -> bool {
    let Some(facts) = iam_reference::lookup(action.as_str()) else { return false };
    let partition = resources.first().map_or("*", |arn| {
        let [partition, ..] = arn.segments();
        partition
    });
    facts.resources().flat_map(|resource| resource.resource_type().arn_patterns()).all(|pattern| {
        let every = every_one(pattern, partition);
        every.is_some_and(|every| resources.iter().any(|own| own.covers(&every)))
    })
}

/// A pattern of the reference with `*` for every variable.
fn every_one(pattern: &str, partition: &str) -> Option<ArnPattern> {
    let pattern = pattern.replace("${Partition}", partition);
    let mut text = String::new();
    let mut rest = pattern.as_str();
    while let Some((literal, variable)) = rest.split_once("${") {
        text.push_str(literal);
        text.push('*');
        rest = variable.split_once('}')?.1;
    }
    ArnPattern::parse(&(text + rest)).ok()
}

pub(super) fn add_action(drafts: &mut [Draft], (policy, position): (usize, usize), action: ActionPattern) {
    let statement = drafts.get_mut(policy).and_then(|draft| draft.statements.get_mut(position));
    if let Some(ActionBlock::Action(actions)) = statement.map(|statement| &mut statement.action) {
        actions.push(action);
    }
}

pub(super) fn add_statement(
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
