//! [`Covering`]: what policies answer for all resources that a pattern stands for.

use crate::arn_pattern::ArnPattern;

use super::Evaluator;
use super::asked::{Asked, Question};
use super::decision::{PolicyType, StatementRef};
use super::group::PolicyGroup;
use super::request::Context;

/// The answer for every resource that a pattern stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covering<'a> {
    /// Every one is allowed.
    Full {
        /// The first statement of the identity-based policies that allows all of them, or, where none does by
        /// itself, each that allows some.
        by: Vec<StatementRef<'a>>,
    },
    /// Some are allowed, and some are not.
    Partly {
        /// The statements of the identity-based policies that speak of some of them.
        by: Vec<StatementRef<'a>>,
        /// The first explicit deny that speaks of some of them, of whichever policy.
        denied: Option<StatementRef<'a>>,
    },
    /// None is allowed.
    Not {
        /// An explicit deny that speaks of all of them, or else the first that speaks of some, of whichever
        /// policy.
        denied: Option<StatementRef<'a>>,
    },
}

impl Covering<'_> {
    /// Whether every resource is allowed.
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Full { .. })
    }
}

impl Evaluator {
    /// Answers for an action, written `service:Name`, on every resource that a pattern stands for.
    ///
    /// A literal ARN is answered as [`Evaluator::decide`] does. So is `*`, which is the resource of an action
    /// without resource types: only the pattern `*` matches it. For resources of which nothing is known ask
    /// for the fullest ARN that there is, such as `arn:aws:ec2:us-east-1:123456789012:vpc/*`.
    ///
    /// In what is asked for, a wildcard before the fifth colon stays within its part of the ARN, and a policy
    /// variable counts as `*`. A wildcard after it stands for any text, but one with colons is not taken for
    /// one in which parts of an ARN begin: `volume/*` is not thought to be `volume/x:instance/y`, though
    /// `arn:aws:ec2:*:*:instance/*` in a policy matches that too.
    ///
    /// Conditions, and policy variables in the policies, are decided by the context as they are for a
    /// request. The answer is exact but in two rare cases, where it may be a cautious [`Covering::Partly`]: a
    /// policy's pattern goes on with wildcards inside a part after a `*` that took colons, or the patterns are
    /// so entangled that the search takes too long.
    ///
    /// ```
    /// # use iam::{ArnPattern, Context, Covering, Evaluator, PolicyDocument, PolicyKind};
    /// let document = PolicyDocument::parse(
    ///     r#"{ "Version": "2012-10-17", "Statement": {
    ///         "Sid": "Buckets", "Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "arn:aws:s3:::app-*"
    ///     } }"#,
    ///     PolicyKind::Identity,
    /// )?;
    /// let evaluator = Evaluator::new([("Storage", &document)]);
    /// let create = |bucket| -> Result<_, iam::ArnPatternError> {
    ///     Ok(evaluator.cover("s3:CreateBucket", &ArnPattern::parse(bucket)?, &Context::default()))
    /// };
    /// assert!(matches!(create("arn:aws:s3:::app-logs-*")?, Covering::Full { by } if by[0].policy == "Storage"));
    /// assert!(matches!(create("arn:aws:s3:::a*")?, Covering::Partly { .. }));
    /// assert_eq!(create("arn:aws:s3:::other-*")?, Covering::Not { denied: None });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cover(&self, action: &str, resource: &ArnPattern, context: &Context) -> Covering<'_> {
        let action = action.to_ascii_lowercase();
        let question = Question { action: &action, asked: &Asked::new(resource), context };
        self.cover_at_a_glance(&question).unwrap_or_else(|| self.cover_closely(&question))
    }

    /// Every group that has to allow a request: SCPs, identity-based policies, boundary.
    pub(super) fn groups(&self) -> impl Iterator<Item = &PolicyGroup> {
        self.scp_levels.iter().chain([&self.identity]).chain(&self.boundary)
    }

    /// The answer where single statements decide; the usual case, which has to be quick.
    fn cover_at_a_glance(&self, question: &Question<'_>) -> Option<Covering<'_>> {
        let mut by = None;
        let (mut all_allow, mut one_is_silent, mut may_be_denied) = (true, false, false);
        for group in self.groups() {
            let found = group.glance(question);
            if let Some(deny) = found.deny {
                return Some(Covering::Not { denied: Some(group.place(deny)) });
            }
            match found.allow {
                Some(allow) if group.policy_type() == PolicyType::Identity => by = Some(group.place(allow)),
                Some(_) => {}
                None => all_allow = false,
            }
            one_is_silent |= found.allow.is_none() && !found.may_allow;
            may_be_denied |= found.may_deny;
        }
        match by {
            _ if may_be_denied => None,
            _ if one_is_silent => Some(Covering::Not { denied: None }),
            Some(by) if all_allow => Some(Covering::Full { by: vec![by] }),
            _ => None,
        }
    }
}
