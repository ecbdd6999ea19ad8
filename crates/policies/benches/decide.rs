//! Deciding requests against the five policies.
//!
//! `cargo bench --package policies`

#![expect(clippy::expect_used, reason = "a benchmark stops at what fails")]

use divan::counter::ItemsCount;
use iam::{Effect, Evaluator, PolicySet, Request, ResourceBlock, Statement};
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
