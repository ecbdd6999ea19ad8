//! What an action is allowed on all that a pattern stands for, held against requests one by one.

#![expect(clippy::panic, reason = "a test stops at what fails")]

use std::sync::LazyLock;

use iam::{ArnPattern, Context, Covering, Decision, Evaluator, PolicyDocument, Request};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::arbitrary::{self, Asked};
use crate::support::{identity, request};

fn arn(text: &str) -> ArnPattern {
    ArnPattern::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn document(statements: &[Value]) -> PolicyDocument {
    identity(&arbitrary::policy(statements))
}

/// The answer as a word, the Sids that it names, and the Sid of the deny.
fn summary(covering: &Covering<'_>) -> (&'static str, Vec<String>, Option<String>) {
    let sid = |statement: &iam::StatementRef<'_>| statement.sid.map(ToString::to_string).unwrap_or_default();
    let sids = |by: &[iam::StatementRef<'_>]| by.iter().map(sid).collect();
    match covering {
        Covering::Full { by } => ("full", sids(by), None),
        Covering::Partly { by, denied } => ("partly", sids(by), denied.as_ref().map(sid)),
        Covering::Not { denied } => ("not", Vec::new(), denied.as_ref().map(sid)),
    }
}

/// Each way to write a pattern's wildcards out with these words.
fn written_out(pattern: &str, words: &[&str]) -> Vec<String> {
    let mut texts = vec![String::new()];
    for (at, c) in pattern.char_indices() {
        // Wildcards before the last part of an ARN stay within theirs.
        let is_name = pattern.matches(':').count() < 5 || pattern[..at].matches(':').count() >= 5;
        let choices: Vec<&str> = match c {
            '*' => words.iter().copied().filter(|word| is_name || !word.contains(':')).collect(),
            '?' => {
                words.iter().copied().filter(|word| word.len() == 1 && (is_name || *word != ":")).collect()
            }
            _ => vec![&pattern[at..at + c.len_utf8()]],
        };
        texts = texts
            .iter()
            .flat_map(|text| choices.iter().map(move |choice| format!("{text}{choice}")))
            .collect();
    }
    texts
}

const WORDS: &[&str] = &["", "a", "b", "aa", "ab", "ba", "bb", "aab", "aba"];
const WORDS_WITH_COLONS: &[&str] =
    &["", "a", "b", ":", "aa", "ab", "ba", "a:", ":a", "b:", ":b", "a:a", "b:b", "::"];

/// Patterns from few parts and names, so that they meet often.
fn pattern(parts: &'static [&'static str], names: &'static [&'static str]) -> BoxedStrategy<String> {
    let name = vec(select(names), 1..3).prop_map(|names| names.concat());
    (select(parts), select(parts), name)
        .prop_map(|(region, account, name)| format!("arn:aws:sns:{region}:{account}:{name}"))
        .boxed()
}

fn statement(pattern: BoxedStrategy<String>) -> BoxedStrategy<Value> {
    let any = Just("*".to_owned());
    (
        select(&["Allow", "Allow", "Allow", "Deny"][..]),
        select(&["Resource", "Resource", "Resource", "NotResource"][..]),
        vec(prop_oneof![1 => any, 8 => pattern], 1..3),
    )
        .prop_map(|(effect, element, patterns)| json!({ "Effect": effect, "Action": "*", element: patterns }))
        .boxed()
}

/// Statements of a policy, of a boundary and of an SCP; what is asked; and the words that wildcards stand for.
type Case = ([Vec<Value>; 3], String, &'static [&'static str]);

/// Among ARNs in which wildcards stand for texts without colons, and where no `*` of a policy takes colons
/// before the last part, the answer is exact. So one of the two is drawn.
fn case() -> BoxedStrategy<Case> {
    let cases = [
        (pattern(&["", "a", "*", "a*"], &["a", "*", "?"]), WORDS),
        (pattern(&["", "a", "?", "*a"], &["a", ":", "*", "?"]), WORDS_WITH_COLONS),
    ];
    let cases = cases.map(|(pattern, words)| {
        let statements = |least| vec(statement(pattern.clone()), least..least + 3);
        let asked = self::pattern(&["", "a", "*", "?", "a*", "*a"], &["a", "a:a", "*", "?", ":"]);
        ([statements(1), statements(0), statements(0)], asked, Just(words)).boxed()
    });
    let [one, two] = cases;
    prop_oneof![one, two].boxed()
}

fn evaluator(own: &[Value], boundary: &[Value], scp: &[Value]) -> Evaluator {
    let own = document(own);
    let mut evaluator = Evaluator::new([("Own", &own)]);
    if !boundary.is_empty() {
        evaluator = evaluator.with_boundary("Boundary", &document(boundary));
    }
    if !scp.is_empty() {
        evaluator = evaluator.with_scp_level([("Scp", &document(scp))]);
    }
    evaluator
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn the_answer_is_that_of_every_request(([own, boundary, scp], asked, words) in case()) {
        let evaluator = evaluator(&own, &boundary, &scp);
        let resources = written_out(&asked, words);
        let requests = resources.iter().filter_map(|arn| Request::new("sns:Publish", arn).ok());
        let answers: Vec<bool> = requests.map(|request| evaluator.decide(&request).is_allowed()).collect();
        let expected = match (answers.contains(&true), answers.contains(&false)) {
            (true, false) => "full",
            (true, true) => "partly",
            _ => "not",
        };
        let covering = evaluator.cover("sns:Publish", &arn(&asked), &Context::default());
        prop_assert_eq!(summary(&covering).0, expected, "{:?}", covering);
    }

    // Whatever wildcards stand for, Allow statements cover no more than they match.
    #[test]
    fn what_is_covered_is_allowed(([own, ..], asked, _) in case(), colons in "[ab:]{0,3}") {
        let allows: Vec<Value> = own
            .into_iter()
            .filter(|statement| statement["Effect"] == "Allow" && statement["Resource"].is_array())
            .collect();
        prop_assume!(!allows.is_empty());
        let evaluator = evaluator(&allows, &[], &[]);
        let (head, name) = asked.rsplit_once(':').unwrap_or_default();
        let resource = format!("{head}:{}", name.replace('*', &colons)).replace(['*', '?'], "a");
        let covering = evaluator.cover("sns:Publish", &arn(&asked), &Context::default());
        if let Ok(request) = Request::new("sns:Publish", &resource) {
            prop_assert!(!covering.is_full() || evaluator.decide(&request).is_allowed(), "{}", resource);
        }
    }

    #[test]
    fn one_resource_is_answered_as_its_request(
        statements in vec(arbitrary::statement(), 1..5), limit in vec(arbitrary::statement(), 0..2), asked in arbitrary::asked()
    ) {
        let Asked { action, resource, context } = asked;
        let evaluator = evaluator(&statements, &limit, &limit);
        for resource in [resource, "*"] {
            let request = request(action, resource, &context);
            let (decision, covering) =
                (evaluator.decide(&request), evaluator.cover(action, &arn(resource), request.context()));
            let expected = match decision {
                Decision::Allowed { by } => Covering::Full { by: vec![by] },
                Decision::DeniedByStatement { by } => Covering::Not { denied: Some(by) },
                _ => Covering::Not { denied: None },
            };
            prop_assert_eq!(covering, expected);
        }
    }

    #[test]
    fn a_deny_covers_no_more_and_order_does_not_matter(
        ([own, mut added, _], asked, _) in case()
    ) {
        let asked = arn(&asked);
        let answer = |statements: &[Value]| {
            let evaluator = evaluator(statements, &[], &[]);
            summary(&evaluator.cover("sns:Publish", &asked, &Context::default())).0
        };
        let reversed: Vec<Value> = own.iter().rev().cloned().collect();
        prop_assert_eq!(answer(&own), answer(&reversed));
        for statement in &mut added {
            statement["Effect"] = json!("Deny");
        }
        let rank = |answer| ["not", "partly", "full"].iter().position(|word| *word == answer);
        prop_assert!(rank(answer(&[own.clone(), added].concat())) <= rank(answer(&own)));
    }
}

static BUCKETS: LazyLock<PolicyDocument> = LazyLock::new(|| {
    document(&[
        json!({ "Sid": "App", "Effect": "Allow", "Action": "s3:Create*", "Resource": "arn:aws:s3:::app-*" }),
        json!({ "Sid": "Logs", "Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "arn:aws:s3:::*-logs" }),
        json!({ "Sid": "Old", "Effect": "Deny", "Action": "s3:CreateBucket", "Resource": "arn:aws:s3:::app-old-*" }),
        json!({ "Sid": "Named", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::x-${aws:username}-*" }),
        json!({ "Sid": "Mfa", "Effect": "Allow", "Action": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*",
            "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } }),
        json!({ "Sid": "Others", "Effect": "Allow", "NotAction": "s3:*", "NotResource": ["arn:aws:sqs:*:*:secret-*", "arn:aws:sqs:*:*:?"] }),
    ])
});

#[test]
fn the_statements_are_named() {
    let evaluator = Evaluator::new([("Buckets", &*BUCKETS)]);
    let context: Context = [("aws:username", "ann"), ("aws:MultiFactorAuthPresent", "true")]
        .into_iter()
        .map(|(key, value)| (crate::support::key(key), vec![value.to_owned()]))
        .collect();
    let nothing = Context::default();
    let table = [
        ("s3:CreateBucket", "arn:aws:s3:::app-data-*", &nothing, "full", vec!["App"], None),
        ("s3:CreateBucket", "arn:aws:s3:::b*-logs", &nothing, "full", vec!["Logs"], None),
        ("S3:createbucket", "arn:aws:s3:::app-o*", &nothing, "partly", vec!["App", "Logs"], Some("Old")),
        ("s3:CreateBucket", "arn:aws:s3:::app-old-x*", &nothing, "not", vec![], Some("Old")),
        ("s3:CreateBucket", "arn:aws:s3:::*-data", &nothing, "partly", vec!["App"], Some("Old")),
        ("s3:CreateBucket", "arn:aws:s3:::b-*", &nothing, "partly", vec!["Logs"], None),
        ("s3:CreateBucket", "arn:aws:s3:::b-*-data", &nothing, "not", vec![], None),
        ("s3:CreateBucket", "*", &nothing, "not", vec![], None),
        ("s3:PutObject", "arn:aws:s3:::x-ann-*", &context, "full", vec!["Named"], None),
        ("s3:PutObject", "arn:aws:s3:::x-ann-*", &nothing, "not", vec![], None),
        ("s3:PutObject", "arn:aws:s3:::x-*", &context, "partly", vec!["Named"], None),
        ("s3:DeleteBucket", "arn:aws:s3:::b*", &context, "full", vec!["Mfa"], None),
        ("s3:DeleteBucket", "arn:aws:s3:::b*", &nothing, "not", vec![], None),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:open-*", &nothing, "full", vec!["Others"], None),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:s*", &nothing, "partly", vec!["Others"], None),
        ("sqs:SendMessage", "arn:aws:sqs:*:*:secret-?", &nothing, "not", vec![], None),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:1:?", &nothing, "not", vec![], None),
        ("sqs:ListQueues", "*", &nothing, "full", vec!["Others"], None),
    ];
    for (action, resource, context, word, by, denied) in table {
        let covering = evaluator.cover(action, &arn(resource), context);
        let expected = (word, by.into_iter().map(str::to_owned).collect(), denied.map(str::to_owned));
        assert_eq!(summary(&covering), expected, "`{action}` on `{resource}`");
    }
}

#[test]
fn statements_cover_together_what_none_covers_alone() {
    let both = document(&[
        json!({ "Sid": "Short", "Effect": "Allow", "Action": "sqs:*", "Resource": ["arn:aws:sqs:*:*:q", "arn:aws:sqs:*:*:q?"] }),
        json!({ "Sid": "Long", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:*:q??*" }),
        json!({ "Sid": "Other", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:*:other" }),
    ]);
    let evaluator = Evaluator::new([("Queues", &both)]);
    let asked = arn("arn:aws:sqs:us-east-1:123456789012:q*");
    let cover = |evaluator: &Evaluator| {
        let (word, by, _) = summary(&evaluator.cover("sqs:SendMessage", &asked, &Context::default()));
        (word, by)
    };
    assert_eq!(cover(&evaluator), ("full", vec!["Short".to_owned(), "Long".to_owned()]));
    let only_short =
        document(&[json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:aws:sqs:*:*:q?" })]);
    let bounded = evaluator.clone().with_boundary("Short", &only_short);
    assert_eq!(cover(&bounded).0, "partly");
    let elsewhere =
        document(&[json!({ "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:sqs:*:*:q*" })]);
    assert_eq!(cover(&bounded.with_scp_level([("Elsewhere", &elsewhere)])).0, "not");
}

#[test]
fn a_wildcard_makes_up_no_parts_of_an_arn() {
    let instances = document(&[
        json!({ "Sid": "Instances", "Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:instance/*" }),
        json!({ "Sid": "Short", "Effect": "Allow", "Action": "lambda:*", "Resource": "arn:aws:lambda:*:function:app-*" }),
        json!({ "Sid": "Keys", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*" }),
        json!({ "Sid": "Key", "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/x:y" }),
    ]);
    let evaluator = Evaluator::new([("Instances", &instances)]);
    let table = [
        ("ec2:CreateVolume", "arn:aws:ec2:us-east-1:123456789012:volume/*", "not"),
        ("ec2:CreateVolume", "arn:aws:ec2:us-east-1:123456789012:volume/x:instance/y", "full"),
        // A `*` in the place of region and account.
        ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:app-*", "full"),
        ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:a*", "partly"),
        ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:layer:a*", "not"),
        // The colons of a key are its own.
        ("s3:GetObject", "arn:aws:s3:::b/*", "partly"),
    ];
    for (action, resource, expected) in table {
        let covering = evaluator.cover(action, &arn(resource), &Context::default());
        assert_eq!(summary(&covering).0, expected, "`{action}` on `{resource}`");
    }
}

#[test]
fn a_policy_variable_that_is_asked_for_may_be_anything() {
    let homes = document(&[
        json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*" }),
        json!({ "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/${aws:username}" }),
        json!({ "Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::b/${*}" }),
    ]);
    let evaluator = Evaluator::new([("Homes", &homes)]);
    let context: Context =
        [(crate::support::key("aws:username"), vec!["ann".to_owned()])].into_iter().collect();
    let table = [
        ("s3:GetObject", "arn:aws:s3:::b/${aws:username}", "full"),
        ("s3:PutObject", "arn:aws:s3:::b/${aws:username}", "partly"),
        ("s3:DeleteObject", "arn:aws:s3:::b/${*}", "full"),
        ("s3:DeleteObject", "arn:aws:s3:::b/*", "partly"),
    ];
    for (action, resource, expected) in table {
        let covering = evaluator.cover(action, &arn(resource), &context);
        assert_eq!(summary(&covering).0, expected, "`{action}` on `{resource}`");
    }
}
