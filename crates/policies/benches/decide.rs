//! Deciding requests, one by one and by pattern, against the five policies.
//!
//! `cargo bench --package policies`

#![expect(clippy::expect_used, reason = "a benchmark stops at what fails")]

use divan::counter::ItemsCount;
use iam::{ArnPattern, Context, Covering, Effect, Evaluator, PolicySet, Request, ResourceBlock, Statement};
use policies::{Target, policy_set};

fn main() {
    divan::main();
}

fn set() -> PolicySet {
    policy_set(&Target::reference()).expect("the reference target has policies")
}

/// Resources that a statement speaks of, one for each of its patterns.
fn resources(statement: &Statement) -> impl Iterator<Item = String> {
    let patterns = statement.resource.as_ref().map(ResourceBlock::patterns).unwrap_or_default();
    patterns.iter().map(|pattern| match pattern.as_str() {
        "*" => "*".to_owned(),
        text => text.replace('*', "x"),
    })
}

/// Every action that the policies grant, on every resource that its statement names.
fn granted() -> Vec<Request> {
    let set = set();
    let statements = set.policies().iter().flat_map(|policy| policy.document.statements());
    statements
        .filter(|statement| statement.effect == Effect::Allow)
        .flat_map(|statement| {
            let actions = statement.action.patterns().iter();
            actions.flat_map(|action| resources(statement).map(|resource| (action.clone(), resource)))
        })
        .map(|(action, resource)| {
            let action = action.as_str().replace('*', "Anything");
            Request::new(&action, &resource).expect("a filled pattern is an action on a resource")
        })
        .collect()
}

/// The same actions on a resource that no pattern but `*` matches.
fn elsewhere() -> Vec<Request> {
    let request = |granted: Request| {
        Request::new(granted.action(), "arn:aws:iam::999999999999:role/other").expect("the action is one")
    };
    granted().into_iter().map(request).collect()
}

fn decide_all(bencher: divan::Bencher<'_, '_>, requests: &[Request]) {
    let evaluator = Evaluator::of_policy_set(&set());
    bencher.counter(ItemsCount::new(requests.len())).bench(|| {
        requests.iter().filter(|request| evaluator.decide(divan::black_box(request)).is_allowed()).count()
    });
}

/// Requests that the policies are made for.
#[divan::bench]
fn what_is_granted(bencher: divan::Bencher<'_, '_>) {
    decide_all(bencher, &granted());
}

/// Requests of which most are denied.
#[divan::bench]
fn what_is_asked_elsewhere(bencher: divan::Bencher<'_, '_>) {
    decide_all(bencher, &elsewhere());
}

/// Explaining each denial.
#[divan::bench]
fn explain(bencher: divan::Bencher<'_, '_>) {
    let requests = elsewhere();
    let evaluator = Evaluator::of_policy_set(&set());
    bencher.counter(ItemsCount::new(requests.len())).bench(|| {
        requests
            .iter()
            .filter(|request| evaluator.explain(divan::black_box(request)).nearest.is_some())
            .count()
    });
}

/// Compiling the policies.
#[divan::bench]
fn compile(bencher: divan::Bencher<'_, '_>) {
    let set = set();
    bencher.bench(|| Evaluator::of_policy_set(divan::black_box(&set)));
}

/// An action and the resources that it is asked on.
type Question = (String, ArnPattern);

/// Every action that the policies grant on ARNs, on resources that begin as those ARNs do, in one region and
/// account or in any.
fn questions(region: &str, account: &str, name: impl Fn(&str) -> String) -> Vec<Question> {
    let set = set();
    let statements = set.policies().iter().flat_map(|policy| policy.document.statements());
    let mut questions = Vec::new();
    for statement in statements.filter(|statement| statement.effect == Effect::Allow) {
        let patterns = statement.resource.as_ref().map(ResourceBlock::patterns).unwrap_or_default();
        for pattern in patterns.iter().filter(|pattern| !pattern.is_any()) {
            let [partition, service, own_region, own_account, resource] = pattern.segments();
            let fill = |own: &str, value: &str| if own == "*" { value.to_owned() } else { own.to_owned() };
            let (region, account) = (fill(own_region, region), fill(own_account, account));
            let text = format!("arn:{partition}:{service}:{region}:{account}:{}", name(resource));
            let asked = ArnPattern::parse(&text).expect("the parts are those of a pattern");
            let actions = statement.action.patterns().iter();
            questions.extend(actions.map(|action| (action.as_str().replace('*', "X"), asked.clone())));
        }
    }
    questions
}

/// A longer name than the policy's, which goes on in any way.
fn longer(resource: &str) -> String {
    format!("{}Thing-*", resource.trim_end_matches('*'))
}

fn cover_all(bencher: divan::Bencher<'_, '_>, questions: &[Question]) {
    let evaluator = Evaluator::of_policy_set(&set());
    let context = Context::default();
    bencher.counter(ItemsCount::new(questions.len())).bench(|| {
        let answers = questions
            .iter()
            .map(|(action, resource)| evaluator.cover(divan::black_box(action), resource, &context));
        answers.filter(Covering::is_full).count()
    });
}

/// Patterns that the policies cover.
#[divan::bench]
fn cover_what_is_granted(bencher: divan::Bencher<'_, '_>) {
    cover_all(bencher, &questions("us-east-1", "123456789012", longer));
}

/// The same in any region and account.
#[divan::bench]
fn cover_what_is_granted_anywhere(bencher: divan::Bencher<'_, '_>) {
    cover_all(bencher, &questions("*", "*", longer));
}

/// Patterns of the same services with other names.
#[divan::bench]
fn cover_what_is_asked_elsewhere(bencher: divan::Bencher<'_, '_>) {
    cover_all(bencher, &questions("us-east-1", "123456789012", |_| "role/other-*".to_owned()));
}

/// Patterns that the policies cover in part, which have to be looked at closely.
#[divan::bench]
fn cover_partly(bencher: divan::Bencher<'_, '_>) {
    let shorter =
        |resource: &str| format!("{}*", resource.trim_end_matches('*').split('-').next().unwrap_or_default());
    cover_all(bencher, &questions("us-east-1", "123456789012", shorter));
}
