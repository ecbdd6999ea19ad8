//! What roles, users and groups of a template have of its policies.
#![expect(clippy::panic, reason = "a test stops at what fails")]

use std::fmt::Write as _;

use analysis::{PoliciesOf, Scope, Template, TemplateForm};

fn policies(text: &str) -> PoliciesOf {
    let template = Template::read(text, TemplateForm::Yaml).unwrap_or_else(|errors| panic!("{errors}"));
    template.policies("t.yaml", &Scope::default())
}

#[test]
fn each_role_user_and_group_has_its_policies() {
    let document = "{Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}";
    let found = policies(&format!(
        "Parameters: {{P: {{Type: String}}}}
Conditions: {{C: !Equals [!Ref P, x]}}
Resources:
  Managed: {{Type: 'AWS::IAM::ManagedPolicy', Properties: {{PolicyDocument: {document}, Users: [!Ref User]}}}}
  Maybe: {{Type: 'AWS::IAM::ManagedPolicy', Condition: C, Properties: {{ManagedPolicyName: M, PolicyDocument: {document}}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: named
      ManagedPolicyArns: [!Ref Managed, 'arn:aws:iam::aws:policy/ReadOnlyAccess', !Ref Maybe]
      Policies: [{{PolicyName: Own, PolicyDocument: {document}}}]
  User: {{Type: 'AWS::IAM::User', Properties: {{ManagedPolicyArns: !If [C, [a], [b]]}}}}
  Group: {{Type: 'AWS::IAM::Group'}}
  Alone: {{Type: 'AWS::IAM::Role'}}
  Policy: {{Type: 'AWS::IAM::Policy', Properties: {{PolicyName: Shared, Roles: [!Ref Role, elsewhere], Groups: [!Ref Group], PolicyDocument: {document}}}}}
  ByName: {{Type: 'AWS::IAM::RolePolicy', Properties: {{PolicyName: N, RoleName: named, PolicyDocument: {document}}}}}
  Bucket: {{Type: 'AWS::S3::BucketPolicy', Properties: {{PolicyDocument: {document}}}}}
  None: {{Type: 'AWS::IAM::ManagedPolicy', Properties: {{}}}}
"
    ));
    let mut shown = String::new();
    for source in &found.sources {
        writeln!(shown, "{} {:?} {}", source.name, source.usage, source.at).unwrap();
    }
    for has in &found.attachments {
        let names =
            has.policies.iter().filter_map(|at| found.sources.get(*at)).map(|source| source.name.as_str());
        let names: Vec<&str> = names.collect();
        let (identity, partial) = (has.identity.unwrap(), if has.is_partial { ", perhaps more" } else { "" });
        let (name, line, others) = (&has.name, has.line, has.others);
        writeln!(shown, "{} {name}, line {line}: {names:?}, {others} others{partial}", identity.as_str())
            .unwrap();
    }
    for left in &found.left_alone {
        writeln!(shown, "left alone: {} {}", left.pointer, left.why).unwrap();
    }
    insta::assert_snapshot!(shown, @r#"
    Managed Managed /Resources/Managed/Properties/PolicyDocument
    M Managed /Resources/Maybe/Properties/PolicyDocument
    Role/Own Inline(Role) /Resources/Role/Properties/Policies/0/PolicyDocument
    Shared Inline(Group) /Resources/Policy/Properties/PolicyDocument
    N Inline(Role) /Resources/ByName/Properties/PolicyDocument
    role Role, line 6: ["Managed", "Role/Own", "Shared", "N"], 1 others, perhaps more
    user User, line 12: ["Managed"], 0 others, perhaps more
    group Group, line 13: ["Shared"], 0 others
    role elsewhere, line 15: ["Shared"], 0 others, perhaps more
    left alone: /Resources/Bucket/Properties/PolicyDocument a policy that belongs to no role, user or group
    left alone: /Resources/None the policy has no `PolicyDocument`
    "#);
}

#[test]
fn what_a_condition_rules_out_has_no_policies() {
    let text = "Conditions: {Never: !Equals [a, b]}
Resources:
  Role:
    Type: AWS::IAM::Role
    Condition: Never
    Properties: {AssumeRolePolicyDocument: {Statement: []}}
";
    assert_eq!(policies(text), PoliciesOf::default());
}
