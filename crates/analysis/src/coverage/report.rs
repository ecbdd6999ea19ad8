//! [`CoverageReport`]: coverage as text, JSON, SARIF or Markdown.

use std::collections::{BTreeMap, BTreeSet};

use iam_reference::Phase;

use super::{Certainty, Coverage, Gap, JudgedGaps, ResourceRef, Suggestion, UnusedGrant};

mod json;
mod markdown;
mod module_lines;
mod sarif;
mod text;

/// What there is to say of the coverage of some stacks.
#[derive(Clone, Debug, Default)]
pub struct CoverageReport {
    /// The stacks that were read: name and template.
    pub stacks: Vec<(String, String)>,
    /// What to know of the comparison, a sentence each.
    pub notes: Vec<String>,
    /// How much is needed.
    pub coverage: Coverage,
    /// The gaps.
    pub judged: JudgedGaps,
    /// What would close those that count.
    pub suggestions: Vec<Suggestion>,
    /// Why nothing is suggested, where that is so.
    pub no_suggestion: Option<String>,
    /// Where the policies are written: the module of each policy.
    pub modules: BTreeMap<String, String>,
    /// Grants that nothing explains; none when nobody asked.
    pub unused: Option<Vec<UnusedGrant>>,
    /// From which certainty on gaps are told with every resource; the others get a line for each action.
    pub in_full: Option<Certainty>,
    /// What could not be read or resolved, so that the answer leaves it out.
    pub problems: Vec<String>,
}

/// The gaps of one action.
struct ActionGaps<'a> {
    action: &'a str,
    phases: BTreeSet<Phase>,
    /// What it is asked on, and for which resources.
    places: BTreeMap<&'a str, BTreeMap<&'a ResourceRef, Vec<&'a Gap>>>,
}

impl CoverageReport {
    /// Whether a gap of that certainty, or a surer one, is open, or an acceptance is stale.
    pub fn fails(&self, fail_on: Certainty) -> bool {
        !self.judged.stale.is_empty() || self.judged.open.iter().any(|gap| gap.need.certainty >= fail_on)
    }

    /// Gaps of one certainty by action.
    fn by_action(&self, certainty: Certainty) -> Vec<ActionGaps<'_>> {
        let mut grouped: BTreeMap<&str, ActionGaps<'_>> = BTreeMap::new();
        for gap in self.judged.open.iter().filter(|gap| gap.need.certainty == certainty) {
            let action = gap.need.action.as_str();
            let group = grouped.entry(action).or_insert_with(|| ActionGaps {
                action,
                phases: BTreeSet::new(),
                places: BTreeMap::new(),
            });
            group.phases.insert(gap.need.phase);
            let of_arn = group.places.entry(gap.need.resource.as_str()).or_default();
            of_arn.entry(&gap.resource).or_default().push(gap);
        }
        grouped.into_values().collect()
    }

    /// How many needs of a certainty and phase there are, and how many of them are open gaps.
    fn count(&self, certainty: Certainty, phase: Phase) -> (usize, usize) {
        let needs = self.coverage.needs.get(&(certainty, phase)).copied().unwrap_or_default();
        let is_it = |gap: &&Gap| gap.need.certainty == certainty && gap.need.phase == phase;
        (needs, self.judged.open.iter().filter(is_it).count())
    }

    /// The phases in which something is needed.
    fn phases(&self) -> Vec<Phase> {
        let asked: BTreeSet<Phase> = self.coverage.needs.keys().map(|(_, phase)| *phase).collect();
        asked.into_iter().collect()
    }
}

impl ActionGaps<'_> {
    fn phases(&self) -> String {
        self.phases.iter().map(|phase| phase.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// What brings gaps in, each reason once.
fn because(gaps: &[&Gap]) -> String {
    let reasons: BTreeSet<&str> = gaps.iter().map(|gap| gap.need.because.as_str()).collect();
    reasons.into_iter().collect::<Vec<_>>().join("; ")
}
