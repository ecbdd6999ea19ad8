//! Reading a policy: JSON text to [`PolicyDocument`], with every refusal and its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::action_pattern::ActionPattern;
use crate::arn_pattern::ArnPattern;
use crate::condition::{Condition, ConditionKey};
use crate::document::{PolicyDocument, PolicyDocumentError, PolicyKind, Version, check_all};
use crate::errors::Errors;
use crate::json::{Json, JsonPointer};
use crate::operator::ConditionOperator;
use crate::principal::{Principal, PrincipalName, PrincipalType};
use crate::sid::Sid;
use crate::statement::{ActionBlock, Effect, ResourceBlock, Statement};

/// One refusal: where, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The place in the JSON text; empty for the whole of it.
    pub pointer: JsonPointer,
    /// The rule that is broken.
    pub rule: Rule,
    /// What is wrong there and what to write instead.
    pub reason: String,
}

/// What a refusal is about, as far as readers tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A resource is an ARN of IAM's form, or `*`.
    Arn,
    /// A condition has operators that IAM has.
    Operator,
    /// A statement's id is unique within its policy.
    UniqueSid,
    /// Everything else of the grammar.
    Grammar,
}

/// What can be read of a policy, though it may be refused: for those who report on the rest of it too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The version, if the policy states one.
    pub version: Option<Version>,
    /// The policy's `Id`.
    pub id: Option<String>,
    /// The statements with an effect and an action, each with its place; an element that was refused is not in
    /// them.
    pub statements: Vec<(JsonPointer, Statement)>,
    /// Every refusal; with none, the statements are the policy's.
    pub errors: Vec<ParseError>,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => f.write_str(&self.reason),
            pointer => write!(f, "at `{pointer}`: {}", self.reason),
        }
    }
}

impl std::error::Error for ParseError {}

/// Every refusal of a policy, at least one.
pub type ParseErrors = Errors<ParseError>;

impl PolicyDocument {
    /// Reads a policy of that kind: whatever IAM accepts is read, whatever it refuses is an error.
    ///
    /// Strings stand for lists of one, `Statement` may be one object, and numbers and Booleans may stand
    /// for condition values; all of these are kept as lists of strings.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
    pub fn parse(text: &str, kind: PolicyKind) -> Result<Self, ParseErrors> {
        match serde_json::from_str::<Json>(text) {
            Ok(json) => Self::read(json, kind),
            Err(error) => {
                let reason = format!("this is no JSON: {error}");
                Err(ParseError { pointer: JsonPointer::default(), rule: Rule::Grammar, reason }.into())
            }
        }
    }

    /// Reads a policy of that kind from a tree, as [`PolicyDocument::parse`] reads a text.
    pub fn read(json: Json, kind: PolicyKind) -> Result<Self, ParseErrors> {
        let Reading { version, id, statements, errors } = Reading::of(json, kind);
        let statements = statements.into_iter().map(|(_, statement)| statement).collect();
        Errors::unless_empty(errors, Self::of_checked(version, id, statements))
    }
}

impl Reading {
    /// Reads what can be read of a policy of that kind.
    pub fn of(json: Json, kind: PolicyKind) -> Self {
        let mut reader = Reader::default();
        let mut reading = reader.document(json, kind).unwrap_or_default();
        reading.errors = reader.errors;
        reading
    }
}

/// Collects refusals while it reads, so that all are reported at once.
#[derive(Default)]
struct Reader {
    errors: Vec<ParseError>,
}

impl Reader {
    fn refuse(&mut self, pointer: &JsonPointer, reason: impl fmt::Display) {
        self.refuse_by(Rule::Grammar, pointer, reason);
    }

    fn refuse_by(&mut self, rule: Rule, pointer: &JsonPointer, reason: impl fmt::Display) {
        self.errors.push(ParseError { pointer: pointer.clone(), rule, reason: reason.to_string() });
    }

    /// The value, or `None` with its error kept.
    fn check<T, E: fmt::Display>(&mut self, rule: Rule, at: &JsonPointer, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.refuse_by(rule, at, error)).ok()
    }

    fn document(&mut self, json: Json, kind: PolicyKind) -> Option<Reading> {
        let top = JsonPointer::default();
        let mut fields: BTreeMap<String, Json> =
            self.fields(json, &top, "a policy", &["Version", "Id", "Statement"])?.into_iter().collect();
        let version = fields.remove("Version").and_then(|json| self.version(json, &top.join("Version")));
        let id = fields.remove("Id").and_then(|json| self.string(json, &top.join("Id")));
        let Some(json) = fields.remove("Statement") else {
            self.refuse(&top, "a policy needs a `Statement`");
            return None;
        };
        let at = top.join("Statement");
        let statements = self.statements(json, &at)?;
        let (places, statements): (Vec<JsonPointer>, Vec<Statement>) = statements.into_iter().unzip();
        // One that could not be read leaves no gap here; the others keep their position in the text.
        let position = |read: usize| {
            places.get(read).and_then(|place| place.tokens().last()?.parse().ok()).unwrap_or(read)
        };
        for (place, error) in check_all(kind, &statements, position) {
            let statement = place.and_then(|(position, _)| places.get(position)).unwrap_or(&at);
            let element = place.and_then(|(_, element)| element);
            let pointer = element.map_or_else(|| statement.clone(), |element| statement.join(element));
            // A list that is empty only because its items were refused is no refusal of its own.
            if !self.errors.iter().any(|known| known.pointer.is_at_or_below(&pointer)) {
                let rule = match error {
                    PolicyDocumentError::DuplicateSid(_) => Rule::UniqueSid,
                    _ => Rule::Grammar,
                };
                self.refuse_by(rule, &pointer, error);
            }
        }
        let statements = places.into_iter().zip(statements).collect();
        Some(Reading { version, id, statements, errors: Vec::new() })
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

    /// The statements that could be read, each with its place.
    fn statements(&mut self, json: Json, at: &JsonPointer) -> Option<Vec<(JsonPointer, Statement)>> {
        let items = match json {
            Json::Array(items) => items.into_iter().enumerate().map(|(i, item)| (at.join(i), item)).collect(),
            one @ Json::Object(_) => vec![(at.clone(), one)],
            other => {
                self.refuse(at, format!("`Statement` is an object or a list of them, not {}", other.kind()));
                return None;
            }
        };
        let asked = items.len();
        let read: Vec<_> = items
            .into_iter()
            .filter_map(|(place, item)| self.statement(item, &place).map(|statement| (place, statement)))
            .collect();
        // With none read and none asked for, the list is empty, which is an error of its own.
        (!read.is_empty() || asked == 0).then_some(read)
    }

    fn statement(&mut self, json: Json, at: &JsonPointer) -> Option<Statement> {
        const ELEMENTS: [&str; 8] =
            ["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
        let mut rest: BTreeMap<String, Json> =
            self.fields(json, at, "a statement", &ELEMENTS)?.into_iter().collect();
        let sid = rest.remove("Sid").and_then(|json| self.sid(json, &at.join("Sid")));
        let effect = if let Some(json) = rest.remove("Effect") {
            self.effect(json, &at.join("Effect"))
        } else {
            self.refuse(at, "a statement needs an `Effect`: `Allow` or `Deny`");
            None
        };
        let principal = rest.remove("Principal").and_then(|json| self.principal(json, &at.join("Principal")));
        let names_actions = rest.contains_key("Action") || rest.contains_key("NotAction");
        let action = self.either(&mut rest, at, ["Action", "NotAction"]).map(|(not, json, at)| {
            let patterns = self.patterns(Rule::Grammar, json, &at, ActionPattern::parse);
            if not { ActionBlock::NotAction(patterns) } else { ActionBlock::Action(patterns) }
        });
        let resource = self.either(&mut rest, at, ["Resource", "NotResource"]).map(|(not, json, at)| {
            let patterns = self.patterns(Rule::Arn, json, &at, ArnPattern::parse);
            if not { ResourceBlock::NotResource(patterns) } else { ResourceBlock::Resource(patterns) }
        });
        let condition = rest.remove("Condition").map(|json| self.condition(json, &at.join("Condition")));
        if !names_actions {
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
        rule: Rule,
        json: Json,
        at: &JsonPointer,
        parse: fn(&str) -> Result<T, E>,
    ) -> Vec<T> {
        let texts = self.strings(json, at);
        texts.into_iter().filter_map(|(place, text)| self.check(rule, &place, parse(&text))).collect()
    }

    /// IAM takes an empty id for none.
    fn sid(&mut self, json: Json, at: &JsonPointer) -> Option<Sid> {
        let text = self.string(json, at)?;
        if text.is_empty() { None } else { self.check(Rule::Grammar, at, Sid::new(text)) }
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
        let mut by_kind = BTreeMap::new();
        for (key, value) in self.fields(json, at, "a principal", &known)? {
            let place = at.join(&key);
            let Some(kind) = PrincipalType::ALL.into_iter().find(|kind| kind.as_str() == key) else {
                continue;
            };
            let texts = self.strings(value, &place);
            if texts.is_empty() && !self.errors.iter().any(|known| known.pointer.is_at_or_below(&place)) {
                self.refuse(&place, format!("`{key}` names nobody"));
            }
            let names = texts
                .into_iter()
                .filter_map(|(place, text)| self.check(Rule::Grammar, &place, PrincipalName::new(kind, text)))
                .collect();
            by_kind.insert(kind, names);
        }
        if by_kind.is_empty() && !self.errors.iter().any(|known| known.pointer.is_at_or_below(at)) {
            self.refuse(at, "a principal names nobody");
        }
        Some(Principal::Named(by_kind))
    }

    fn condition(&mut self, json: Json, at: &JsonPointer) -> Condition {
        let mut condition = Condition::default();
        for (name, block) in self.object(json, at, "`Condition`").unwrap_or_default() {
            let place = at.join(&name);
            let operator = self.check(Rule::Operator, &place, name.parse::<ConditionOperator>());
            let keys = self.object(block, &place, "an operator's block").unwrap_or_default();
            let Some(operator) = operator else { continue };
            condition.touch(operator);
            for (key, value) in keys {
                let place = place.join(&key);
                let values = self.condition_values(value, &place);
                let Some(key) = self.check(Rule::Grammar, &place, ConditionKey::new(key)) else { continue };
                let added = condition.add(operator, key, values);
                self.check(Rule::Grammar, &place, added);
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
