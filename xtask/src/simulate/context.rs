//! [`GivenContext`]: the context of a request as it was written, in the order in which it was.

use iam::{ConditionKey, Context};

/// Condition keys as they were written, whose case does not matter, and their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct GivenContext(Vec<(ConditionKey, Vec<String>)>);

impl GivenContext {
    /// Reads `KEY=VALUE` options; `keep` takes what is wrong with them.
    pub(super) fn of_options(options: &[String], mut keep: impl FnMut(String)) -> Self {
        let mut context = Self::default();
        for option in options {
            let entry = option.split_once('=').map(|(key, value)| (ConditionKey::new(key), value));
            if let Some((Ok(key), value)) = entry {
                context.add(key, [value.to_owned()]);
            } else {
                keep(format!(
                    "--context: `{option}` gives no key a value: write KEY=VALUE, such as \
                     aws:RequestedRegion=us-east-1"
                ));
            }
        }
        context
    }

    /// Adds values to a key, after those that it has.
    pub(super) fn add(&mut self, key: ConditionKey, values: impl IntoIterator<Item = String>) {
        match self.0.iter_mut().find(|(own, _)| is_same(own, &key)) {
            Some((_, own)) => own.extend(values),
            None => self.0.push((key, values.into_iter().collect())),
        }
    }

    /// Whether it has that key, in any case.
    pub(super) fn has(&self, key: &ConditionKey) -> bool {
        self.0.iter().any(|(own, _)| is_same(own, key))
    }

    /// Adds the keys of the other that are not in this one.
    pub(super) fn fill_in(&mut self, other: &Self) {
        for (key, values) in &other.0 {
            if !self.has(key) {
                self.0.push((key.clone(), values.clone()));
            }
        }
    }

    /// The first value of a key, whatever its case.
    pub(super) fn first(&self, key: &str) -> Option<&str> {
        let (_, values) = self.0.iter().find(|(own, _)| own.as_str().eq_ignore_ascii_case(key))?;
        values.first().map(String::as_str)
    }

    /// Keys and values, in the order in which they were written.
    pub(super) fn entries(&self) -> impl ExactSizeIterator<Item = (&str, &[String])> {
        self.0.iter().map(|(key, values)| (key.as_str(), values.as_slice()))
    }

    /// As the evaluator takes it.
    pub(super) fn to_context(&self) -> Context {
        self.0.iter().cloned().collect()
    }
}

fn is_same(one: &ConditionKey, other: &ConditionKey) -> bool {
    one.as_str().to_lowercase() == other.as_str().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(options: &[&str]) -> Result<GivenContext, Vec<String>> {
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        let mut errors = Vec::new();
        let context = GivenContext::of_options(&options, |error| errors.push(error));
        if errors.is_empty() { Ok(context) } else { Err(errors) }
    }

    #[test]
    fn values_of_one_key_stay_together_whatever_its_case() {
        let context = of(&["aws:TagKeys=a", "s3:prefix=x=y", "AWS:tagkeys=b", "aws:userid="]).unwrap();
        let entries: Vec<_> = context.entries().map(|(key, values)| (key, values.join(" "))).collect();
        assert_eq!(
            entries,
            [
                ("aws:TagKeys", "a b".to_owned()),
                ("s3:prefix", "x=y".to_owned()),
                ("aws:userid", String::new())
            ]
        );
        assert_eq!(context.first("AWS:TAGKEYS"), Some("a"));
    }

    #[test]
    fn every_option_without_key_or_value_is_named() {
        let errors = of(&["aws:userid", "=x", "a=b", ""]).unwrap_err();
        assert_eq!(errors.len(), 3, "{errors:?}");
        assert!(errors[0].starts_with("--context: `aws:userid` gives no key a value: write KEY=VALUE"));
    }

    #[test]
    fn what_is_there_is_not_filled_in() {
        let mut context = of(&["aws:userid=own"]).unwrap();
        context.fill_in(&of(&["AWS:userid=other", "aws:username=bob"]).unwrap());
        assert_eq!(context, of(&["aws:userid=own", "aws:username=bob"]).unwrap());
    }
}
