//! Reading a policy: JSON text to [`PolicyDocument`], with every refusal and its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::action_pattern::ActionPattern;
use crate::arn_pattern::ArnPattern;
use crate::condition::{Condition, ConditionKey};
use crate::document::{PolicyDocument, PolicyKind, Version};
use crate::json::{Json, JsonPointer};
use crate::operator::ConditionOperator;
use crate::principal::{Principal, PrincipalBlock, PrincipalType};
use crate::sid::Sid;
use crate::statement::{ActionBlock, Effect, ResourceBlock, Statement};

/// One refusal: where, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at `{pointer}`: {reason}")]
pub struct ParseError {
    /// The place in the JSON text; empty when the text is no JSON.
    pub pointer: JsonPointer,
    /// What is wrong there and what to write instead.
    pub reason: String,
}

/// Every refusal of a policy, at least one, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseErrors(Vec<ParseError>);

impl ParseErrors {
    /// The refusals.
    pub fn errors(&self) -> &[ParseError] {
        &self.0
    }
}

impl fmt::Display for ParseErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for ParseErrors {}

impl PolicyDocument {
    /// Reads a policy of that kind: whatever IAM accepts is read, whatever it refuses is an error.
    ///
    /// Strings stand for lists of one, `Statement` may be one object, and numbers and Booleans may stand
    /// for condition values; all of these are kept as lists of strings.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
    pub fn parse(text: &str, kind: PolicyKind) -> Result<Self, ParseErrors> {
        let mut reader = Reader::default();
        let document = match serde_json::from_str::<Json>(text) {
            Ok(json) => reader.document(json, kind),
            Err(error) => {
                reader.refuse(&JsonPointer::default(), format!("this is no JSON: {error}"));
                None
            }
        };
        match document {
            Some(document) if reader.errors.is_empty() => Ok(document),
            _ => Err(ParseErrors(reader.errors)),
        }
    }
}

/// Collects refusals while it reads, so that all are reported at once.
#[derive(Default)]
struct Reader {
    errors: Vec<ParseError>,
}

impl Reader {
    fn refuse(&mut self, pointer: &JsonPointer, reason: impl fmt::Display) {
        self.errors.push(ParseError { pointer: pointer.clone(), reason: reason.to_string() });
    }

    /// The value, or `None` with its error kept.
    fn check<T, E: fmt::Display>(&mut self, at: &JsonPointer, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.refuse(at, error)).ok()
    }

    fn document(&mut self, json: Json, kind: PolicyKind) -> Option<PolicyDocument> {
        let top = JsonPointer::default();
        let fields = self.fields(json, &top, "a policy", &["Version", "Id", "Statement"])?;
        let (mut version, mut id, mut statements, mut list) = (None, None, None, false);
        for (key, value) in fields {
            let at = top.join(&key);
            match key.as_str() {
                "Version" => version = self.version(value, &at),
                "Id" => id = self.string(value, &at),
                _ => {
                    list = matches!(value, Json::Array(_));
                    statements = self.statements(value, &at);
                }
            }
        }
        let Some(statements) = statements else {
            if self.errors.is_empty() {
                self.refuse(&top, "a policy needs a `Statement`");
            }
            return None;
        };
        if !self.errors.is_empty() {
            return None;
        }
        let at = top.join("Statement");
        PolicyDocument::with(version, id, kind, statements)
            .map_err(|(position, error)| match position {
                Some(position) if list => self.refuse(&at.join(position), error),
                _ => self.refuse(&at, error),
            })
            .ok()
    }

    /// The entries of an object that takes these keys, each at most once.
    fn fields(
        &mut self,
        json: Json,
        at: &JsonPointer,
        what: &str,
        known: &[&str],
    ) -> Option<Vec<(String, Json)>> {
        let fields = self.object(json, at, what)?;
        for (key, _) in &fields {
            if !known.contains(&key.as_str()) {
                self.refuse(&at.join(key), format!("{what} has no `{key}`: it takes {}", known.join(", ")));
            }
        }
        Some(fields.into_iter().filter(|(key, _)| known.contains(&key.as_str())).collect())
    }

    /// The entries of an object whose keys are distinct.
    fn object(&mut self, json: Json, at: &JsonPointer, what: &str) -> Option<Vec<(String, Json)>> {
        let Json::Object(fields) = json else {
            self.refuse(at, format!("{what} is an object, not {}", json.kind()));
            return None;
        };
        let mut seen = BTreeSet::new();
        let twice: Vec<String> =
            fields.iter().filter(|(key, _)| !seen.insert(key.as_str())).map(|(key, _)| key.clone()).collect();
        for key in &twice {
            self.refuse(&at.join(key), format!("`{key}` stands twice: IAM takes it once"));
        }
        twice.is_empty().then_some(fields)
    }

    fn string(&mut self, json: Json, at: &JsonPointer) -> Option<String> {
        match json {
            Json::String(text) => Some(text),
            other => {
                self.refuse(at, format!("expected a string, not {}", other.kind()));
                None
            }
        }
    }

    /// A string, or a list of strings; with the place of each.
    fn strings(&mut self, json: Json, at: &JsonPointer) -> Vec<(JsonPointer, String)> {
        match json {
            Json::String(text) => vec![(at.clone(), text)],
            Json::Array(items) => items
                .into_iter()
                .enumerate()
                .filter_map(|(i, item)| {
                    let place = at.join(i);
                    let text = self.string(item, &place)?;
                    Some((place, text))
                })
                .collect(),
            other => {
                self.refuse(at, format!("expected a string or a list of strings, not {}", other.kind()));
                Vec::new()
            }
        }
    }

    fn version(&mut self, json: Json, at: &JsonPointer) -> Option<Version> {
        match self.string(json, at)?.as_str() {
            "2012-10-17" => Some(Version::V2012),
            "2008-10-17" => Some(Version::V2008),
            other => {
                self.refuse(at, format!("there is no policy version `{other}`: write `2012-10-17`"));
                None
            }
        }
    }

    fn statements(&mut self, json: Json, at: &JsonPointer) -> Option<Vec<Statement>> {
        match json {
            Json::Array(items) => Some(
                items
                    .into_iter()
                    .enumerate()
                    .filter_map(|(i, item)| self.statement(item, &at.join(i)))
                    .collect(),
            ),
            one @ Json::Object(_) => self.statement(one, at).map(|statement| vec![statement]),
            other => {
                self.refuse(at, format!("`Statement` is an object or a list of them, not {}", other.kind()));
                None
            }
        }
    }

    fn statement(&mut self, json: Json, at: &JsonPointer) -> Option<Statement> {
        const ELEMENTS: [&str; 9] = [
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
        ];
        let mut rest: BTreeMap<String, Json> =
            self.fields(json, at, "a statement", &ELEMENTS)?.into_iter().collect();
        let sid = rest.remove("Sid").and_then(|json| self.sid(json, &at.join("Sid")));
        let effect = if let Some(json) = rest.remove("Effect") {
            self.effect(json, &at.join("Effect"))
        } else {
            self.refuse(at, "a statement needs an `Effect`: `Allow` or `Deny`");
            None
        };
        let principal =
            self.either(&mut rest, at, ["Principal", "NotPrincipal"]).and_then(|(not, json, at)| {
                let principal = self.principal(json, &at)?;
                Some(if not {
                    PrincipalBlock::NotPrincipal(principal)
                } else {
                    PrincipalBlock::Principal(principal)
                })
            });
        let action = self.either(&mut rest, at, ["Action", "NotAction"]).map(|(not, json, at)| {
            let patterns = self.patterns(json, &at, ActionPattern::parse);
            if not { ActionBlock::NotAction(patterns) } else { ActionBlock::Action(patterns) }
        });
        let resource = self.either(&mut rest, at, ["Resource", "NotResource"]).map(|(not, json, at)| {
            let patterns = self.patterns(json, &at, ArnPattern::parse);
            if not { ResourceBlock::NotResource(patterns) } else { ResourceBlock::Resource(patterns) }
        });
        let condition = rest.remove("Condition").map(|json| self.condition(json, &at.join("Condition")));
        if action.is_none() {
            self.refuse(at, "a statement needs an `Action` or a `NotAction`");
        }
        Some(Statement {
            sid,
            effect: effect?,
            principal,
            action: action?,
            resource,
            condition: condition.unwrap_or_default(),
        })
    }

    /// The one of two elements that is there, with whether it is the negated one; both is an error.
    fn either(
        &mut self,
        fields: &mut BTreeMap<String, Json>,
        at: &JsonPointer,
        [plain, negated]: [&str; 2],
    ) -> Option<(bool, Json, JsonPointer)> {
        match (fields.remove(plain), fields.remove(negated)) {
            (Some(_), Some(_)) => {
                self.refuse(at, format!("a statement takes `{plain}` or `{negated}`, not both"));
                None
            }
            (Some(json), None) => Some((false, json, at.join(plain))),
            (None, Some(json)) => Some((true, json, at.join(negated))),
            (None, None) => None,
        }
    }

    fn patterns<T, E: fmt::Display>(
        &mut self,
        json: Json,
        at: &JsonPointer,
        parse: fn(&str) -> Result<T, E>,
    ) -> Vec<T> {
        let texts = self.strings(json, at);
        texts.into_iter().filter_map(|(place, text)| self.check(&place, parse(&text))).collect()
    }

    /// IAM takes an empty id for none.
    fn sid(&mut self, json: Json, at: &JsonPointer) -> Option<Sid> {
        let text = self.string(json, at)?;
        if text.is_empty() { None } else { self.check(at, Sid::new(text)) }
    }

    fn effect(&mut self, json: Json, at: &JsonPointer) -> Option<Effect> {
        match self.string(json, at)?.as_str() {
            "Allow" => Some(Effect::Allow),
            "Deny" => Some(Effect::Deny),
            other => {
                self.refuse(at, format!("there is no effect `{other}`: write `Allow` or `Deny`"));
                None
            }
        }
    }

    fn principal(&mut self, json: Json, at: &JsonPointer) -> Option<Principal> {
        if let Json::String(text) = &json {
            if text == "*" {
                return Some(Principal::Any);
            }
            self.refuse(
                at,
                format!("`{text}` is no principal: write `*`, or an object such as {{\"AWS\": …}}"),
            );
            return None;
        }
        let known = PrincipalType::ALL.map(PrincipalType::as_str);
        let mut named = BTreeMap::new();
        for (key, value) in self.fields(json, at, "a principal", &known)? {
            let place = at.join(&key);
            let values: Vec<String> = self.strings(value, &place).into_iter().map(|(_, text)| text).collect();
            if values.iter().all(String::is_empty) {
                self.refuse(&place, format!("`{key}` names nobody"));
            }
            named.extend(PrincipalType::ALL.into_iter().find(|t| t.as_str() == key).map(|t| (t, values)));
        }
        if named.is_empty() && self.errors.is_empty() {
            self.refuse(at, "a principal names nobody");
        }
        Some(Principal::Named(named))
    }

    fn condition(&mut self, json: Json, at: &JsonPointer) -> Condition {
        let mut condition = Condition::default();
        for (name, block) in self.object(json, at, "`Condition`").unwrap_or_default() {
            let place = at.join(&name);
            let operator = self.check(&place, name.parse::<ConditionOperator>());
            let keys = self.object(block, &place, "an operator's block").unwrap_or_default();
            let Some(operator) = operator else { continue };
            condition.touch(operator);
            for (key, value) in keys {
                let place = place.join(&key);
                let values = self.condition_values(value, &place);
                let Some(key) = self.check(&place, ConditionKey::new(key)) else { continue };
                let added = condition.add(operator, key, values);
                self.check(&place, added);
            }
        }
        condition
    }

    /// Condition values: numbers and Booleans may stand unquoted.
    fn condition_values(&mut self, json: Json, at: &JsonPointer) -> Vec<String> {
        let items = match json {
            Json::Array(items) => items.into_iter().enumerate().map(|(i, item)| (at.join(i), item)).collect(),
            one => vec![(at.clone(), one)],
        };
        items
            .into_iter()
            .filter_map(|(place, item)| match item {
                Json::Bool(value) => Some(value.to_string()),
                Json::Number(text) => Some(text),
                other => self.string(other, &place),
            })
            .collect()
    }
}
