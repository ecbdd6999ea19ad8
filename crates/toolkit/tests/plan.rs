//! What a bootstrap would do, and every refusal that the CDK CLI would make in silence.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

mod common;

use common::{arns, environment, expected, stack};
use toolkit::{Action, Expected, Plan, Refusals, Request, Route, Stack};

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const CLI: Route = Route::CdkCli { force: false };

/// A request for these compute types, by `bootstrap.toml`.
fn request(compute_types: &[&str]) -> Request {
    Request { compute_types: compute_types.iter().map(|&t| t.to_owned()).collect(), ..Request::default() }
}

fn plan(request: &Request, stack: Option<&Stack>, attached: &[String]) -> Result<Plan, Refusals> {
    toolkit::plan(&environment(), &expected(), request, stack, attached)
}

fn changes(plan: &Plan) -> Vec<String> {
    plan.parameters
        .iter()
        .chain(&plan.outputs)
        .map(|change| {
            format!("{}: {} -> {}", change.name, change.from.as_deref().unwrap_or("none"), change.to)
        })
        .collect()
}

#[test]
fn a_fresh_account_is_created_by_the_cdk_cli_alone() {
    let plan = plan(&request(&["plain"]), None, &[]).unwrap();
    assert_eq!((plan.action, plan.route), (Action::Create, CLI));
    assert_eq!(plan.attached, arns(&["Core", "Compute-Plain"]));
    assert!(plan.finish.is_empty(), "the template's defaults are made for this run: {:?}", plan.finish);
    assert!(plan.taken_away.is_empty());
}

#[test]
fn a_stack_that_is_in_order_needs_nothing() {
    let plan =
        plan(&request(&["plain"]), Some(&stack("plain", &[])), &arns(&["Core", "Compute-Plain"])).unwrap();
    assert_eq!((plan.action, plan.route), (Action::Nothing, CLI));
    assert_eq!(changes(&plan), Vec::<String>::new());
    assert!(plan.finish.is_empty());
}

#[test]
fn new_compute_types_are_set_by_a_change_set_after_the_cdk_cli() {
    let attached = arns(&["Core", "Compute-Plain"]);
    let plan = plan(&request(&["plain", "ecs"]), Some(&stack("plain", &[])), &attached).unwrap();
    assert_eq!((plan.action, plan.route), (Action::Update, CLI));
    assert_eq!(
        plan.finish.iter().collect::<Vec<_>>(),
        [(&"ComputeTypes".to_owned(), &"plain,ecs".to_owned())]
    );
    assert_eq!(plan.attached, arns(&["Compute-ECS"]));
    assert!(changes(&plan).contains(&"ComputeTypes: plain -> plain,ecs".to_owned()), "{:?}", changes(&plan));
    assert!(plan.taken_away.is_empty());
}

#[test]
fn one_change_set_of_ours_is_left_where_that_of_the_cdk_cli_would_lack_something() {
    let (core, now) = (arns(&["Core", "Compute-Plain"]), stack("plain", &[]));
    let review = |types: &[&str]| Request { no_execute: true, ..request(types) };
    for (request, route) in [
        (review(&["plain", "ecs"]), Route::ChangeSet),
        (review(&["plain"]), CLI),
        (Request { other_options: vec!["--tags".to_owned()], ..review(&["plain", "ecs"]) }, CLI),
        (Request { no_previous_parameters: true, ..review(&["plain", "ecs"]) }, CLI),
    ] {
        assert_eq!(plan(&request, Some(&now), &core).unwrap().route, route, "{request:?}");
    }
}

#[test]
fn a_policy_that_goes_is_taken_away() {
    let attached = arns(&["Core", "Compute-Plain", "Compute-ECS"]);
    let plan = plan(&request(&["plain"]), Some(&stack("plain,ecs", &[])), &attached).unwrap();
    assert_eq!(plan.detached, arns(&["Compute-ECS"]));
    assert_eq!(plan.taken_away.len(), 1, "{:?}", plan.taken_away);
}

#[test]
fn a_stock_stack_is_refused_and_with_adopt_taken_over() {
    let stock = stack("plain", &[("BootstrapVariant", "AWS CDK: Default Resources")]);
    let refused = plan(&request(&["plain"]), Some(&stock), &[ADMIN.to_owned()]).unwrap_err();
    assert!(refused.to_string().contains("variant `AWS CDK: Default Resources`, not `Ours`"), "{refused}");
    let adopt = Request { adopt: true, ..request(&["plain"]) };
    let plan = plan(&adopt, Some(&stock), &[ADMIN.to_owned()]).unwrap();
    assert_eq!(plan.route, Route::ChangeSet);
    assert_eq!(plan.finish.get("BootstrapVariant").map(String::as_str), Some("Ours"));
    assert_eq!(plan.detached, [ADMIN]);
    assert_eq!(plan.taken_away.len(), 2, "{:?}", plan.taken_away);
}

#[test]
fn stored_execution_policies_are_refused_cleared_or_kept() {
    let stored = stack("plain", &[("CloudFormationExecutionPolicies", ADMIN)]);
    let refused = plan(&request(&["plain"]), Some(&stored), &[]).unwrap_err();
    assert!(refused.to_string().contains("stores CloudFormationExecutionPolicies"), "{refused}");
    let cleared =
        plan(&Request { adopt: true, ..request(&["plain"]) }, Some(&stored), &[ADMIN.to_owned()]).unwrap();
    assert_eq!(cleared.finish.get("CloudFormationExecutionPolicies").map(String::as_str), Some(""));
    assert_eq!(cleared.policies(&expected()), arns(&["Core", "Compute-Plain"]));
    let given = Request { execution_policies: Some(vec![ADMIN.to_owned()]), ..request(&["plain"]) };
    let kept = plan(&given, Some(&stored), &[ADMIN.to_owned()]).unwrap();
    assert_eq!(kept.policies(&expected()), [ADMIN]);
    assert!(kept.finish.is_empty(), "{:?}", kept.finish);
}

#[test]
fn trusted_accounts_come_with_our_policies() {
    let trust = Request { trust: Some(vec!["111111111111".to_owned()]), ..request(&["plain"]) };
    let fresh = plan(&trust, None, &[]).unwrap();
    assert_eq!(fresh.route, CLI);
    assert_eq!(fresh.finish.get("TrustedAccounts").map(String::as_str), Some("111111111111"));
    // From then on the CDK CLI refuses the stack: trusted accounts and no execution policies.
    let trusting = stack("plain", &[("TrustedAccounts", "111111111111")]);
    let again = plan(&request(&["plain"]), Some(&trusting), &arns(&["Core", "Compute-Plain"])).unwrap();
    assert_eq!((again.action, again.route), (Action::Nothing, Route::ChangeSet));
    assert_eq!(again.desired.get("TrustedAccounts").map(String::as_str), Some("111111111111"));
    let untrust = Request { untrust: vec!["111111111111".to_owned()], ..request(&["plain"]) };
    let without = plan(&untrust, Some(&trusting), &[]).unwrap();
    assert_eq!(without.desired.get("TrustedAccounts").map(String::as_str), Some(""));
    let options = Request { other_options: vec!["--tags".to_owned()], ..request(&["plain"]) };
    let refused = plan(&options, Some(&trusting), &[]).unwrap_err();
    assert!(refused.to_string().contains("cannot carry `--tags`"), "{refused}");
    let both = Request { untrust: vec!["111111111111".to_owned()], ..trust };
    assert!(plan(&both, None, &[]).unwrap_err().to_string().contains("both `--trust` and `--untrust`"));
}

#[test]
fn what_the_stack_holds_is_refused_with_the_way_out() {
    let table = [
        (("StackStatus", "UPDATE_IN_PROGRESS"), "wait until CloudFormation is done"),
        (("StackStatus", "ROLLBACK_COMPLETE"), "can only be deleted"),
        (("StackStatus", "UPDATE_ROLLBACK_FAILED"), "continue-update-rollback"),
        (("BootstrapVersion", "34"), "at bootstrap version 34, ours is 33"),
        (("BootstrapPolicyVersion", "1.5.0"), "policies of version 1.5.0, ours is 1.2.0"),
        (("Qualifier", "other"), "give `--qualifier other`"),
        (("ComputeTypes", "plain,moon"), "`moon` is none of plain, ecs: give `--compute-types`"),
    ];
    for (change, way_out) in table {
        let refused = plan(&request(&["plain"]), Some(&stack("plain", &[change])), &[]).unwrap_err();
        assert_eq!(refused.errors().len(), 1, "{refused}");
        assert!(refused.to_string().contains(way_out), "`{refused}` does not say `{way_out}`");
    }
    let rolled_back = stack("plain", &[("StackStatus", "UPDATE_ROLLBACK_COMPLETE")]);
    assert!(plan(&request(&["plain"]), Some(&rolled_back), &[]).is_ok());
    let reviewed = stack("plain", &[("StackStatus", "REVIEW_IN_PROGRESS")]);
    let created = plan(&request(&["plain"]), Some(&reviewed), &[]).unwrap();
    assert_eq!((created.action, created.route), (Action::Create, Route::CdkCli { force: true }));
}

#[test]
fn force_downgrades_and_given_compute_types_replace_stored_ones() {
    let newer = stack("plain", &[("BootstrapVersion", "34")]);
    assert!(plan(&Request { force: true, ..request(&["plain"]) }, Some(&newer), &[]).is_ok());
    let bad = stack("moon", &[]);
    let given = Request { compute_types_given: true, ..request(&["plain"]) };
    // The CDK CLI would send the stored value, which the template no longer allows.
    assert_eq!(plan(&given, Some(&bad), &[]).unwrap().route, Route::ChangeSet);
}

#[test]
fn the_bundle_of_the_reference_implementation_is_updated_in_place() {
    let theirs = stack("plain", &[("BootstrapPolicyHash", "b0501c8a"), ("BootstrapVersion", "32")]);
    let plan = plan(&request(&["plain"]), Some(&theirs), &arns(&["Core", "Compute-Plain"])).unwrap();
    assert_eq!((plan.action, plan.route), (Action::Update, CLI));
    assert!(plan.attached.is_empty() && plan.detached.is_empty());
    let changed: Vec<_> = plan.outputs.iter().map(|change| change.name.as_str()).collect();
    assert_eq!(changed, ["BootstrapVersion", "BootstrapPolicyHash"]);
}

#[test]
fn a_body_over_the_limit_is_refused_before_anything_starts() {
    let expected = Expected { body_bytes: 51_201, ..expected() };
    let refused = toolkit::plan(&environment(), &expected, &request(&["plain"]), None, &[]).unwrap_err();
    assert!(refused.to_string().contains("51201 bytes"), "{refused}");
}

#[test]
fn what_no_previous_parameters_resets_is_in_the_plan() {
    let named = stack("plain", &[("FileAssetsBucketName", "my-bucket")]);
    let attached = arns(&["Core", "Compute-Plain"]);
    let kept = plan(&request(&["plain"]), Some(&named), &attached).unwrap();
    assert_eq!(kept.action, Action::Nothing);
    let reset = Request { no_previous_parameters: true, ..request(&["plain"]) };
    let plan = plan(&reset, Some(&named), &attached).unwrap();
    assert_eq!(changes(&plan), ["FileAssetsBucketName: my-bucket -> "]);
    assert!(plan.taken_away.iter().any(|lost| lost.contains("loses `my-bucket`")), "{:?}", plan.taken_away);
}

#[test]
fn a_takeover_with_options_of_the_cdk_cli_goes_through_it() {
    let stock = stack("plain", &[("BootstrapVariant", "AWS CDK: Default Resources")]);
    let adopt = Request { adopt: true, other_options: vec!["--tags".to_owned()], ..request(&["plain"]) };
    let plan = plan(&adopt, Some(&stock), &[]).unwrap();
    assert_eq!(plan.route, Route::CdkCli { force: true });
    assert_eq!(plan.finish.get("BootstrapVariant").map(String::as_str), Some("Ours"));
}

#[test]
fn what_the_cdk_cli_is_not_given_is_left_to_the_change_set() {
    let looked_up = stack("plain", &[("TrustedAccountsForLookup", "333333333333")]);
    let untrust = Request { untrust: vec!["333333333333".to_owned()], ..request(&["plain"]) };
    let untrusted = plan(&untrust, Some(&looked_up), &[]).unwrap();
    assert_eq!(untrusted.finish.get("TrustedAccountsForLookup").map(String::as_str), Some(""));
    let bounded = stack("plain", &[("InputPermissionsBoundary", "b")]);
    let unbound = Request { permissions_boundary: Some(String::new()), ..request(&["plain"]) };
    let unbounded = plan(&unbound, Some(&bounded), &[]).unwrap();
    assert_eq!(unbounded.finish.get("InputPermissionsBoundary").map(String::as_str), Some(""));
    assert!(unbounded.taken_away.iter().any(|lost| lost.contains("boundary is removed")), "{unbounded:?}");
}

#[test]
fn the_order_of_stored_compute_types_is_no_change() {
    let attached = arns(&["Core", "Compute-Plain", "Compute-ECS"]);
    let plan = plan(&request(&["plain", "ecs"]), Some(&stack("ecs,plain", &[])), &attached).unwrap();
    assert_eq!(plan.action, Action::Nothing, "{plan:?}");
}
