//! [`Retention`]: what of a resource's needs its deletion policy leaves.

use iam_reference::Phase;

use super::classify::Judged;
use crate::coverage::Certainty;
use crate::template::Resource;

/// When a resource is deleted.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html>
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retention {
    /// With the stack, or when it leaves the template.
    Deleted,
    /// Only when it is replaced by another.
    OnlyReplaced,
    /// Never.
    Kept,
}

impl Retention {
    pub(super) fn of(resource: &Resource) -> Self {
        let is_retain = |policy: &Option<String>| policy.as_deref() == Some("Retain");
        match (is_retain(&resource.deletion_policy), is_retain(&resource.update_replace_policy)) {
            (false, _) => Self::Deleted,
            (true, false) => Self::OnlyReplaced,
            (true, true) => Self::Kept,
        }
    }

    /// A need of that phase as far as it is left; `None` when it is not.
    pub(super) fn judge(self, phase: Phase, judged: Judged) -> Option<Judged> {
        match (phase, self) {
            (Phase::Delete, Self::Kept) => None,
            (Phase::Delete, Self::OnlyReplaced) if judged.0 == Certainty::Required => Some((
                Certainty::Conditional,
                "only when it is replaced, as its deletion policy is `Retain`".into(),
            )),
            _ => Some(judged),
        }
    }
}
