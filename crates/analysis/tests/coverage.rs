//! Needs compared with policies: gaps, acceptances, what would close them, and grants that nothing needs.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

use analysis::{
    Certainty, Change, CoverageReport, Gap, GapAcceptance, Need, ResourceNeeds, ResourceRef, Tool, cover,
    judge_gaps, suggest, unused,
};
use iam::{ArnPattern, ConditionKey, Context, Evaluator, PolicyDocument, PolicyKind};
use iam_reference::Phase;

fn document(statements: &str) -> PolicyDocument {
    let text = format!(r#"{{ "Version": "2012-10-17", "Statement": [{statements}] }}"#);
    PolicyDocument::parse(&text, PolicyKind::Identity).unwrap()
}

fn policies() -> Vec<(String, PolicyDocument)> {
    let storage = document(
        r#"{ "Sid": "Buckets", "Effect": "Allow", "Action": ["s3:CreateBucket", "s3:PutBucketTagging"], "Resource": "arn:aws:s3:::web-*" },
           { "Sid": "Listing", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }"#,
    );
    let roles = document(
        r#"{ "Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/web-*",
             "Condition": { "StringEquals": { "iam:PassedToService": "lambda.amazonaws.com" } } },
           { "Sid": "NoAudit", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::web-audit*" }"#,
    );
    vec![("Storage".to_owned(), storage), ("Roles".to_owned(), roles)]
}

fn need(action: &str, resource: &str, phase: Phase, certainty: Certainty) -> Need {
    Need {
        action: action.to_owned(),
        resource: ArnPattern::parse(resource).unwrap(),
        context: Context::default(),
        phase,
        certainty,
        because: "the handler calls it".to_owned(),
    }
}

fn needs(logical_id: &str, kind: &str, needs: Vec<Need>) -> ResourceNeeds {
    let resource = ResourceRef {
        stack: "web".to_owned(),
        file: "web.template.json".to_owned(),
        logical_id: logical_id.to_owned(),
        kind: kind.to_owned(),
        line: 7,
    };
    ResourceNeeds { resource, needs }
}

const BUCKET: &str = "arn:aws:s3:::web-site-*";

fn bucket() -> ResourceNeeds {
    use Certainty::{Conditional, Required, Tolerated};
    needs(
        "Site",
        "AWS::S3::Bucket",
        vec![
            need("s3:CreateBucket", BUCKET, Phase::Create, Required),
            need("s3:PutBucketVersioning", BUCKET, Phase::Create, Required),
            need("s3:PutBucketVersioning", BUCKET, Phase::Update, Required),
            need("s3:PutReplicationConfiguration", BUCKET, Phase::Create, Conditional),
            need("s3:GetBucketAcl", BUCKET, Phase::Read, Tolerated),
        ],
    )
}

fn gaps(needed: &[ResourceNeeds]) -> Vec<Gap> {
    let policies = policies();
    cover(needed, &Evaluator::new(policies.iter().map(|(name, document)| (name.as_str(), document)))).gaps
}

#[test]
fn what_no_policy_allows_is_a_gap_in_its_phase() {
    let gaps = gaps(&[bucket()]);
    let told: Vec<_> =
        gaps.iter().map(|gap| (gap.need.action.as_str(), gap.need.phase, gap.need.certainty)).collect();
    assert_eq!(
        told,
        [
            ("s3:GetBucketAcl", Phase::Read, Certainty::Tolerated),
            ("s3:PutBucketVersioning", Phase::Create, Certainty::Required),
            ("s3:PutBucketVersioning", Phase::Update, Certainty::Required),
            ("s3:PutReplicationConfiguration", Phase::Create, Certainty::Conditional),
        ]
    );
}

#[test]
fn what_is_covered_in_part_or_denied_says_so() {
    let asked = |resource: &str| {
        let need = need("s3:CreateBucket", resource, Phase::Create, Certainty::Required);
        gaps(&[needs("B", "AWS::S3::Bucket", vec![need])])
    };
    assert_eq!(asked(BUCKET), []);
    let [partly] = asked("arn:aws:s3:::we*").try_into().unwrap();
    assert!(partly.is_partly_covered);
    let [denied] = asked("arn:aws:s3:::web-audit-logs").try_into().unwrap();
    assert!(denied.denied_by.as_deref().is_some_and(|by| by.contains("`NoAudit`")), "{denied:?}");
}

fn pass_role(service: &str) -> ResourceNeeds {
    let mut pass =
        need("iam:PassRole", "arn:aws:iam::123456789012:role/web-Task-*", Phase::Create, Certainty::Required);
    pass.context.add(&ConditionKey::new("iam:PassedToService").unwrap(), [service.to_owned()]);
    needs("Task", "AWS::ECS::TaskDefinition", vec![pass])
}

#[test]
fn a_role_is_passed_to_the_service_that_the_policy_names() {
    assert_eq!(gaps(&[pass_role("lambda.amazonaws.com")]), []);
    assert_eq!(gaps(&[pass_role("ecs-tasks.amazonaws.com")]).len(), 1);
}

#[test]
fn suggestions_go_where_the_resources_are_right_and_close_the_gaps() {
    let balancer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web-LB-*";
    let create =
        need("elasticloadbalancing:CreateLoadBalancer", balancer, Phase::Create, Certainty::Required);
    let describe = need("elasticloadbalancing:DescribeLoadBalancers", "*", Phase::Read, Certainty::Required);
    let needed = [
        bucket(),
        pass_role("ecs-tasks.amazonaws.com"),
        needs("LB", "AWS::ElasticLoadBalancingV2::LoadBalancer", vec![create, describe]),
    ];
    let suggested = suggest(&policies(), &gaps(&needed)).unwrap();
    let told: Vec<String> = suggested
        .suggestions
        .iter()
        .map(|suggestion| {
            format!("{} {:?} {}", suggestion.policy, suggestion.change, suggestion.statement.to_reading())
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
    let evaluator =
        Evaluator::new(suggested.policies.iter().map(|(name, document)| (name.as_str(), document)));
    assert_eq!(cover(&needed, &evaluator).gaps, [], "the suggestions close every gap");
    let sizes: Vec<usize> = suggested.policies.iter().map(|(_, document)| 6_144 - document.size()).collect();
    for suggestion in &suggested.suggestions {
        let position = suggested.policies.iter().position(|(name, _)| *name == suggestion.policy).unwrap();
        assert_eq!(Some(&suggestion.characters_left), sizes.get(position), "{}", suggestion.policy);
    }
}

#[test]
fn a_suggestion_is_written_as_a_module_would_have_it() {
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/web-Table-*";
    let create = need("dynamodb:CreateTable", table, Phase::Create, Certainty::Required);
    let suggested =
        suggest(&policies(), &gaps(&[needs("T", "AWS::DynamoDB::Table", vec![create]), bucket()])).unwrap();
    let lines: Vec<String> = suggested.suggestions.iter().map(analysis::Suggestion::module_lines).collect();
    insta::assert_snapshot!(lines.join("\n--\n"), @r#"
    s3::GetBucketAcl,
    s3::PutBucketVersioning,
    s3::PutReplicationConfiguration,
    --
    Grant::allow("DynamoDB")
        .actions([dynamodb::CreateTable])
        .on([format!("arn:{partition}:dynamodb:*:*:table/web-*")]),
    "#);
}

#[test]
fn a_statement_that_fits_nowhere_is_said() {
    let full = |sid: &str| {
        let arns: Vec<String> = (0..140).map(|i| format!(r#""arn:aws:s3:::bucket-{i:020}""#)).collect();
        document(&format!(
            r#"{{ "Sid": "{sid}", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": [{}] }}"#,
            arns.join(",")
        ))
    };
    let policies = [("Full".to_owned(), full("Full"))];
    let evaluator = Evaluator::new(policies.iter().map(|(name, document)| (name.as_str(), document)));
    let gaps = cover(&[pass_role("ecs.amazonaws.com")], &evaluator).gaps;
    let error = suggest(&policies, &gaps).unwrap_err().to_string();
    assert!(error.contains("no policy has as many left"), "{error}");
}

#[test]
fn acceptances_are_a_ratchet() {
    let accept = |stack: &str, actions: &[&str], kind: Option<&str>| GapAcceptance {
        stack: stack.to_owned(),
        actions: actions.iter().map(|action| (*action).to_owned()).collect(),
        kind: kind.map(ToOwned::to_owned),
        reason: "known".to_owned(),
        origin: ("accepted.toml".to_owned(), 3),
    };
    let acceptances = [
        accept("web", &["s3:PutBucketVersioning", "s3:PutBucketTagging"], None),
        accept("web", &["s3:GetBucketAcl"], Some("AWS::S3::AccessPoint")),
        accept("other", &["s3:GetBucketAcl"], None),
    ];
    let judged = judge_gaps(gaps(&[bucket()]), &acceptances, &["web".to_owned()]);
    let names = |gaps: &[Gap]| gaps.iter().map(|gap| gap.need.action.clone()).collect::<Vec<_>>();
    assert_eq!(names(&judged.open), ["s3:GetBucketAcl", "s3:PutReplicationConfiguration"]);
    assert_eq!(judged.accepted.len(), 2, "in both phases");
    let stale: Vec<&str> = judged.stale.iter().map(|(_, action)| action.as_str()).collect();
    assert_eq!(stale, ["s3:PutBucketTagging", "s3:GetBucketAcl"], "the other stack was not read");
}

#[test]
fn grants_that_nothing_needs_are_candidates() {
    let unused = unused(&policies(), &[bucket(), pass_role("lambda.amazonaws.com")]);
    let told: Vec<_> = unused.iter().map(|grant| (grant.statement.as_str(), grant.action.as_str())).collect();
    assert_eq!(told, [("Buckets", "s3:PutBucketTagging"), ("Listing", "s3:ListAllMyBuckets")]);
}

#[test]
fn reports() {
    let needed = [bucket(), pass_role("ecs-tasks.amazonaws.com")];
    let policies = policies();
    let mut coverage =
        cover(&needed, &Evaluator::new(policies.iter().map(|(name, document)| (name.as_str(), document))));
    let gaps = std::mem::take(&mut coverage.gaps);
    let judged = judge_gaps(gaps, &[], &["web".to_owned()]);
    let required: Vec<Gap> =
        judged.open.iter().filter(|gap| gap.need.certainty == Certainty::Required).cloned().collect();
    let suggested = suggest(&policies, &required).unwrap();
    assert!(suggested.suggestions.iter().any(|suggestion| suggestion.change == Change::AddActions));
    let report = CoverageReport {
        stacks: vec![("web".to_owned(), "web.template.json".to_owned())],
        notes: vec!["the policies are compared as if `web` were deployed with them alone".to_owned()],
        unused: Some(unused(&policies, &needed)),
        coverage,
        judged,
        suggestions: suggested.suggestions,
        no_suggestion: None,
        modules: [("Storage".to_owned(), "crates/policies/src/storage.rs".to_owned())].into(),
        in_full: Some(Certainty::Required),
        problems: vec!["web.template.json line 9: nobody knows `AWS::New::Thing`".to_owned()],
    };
    assert!(report.fails(Certainty::Required));
    insta::assert_snapshot!("coverage_text", report.to_text());
    insta::assert_snapshot!("coverage_markdown", report.to_markdown());
    insta::assert_snapshot!("coverage_json", report.to_json().unwrap());
    insta::assert_snapshot!(
        "coverage_sarif",
        report.to_sarif(Tool { name: "test", version: "1.0.0" }).unwrap()
    );
}
