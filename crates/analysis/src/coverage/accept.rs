//! [`GapAcceptance`]: gaps that are known and stay, with the reason.

use super::Gap;

/// Gaps of some actions in one stack that are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapAcceptance {
    /// The stack's name.
    pub stack: String,
    /// The actions, at least one.
    pub actions: Vec<String>,
    /// The resource type that it is accepted for; none for every one.
    pub kind: Option<String>,
    /// Why, which is never blank.
    pub reason: String,
    /// Where the acceptance stands: file and line.
    pub origin: (String, usize),
}

/// Gaps, told apart by whether somebody accepted them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JudgedGaps {
    /// Those that nobody did.
    pub open: Vec<Gap>,
    /// The others, each with the reason.
    pub accepted: Vec<(Gap, String)>,
    /// Acceptances for stacks that were read, with the actions of which no gap is left.
    pub stale: Vec<(GapAcceptance, String)>,
}

impl GapAcceptance {
    fn accepts(&self, gap: &Gap) -> bool {
        self.stack == gap.resource.stack
            && self.actions.contains(&gap.need.action)
            && self.kind.as_ref().is_none_or(|kind| *kind == gap.resource.kind)
    }
}

/// Tells accepted gaps from the others. An acceptance for a stack that was not read is left alone.
pub fn judge_gaps(gaps: Vec<Gap>, acceptances: &[GapAcceptance], stacks: &[String]) -> JudgedGaps {
    let mut judged = JudgedGaps::default();
    let mut used: Vec<Vec<String>> = vec![Vec::new(); acceptances.len()];
    for gap in gaps {
        let by = acceptances.iter().zip(&mut used).find(|(acceptance, _)| acceptance.accepts(&gap));
        match by {
            None => judged.open.push(gap),
            Some((acceptance, used)) => {
                used.push(gap.need.action.clone());
                judged.accepted.push((gap, acceptance.reason.clone()));
            }
        }
    }
    for (acceptance, used) in acceptances.iter().zip(used) {
        if stacks.contains(&acceptance.stack) {
            let stale = acceptance.actions.iter().filter(|action| !used.contains(action));
            judged.stale.extend(stale.map(|action| (acceptance.clone(), action.clone())));
        }
    }
    judged
}
