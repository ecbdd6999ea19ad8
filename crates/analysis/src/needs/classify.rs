//! [`Plan`]: how sure it is that the handlers of a resource type call what their lists hold.
//!
//! A list is an upper bound over all features of a type. These rules tell what every resource of it needs from what
//! only some properties bring in, by the names of actions and properties; the first that fits counts:
//!
//! 1. a line of `data/certainty.txt`
//! 2. tagging: required on create where tags are set, on the resource or on its stack, or where CloudFormation adds
//!    tags of its own; on update where tags are set
//! 3. `iam:PassRole`, which is [`super::passed_roles`]', and `iam:CreateServiceLinkedRole`, which is
//!    [`super::service_linked_role`]'s
//! 4. an action of the type's own service whose noun is the type (`CreateBucket`, `DescribeLoadBalancers`): required
//! 5. one whose noun is a property (`PutBucketVersioning`, `EnableKeyRotation`): required when that is set, and so is
//!    what takes it away: rolling back the update that added it does
//! 6. on update and delete, one whose noun is that of an action that creates the resource, when it goes on with it or
//!    ends it: required
//! 7. the only change of its own service that a create or delete handler makes: required
//! 8. an action of another service that a property brings in, as it refers to a resource of it: required
//! 9. all else: conditional

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use iam_reference::{CloudFormationType, Phase, Tagging, cloudformation_type};

use super::DEPLOYMENT_PHASES;
use super::given::Given;
use super::kind::{Called, Kind, called};
use super::rules::{CERTAINTY, Verdict};
use super::words::{letters, stem};
use crate::coverage::Certainty;

/// How sure an action is, and in a few words why.
pub(super) type Judged = (Certainty, Cow<'static, str>);

/// The plans of all resource types that a template has.
pub(super) struct Plans<'t>(BTreeMap<&'t str, Option<Plan>>);

impl<'t> Plans<'t> {
    /// Makes the plan of each resource type.
    pub(super) fn new(kinds: impl Iterator<Item = &'t str>) -> Self {
        let mut plans = BTreeMap::new();
        for kind in kinds {
            plans.entry(kind).or_insert_with(|| cloudformation_type(kind).map(Plan::new));
        }
        Self(plans)
    }

    /// The plan of a resource type; none for one without handlers.
    pub(super) fn of(&self, kind: &str) -> Option<&Plan> {
        self.0.get(kind)?.as_ref()
    }
}

/// What the handlers of a resource type may call, each with how to judge it for a resource.
pub(super) struct Plan {
    pub(super) kind: Kind,
    pub(super) tagging: Option<Tagging>,
    /// In the order of [`DEPLOYMENT_PHASES`].
    phases: Vec<(Phase, Vec<Planned>)>,
}

/// An action that a handler may call.
pub(super) struct Planned {
    pub(super) called: Called,
    rule: Rule,
}

/// What decides.
#[derive(Debug)]
enum Rule {
    /// A line of the data.
    Line(&'static Verdict),
    Tags,
    PassRole,
    ServiceLinkedRole,
    /// A property, when one has that name, those letters or that stem; else the next rule.
    Property {
        letters: Option<String>,
        stem: Option<String>,
        otherwise: Always,
    },
    Always(Always),
}

/// What does not depend on the template.
#[derive(Clone, Copy, Debug)]
enum Always {
    OwnNoun,
    AnotherWay,
    CreatesIt,
    OnlyWrite,
    MayRead,
    MayWrite,
    OtherService,
}

impl Plan {
    /// The plan for a resource type.
    pub(super) fn new(of: CloudFormationType) -> Self {
        let noun = CERTAINTY.nouns.get(of.name()).copied();
        Self::with_noun(of, noun)
    }

    /// The plan for a resource type that its service's actions call by that name.
    pub(super) fn with_noun(of: CloudFormationType, noun: Option<&str>) -> Self {
        let kind = Kind::new(of, noun);
        let mut creates = BTreeSet::new();
        let mut phases = Vec::new();
        for phase in DEPLOYMENT_PHASES {
            let all = called(of, phase);
            let is_write = |called: &&Called| {
                called.service() == kind.service && !called.only_reads() && !called.only_tags()
            };
            let writes = all.iter().filter(is_write).count();
            let mut planned = Vec::new();
            for one in all {
                let rule = rule(&kind, of.name(), phase, one, &creates, writes);
                if phase == Phase::Create && rule.creates() && !one.only_reads() {
                    creates.insert(one.noun());
                }
                planned.push(Planned { called: one, rule });
            }
            phases.push((phase, planned));
        }
        Self { kind, tagging: of.tagging(), phases }
    }

    /// What the handler of each phase may call.
    pub(super) fn phases(&self) -> impl Iterator<Item = (Phase, &Planned)> {
        self.phases.iter().flat_map(|(phase, planned)| planned.iter().map(|planned| (*phase, planned)))
    }

    /// How sure an action of the plan is for a resource.
    pub(super) fn judge(&self, phase: Phase, planned: &Planned, given: &Given<'_>) -> Judged {
        match &planned.rule {
            Rule::Line(verdict) => verdict.judge(given),
            Rule::Tags => self.by_tags(phase, planned.called, given),
            Rule::PassRole => (Certainty::Conditional, "only with a role that is passed on".into()),
            Rule::ServiceLinkedRole => {
                (Certainty::Conditional, "only while the account does not have the role".into())
            }
            Rule::Property { letters, stem, otherwise } => {
                let found = given
                    .named(planned.called.name())
                    .or_else(|| given.of_letters(letters.as_ref()?))
                    .or_else(|| given.of_stem(stem.as_ref()?));
                found.map_or_else(
                    || otherwise.judged(),
                    |name| (Certainty::Required, format!("it has `{name}`").into()),
                )
            }
            Rule::Always(Always::OtherService) => {
                // Roles have a rule of their own.
                let service = Some(planned.called.service()).filter(|service| *service != "iam");
                match service.and_then(|service| given.brings_in(service)) {
                    Some(name) => (Certainty::Required, format!("`{name}` brings it in").into()),
                    None => Always::OtherService.judged(),
                }
            }
            Rule::Always(always) => always.judged(),
        }
    }

    fn by_tags(&self, phase: Phase, called: Called, given: &Given<'_>) -> Judged {
        let has_tags = given.has_tags();
        let is_added = self.tagging.is_some_and(|tagging| tagging.system_tags);
        let is_odd = phase == Phase::Create && called.removes();
        match phase {
            Phase::Create | Phase::Update if has_tags && !is_odd => {
                (Certainty::Required, "it has tags, or its stack has".into())
            }
            Phase::Create if is_added && !is_odd => {
                (Certainty::Required, "CloudFormation adds tags of its own".into())
            }
            _ => (Certainty::Conditional, "only with tags".into()),
        }
    }
}

impl Planned {
    /// What decides, in a few words for tests.
    #[cfg(test)]
    pub(super) fn describe(&self) -> String {
        format!("{:?}", self.rule)
    }
}

impl Rule {
    /// Whether what decides is that the action makes the resource, so that its noun is one of the resource's.
    fn creates(&self) -> bool {
        let of = match self {
            Self::Property { otherwise, .. } => *otherwise,
            Self::Always(always) => *always,
            _ => return false,
        };
        matches!(of, Always::OwnNoun | Always::OnlyWrite)
    }
}

impl Always {
    fn judged(self) -> Judged {
        let (certainty, because) = match self {
            Self::OwnNoun => (Certainty::Required, "the handler calls it"),
            Self::CreatesIt => (Certainty::Required, "the handler calls it, as that for create does"),
            Self::OnlyWrite => (Certainty::Required, "the only change that the handler makes"),
            Self::AnotherWay => (Certainty::Conditional, "only when it is made of something else"),
            Self::MayRead => (Certainty::Conditional, "the handler may look"),
            Self::MayWrite => (Certainty::Conditional, "only for some properties"),
            Self::OtherService => (Certainty::Conditional, "only where it works with another service"),
        };
        (certainty, because.into())
    }
}

/// The rule that fits first.
fn rule(
    kind: &Kind,
    name: &str,
    phase: Phase,
    called: Called,
    creates: &BTreeSet<&str>,
    writes: usize,
) -> Rule {
    if let Some(line) = CERTAINTY.line(name, phase, called.action) {
        return Rule::Line(&line.verdict);
    }
    if called.only_tags() && !called.only_reads() {
        return Rule::Tags;
    }
    if called.action == "iam:PassRole" {
        return Rule::PassRole;
    }
    let noun = called.noun();
    let is_exactly = kind.is_exactly(noun);
    if called.action == "iam:CreateServiceLinkedRole" && !is_exactly {
        return Rule::ServiceLinkedRole;
    }
    if called.service() != kind.service {
        return Rule::Always(Always::OtherService);
    }
    let is_own = is_exactly || kind.is_own(noun);
    let always = if is_own && called.is_another_way() {
        Always::AnotherWay
    } else if is_own && called.is_of(phase) {
        Always::OwnNoun
    } else if is_own {
        Always::MayWrite
    } else if called.only_reads() {
        Always::MayRead
    } else if creates.contains(noun) && called.goes_on_with(phase) {
        Always::CreatesIt
    } else if matches!(phase, Phase::Create | Phase::Delete) && writes == 1 {
        Always::OnlyWrite
    } else {
        Always::MayWrite
    };
    Rule::Property {
        letters: (!is_exactly && !noun.is_empty()).then(|| letters(noun)),
        stem: (!is_own && !noun.is_empty()).then(|| stem(noun, &kind.noun)),
        otherwise: always,
    }
}
