//! What gaps want to be granted: actions and resources, as a policy would have them.

use std::collections::{BTreeMap, BTreeSet};

use iam::{ArnPattern, Condition, ConditionKey, Operator};

use super::SuggestionError;
use crate::coverage::Gap;
use crate::shape::takes;

/// What is to be granted of one service.
pub(super) struct Wanted {
    pub(super) service: String,
    pub(super) actions: BTreeSet<String>,
    pub(super) resources: Vec<ArnPattern>,
    /// The services that roles are passed to.
    pub(super) passed_to: Vec<String>,
}

/// What to grant: actions with the same resources together, and those with others where that widens neither.
pub(super) fn wanted(gaps: &[Gap]) -> Result<Vec<Wanted>, SuggestionError> {
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

pub(super) fn passed_to_condition(services: &[String]) -> Condition {
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
