//! [`Acceptance`]: a finding that is known and stays, with the reason.

use iam::JsonPointer;

use crate::code::Code;
use crate::finding::{Finding, Place};

/// Findings of one code in one statement that are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// What is accepted.
    pub code: Code,
    /// In which policy.
    pub policy: String,
    /// In which statement; none for a finding about the whole policy.
    pub sid: Option<String>,
    /// Of which actions; none for a finding that is about no action.
    pub actions: Vec<String>,
    /// Why, which is never blank.
    pub reason: String,
    /// Where the acceptance stands: file and line.
    pub origin: (String, usize),
}

/// Findings, told apart by whether somebody accepted them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Those that nobody did, and the acceptances that match nothing.
    pub open: Vec<Finding>,
    /// The others, each with the reason.
    pub accepted: Vec<(Finding, String)>,
}

/// Tells accepted findings from the others. An acceptance, or an action of one, that matches no finding is a
/// finding itself.
pub fn judge(findings: Vec<Finding>, acceptances: &[Acceptance]) -> Judged {
    let mut used: Vec<Vec<&str>> = vec![Vec::new(); acceptances.len()];
    let mut is_used = vec![false; acceptances.len()];
    let mut judged = Judged::default();
    for finding in findings {
        let by = acceptances.iter().position(|acceptance| acceptance.accepts(&finding));
        let Some((by, acceptance)) = by.and_then(|by| Some((by, acceptances.get(by)?))) else {
            judged.open.push(finding);
            continue;
        };
        if let (Some(used), Some(is_used)) = (used.get_mut(by), is_used.get_mut(by)) {
            *is_used = true;
            used.extend(
                acceptance
                    .actions
                    .iter()
                    .map(String::as_str)
                    .filter(|action| Some(*action) == finding.action.as_deref()),
            );
        }
        judged.accepted.push((finding, acceptance.reason.clone()));
    }
    for ((acceptance, used), is_used) in acceptances.iter().zip(&used).zip(is_used) {
        if acceptance.actions.is_empty() && !is_used {
            judged.open.push(acceptance.stale(None));
        }
        let stale = acceptance.actions.iter().filter(|action| !used.contains(&action.as_str()));
        judged.open.extend(stale.map(|action| acceptance.stale(Some(action))));
    }
    judged
}

impl Acceptance {
    fn accepts(&self, finding: &Finding) -> bool {
        let is_action = match &finding.action {
            None => self.actions.is_empty(),
            Some(action) => self.actions.contains(action),
        };
        is_action
            && self.code == finding.code
            && self.policy == finding.place.policy
            && self.sid == finding.place.statement
    }

    fn stale(&self, action: Option<&String>) -> Finding {
        let (file, line) = self.origin.clone();
        let place = Place {
            file,
            line,
            policy: self.policy.clone(),
            statement: self.sid.clone(),
            pointer: JsonPointer::default(),
        };
        let message = format!("nothing is found any more that this acceptance of `{}` is for", self.code);
        Finding {
            place,
            code: Code::StaleAcceptance,
            action: action.cloned(),
            message,
            fix: Some("remove it".to_owned()),
        }
    }
}
