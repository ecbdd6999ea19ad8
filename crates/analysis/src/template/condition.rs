//! Whether a condition of the template holds.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html>

use super::reduce::Reducer;
use crate::node::Node;

/// How many conditions may need each other in a row.
const MAX_CHAIN: usize = 100;

impl Reducer<'_> {
    /// Whether the condition of that name holds; `None` when it is not known, or needs itself.
    pub(super) fn condition(&self, name: &str) -> Option<bool> {
        let node = self.template.conditions.get(name)?;
        if let Some(decided) = self.decided.borrow().get(name) {
            return *decided;
        }
        let is_open = self.deciding.borrow().iter().any(|deciding| deciding == name);
        if is_open || self.deciding.borrow().len() >= MAX_CHAIN {
            return None;
        }
        self.deciding.borrow_mut().push(name.to_owned());
        let holds = self.holds(node);
        self.deciding.borrow_mut().pop();
        self.decided.borrow_mut().insert(name.to_owned(), holds);
        holds
    }

    fn holds(&self, node: &Node) -> Option<bool> {
        let [entry] = node.entries()? else { return None };
        let argument = &entry.value;
        match (entry.key.as_str(), argument.items()) {
            ("Condition", None) => self.condition(argument.as_str()?),
            ("Fn::Not", Some([one])) => self.holds(one).map(|holds| !holds),
            ("Fn::And", Some(all)) => self.decided_by(false, all),
            ("Fn::Or", Some(all)) => self.decided_by(true, all),
            ("Fn::Equals", Some([left, right])) => {
                let (left, right) = (self.reduce(left)?, self.reduce(right)?);
                let same = left.is_same(&right);
                (same || left.is_known() && right.is_known()).then_some(same)
            }
            _ => None,
        }
    }

    /// One condition with that answer decides; else all have to be known.
    fn decided_by(&self, answer: bool, conditions: &[Node]) -> Option<bool> {
        let mut all_known = true;
        for condition in conditions {
            match self.holds(condition) {
                Some(holds) if holds == answer => return Some(answer),
                Some(_) => {}
                None => all_known = false,
            }
        }
        all_known.then_some(!answer)
    }
}
