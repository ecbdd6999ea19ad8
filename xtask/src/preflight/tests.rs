//! What a report says, and what an account is judged to be.

use std::collections::BTreeMap;

use policies::Target;
use toolkit::Identity;

use super::*;

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// Judges an account that is in order but for these values of its stack and this policy.
fn judged(status: &str, values: &[(&str, &str)], extra: &[&str], require: Option<&str>) -> Report {
    let environment: Environment = "aws://111111111111/us-east-1".parse().unwrap();
    let expected = expected(&Target::reference()).unwrap();
    let agentcore = ["agentcore".to_owned()];
    let version = expected.bootstrap_version.to_string();
    let (policies_version, hash) = (expected.version.to_string(), expected.hash.to_string());
    let set = expected.set_output(&agentcore);
    let mut outputs = BTreeMap::from([
        ("BootstrapVersion", version.as_str()),
        ("BootstrapPolicyVersion", &policies_version),
        ("BootstrapPolicyHash", &hash),
        ("BootstrapPolicySet", &set),
    ]);
    let variant = (parameter::VARIANT, expected.variant.as_str());
    let mut parameters = BTreeMap::from([(parameter::COMPUTE_TYPES, "agentcore"), variant]);
    for (name, value) in values {
        let place = if outputs.contains_key(name) { &mut outputs } else { &mut parameters };
        place.insert(name, value);
    }
    let policies = expected.policies(&agentcore);
    let arn = |name: &str| expected.policy_arn(&environment, name);
    let mut attached: Vec<String> = policies.iter().map(|policy| arn(policy.name)).collect();
    attached.extend(extra.iter().map(ToString::to_string));
    let account = Account {
        stack: Some(Stack::new(status, &parameters, &outputs)),
        role: Some(Identity { attached, trust: Some(expected.trust.to_minified()), ..Identity::default() }),
        documents: policies.iter().map(|p| (arn(p.name), p.document.to_artifact())).collect(),
    };
    let wanted: Vec<_> = require.unwrap_or("agentcore").split(',').map(str::to_owned).collect();
    let preflight = Preflight {
        environments: Vec::new(),
        require_compute: require.map(str::to_owned),
        toolkit_stack_name: TOOLKIT_STACK.to_owned(),
        profile: None,
        region: None,
        format: Format::Text,
        qualifier: None,
    };
    preflight.judge(&environment, &expected, &account, &wanted, "bootstrap/policies")
}

#[test]
fn verdicts() {
    let (done, changed) = ("UPDATE_COMPLETE", &[ADMINISTRATOR][..]);
    let older = &[("BootstrapPolicyVersion", "1.1.0")][..];
    let newer = &[("BootstrapPolicyVersion", "99.0.0")][..];
    let types = &[(parameter::COMPUTE_TYPES, "agentcore,ecs")][..];
    let cases = [
        ("in order", judged(done, &[], &[], None), Verdict::InOrder, 0),
        ("a policy more", judged(done, &[], changed, None), Verdict::Drift, 4),
        ("an older bundle", judged(done, older, &[], None), Verdict::BootstrapNeeded, 3),
        (
            "an older bundle and a policy more",
            judged(done, older, changed, None),
            Verdict::BootstrapNeeded,
            3,
        ),
        ("a newer bundle", judged(done, newer, &[], None), Verdict::Unknown, 1),
        ("CloudFormation at work", judged("UPDATE_IN_PROGRESS", &[], &[], None), Verdict::Unknown, 1),
        ("ECS by hand, without its policy", judged(done, types, &[], None), Verdict::BootstrapNeeded, 3),
        ("ECS is wanted", judged(done, &[], &[], Some("agentcore,ecs")), Verdict::BootstrapNeeded, 3),
        ("agentcore is wanted", judged(done, &[], &[], Some("agentcore")), Verdict::InOrder, 0),
    ];
    for (name, report, verdict, code) in cases {
        assert_eq!(report.verdict, verdict, "{name}: {report:#?}");
        assert_eq!(report.verdict.exit_code(), code, "{name}");
        let mends = matches!(verdict, Verdict::Drift | Verdict::BootstrapNeeded);
        assert_eq!(!report.commands.is_empty(), mends, "{name}: a command where one mends it");
    }
}

#[test]
fn the_hash_of_the_reference_proves_nothing() {
    let report = judged("UPDATE_COMPLETE", &[("BootstrapPolicyHash", REFERENCE_HASH)], &[], None);
    assert!(report.notes.iter().any(|note| note.contains("proves nothing")), "{:?}", report.notes);
}

#[test]
fn a_report_in_words_and_as_annotations() {
    let report = Report {
        environment: "aws://111111111111/us-east-1".to_owned(),
        verdict: Verdict::Drift,
        findings: vec!["100 %\r\nof: it, all".to_owned()],
        notes: Vec::new(),
        commands: vec!["run this".to_owned()],
    };
    assert_eq!(
        text(&report),
        "aws://111111111111/us-east-1: somebody changed the account\n  100 %\r\n  of: it, all\n  to mend it, run `run this`\n"
    );
    let title = "::error title=aws%3A//111111111111/us-east-1::";
    assert_eq!(
        annotations(&report),
        format!(
            "{title}somebody changed the account\n{title}100 %25%0D%0Aof: it, all\n{title}to mend it, run `run this`\n"
        )
    );
    let in_order = Report { verdict: Verdict::InOrder, findings: Vec::new(), commands: Vec::new(), ..report };
    assert!(annotations(&in_order).starts_with("::notice "), "{}", annotations(&in_order));
}
