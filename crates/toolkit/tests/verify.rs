//! Whether an account has what was generated: every kind of drift is named.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

mod common;

use std::collections::BTreeMap;

use common::{arns, environment, expected, stack, trust};
use toolkit::{Account, Holder, Identity, Mend, Refusal, drift, verify};

/// An account that is in order.
fn account() -> Account {
    let attached = arns(&["Core", "Compute-Plain"]);
    let documents: BTreeMap<_, _> = attached
        .iter()
        .zip(expected().policies(&["plain".to_owned()]))
        .map(|(arn, policy)| (arn.clone(), policy.document.to_minified()))
        .collect();
    Account {
        stack: Some(stack("plain", &[])),
        role: Some(Identity { attached, trust: Some(trust().to_minified()), ..Identity::default() }),
        documents,
    }
}

fn findings(account: &Account) -> Vec<String> {
    verify(&environment(), &expected(), account).iter().map(ToString::to_string).collect()
}

#[test]
fn an_account_in_order_has_no_findings() {
    assert_eq!(findings(&account()), Vec::<String>::new());
}

#[test]
fn every_kind_of_drift_is_named() {
    type Change = fn(&mut Account);
    let table: [(Change, &str); 11] = [
        (|a| a.stack = None, "there is no bootstrap stack"),
        (|a| a.role = None, "there is no role `cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1`"),
        (
            |a| a.stack = Some(stack("plain", &[("StackStatus", "UPDATE_ROLLBACK_FAILED")])),
            "the stack is in UPDATE_ROLLBACK_FAILED",
        ),
        (
            |a| a.stack = Some(stack("plain", &[("BootstrapPolicyVersion", "1.1.0")])),
            "output BootstrapPolicyVersion says `1.1.0`, not `1.2.0`",
        ),
        (
            |a| a.stack = Some(stack("plain,ecs", &[])),
            "Test-Compute-ECS-123456789012-us-east-1` is not attached",
        ),
        (
            |a| a.role.as_mut().unwrap().attached.truncate(1),
            "Test-Compute-Plain-123456789012-us-east-1` is not attached",
        ),
        (
            |a| {
                a.role
                    .as_mut()
                    .unwrap()
                    .attached
                    .push("arn:aws:iam::aws:policy/AdministratorAccess".to_owned());
            },
            "`arn:aws:iam::aws:policy/AdministratorAccess` is attached to the execution role and should not be",
        ),
        (|a| a.role.as_mut().unwrap().inline.push("extra".to_owned()), "an inline policy `extra`"),
        (
            |a| a.role.as_mut().unwrap().boundary = Some("arn:aws:iam::1:policy/b".to_owned()),
            "permissions boundary is `arn:aws:iam::1:policy/b`, not nothing",
        ),
        (|a| drop(a.documents.pop_first()), "there is no policy `arn:"),
        (
            |a| {
                a.documents
                    .values_mut()
                    .for_each(|text| *text = text.replace("s3:PutObject", "s3:DeleteObject"));
            },
            "statement `ComputePlain`: action `s3:PutObject` is missing; statement `ComputePlain`: action `s3:DeleteObject` is extra",
        ),
    ];
    for (change, expected) in table {
        let mut changed = account();
        change(&mut changed);
        let found = findings(&changed);
        assert!(
            found.iter().any(|finding| finding.contains(expected)),
            "`{expected}` is not among {found:#?}"
        );
    }
}

#[test]
fn order_of_actions_and_statements_is_no_drift() {
    let mut account = account();
    account.documents.values_mut().for_each(|text| {
        *text = text.replace(r#"["s3:GetObject","s3:PutObject"]"#, r#"["s3:PutObject","s3:GetObject"]"#);
    });
    assert_eq!(findings(&account), Vec::<String>::new());
}

#[test]
fn given_execution_policies_are_what_the_role_should_have() {
    let mut account = account();
    let given = "arn:aws:iam::aws:policy/PowerUserAccess";
    account.stack = Some(stack("plain", &[("CloudFormationExecutionPolicies", given)]));
    account.role.as_mut().unwrap().attached = vec![given.to_owned()];
    assert_eq!(findings(&account), Vec::<String>::new());
}

#[test]
fn every_change_by_hand_has_the_command_that_undoes_it() {
    let role = "cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1";
    let mut changed = account();
    changed.documents.values_mut().for_each(|text| *text = text.replace("s3:PutObject", "s3:*"));
    changed.role = Some(Identity {
        attached: vec!["arn:aws:iam::aws:policy/AdministratorAccess".to_owned()],
        inline: vec!["extra".to_owned()],
        trust: Some(trust().to_minified().replace("cloudformation", "ec2")),
        boundary: Some("arn:aws:iam::123456789012:policy/b".to_owned()),
        ..Identity::default()
    });
    let findings = verify(&environment(), &expected(), &changed);
    let holder = Holder::Role(role.to_owned());
    let mend = Mend { holder: &holder, policies: "policies", profile: None };
    let commands: Vec<_> = findings.iter().flat_map(|finding| finding.mending(&mend)).collect();
    assert_eq!(commands.len(), findings.len(), "{findings:#?}");
    for command in &commands {
        assert!(command.starts_with("aws iam "), "{command}");
    }
    let verbs: Vec<_> = commands.iter().filter_map(|command| command.split(' ').nth(2)).collect();
    let expected = [
        "attach-role-policy",
        "attach-role-policy",
        "detach-role-policy",
        "delete-role-policy",
        "delete-role-permissions-boundary",
        "update-assume-role-policy",
        "create-policy-version",
        "create-policy-version",
    ];
    assert_eq!(verbs, expected);
}

/// What is refused before a bootstrap, as commands.
fn refused(account: &Account) -> Vec<String> {
    let holder = Holder::Role("role".to_owned());
    let mend = Mend { holder: &holder, policies: "policies", profile: Some("prod") };
    match drift(&environment(), &expected(), account, &mend) {
        Some(Refusal::Drift { commands, .. }) => commands,
        _ => Vec::new(),
    }
}

#[test]
fn what_a_bootstrap_would_leave_as_it_is_is_refused() {
    assert_eq!(refused(&account()), Vec::<String>::new());
    let mut nothing = account();
    nothing.role.as_mut().unwrap().attached.clear();
    assert_eq!(refused(&nothing).len(), 2, "every policy was detached");
    let mut admin = account();
    let admin_arn = "arn:aws:iam::aws:policy/AdministratorAccess";
    admin.role.as_mut().unwrap().attached.push(admin_arn.to_owned());
    let command =
        format!("aws iam detach-role-policy --role-name role --policy-arn {admin_arn} --profile prod");
    assert_eq!(refused(&admin), std::slice::from_ref(&command));
    // Of another bundle of ours it is known what is foreign, and no more.
    admin.stack = Some(stack("plain", &[("BootstrapPolicyHash", "0")]));
    admin.documents.clear();
    assert_eq!(refused(&admin), [command]);
    // Of a stack of somebody else's nothing is known.
    admin.stack = Some(stack("plain", &[("BootstrapVariant", "Theirs")]));
    assert_eq!(refused(&admin), Vec::<String>::new());
}
