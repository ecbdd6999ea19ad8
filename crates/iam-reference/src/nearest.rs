//! The names nearest to one that is not in the data, for "is it …?" in a message.
//!
//! A distance of our own in place of a dependency: this crate has none at run time, and every other one waits for it.

use crate::{Service, global_condition_keys, service, services};

/// The action that a text such as `s3:GetObjects` most likely stands for, in AWS spelling; none if none is near.
///
/// Of a known service it is the action with the nearest name. Of an unknown one it is the action of that name in the
/// service with the nearest prefix, or else the nearest action of the nearest service.
pub fn nearest_action(action: &str) -> Option<&'static str> {
    let (prefix, name) = action.split_once(':')?;
    if service(prefix).is_some() {
        return nearest_name(prefix, name);
    }
    let same_name = services().iter().filter_map(|service| {
        let found = service.action(name)?;
        Some((distance_of_prefix(prefix, service.prefix())?, found.as_str()))
    });
    let same_name = same_name.min().map(|(_, action)| action);
    same_name.or_else(|| nearest_name(nearest_service(prefix)?, name))
}

/// The prefix of the service that a text such as `dynamo`, or a name such as `EventBridge`, most likely stands for.
pub fn nearest_service(prefix: &str) -> Option<&'static str> {
    let named = services().iter().find(|service| words(service.name()) == words(prefix));
    let near = services()
        .iter()
        .filter_map(|service| Some((distance_of_prefix(prefix, service.prefix())?, service.prefix())));
    named.map(Service::prefix).or_else(|| near.min().map(|(_, prefix)| prefix))
}

/// The condition key that a text such as `iam:PassToService` most likely stands for; none if none is near.
///
/// What follows a slash, the key of a tag for example, is not compared.
pub fn nearest_condition_key(key: &str) -> Option<&'static str> {
    let before_slash = |key: &'static str| key.split('/').next().unwrap_or(key);
    let asked = key.split('/').next().unwrap_or(key);
    let all = services().iter().flat_map(Service::condition_keys).chain(global_condition_keys());
    let near = all.filter_map(|key| Some((near(asked, before_slash(key.name()))?, key.name())));
    near.min().map(|(_, key)| key)
}

fn nearest_name(prefix: &str, name: &str) -> Option<&'static str> {
    let near =
        service(prefix)?.actions().filter_map(|facts| Some((near(name, facts.name())?, facts.as_str())));
    near.min().map(|(_, action)| action)
}

/// How far two prefixes are apart, if they are near or one is part of the other: `agentcore` of `bedrock-agentcore`.
fn distance_of_prefix(asked: &str, known: &str) -> Option<usize> {
    let (longer, shorter) = if asked.len() > known.len() { (asked, known) } else { (known, asked) };
    let is_part =
        || shorter.len() >= 3 && longer.to_ascii_lowercase().contains(&shorter.to_ascii_lowercase());
    near(asked, known).or_else(|| is_part().then(|| longer.len() - shorter.len()))
}

/// The words of a service's name without its owner, run together.
fn words(name: &str) -> String {
    let name = name.strip_prefix("Amazon ").or_else(|| name.strip_prefix("AWS ")).unwrap_or(name);
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The distance of two names, if it is at most a third of the length of what was asked for; never all of it.
fn near(asked: &str, known: &str) -> Option<usize> {
    let most = asked.len().max(3) / 3;
    let distance = || distance(asked.as_bytes(), known.as_bytes());
    (asked.len().abs_diff(known.len()) <= most)
        .then(distance)
        .filter(|distance| *distance <= most && *distance < asked.len())
}

/// How many bytes have to be added, removed, replaced or swapped with their neighbour to make one text the other,
/// whatever the case of either (the optimal string alignment distance).
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, byte) in one.iter().enumerate() {
        let mut row = Vec::with_capacity(last.len());
        let mut left = i + 1;
        row.push(left);
        for (j, (other_byte, above)) in other.iter().zip(last.windows(2)).enumerate() {
            let &[diagonal, above] = above else { continue };
            let differs = usize::from(!byte.eq_ignore_ascii_case(other_byte));
            left = (left + 1).min(above + 1).min(diagonal + differs);
            let neighbours = i.checked_sub(1).and_then(|i| one.get(i)).zip(j.checked_sub(1));
            if let Some((previous, place)) = neighbours
                && previous.eq_ignore_ascii_case(other_byte)
                && other.get(place).is_some_and(|previous| previous.eq_ignore_ascii_case(byte))
                && let Some(swapped) = before.get(place)
            {
                left = left.min(swapped + 1);
            }
            row.push(left);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("GetObject", "getobject", 0),
            ("GetObjects", "GetObject", 1),
            ("CreateTabel", "CreateTable", 1),
            ("ba", "ab", 1),
            ("kitten", "sitting", 3),
            ("abcdef", "badcfe", 3),
        ] {
            assert_eq!(distance(one.as_bytes(), other.as_bytes()), expected, "`{one}` and `{other}`");
            assert_eq!(distance(other.as_bytes(), one.as_bytes()), expected, "`{other}` and `{one}`");
        }
    }

    #[test]
    fn mistyped_actions_are_recognized_and_invented_ones_are_not() {
        for (asked, expected) in [
            ("s3:GetObjects", Some("s3:GetObject")),
            ("S3:getobjcet", Some("s3:GetObject")),
            ("dynamodb:CreateTables", Some("dynamodb:CreateTable")),
            ("dynamo:CreateTable", Some("dynamodb:CreateTable")),
            ("dynamo:CreateTabel", Some("dynamodb:CreateTable")),
            ("cognito:CreateUserPool", Some("cognito-idp:CreateUserPool")),
            ("agentcore:CreateAgentRuntime", Some("bedrock-agentcore:CreateAgentRuntime")),
            ("eventbridge:PutRules", Some("events:PutRule")),
            ("apigateway:TagResource", None),
            ("s3:Frobnicate", None),
            ("nosuchservice:GetObject", None),
            ("GetObject", None),
            (":", None),
        ] {
            assert_eq!(nearest_action(asked), expected, "`{asked}`");
        }
    }

    #[test]
    fn services_are_recognized_by_prefix_and_by_name() {
        for (asked, expected) in [
            ("dynamo", Some("dynamodb")),
            ("EventBridge", Some("events")),
            ("stepfunctions", Some("states")),
            ("cloudwatch-logs", Some("logs")),
            ("secretmanager", Some("secretsmanager")),
            ("bedrock-agent-core", Some("bedrock-agentcore")),
            ("", None),
            ("nosuchservice", None),
        ] {
            assert_eq!(nearest_service(asked), expected, "`{asked}`");
        }
    }

    #[test]
    fn condition_keys_are_recognized_without_what_follows_the_slash() {
        for (asked, expected) in [
            ("iam:PassToService", Some("iam:PassedToService")),
            ("aws:SourceIP", Some("aws:SourceIp")),
            ("aws:RequestTags/team", Some("aws:RequestTag/${TagKey}")),
            ("x:y", None),
        ] {
            assert_eq!(nearest_condition_key(asked), expected, "`{asked}`");
        }
    }
}
