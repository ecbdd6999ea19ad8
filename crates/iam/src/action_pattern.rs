//! [`ActionPattern`]: what stands in `Action` and `NotAction`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use iam_reference::Action;

use crate::wildcard::matches_ignoring_case;

/// An action, or a pattern of actions with the wildcards `*` and `?`.
///
/// `*` alone, or `service:Name`. Wildcards stand in the name only; the service prefix is literal, or `*`.
/// Two patterns are equal when their text is.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
#[derive(Clone, Debug)]
pub struct ActionPattern {
    text: Cow<'static, str>,
    unlisted_reason: Option<&'static str>,
}

/// Why a text is no [`ActionPattern`]: each is a refusal of IAM's own.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ActionPatternError {
    /// No colon, and not `*`.
    #[error("action `{0}` names no service: write `service:Name`, or `*` for every action")]
    NoService(String),
    /// More than one colon.
    #[error("action `{0}` holds more than one colon")]
    TooManyColons(String),
    /// The service prefix holds a character that no prefix has, a wildcard for example.
    #[error("action `{action}`: service `{service}` is not valid: it takes letters, digits, `-` and `.`")]
    BadService {
        /// The whole action.
        action: String,
        /// The part before the colon.
        service: String,
    },
    /// Nothing, or white space, or a character that no action name has, after the colon.
    #[error(
        "action `{0}` has no valid name after the colon: it takes letters, digits, `-`, `_`, `*` and `?`"
    )]
    BadName(String),
}

impl ActionPattern {
    /// Reads an action or a pattern of actions.
    pub fn parse(text: &str) -> Result<Self, ActionPatternError> {
        if text != "*" {
            check(text)?;
        }
        Ok(Self { text: Cow::Owned(text.to_owned()), unlisted_reason: None })
    }

    /// The text as the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The service prefix; `*` in the pattern `*`.
    pub fn service(&self) -> &str {
        self.text.split_once(':').map_or("*", |(service, _)| service)
    }

    /// The name after the prefix; `*` in the pattern `*`.
    pub fn name(&self) -> &str {
        self.text.split_once(':').map_or("*", |(_, name)| name)
    }

    /// Whether the pattern holds a wildcard and so may stand for more than one action.
    pub fn has_wildcard(&self) -> bool {
        self.text.contains(['*', '?'])
    }

    /// Whether the pattern stands for that action, written `service:Name`; case does not matter.
    pub fn matches(&self, action: &str) -> bool {
        matches_ignoring_case(&self.text, action)
    }

    /// Why an action that no reference knows is granted; `None` for a known action and for parsed text.
    pub fn unlisted_reason(&self) -> Option<&'static str> {
        self.unlisted_reason
    }
}

fn check(text: &str) -> Result<(), ActionPatternError> {
    let Some((service, name)) = text.split_once(':') else {
        return Err(ActionPatternError::NoService(text.to_owned()));
    };
    if name.contains(':') {
        return Err(ActionPatternError::TooManyColons(text.to_owned()));
    }
    let in_service = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if service != "*" && (service.is_empty() || !service.chars().all(in_service)) {
        let (action, service) = (text.to_owned(), service.to_owned());
        return Err(ActionPatternError::BadService { action, service });
    }
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*' | '?');
    if name.is_empty() || !name.chars().all(in_name) {
        return Err(ActionPatternError::BadName(text.to_owned()));
    }
    Ok(())
}

impl From<Action> for ActionPattern {
    fn from(action: Action) -> Self {
        Self { text: Cow::Borrowed(action.as_str()), unlisted_reason: action.unlisted_reason() }
    }
}

impl PartialEq for ActionPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for ActionPattern {}

impl PartialOrd for ActionPattern {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ActionPattern {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_iam_accepts_is_read_and_what_it_refuses_is_named() {
        for good in ["*", "s3:*", "s3:Get*", "s3:Get?bject", "*:*", "S3:getobject", "execute-api:Invoke"] {
            assert_eq!(ActionPattern::parse(good).as_ref().map(ActionPattern::as_str), Ok(good));
        }
        let refused = |text| ActionPattern::parse(text).expect_err(text).to_string();
        assert!(refused("GetObject").contains("names no service"));
        assert!(refused("").contains("names no service"));
        assert!(refused("s3:Get:Object").contains("more than one colon"));
        assert!(refused("s3*:GetObject").contains("service `s3*` is not valid"));
        assert!(refused(":GetObject").contains("service `` is not valid"));
        assert!(refused("s3:").contains("no valid name"));
        assert!(refused("s3:Get Object").contains("no valid name"));
    }

    #[test]
    fn an_unlisted_action_keeps_its_reason_and_is_equal_by_text() {
        const TAG: Action = Action::unlisted("apigateway:TagResource", "seen in a handler");
        let granted = ActionPattern::from(TAG);
        assert_eq!(granted.unlisted_reason(), Some("seen in a handler"));
        assert_eq!(Ok(granted), ActionPattern::parse("apigateway:TagResource"));
    }
}
