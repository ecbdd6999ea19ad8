//! [`cover`]: whether policies allow what CloudFormation needs for the resources of templates.

use std::collections::{BTreeMap, BTreeSet};

use iam::{Covering, Evaluator};
use iam_reference::Phase;

mod accept;
mod need;
mod report;
mod suggest;
mod unused;

pub use accept::{GapAcceptance, JudgedGaps, judge_gaps};
pub use need::{Certainty, Need, ResourceNeeds, ResourceRef};
pub use report::CoverageReport;
pub use suggest::{Change, Suggested, Suggestion, SuggestionError, suggest};
pub use unused::{UnusedGrant, unused};

/// A need that policies do not cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What is needed.
    pub need: Need,
    /// For which resource.
    pub resource: ResourceRef,
    /// Whether the policies allow some of what it is asked on.
    pub is_partly_covered: bool,
    /// The statement that denies it, where one does.
    pub denied_by: Option<String>,
}

/// What a comparison of needs with policies says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many resources need something.
    pub resources: usize,
    /// How many resource types they have.
    pub kinds: usize,
    /// How many needs there are, by certainty and phase.
    pub needs: BTreeMap<(Certainty, Phase), usize>,
    /// Those that are not covered, in the order of action, stack and resource.
    pub gaps: Vec<Gap>,
}

/// Compares what resources need with what the evaluator's policies allow.
pub fn cover(needed: &[ResourceNeeds], evaluator: &Evaluator) -> Coverage {
    let mut coverage = Coverage {
        resources: needed.len(),
        kinds: needed.iter().map(|needs| needs.resource.kind.as_str()).collect::<BTreeSet<_>>().len(),
        ..Coverage::default()
    };
    // Many resources of a template ask the same.
    let mut answers: BTreeMap<(&str, &str), Vec<(&iam::Context, Verdict)>> = BTreeMap::new();
    for ResourceNeeds { resource, needs } in needed {
        for need in needs {
            *coverage.needs.entry((need.certainty, need.phase)).or_default() += 1;
            let known = answers.entry((need.action.as_str(), need.resource.as_str())).or_default();
            let told =
                known.iter().find(|(context, _)| **context == need.context).map(|(_, told)| told.clone());
            let verdict = told.unwrap_or_else(|| {
                let verdict = Verdict::of(&evaluator.cover(&need.action, &need.resource, &need.context));
                known.push((&need.context, verdict.clone()));
                verdict
            });
            if let Verdict::Gap { is_partly_covered, denied_by } = verdict {
                coverage.gaps.push(Gap {
                    need: need.clone(),
                    resource: resource.clone(),
                    is_partly_covered,
                    denied_by,
                });
            }
        }
    }
    coverage.gaps.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    coverage
}

impl Gap {
    fn sort_key(&self) -> (&str, &ResourceRef, Phase, &str) {
        (&self.need.action, &self.resource, self.need.phase, self.need.resource.as_str())
    }
}

#[derive(Clone)]
enum Verdict {
    Covered,
    Gap { is_partly_covered: bool, denied_by: Option<String> },
}

impl Verdict {
    fn of(covering: &Covering<'_>) -> Self {
        let name = |denied: &Option<iam::StatementRef<'_>>| denied.as_ref().map(ToString::to_string);
        match covering {
            Covering::Full { .. } => Self::Covered,
            Covering::Partly { denied, .. } => Self::Gap { is_partly_covered: true, denied_by: name(denied) },
            Covering::Not { denied } => Self::Gap { is_partly_covered: false, denied_by: name(denied) },
        }
    }
}
