//! The policies cover what they grant: the evaluator's answer for patterns, on the patterns themselves.

use iam::{ActionPattern, Context, Covering, Effect, Evaluator, ResourceBlock};
use policies::{Target, policy_set};

#[test]
fn every_pattern_covers_itself() {
    let set = policy_set(&Target::reference()).expect("the reference target has policies");
    let evaluator = Evaluator::of_policy_set(&set);
    let statements = set.policies().iter().flat_map(|policy| policy.document.statements());
    let granted = statements.filter(|s| s.effect == Effect::Allow && s.condition.is_empty());
    let mut asked = 0;
    for statement in granted {
        let sid = statement.sid.as_ref().expect("every statement has a Sid");
        let actions = statement.action.patterns().iter().filter(|action| !action.has_wildcard());
        for action in actions.map(ActionPattern::as_str) {
            for resource in statement.resource.as_ref().map(ResourceBlock::patterns).unwrap_or_default() {
                asked += 1;
                let covering = evaluator.cover(action, resource, &Context::default());
                let Covering::Full { by } = &covering else {
                    panic!("`{action}` on `{resource}` of `{sid}`: {covering:?}")
                };
                assert_eq!(by.len(), 1, "`{action}` on `{resource}` of `{sid}`: {by:?}");
            }
        }
    }
    assert!(asked > 300, "only {asked} questions were asked");
}
