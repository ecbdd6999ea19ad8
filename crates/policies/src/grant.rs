//! [`Grant`]: how a policy module writes a statement.

use iam::{
    Action, ActionBlock, ActionPattern, ActionPatternError, ArnPattern, ArnPatternError, Condition,
    ConditionKey, ConditionKeyError, ConditionValueError, Effect, Operator, ResourceBlock, Sid, SidError,
    Statement,
};

/// A statement as a module writes it down; [`Grant::statement`] checks it.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    sid: &'static str,
    actions: Vec<ActionPattern>,
    every_action_of: Option<&'static str>,
    resources: Vec<String>,
    any_resource_reason: Option<&'static str>,
    conditions: Vec<(Operator, &'static str, Vec<String>)>,
}

/// What is wrong with a grant.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GrantError {
    /// A bad statement id.
    #[error(transparent)]
    Sid(#[from] SidError),
    /// A bad action pattern.
    #[error(transparent)]
    Action(#[from] ActionPatternError),
    /// A bad resource.
    #[error(transparent)]
    Arn(#[from] ArnPatternError),
    /// A bad condition key.
    #[error(transparent)]
    ConditionKey(#[from] ConditionKeyError),
    /// A bad condition value.
    #[error(transparent)]
    ConditionValue(#[from] ConditionValueError),
    /// A service that the reference does not know.
    #[error("there is no service `{0}`")]
    UnknownService(&'static str),
    /// An action that needs no door of its own.
    #[error("action `{0}` is in the reference: use its constant instead of `Action::unlisted`")]
    NeedlesslyUnlisted(String),
}

impl Grant {
    /// An Allow with that statement id.
    pub(crate) fn allow(sid: &'static str) -> Self {
        Self {
            sid,
            actions: Vec::new(),
            every_action_of: None,
            resources: Vec::new(),
            any_resource_reason: None,
            conditions: Vec::new(),
        }
    }

    /// Grants these actions.
    pub(crate) fn actions(mut self, actions: impl IntoIterator<Item = Action>) -> Self {
        self.actions.extend(actions.into_iter().map(ActionPattern::from));
        self
    }

    /// Grants every action of a service.
    pub(crate) fn every_action_of(mut self, service: &'static str) -> Self {
        self.every_action_of = Some(service);
        self
    }

    /// On these resources.
    pub(crate) fn on<R: Into<String>>(mut self, resources: impl IntoIterator<Item = R>) -> Self {
        self.resources.extend(resources.into_iter().map(Into::into));
        self
    }

    /// On every resource, because of this; the docs page shows the reason.
    pub(crate) fn on_any_resource(mut self, reason: &'static str) -> Self {
        self.any_resource_reason = Some(reason);
        self.on(["*"])
    }

    /// Only when `operator` holds between the request's `key` and one of `values`.
    pub(crate) fn when<V: Into<String>>(
        mut self,
        operator: Operator,
        key: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.conditions.push((operator, key, values.into_iter().map(Into::into).collect()));
        self
    }

    /// The statement's id, for messages.
    pub(crate) fn sid(&self) -> &'static str {
        self.sid
    }

    /// Why the statement is on every resource, if it is.
    pub(crate) fn any_resource_reason(&self) -> Option<&'static str> {
        self.any_resource_reason
    }

    /// The statement, if everything in it is what IAM and the reference know.
    pub(crate) fn statement(self) -> Result<Statement, GrantError> {
        let mut actions = self.actions;
        let is_listed = |action: &&ActionPattern| {
            action.unlisted_reason().is_some() && iam_reference::exists(action.as_str())
        };
        if let Some(action) = actions.iter().find(is_listed) {
            return Err(GrantError::NeedlesslyUnlisted(action.to_string()));
        }
        if let Some(service) = self.every_action_of {
            iam_reference::service(service).ok_or(GrantError::UnknownService(service))?;
            actions.push(ActionPattern::parse(&format!("{service}:*"))?);
        }
        let resources =
            self.resources.iter().map(|text| ArnPattern::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let mut condition = Condition::default();
        for (operator, key, values) in self.conditions {
            condition.add(operator.into(), ConditionKey::new(key)?, values)?;
        }
        Ok(Statement {
            sid: Some(Sid::new(self.sid)?),
            effect: Effect::Allow,
            principal: None,
            action: ActionBlock::Action(actions),
            resource: Some(ResourceBlock::Resource(resources)),
            condition,
        })
    }
}
