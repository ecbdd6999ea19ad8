//! The requests: from the options as a cross product, or from a JSON file, each refusal with its place.

use std::fmt::Display;

use iam::{ConditionKey, Json, JsonPointer, PrincipalType, Request, RequestPrincipal};

use super::context::GivenContext;

#[cfg(test)]
mod tests;

/// What a request of a file takes.
const FIELDS: [&str; 4] = ["action", "resource", "context", "principal"];

/// A request, and its context as it was written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) request: Request,
    pub(super) context: GivenContext,
}

/// What holds for every request that does not say otherwise.
pub(super) struct Defaults {
    pub(super) context: GivenContext,
    pub(super) principal: Option<RequestPrincipal>,
    /// Whether a trust policy is asked, which looks at who asks.
    pub(super) for_trust: bool,
}

impl Defaults {
    fn request(&self, request: Request, context: GivenContext, principal: Option<RequestPrincipal>) -> Asked {
        let mut context = context;
        context.fill_in(&self.context);
        let request = request.with_context(context.to_context());
        let request = match principal.or_else(|| self.principal.clone()) {
            Some(principal) => request.with_principal(principal),
            None => request,
        };
        Asked { request, context }
    }
}

/// Every action on every resource, in the order of the options.
pub(super) fn of_options(
    actions: &[String],
    resources: &[String],
    defaults: &Defaults,
    errors: &mut Vec<String>,
) -> Vec<Asked> {
    let principal = defaults.principal.as_ref();
    if defaults.for_trust && principal.is_none() && errors.is_empty() {
        errors.push("--trust: who asks? give --principal, such as Service=lambda.amazonaws.com".to_owned());
    }
    let by_principal = principal.map(trust_action).into_iter().filter(|_| actions.is_empty());
    let actions: Vec<&str> = actions.iter().map(String::as_str).chain(by_principal).collect();
    let resources: Vec<&str> =
        if resources.is_empty() { vec!["*"] } else { resources.iter().map(String::as_str).collect() };
    let before = errors.len();
    // Each by itself first, so that none is refused once for each of the others.
    errors.extend(actions.iter().filter_map(|action| refuse("--action", action, Request::new(action, "*"))));
    errors.extend(
        resources
            .iter()
            .filter_map(|resource| refuse("--resource", resource, Request::new("service:Name", resource))),
    );
    if errors.len() > before {
        return Vec::new();
    }
    let pairs = actions.iter().flat_map(|action| resources.iter().map(move |resource| (action, resource)));
    pairs
        .filter_map(|(action, resource)| Request::new(action, resource).ok())
        .map(|request| defaults.request(request, GivenContext::default(), None))
        .collect()
}

/// What is wrong with an option's value: what no request takes, or several in one.
fn refuse<T, E: Display>(option: &str, value: &str, read: Result<T, E>) -> Option<String> {
    if value.split(',').skip(1).any(|next| next.contains(':')) {
        return Some(format!("{option}: `{value}` holds more than one: give each an `{option}` of its own"));
    }
    read.err().map(|error| format!("{option}: {error}"))
}

/// Reads `KIND=NAME`.
pub(super) fn principal(text: &str) -> Result<RequestPrincipal, String> {
    let kinds = PrincipalType::ALL.map(PrincipalType::as_str).join(", ");
    let (kind, name) = text.split_once('=').unwrap_or((text, ""));
    let kind = PrincipalType::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(kind));
    let kind = kind.ok_or_else(|| {
        format!("--principal: `{text}` names no principal: write KIND=NAME, the kind one of {kinds}")
    })?;
    RequestPrincipal::new(kind, name).map_err(|error| format!("--principal: {error}"))
}

/// The action by which a principal assumes a role.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html>
fn trust_action(principal: &RequestPrincipal) -> &'static str {
    match principal.kind() {
        PrincipalType::Federated if principal.as_str().contains(":saml-provider/") => {
            "sts:AssumeRoleWithSAML"
        }
        PrincipalType::Federated => "sts:AssumeRoleWithWebIdentity",
        PrincipalType::Aws | PrincipalType::Service | PrincipalType::CanonicalUser => "sts:AssumeRole",
    }
}

/// The requests of a JSON text: a list of them, or an object with that list as `requests`.
pub(super) fn of_file(name: &str, text: &str, defaults: &Defaults, errors: &mut Vec<String>) -> Vec<Asked> {
    let mut reader = Reader { name, defaults, errors };
    let top = JsonPointer::default();
    match serde_json::from_str::<Json>(text) {
        Ok(json) => reader.requests(json, &top).unwrap_or_default(),
        Err(error) => {
            reader.refuse(&top, format!("this is no JSON: {error}"));
            Vec::new()
        }
    }
}

/// Collects refusals while it reads, so that all are reported at once.
struct Reader<'a> {
    name: &'a str,
    defaults: &'a Defaults,
    errors: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn refuse(&mut self, at: &JsonPointer, reason: impl Display) {
        let place = if at.as_str().is_empty() { String::new() } else { format!("at `{at}`: ") };
        self.errors.push(format!("{}: {place}{reason}", self.name));
    }

    /// The value, or `None` with its error kept.
    fn check<T>(&mut self, at: &JsonPointer, result: Result<T, impl Display>) -> Option<T> {
        result.map_err(|error| self.refuse(at, error)).ok()
    }

    fn requests(&mut self, json: Json, top: &JsonPointer) -> Option<Vec<Asked>> {
        let (json, at) = match json {
            Json::Object(_) => self.list_in(json, top)?,
            other => (other, top.clone()),
        };
        match json {
            Json::Array(items) if !items.is_empty() => {
                let items = items.into_iter().enumerate();
                return Some(items.filter_map(|(place, item)| self.request(item, &at.join(place))).collect());
            }
            Json::Array(_) => {
                self.refuse(
                    &at,
                    r#"there is no request: write one such as {"action": "s3:ListAllMyBuckets"}"#,
                );
            }
            other => self.refuse(&at, format!("requests are a list, not {}", other.kind())),
        }
        None
    }

    /// The value of `requests`, and its place.
    fn list_in(&mut self, json: Json, top: &JsonPointer) -> Option<(Json, JsonPointer)> {
        let before = self.errors.len();
        let list = self.fields(json, top, "the file", &["requests"]).into_iter().next();
        if list.is_none() && self.errors.len() == before {
            self.refuse(top, "there is no `requests`: write a list of requests");
        }
        list.map(|(key, json)| (json, top.join(key)))
    }

    fn request(&mut self, json: Json, at: &JsonPointer) -> Option<Asked> {
        let before = self.errors.len();
        let (mut action, mut resource, mut principal) = (None, None, None);
        let mut context = GivenContext::default();
        for (key, value) in self.fields(json, at, "a request", &FIELDS) {
            let place = at.join(&key);
            match key.as_str() {
                "action" => action = self.string(value, &place),
                "resource" => resource = self.string(value, &place),
                "principal" => principal = self.principal(value, &place),
                _ => context = self.context(value, &place),
            }
        }
        let asks =
            principal.as_ref().or(self.defaults.principal.as_ref()).filter(|_| self.defaults.for_trust);
        if self.errors.len() == before && self.defaults.for_trust && asks.is_none() {
            self.refuse(at, "who asks? write a `principal`, or give --principal");
        }
        let action = action.or_else(|| asks.map(|principal| trust_action(principal).to_owned()));
        if self.errors.len() == before && action.is_none() {
            self.refuse(at, r#"a request needs an `action`: write one such as "s3:GetObject""#);
        }
        let (action, resource) = (action?, resource.unwrap_or_else(|| "*".to_owned()));
        self.check(&at.join("action"), Request::new(&action, "*"));
        self.check(&at.join("resource"), Request::new("service:Name", &resource));
        let request = Request::new(&action, &resource).ok()?;
        (self.errors.len() == before).then(|| self.defaults.request(request, context, principal))
    }

    /// The entries of an object that takes these keys, each at most once.
    fn fields(&mut self, json: Json, at: &JsonPointer, what: &str, known: &[&str]) -> Vec<(String, Json)> {
        let mut fields: Vec<(String, Json)> = Vec::new();
        for (key, value) in self.object(json, at, what) {
            if !known.contains(&key.as_str()) {
                let known = known.join(", ");
                self.refuse(&at.join(&key), format!("{what} has no `{key}`: it takes {known}"));
            } else if fields.iter().any(|(own, _)| *own == key) {
                self.refuse(&at.join(&key), format!("`{key}` stands twice: write it once"));
            } else {
                fields.push((key, value));
            }
        }
        fields
    }

    fn object(&mut self, json: Json, at: &JsonPointer, what: &str) -> Vec<(String, Json)> {
        match json {
            Json::Object(fields) => fields,
            other => {
                self.refuse(at, format!("{what} is an object, not {}", other.kind()));
                Vec::new()
            }
        }
    }

    fn string(&mut self, json: Json, at: &JsonPointer) -> Option<String> {
        match json {
            Json::String(text) => Some(text),
            other => {
                self.refuse(at, format!("write a string here, not {}", other.kind()));
                None
            }
        }
    }

    /// One entry of kind and name, as policies write a principal.
    fn principal(&mut self, json: Json, at: &JsonPointer) -> Option<RequestPrincipal> {
        if !self.defaults.for_trust {
            self.refuse(at, "who asks counts for a trust policy only: give --trust, or leave it out");
            return None;
        }
        let kinds = PrincipalType::ALL.map(PrincipalType::as_str);
        let before = self.errors.len();
        let mut fields = self.fields(json, at, "a principal", &kinds).into_iter();
        let (Some((kind, name)), None) = (fields.next(), fields.next()) else {
            if self.errors.len() == before {
                let form = r#"write one kind and name, such as {"Service": "lambda.amazonaws.com"}"#;
                self.refuse(at, format!("a request has one principal: {form}"));
            }
            return None;
        };
        let place = at.join(&kind);
        let name = self.string(name, &place)?;
        let kind = PrincipalType::ALL.into_iter().find(|known| known.as_str() == kind)?;
        self.check(&place, RequestPrincipal::new(kind, &name))
    }

    fn context(&mut self, json: Json, at: &JsonPointer) -> GivenContext {
        let mut context = GivenContext::default();
        for (key, value) in self.object(json, at, "a context") {
            let place = at.join(&key);
            let values = self.values(value, &place);
            let Some(key) = self.check(&place, ConditionKey::new(key)) else { continue };
            if context.has(&key) {
                self.refuse(
                    &place,
                    format!("`{key}` stands twice, whatever its case: write a list of values"),
                );
            }
            context.add(key, values);
        }
        context
    }

    /// A value or a list of them: numbers and Booleans may stand unquoted.
    fn values(&mut self, json: Json, at: &JsonPointer) -> Vec<String> {
        let items = match json {
            Json::Array(items) if items.is_empty() => {
                self.refuse(at, "the list is empty: write a value, or leave the key out");
                return Vec::new();
            }
            Json::Array(items) => items.into_iter().enumerate().map(|(i, item)| (at.join(i), item)).collect(),
            one => vec![(at.clone(), one)],
        };
        let values = items.into_iter().filter_map(|(place, item)| match item {
            Json::Bool(value) => Some(value.to_string()),
            Json::Number(text) => Some(text),
            other => self.string(other, &place),
        });
        values.collect()
    }
}
