//! What stands in a policy for a text that is known only when the stack is deployed.
//!
//! Everything here is something that IAM accepts in that place, so that no hole is taken for a mistake.

use iam::{ActionPattern, ArnPattern, PrincipalName, PrincipalType};

use crate::template::arn::Arns;
use crate::template::{Hole, Piece, Template, Text};

/// The partition that policies are looked at in when it is a hole, and the domain of AWS there.
const PARTITION: &str = "aws";
const URL_SUFFIX: &str = "amazonaws.com";

/// An account of documents for people, which IAM's grammar takes where an account stands.
const ACCOUNT: &str = "ACCOUNT_ID";

/// What stands in the place of a text.
pub(super) struct Filled {
    pub(super) text: String,
    /// Whether nothing of the text is known.
    pub(super) is_opaque: bool,
}

impl Filled {
    const fn partly(text: String) -> Self {
        Self { text, is_opaque: false }
    }

    fn opaque(text: &str) -> Self {
        Self { text: text.to_owned(), is_opaque: true }
    }
}

/// An action: holes are `*`.
pub(super) fn action(text: &Text) -> Filled {
    let is_known = text.prefix().contains(':');
    let pattern = with_wildcards(text, |_, _| None);
    if is_known && ActionPattern::parse(&pattern).is_ok() {
        Filled::partly(pattern)
    } else {
        Filled::opaque("*")
    }
}

/// A resource: an ARN of a resource of the template has its form.
///
/// Of what is one name or id, such as the region or a table's, the placeholder is a word: it is equal where the
/// hole is, and matches nothing else. What may be of any form, such as a parameter, is `*`.
pub(super) fn resource(arns: &Arns<'_>, text: &Text) -> Filled {
    let text = text.map_holes(|hole| arns.arn_of(hole).unwrap_or_else(|| Text::hole(hole.clone())));
    let pattern = with_names(&text);
    // A hole before the fifth colon stands for one part only where the others are there.
    let colons = pattern.matches(':').count();
    let may_span = colons < 5 && !text.holes().all(|hole| hole.has_none_of(":"));
    if text.prefix().starts_with("arn:") && !may_span && ArnPattern::parse(&pattern).is_ok() {
        Filled::partly(pattern)
    } else {
        Filled::opaque("*")
    }
}

/// A value of a condition, or a text of no meaning to IAM: holes are as `Fn::Sub` writes them, which IAM takes
/// for policy variables.
pub(super) fn value(text: &Text) -> Filled {
    let is_opaque = matches!(text.pieces(), [Piece::Hole(Hole::Unknown(_))]);
    let sub = |hole: &Hole| match constant(hole) {
        Some(constant) => constant.to_owned(),
        None => hole.to_sub(),
    };
    Filled { text: text.to_pattern(sub), is_opaque }
}

/// A statement id: holes are the letters of their names. `None` when a hole has none, as two such ids would be
/// the same.
pub(super) fn sid(text: &Text) -> Option<String> {
    let has_names = !text.holes().any(|hole| matches!(hole, Hole::Unknown(_)));
    has_names.then(|| text.to_pattern(word))
}

/// A principal: what IAM takes for one of that kind.
pub(super) fn principal(template: &Template, kind: PrincipalType, text: &Text) -> Filled {
    let text =
        text.map_holes(|hole| identity_arn(template, hole).unwrap_or_else(|| Text::hole(hole.clone())));
    let account = |hole: &Hole| match constant(hole) {
        Some(constant) => constant.to_owned(),
        None if *hole == Hole::Account => ACCOUNT.to_owned(),
        None => word(hole),
    };
    let filled = match text.pieces() {
        [Piece::Hole(Hole::Account)] if kind == PrincipalType::Aws => format!("arn:aws:iam::{ACCOUNT}:root"),
        _ => text.to_pattern(account),
    };
    // What begins with a hole may be of any form.
    let is_known = !text.prefix().is_empty() || text.pieces() == [Piece::Hole(Hole::Account)];
    if is_known && PrincipalName::new(kind, filled.as_str()).is_ok() {
        return Filled::partly(filled);
    }
    Filled::opaque(match kind {
        PrincipalType::Aws => "arn:aws:iam::ACCOUNT_ID:root",
        PrincipalType::CanonicalUser => "unknown",
        PrincipalType::Federated => "arn:aws:iam::ACCOUNT_ID:oidc-provider/unknown",
        PrincipalType::Service => "unknown.amazonaws.com",
    })
}

/// The ARN of a role or user of the template, with its logical id for its name.
fn identity_arn(template: &Template, hole: &Hole) -> Option<Text> {
    let Hole::Attribute { logical_id, attribute } = hole else { return None };
    let path = match template.resource(logical_id)?.kind.as_str() {
        "AWS::IAM::Role" => "role",
        "AWS::IAM::User" => "user",
        _ => return None,
    };
    (attribute == "Arn").then(|| Text::literal(format!("arn:aws:iam::{ACCOUNT}:{path}/{logical_id}")))
}

/// What a hole is in any region of the partition that policies are looked at in.
const fn constant(hole: &Hole) -> Option<&'static str> {
    match hole {
        Hole::Partition => Some(PARTITION),
        Hole::UrlSuffix => Some(URL_SUFFIX),
        _ => None,
    }
}

/// The text with names for the holes that are one, and `*` for the others.
fn with_names(text: &Text) -> String {
    with_wildcards(text, |hole, before| match hole {
        Hole::Region => Some("REGION".to_owned()),
        Hole::Account => Some(ACCOUNT.to_owned()),
        Hole::StackName => Some(word(hole)),
        // Behind a letter the name brings the `/` itself, as in `parameter${Parameter}`.
        Hole::Ref(_) | Hole::Attribute { .. } => {
            (!before.ends_with(|c: char| c.is_ascii_alphanumeric())).then(|| word(hole))
        }
        _ => None,
    })
}

/// The text with `*` for the holes that have no name, each run of them one.
fn with_wildcards(text: &Text, name: impl Fn(&Hole, &str) -> Option<String>) -> String {
    let mut pattern = String::new();
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) => pattern.push_str(literal),
            Piece::Hole(hole) => match constant(hole).map(str::to_owned).or_else(|| name(hole, &pattern)) {
                Some(text) => pattern.push_str(&text),
                None if pattern.ends_with('*') => {}
                None => pattern.push('*'),
            },
        }
    }
    pattern
}

/// The letters and digits of a hole's name.
fn word(hole: &Hole) -> String {
    hole.to_sub().chars().filter(char::is_ascii_alphanumeric).collect()
}
