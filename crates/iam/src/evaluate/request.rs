//! [`Request`]: what is asked of AWS, and everything that policies look at when they answer.

use std::collections::BTreeMap;

use crate::condition::ConditionKey;

use super::request_principal::RequestPrincipal;

/// A request: who asks for what on which resource, in which context.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-reqcontext.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    action: String,
    action_in_lower_case: String,
    resource: String,
    principal: Option<RequestPrincipal>,
    context: Context,
}

/// Why a request cannot be asked.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RequestError {
    /// The action is not written `service:Name`.
    #[error("`{0}` is no action to ask for: write `service:Name`, without wildcards")]
    BadAction(String),
    /// The resource is neither an ARN nor `*`.
    #[error(
        "`{0}` is no resource to ask for: write `arn:partition:service:region:account:resource`, or `*` for \
         an action without resources"
    )]
    BadResource(String),
}

impl Request {
    /// A request without context and without principal.
    ///
    /// The resource is one ARN, in which `*` and `?` are characters like any other; `*` alone is what an
    /// action without resource types is asked on.
    pub fn new(action: &str, resource: &str) -> Result<Self, RequestError> {
        let in_service = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
        let in_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let is_action = action.split_once(':').is_some_and(|(service, name)| {
            !service.is_empty()
                && !name.is_empty()
                && service.bytes().all(in_service)
                && name.bytes().all(in_name)
        });
        if !is_action {
            return Err(RequestError::BadAction(action.to_owned()));
        }
        if resource != "*" && !is_arn(resource) {
            return Err(RequestError::BadResource(resource.to_owned()));
        }
        Ok(Self {
            action: action.to_owned(),
            action_in_lower_case: action.to_ascii_lowercase(),
            resource: resource.to_owned(),
            principal: None,
            context: Context::default(),
        })
    }

    /// The request in that context.
    #[must_use]
    pub fn with_context(self, context: Context) -> Self {
        Self { context, ..self }
    }

    /// The request of that principal, which only trust policies look at.
    #[must_use]
    pub fn with_principal(self, principal: RequestPrincipal) -> Self {
        Self { principal: Some(principal), ..self }
    }

    /// The action as it was asked for.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The action in lower case, as compiled policies hold it.
    pub(super) fn action_in_lower_case(&self) -> &str {
        &self.action_in_lower_case
    }

    /// The resource's ARN, or `*`.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// Who asks, if the request says so.
    pub fn principal(&self) -> Option<&RequestPrincipal> {
        self.principal.as_ref()
    }

    /// The request's context.
    pub fn context(&self) -> &Context {
        &self.context
    }
}

/// `arn:` and six parts, of which service and resource are not empty.
fn is_arn(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let filled = |part: Option<&str>| part.is_some_and(|part| !part.is_empty());
    parts.next() == Some("arn")
        && filled(parts.next())
        && filled(parts.next())
        && parts.next().is_some()
        && parts.next().is_some()
        && filled(parts.next())
}

/// The request context: condition keys, whose case does not matter, and their values.
///
/// Nothing is added to it: a key that AWS would fill in, such as `aws:PrincipalArn`, is absent unless given.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html#AccessPolicyLanguage_RequestContext>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// Adds values to a key, after those that it has.
    pub fn add(&mut self, key: &ConditionKey, values: impl IntoIterator<Item = String>) {
        self.0.entry(key.as_str().to_lowercase()).or_default().extend(values);
    }

    /// The values of a key; `None` when the request has no such key.
    pub fn get(&self, key: &ConditionKey) -> Option<&[String]> {
        self.0.get(&key.as_str().to_lowercase()).map(Vec::as_slice)
    }

    /// The values of a key in lower case; none when the request has no such key.
    pub(super) fn values(&self, key: &str) -> &[String] {
        self.0.get(key).map(Vec::as_slice).unwrap_or_default()
    }
}

impl FromIterator<(ConditionKey, Vec<String>)> for Context {
    fn from_iter<I: IntoIterator<Item = (ConditionKey, Vec<String>)>>(entries: I) -> Self {
        let mut context = Self::default();
        for (key, values) in entries {
            context.add(&key, values);
        }
        context
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_request_is_refused() {
        for action in ["", "s3", "s3:", ":Get", "s3:Get*", "s3:Get:Object", "s3: Get"] {
            assert_eq!(Request::new(action, "*"), Err(RequestError::BadAction(action.to_owned())));
        }
        for resource in ["", "bucket", "arn:aws:s3:::", "arn:aws:s3", "arn::s3:::b", "arn:aws::::b"] {
            assert_eq!(
                Request::new("s3:GetObject", resource),
                Err(RequestError::BadResource(resource.to_owned()))
            );
        }
        assert!(Request::new("s3:GetObject", "arn:aws:s3:::b").is_ok());
    }

    #[test]
    fn the_case_of_a_key_does_not_matter() {
        let key = |text| ConditionKey::new(text).unwrap();
        let mut context = Context::default();
        context.add(&key("aws:SourceIp"), ["1.2.3.4".to_owned()]);
        context.add(&key("AWS:sourceIP"), ["5.6.7.8".to_owned()]);
        assert_eq!(context.get(&key("aws:sourceip")).map(<[String]>::len), Some(2));
        assert_eq!(context.get(&key("aws:other")), None);
    }
}
