//! Actions that are granted although no reference knows them, each with its reason.

use iam::Action;

/// Tagging of a REST API.
pub(crate) const APIGATEWAY_TAG_RESOURCE: Action = Action::unlisted("apigateway:TagResource", TAGGING);

/// Untagging of a REST API.
pub(crate) const APIGATEWAY_UNTAG_RESOURCE: Action = Action::unlisted("apigateway:UntagResource", TAGGING);

const TAGGING: &str = "part of the reference implementation's policy, which was deployed live with it; the \
                       service reference has tagging as verbs on `/tags/*`, which the statement grants too";
