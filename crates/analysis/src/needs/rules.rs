//! The reviewed lines of `data/certainty.txt` and `data/permissions.txt`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use iam::ActionPattern;
use iam_reference::Phase;

use super::DEPLOYMENT_PHASES;
use super::classify::Judged;
use super::given::Given;
use super::test::Test;
use crate::coverage::Certainty;

/// Where the general rules of [`super::classify`] are wrong, or can be sharper.
pub(super) static CERTAINTY: LazyLock<Rules> =
    LazyLock::new(|| Rules::read("certainty.txt", include_str!("../../data/certainty.txt")));

/// What is needed and no handler's list says.
pub(super) static PERMISSIONS: LazyLock<Rules> =
    LazyLock::new(|| Rules::read("permissions.txt", include_str!("../../data/permissions.txt")));

/// The lines of a file.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Those with a certainty, in their order.
    pub(super) lines: Vec<Line>,
    /// What a resource type is called in its service's actions, where the type's name does not show it.
    pub(super) nouns: BTreeMap<&'static str, &'static str>,
    /// The resource types that need nothing.
    pub(super) nothing: BTreeSet<&'static str>,
    /// Lines that cannot be read, which are left out.
    pub(super) errors: Vec<RuleError>,
}

/// One line.
#[derive(Debug)]
pub(super) struct Line {
    /// A resource type; one that ends with `*` stands for all that begin so.
    pub(super) kind: &'static str,
    pub(super) phases: Vec<Phase>,
    pub(super) actions: Vec<ActionPattern>,
    pub(super) verdict: Verdict,
}

/// What a line says.
#[derive(Debug)]
pub(super) enum Verdict {
    /// So sure it is.
    Certain(Certainty),
    /// Required when one of the tests holds, else conditional.
    If(Vec<Test>),
}

impl Verdict {
    /// How sure it is for a resource.
    pub(super) fn judge(&self, given: &Given<'_>) -> Judged {
        match self {
            Self::Certain(certainty) => {
                let because = match certainty {
                    Certainty::Required => "the handler calls it",
                    Certainty::Conditional => "not every time",
                    Certainty::Tolerated => "the handler goes on without it",
                };
                (*certainty, because.into())
            }
            Self::If(tests) => {
                let met = tests.iter().find(|test| test.holds(given));
                let all = || tests.iter().map(Test::words).collect::<Vec<_>>().join(" or ");
                met.map_or_else(
                    || (Certainty::Conditional, format!("only with {}", all()).into()),
                    |test| (Certainty::Required, format!("it has {}", test.words()).into()),
                )
            }
        }
    }
}

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub(super) struct RuleError {
    pub(super) file: &'static str,
    pub(super) line: usize,
    pub(super) reason: String,
}

impl Rules {
    /// Reads the text of a file; what is wrong with a line is kept beside the others.
    pub(super) fn read(file: &'static str, text: &'static str) -> Self {
        let mut rules = Self::default();
        for (text, line) in text.lines().zip(1..) {
            if text.starts_with('#') {
                continue;
            }
            if let Err(reason) = rules.add(text) {
                rules.errors.push(RuleError { file, line, reason });
            }
        }
        rules
    }

    fn add(&mut self, text: &'static str) -> Result<(), String> {
        let &[kind, phases, actions, certainty, source] = text.split('|').collect::<Vec<_>>().as_slice()
        else {
            return Err("a line is: resource type | phases | actions | certainty | source".to_owned());
        };
        check_source(source)?;
        if kind.split("::").count() != 3 {
            return Err(format!("`{kind}` is no resource type (`AWS::S3::Bucket`)"));
        }
        let noun = certainty.strip_prefix("noun ");
        if noun.is_some() || certainty == "none" {
            if !phases.is_empty() || !actions.is_empty() {
                return Err(format!("`{certainty}` has neither phases nor actions"));
            }
            let is_first = match noun {
                Some(noun) => self.nouns.insert(kind, noun).is_none(),
                None => self.nothing.insert(kind),
            };
            return if is_first { Ok(()) } else { Err(format!("`{kind}` stands twice")) };
        }
        let actions = actions.split(',').map(ActionPattern::parse).collect::<Result<_, _>>();
        let actions = actions.map_err(|error| error.to_string())?;
        let verdict = verdict(certainty)?;
        self.lines.push(Line { kind, phases: phases_of(phases)?, actions, verdict });
        Ok(())
    }

    /// The first line for a permission of a handler.
    pub(super) fn line(&self, kind: &str, phase: Phase, action: &str) -> Option<&Line> {
        self.of_kind(kind).find(|line| {
            line.phases.contains(&phase) && line.actions.iter().any(|pattern| pattern.matches(action))
        })
    }

    /// The lines for a resource type.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| is_of(line.kind, kind))
    }
}

/// Whether a line's resource type is that one, or stands for it.
pub(super) fn is_of(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => pattern == kind,
    }
}

fn verdict(text: &'static str) -> Result<Verdict, String> {
    if let Some(tests) = text.strip_prefix("if ") {
        return Ok(Verdict::If(tests.split(' ').map(Test::parse).collect::<Result<_, _>>()?));
    }
    let certainty = Certainty::ALL.into_iter().find(|certainty| certainty.as_str() == text);
    certainty.map(Verdict::Certain).ok_or_else(|| {
        format!(
            "`{text}` is no certainty: `required`, `conditional`, `tolerated`, `if …`, `noun …` or `none`"
        )
    })
}

/// The phases of a line: `*`, or some by their names.
pub(super) fn phases_of(text: &str) -> Result<Vec<Phase>, String> {
    if text == "*" {
        return Ok(DEPLOYMENT_PHASES.to_vec());
    }
    let phase = |name: &str| DEPLOYMENT_PHASES.into_iter().find(|phase| phase.as_str() == name);
    let known = DEPLOYMENT_PHASES.map(Phase::as_str).join(", ");
    let phases =
        text.split(',').map(|name| phase(name).ok_or(format!("unknown phase `{name}`: known are {known}")));
    phases.collect()
}

/// The sources are for people; that there is one, in one of the forms that the file's head explains, is for us.
pub(super) fn check_source(text: &str) -> Result<(), String> {
    let is_good = match text.split_once(' ') {
        None => matches!(text, "page" | "schema"),
        Some(("docs", page)) => page
            .split('#')
            .next()
            .and_then(|path| path.strip_suffix(".html"))
            .is_some_and(|path| !path.starts_with('/')),
        Some(("handler", name)) => {
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        }
        Some(("commit", hash)) => hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
        Some(_) => false,
    };
    if is_good {
        Ok(())
    } else {
        Err(format!("`{text}` is no source in one of the forms that the file's head names"))
    }
}

#[cfg(test)]
mod tests {
    use iam_reference::{cloudformation_type, cloudformation_types};

    use super::super::classify::Plan;
    use super::super::kind::called;
    use super::*;

    #[test]
    fn every_line_is_read() {
        for rules in [&*CERTAINTY, &*PERMISSIONS] {
            assert_eq!(rules.errors, []);
        }
    }

    /// A line counts for an action of a handler for which it is the first.
    #[test]
    fn every_line_of_certainty_counts_somewhere() {
        let mut used = BTreeSet::new();
        for of in cloudformation_types() {
            for phase in DEPLOYMENT_PHASES {
                for one in called(of, phase) {
                    if let Some(line) = CERTAINTY.line(of.name(), phase, one.action) {
                        let pattern = line.actions.iter().position(|pattern| pattern.matches(one.action));
                        used.insert((std::ptr::from_ref(line), pattern));
                        used.insert((std::ptr::from_ref(line), Some(usize::MAX)));
                    }
                }
            }
        }
        let mut dead = Vec::new();
        for line in &CERTAINTY.lines {
            for (place, pattern) in line.actions.iter().enumerate() {
                if !used.contains(&(std::ptr::from_ref(line), Some(place))) {
                    dead.push(format!("{}|{pattern}", line.kind));
                }
            }
        }
        assert!(dead.is_empty(), "no handler calls these, or another line stands before them: {dead:#?}");
    }

    #[test]
    fn every_noun_changes_something() {
        let shape = |plan: &Plan| {
            plan.phases().map(|(phase, one)| (phase, one.called.action, one.describe())).collect::<Vec<_>>()
        };
        for (kind, noun) in &CERTAINTY.nouns {
            let of = cloudformation_type(kind).unwrap_or_else(|| panic!("`{kind}` is no known type"));
            let (with, without) = (Plan::with_noun(of, Some(noun)), Plan::with_noun(of, None));
            assert_ne!(shape(&with), shape(&without), "`{kind}` needs no noun");
        }
    }

    #[test]
    fn every_added_permission_is_an_action_that_no_list_has() {
        for line in &PERMISSIONS.lines {
            for (phase, pattern) in
                line.phases.iter().flat_map(|phase| line.actions.iter().map(move |a| (phase, a)))
            {
                let facts = iam_reference::lookup(pattern.as_str());
                assert!(
                    facts.is_some_and(|facts| facts.as_str() == pattern.as_str()),
                    "`{pattern}` is no action"
                );
                let listed = cloudformation_type(line.kind)
                    .is_some_and(|of| called(of, *phase).iter().any(|one| one.action == pattern.as_str()));
                assert!(!listed, "the {phase} handler of `{}` lists `{pattern}`", line.kind);
            }
        }
        for kind in &PERMISSIONS.nothing {
            assert_eq!(cloudformation_type(kind), None, "`{kind}` has handlers");
        }
    }

    #[test]
    fn a_bad_line_is_told_with_its_number() {
        for (line, expected) in [
            ("A::B::C|*|s3:Get|required", "a line is: resource type | phases | actions | certainty | source"),
            ("A::B|*|s3:Get|required|page", "`A::B` is no resource type (`AWS::S3::Bucket`)"),
            (
                "A::B::C|make|s3:Get|required|page",
                "unknown phase `make`: known are create, read, update, delete",
            ),
            (
                "A::B::C|*|Get|required|page",
                "action `Get` names no service: write `service:Name`, or `*` for every action",
            ),
            (
                "A::B::C|*|s3:Get|sure|page",
                "`sure` is no certainty: `required`, `conditional`, `tolerated`, `if …`, `noun …` or `none`",
            ),
            (
                "A::B::C|*|s3:Get|if A..B|page",
                "`A..B` is no test: `Property`, `Property=text` or `Property~text`",
            ),
            ("A::B::C|*|s3:Get|required|", "`` is no source in one of the forms that the file's head names"),
            (
                "A::B::C|*|s3:Get|required|commit main",
                "`commit main` is no source in one of the forms that the file's head names",
            ),
            ("A::B::C|*||noun D|page", "`noun D` has neither phases nor actions"),
        ] {
            let text: &'static str = Box::leak(format!("# head\n{line}\n").into_boxed_str());
            let errors: Vec<String> =
                Rules::read("f.txt", text).errors.iter().map(ToString::to_string).collect();
            assert_eq!(errors, [format!("f.txt:2: {expected}")]);
        }
        let twice = Rules::read("f.txt", "A::B::C|||noun D|page\nA::B::C|||noun E|page\n");
        assert_eq!(
            twice.errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["f.txt:2: `A::B::C` stands twice"]
        );
    }
}
