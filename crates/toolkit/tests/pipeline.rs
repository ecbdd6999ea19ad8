//! What a deployment of a pipeline would do to an account in each state, and what it would not.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

#[expect(dead_code, reason = "other tests use the rest")]
mod common;
#[path = "common/pipeline.rs"]
mod small;

use std::collections::BTreeMap;

use common::environment;
use iam::AwsManagedPolicy;
use toolkit::{
    Action, ExpectedPipeline, Holder, Identity, PipelineAccount, PipelineVerdict, plan_pipeline,
    refuse_deletion, verify_pipeline,
};

use small::{pipeline, pipeline_account, pipeline_arn, pipeline_stack};

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn plan(expected: &ExpectedPipeline, found: &PipelineAccount) -> Result<toolkit::PipelinePlan, String> {
    plan_pipeline(&environment(), expected, found, ("policies", None))
        .map_err(|refusals| refusals.to_string())
}

fn deletion(expected: &ExpectedPipeline, found: &PipelineAccount) -> Result<(), String> {
    refuse_deletion(&environment(), expected, found, ("policies", None))
        .map_err(|refusals| refusals.to_string())
}

fn findings(expected: &ExpectedPipeline, found: &PipelineAccount) -> (Vec<String>, PipelineVerdict) {
    let findings = verify_pipeline(&environment(), expected, found);
    (findings.iter().map(ToString::to_string).collect(), PipelineVerdict::of(&findings))
}

#[test]
fn in_an_empty_account_everything_is_made() {
    let plan = plan(&pipeline(), &PipelineAccount::default()).unwrap();
    assert_eq!(plan.action, Action::Create);
    assert_eq!(plan.attached, [pipeline_arn("Core"), pipeline_arn("Images")]);
    assert_eq!(plan.principal, "arn:aws:iam::123456789012:role/pipeline-shop");
    let parameters: Vec<_> =
        plan.parameters.iter().map(|change| (change.name.as_str(), &change.from)).collect();
    assert_eq!(parameters, [("Bucket", &None)]);
    assert!(plan.taken_away.is_empty() && plan.detached.is_empty() && plan.mode.is_none());
    let (said, verdict) = findings(&pipeline(), &PipelineAccount::default());
    assert_eq!(
        (said, verdict),
        (vec!["there is no stack `pipeline-shop`".to_owned()], PipelineVerdict::DeploymentNeeded)
    );
    assert_eq!(deletion(&pipeline(), &PipelineAccount::default()), Ok(()));
}

#[test]
fn an_account_in_order_is_left_alone() {
    let (expected, found) = (pipeline(), pipeline_account());
    let plan = plan(&expected, &found).unwrap();
    assert_eq!(plan.action, Action::Nothing);
    assert_eq!(findings(&expected, &found), (Vec::new(), PipelineVerdict::InOrder));
    assert_eq!(deletion(&expected, &found), Ok(()));
}

#[test]
fn a_stack_that_was_never_made_is_made() {
    let mut found = PipelineAccount { stack: Some(pipeline_stack()), ..PipelineAccount::default() };
    let stack = found.stack.as_mut().unwrap();
    stack.stack_status =
        toolkit::Stack::new("REVIEW_IN_PROGRESS", &BTreeMap::new(), &BTreeMap::new()).stack_status;
    stack.description = None;
    assert_eq!(plan(&pipeline(), &found).unwrap().action, Action::Create);
    assert_eq!(findings(&pipeline(), &found).1, PipelineVerdict::DeploymentNeeded);
    assert_eq!(deletion(&pipeline(), &found), Ok(()));
}

#[test]
fn what_an_update_changes_is_told_from_what_somebody_changed() {
    let mut found = pipeline_account();
    let core = pipeline_arn("Core");
    let text = found.documents.get_mut(&core).unwrap();
    *text = text.replace("s3:PutObject", "s3:DeleteObject");
    // The stack's template is as it should be: so somebody changed the policy.
    let refused = plan(&pipeline(), &found).unwrap_err();
    for part in
        ["somebody changed the pipeline's role", "action `s3:PutObject` is missing", "create-policy-version"]
    {
        assert!(refused.contains(part), "no `{part}` in {refused}");
    }
    assert_eq!(findings(&pipeline(), &found).1, PipelineVerdict::Drift);
    // The stack's template is another: so an update changes the policy.
    found.differing = ["TestCore".to_owned()].into();
    found.changed = found.differing.clone();
    let plan = plan(&pipeline(), &found).unwrap();
    assert_eq!(plan.action, Action::Update);
    assert_eq!(plan.documents.len(), 1);
    assert_eq!(plan.documents[0].arn, core);
    let (said, verdict) = findings(&pipeline(), &found);
    assert_eq!(verdict, PipelineVerdict::DeploymentNeeded);
    assert_eq!(said[0], "the stack's template is another: it differs in TestCore");
}

#[test]
fn a_policy_more_and_a_policy_less_are_no_drift() {
    let mut found = pipeline_account();
    let images = pipeline_arn("Images");
    // The stack does not have the second policy yet.
    found.template = found.template.map(|template| template.replace("-Images", "-Other"));
    found.differing = ["TestImages".to_owned(), "PipelineRole".to_owned()].into();
    found.changed = found.differing.clone();
    let identity = found.identity.as_mut().unwrap();
    identity.attached.retain(|arn| *arn != images);
    identity.attached.push(pipeline_arn("Other"));
    found.documents.remove(&images);
    let plan = plan(&pipeline(), &found).unwrap();
    assert_eq!((plan.attached, plan.detached), (vec![images], vec![pipeline_arn("Other")]));
    assert_eq!(plan.taken_away.len(), 1, "{:?}", plan.taken_away);
}

#[test]
fn another_value_of_a_parameter_is_an_update() {
    let mut expected = pipeline();
    expected.parameters.insert("Bucket".to_owned(), "web-b".to_owned());
    let mut found = pipeline_account();
    found.changed = ["TestCore".to_owned()].into();
    let plan = plan(&expected, &found).unwrap();
    assert_eq!(plan.action, Action::Update);
    assert_eq!(
        (plan.parameters[0].from.as_deref(), plan.parameters[0].to.as_str()),
        (Some("web-a"), "web-b")
    );
    let (said, _) = findings(&expected, &found);
    assert_eq!(said, ["parameter Bucket is `web-a`, not `web-b`"]);
}

#[test]
fn what_somebody_gave_the_role_besides_is_refused_with_the_commands() {
    type Change = fn(&mut Identity);
    let table: [(Change, &str, &str, bool); 7] = [
        // Whatever it is called.
        (|i| i.attached.push(pipeline_arn("Admin")), "-Admin` is attached", "detach-role-policy", true),
        (|i| i.attached.push(pipeline_arn("Co")), "-Co` is attached", "detach-role-policy", true),
        (
            |i| i.attached.push(ADMINISTRATOR.to_owned()),
            "AdministratorAccess` is attached",
            "detach-role-policy",
            true,
        ),
        (|i| i.inline.push("more".to_owned()), "an inline policy `more`", "delete-role-policy", true),
        (|i| drop(i.attached.pop()), "is not attached to the pipeline's role", "attach-role-policy", false),
        (
            |i| i.boundary = Some("arn:aws:iam::1:policy/b".to_owned()),
            "the pipeline's role's permissions boundary",
            "delete-role-permissions-boundary",
            false,
        ),
        (
            |i| i.trust = i.trust.as_ref().map(|trust| trust.replace("main", "other")),
            "the pipeline's role's trust policy differs",
            "update-assume-role-policy",
            false,
        ),
    ];
    for (change, sentence, command, hinders_deletion) in table {
        let mut found = pipeline_account();
        change(found.identity.as_mut().unwrap());
        let refused = plan(&pipeline(), &found).unwrap_err();
        assert!(refused.contains(sentence) && refused.contains(command), "{refused}");
        assert_eq!(findings(&pipeline(), &found).1, PipelineVerdict::Drift, "{sentence}");
        assert_eq!(deletion(&pipeline(), &found).is_err(), hinders_deletion, "{sentence}");
    }
}

#[test]
fn what_is_gone_comes_back_with_a_new_stack_only() {
    let mut found = pipeline_account();
    found.identity = None;
    assert!(
        plan(&pipeline(), &found)
            .unwrap_err()
            .starts_with("there is no role `pipeline-shop`, which the stack made")
    );
    let mut found = pipeline_account();
    let core = pipeline_arn("Core");
    found.documents.remove(&core);
    found.identity.as_mut().unwrap().attached.retain(|arn| *arn != core);
    let refused = plan(&pipeline(), &found).unwrap_err();
    assert!(refused.starts_with(&format!("there is no policy `{core}`, which the stack made")), "{refused}");
    assert_eq!(deletion(&pipeline(), &found), Ok(()));
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let mut theirs = pipeline_account();
    theirs.stack.as_mut().unwrap().description = Some("A shop".to_owned());
    for refused in [plan(&pipeline(), &theirs).unwrap_err(), deletion(&pipeline(), &theirs).unwrap_err()] {
        assert_eq!(
            refused,
            "the stack `pipeline-shop` is not a pipeline's: choose another name with `--stack-name`"
        );
    }
    assert_eq!(findings(&pipeline(), &theirs).0, ["the stack `pipeline-shop` is not a pipeline's"]);
    let mut taken = pipeline_account();
    taken.stack = None;
    let refused = plan(&pipeline(), &taken).unwrap_err();
    assert_eq!(
        refused,
        "there is a role `pipeline-shop` already, and no stack of that name in us-east-1: where a stack in another \
         region made it, name that with `--region`, else choose another name with `--stack-name`"
    );
    assert_eq!(deletion(&pipeline(), &taken), Err(refused), "a role that is left is not said to be gone");
    taken.identity = None;
    let refused = plan(&pipeline(), &taken).unwrap_err();
    assert_eq!(refused.lines().count(), 2, "two policies: {refused}");
    assert!(refused.starts_with("there is a policy `"), "{refused}");
    assert_eq!(deletion(&pipeline(), &taken), Ok(()), "a policy that nobody has");
}

#[test]
fn a_stack_that_cannot_be_changed_is_left_until_it_can() {
    for (status, reason, can_be_deleted) in [
        ("UPDATE_IN_PROGRESS", "the stack is busy (UPDATE_IN_PROGRESS)", false),
        ("ROLLBACK_COMPLETE", "can only be deleted", true),
        ("DELETE_FAILED", "can only be deleted", true),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback", true),
    ] {
        let mut found = pipeline_account();
        let stack = found.stack.as_mut().unwrap();
        stack.stack_status = toolkit::Stack::new(status, &BTreeMap::new(), &BTreeMap::new()).stack_status;
        let refused = plan(&pipeline(), &found).unwrap_err();
        assert!(refused.contains(reason), "{refused}");
        assert_eq!(deletion(&pipeline(), &found).is_ok(), can_be_deleted, "{status}");
    }
}

#[test]
fn every_reason_is_given_at_once() {
    let expected = ExpectedPipeline {
        account: Some("444455556666".parse().unwrap()),
        forbidden_prefix: Some("pipeline".to_owned()),
        ..pipeline()
    };
    let found = PipelineAccount { missing_provider: Some("arn:x".to_owned()), ..PipelineAccount::default() };
    let refused = plan(&expected, &found).unwrap_err();
    let lines: Vec<_> = refused.lines().collect();
    assert_eq!(lines.len(), 3, "{refused}");
    assert!(lines[0].contains("the policies are for account 444455556666"), "{refused}");
    assert!(
        lines[1].contains("the name `pipeline-shop` is one of those with the stack's prefix `pipeline`"),
        "{refused}"
    );
    assert!(lines[2].contains("no identity provider `arn:x`"), "{refused}");
    let same = ExpectedPipeline { forbidden_prefix: Some("pipeline-shop".to_owned()), ..pipeline() };
    let refused = plan(&same, &PipelineAccount::default()).unwrap_err();
    assert!(refused.contains("with the stack's prefix `pipeline-shop`"), "{refused}");
    let near = ExpectedPipeline { forbidden_prefix: Some("pipe".to_owned()), ..pipeline() };
    assert!(plan(&near, &PipelineAccount::default()).is_ok(), "`pipe-` is no beginning of `pipeline-shop`");
}

/// The pipeline of an IAM user, and an account that has it.
fn of_user() -> (ExpectedPipeline, PipelineAccount) {
    let expected = ExpectedPipeline {
        holder: Holder::User("pipeline-shop".to_owned()),
        holder_id: "PipelineUser".to_owned(),
        other_id: "PipelineRole".to_owned(),
        trust: None,
        ..pipeline()
    };
    let mut found = pipeline_account();
    found.identity.as_mut().unwrap().trust = None;
    (expected, found)
}

#[test]
fn a_user_with_keys_is_deployed_and_not_deleted() {
    let (expected, mut found) = of_user();
    found.access_keys = 2;
    assert_eq!(plan(&expected, &found).unwrap().action, Action::Nothing);
    let refused = deletion(&expected, &found).unwrap_err();
    assert!(refused.contains("has 2 access keys") && refused.contains("delete them"), "{refused}");
    found.access_keys = 0;
    assert_eq!(deletion(&expected, &found), Ok(()));
    found.identity.as_mut().unwrap().groups.push("admins".to_owned());
    let refused = deletion(&expected, &found).unwrap_err();
    for part in [
        "the pipeline's user is in the group `admins`",
        "aws iam remove-user-from-group --user-name pipeline-shop --group-name admins",
    ] {
        assert!(refused.contains(part), "no `{part}` in {refused}");
    }
}

#[test]
fn a_role_in_place_of_a_user_takes_the_user_away() {
    let (_, mut found) = of_user();
    found.identity = None;
    found.differing = ["PipelineRole".to_owned(), "PipelineUser".to_owned()].into();
    found.changed = found.differing.clone();
    let lost = plan(&pipeline(), &found).unwrap().taken_away;
    assert_eq!(lost, ["the user `pipeline-shop` is deleted, and whoever uses it cannot deploy any more"]);
    found.access_keys = 1;
    assert!(plan(&pipeline(), &found).unwrap_err().contains("has 1 access key,"));
}

#[test]
fn policies_of_aws_are_part_of_what_there_should_be() {
    let vpc = AwsManagedPolicy::named("AmazonVPCReadOnlyAccess").unwrap();
    let arn = vpc.arn(iam::Partition::AWS);
    let mut expected = pipeline();
    expected.set = expected.set.with_aws_managed(vec![vpc]).unwrap();
    let mut found = pipeline_account();
    // The stack does not name it yet, then it does and somebody detached it, then it is as it should be.
    found.changed = ["PipelineRole".to_owned()].into();
    assert_eq!(plan(&expected, &found).unwrap().attached, [arn.as_str()]);
    found.changed.clear();
    found.template = found
        .template
        .map(|template| template + "arn:${AWS::Partition}:iam::aws:policy/AmazonVPCReadOnlyAccess");
    assert!(plan(&expected, &found).unwrap_err().contains("attach-role-policy"));
    found.identity.as_mut().unwrap().attached.push(arn);
    assert_eq!(findings(&expected, &found), (Vec::new(), PipelineVerdict::InOrder));
}
