//! Whether an account has what was generated: every kind of drift is named.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

mod common;

use std::collections::BTreeMap;

use common::{arns, environment, expected, stack};
use toolkit::{Account, ExecutionRole, verify};

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
        role: Some(ExecutionRole { attached, inline: Vec::new(), boundary: None }),
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
            |a| a.stack = Some(stack("plain", &[("StackStatus", "UPDATE_ROLLBACK_COMPLETE")])),
            "the stack is in UPDATE_ROLLBACK_COMPLETE",
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
    changed.role = Some(ExecutionRole {
        attached: vec!["arn:aws:iam::aws:policy/AdministratorAccess".to_owned()],
        inline: vec!["extra".to_owned()],
        boundary: Some("arn:aws:iam::123456789012:policy/b".to_owned()),
    });
    let findings = verify(&environment(), &expected(), &changed);
    let commands: Vec<_> = findings.iter().filter_map(|finding| finding.mending(role)).collect();
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
        "create-policy-version",
        "create-policy-version",
    ];
    assert_eq!(verbs, expected);
}
