//! Patterns against patterns: what one matches of what another matches, held against requests.

#![expect(clippy::panic, reason = "a test stops at what fails")]

use std::sync::LazyLock;

use iam::{ActionPattern, ArnPattern, Evaluator, Request};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use crate::support::{identity, request};

fn arn(text: &str) -> ArnPattern {
    ArnPattern::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn action(text: &str) -> ActionPattern {
    ActionPattern::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

/// Short texts over a few characters, all of them.
fn words(characters: &[&str], most: usize) -> Vec<String> {
    let longer = |texts: &Vec<String>| -> Vec<String> {
        texts.iter().flat_map(|text| characters.iter().map(move |c| format!("{text}{c}"))).collect()
    };
    std::iter::successors(Some(vec![String::new()]), |texts| Some(longer(texts)))
        .take(most + 1)
        .flatten()
        .collect()
}

/// Requests for the ARNs that tell the patterns below apart.
static REQUESTS: LazyLock<Vec<Request>> = LazyLock::new(|| {
    let (parts, names) = (words(&["a", "b"], 2), words(&["a", "b", ":"], 5));
    let arns = parts.iter().flat_map(|region| parts.iter().map(move |account| (region, account)));
    let arns = arns.flat_map(|(region, account)| {
        names.iter().skip(1).map(move |name| format!("arn:aws:sns:{region}:{account}:{name}"))
    });
    arns.map(|arn| request("sns:Publish", &arn, &json!({}))).collect()
});

/// Whether a policy with that one resource allows each of the requests.
fn matches(pattern: &str) -> Vec<bool> {
    let statement = json!({ "Effect": "Allow", "Action": "*", "Resource": pattern });
    let document = identity(&json!({ "Version": "2012-10-17", "Statement": statement }));
    let evaluator = Evaluator::new([("One", &document)]);
    REQUESTS.iter().map(|request| evaluator.decide(request).is_allowed()).collect()
}

/// Patterns with few characters, so that they meet often.
fn pattern() -> impl Strategy<Value = String> {
    let part = select(&["", "a", "*", "?", "a*", "*a"][..]);
    let name = vec(select(&["a", ":", "*", "?"][..]), 1..3).prop_map(|parts| parts.concat());
    let short = select(&["arn:aws:sns", "arn:aws:sns:a", "arn:aws:sns:*", "arn:aws:sns:*:a", "*"][..]);
    prop_oneof![
        9 => (part.clone(), part, name)
            .prop_map(|(region, account, name)| format!("arn:aws:sns:{region}:{account}:{name}")),
        1 => short.prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn arns_are_covered_when_every_request_is(one in pattern(), two in pattern(), asked in pattern()) {
        let [by_one, by_two, wanted] = [&one, &two, &asked].map(|pattern| matches(pattern));
        let wanted = || (0..REQUESTS.len()).filter(|i| wanted[*i]);
        let [one, two, asked] = [one, two, asked].map(|text| arn(&text));
        // The resource `*` is the one that no ARN is like.
        let may_be = !asked.is_any();
        prop_assert_eq!(one.covers(&asked), (may_be || one.is_any()) && wanted().all(|i| by_one[i]));
        prop_assert_eq!(
            asked.is_covered_by([&one, &two]),
            (may_be || one.is_any() || two.is_any()) && wanted().all(|i| by_one[i] || by_two[i])
        );
        prop_assert_eq!(one.overlaps(&asked), wanted().any(|i| by_one[i]));
        prop_assert_eq!(asked.overlaps(&one), one.overlaps(&asked));
        prop_assert!(one.overlaps(&asked) || !one.overlaps_part_by_part(&asked));
    }

    #[test]
    fn covering_is_an_order(one in pattern(), two in pattern(), three in pattern()) {
        let [one, two, three] = [one, two, three].map(|text| arn(&text));
        prop_assert!(one.covers(&one) && one.overlaps(&one));
        prop_assert!(!one.covers(&two) || !two.covers(&three) || one.covers(&three));
        prop_assert!(!one.covers(&two) || one.overlaps(&two));
    }

    #[test]
    fn actions_are_covered_when_every_name_is(
        [one, asked] in proptest::array::uniform2("[aA*?]{1,4}"), services in select(
            &[("s3", "S3"), ("s3", "sqs"), ("*", "s3"), ("s3", "*"), ("*", "*")][..]
        )
    ) {
        let (one, asked) = (format!("{}:{one}", services.0), format!("{}:{asked}", services.1));
        let (one, asked) = (action(&one), action(&asked));
        let names = words(&["a", "b"], 6);
        let all: Vec<String> = ["s3", "sqs", "sns"]
            .iter()
            .flat_map(|service| names.iter().skip(1).map(move |name| format!("{service}:{name}")))
            .collect();
        let wanted = || all.iter().filter(|action| asked.matches(action));
        prop_assert_eq!(one.covers(&asked), wanted().all(|action| one.matches(action)));
        prop_assert_eq!(one.overlaps(&asked), wanted().any(|action| one.matches(action)));
    }
}

#[test]
fn arns_that_policies_hold() {
    let table = [
        ("*", "arn:aws:s3:::bucket", true, true),
        ("arn:aws:s3:::bucket", "*", false, true),
        ("*", "*", true, true),
        ("arn:aws:s3:::app-*", "arn:aws:s3:::app-logs-*", true, true),
        ("arn:aws:s3:::app-logs-*", "arn:aws:s3:::app-*", false, true),
        ("arn:aws:s3:::app-*", "arn:aws:s3:::other-*", false, false),
        ("arn:aws:s3:::*-logs", "arn:aws:s3:::app-*", false, true),
        ("arn:aws:s3:::*-logs", "arn:aws:s3:::app-*-logs", true, true),
        ("arn:aws:iam::*:role/app-*", "arn:aws:iam::123456789012:role/app-x", true, true),
        ("arn:aws:iam::????????????:role/x", "arn:aws:iam::*:role/x", false, true),
        ("arn:aws:s3:::?*", "arn:aws:s3:::*", true, true),
        ("arn:aws:s3:*", "arn:aws:s3:::*", true, true),
        ("arn:aws:s3:::*", "arn:aws:s3:*", false, true),
        ("arn:*:s3:::é?x", "arn:aws:s3:::éüx", true, true),
        ("arn:*:s3:::é?x", "arn:aws:s3:::éx", false, false),
        ("arn:aws:sqs:*:123456789012:q", "arn:aws:sqs:us-east-1:9:123456789012:q", true, true),
    ];
    for (one, other, covers, overlaps) in table {
        assert_eq!(arn(one).covers(&arn(other)), covers, "`{one}` covers `{other}`");
        assert_eq!(arn(one).overlaps(&arn(other)), overlaps, "`{one}` overlaps `{other}`");
    }
}

#[test]
fn a_policy_variable_is_its_equal_only() {
    let (own, other) = ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${aws:userid}/*");
    let table = [
        (own, own, true),
        (own, "arn:aws:s3:::b/${AWS:UserName}/x", true),
        (own, other, false),
        (own, "arn:aws:s3:::b/ann/x", false),
        (own, "arn:aws:s3:::b/${aws:username, 'ann'}/x", false),
        ("arn:aws:s3:::b/*", own, true),
        ("arn:aws:s3:::b/?*", own, false),
        ("arn:aws:s3:::b/?/*", own, false),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*", false),
        ("arn:aws:s3:::b/?", "arn:aws:s3:::b/${*}", true),
    ];
    for (one, asked, covers) in table {
        assert_eq!(arn(one).covers(&arn(asked)), covers, "`{one}` covers `{asked}`");
    }
    assert!(arn(own).overlaps(&arn(other)), "a user's id may be another's name");
    assert!(arn(own).overlaps(&arn("arn:aws:s3:::b/ann/x")));
    assert!(!arn(own).overlaps(&arn("arn:aws:s3:::c/ann/x")));
}

#[test]
fn part_by_part_an_arn_is_of_one_resource_type() {
    let instance = arn("arn:aws:ec2:*:*:instance/*");
    let volume = arn("arn:*:ec2:*:*:volume/*");
    assert!(instance.overlaps(&volume), "a `*` may take the colons of a strange name");
    assert!(!instance.overlaps_part_by_part(&volume));
    assert!(instance.overlaps_part_by_part(&arn("arn:*:ec2:us-east-1:*:*/i-0")));
    assert!(arn("*").overlaps_part_by_part(&volume));
}
