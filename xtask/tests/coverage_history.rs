//! Grants that were missing once in the reference implementation, and failed a real deployment: each is found by a
//! small template that needs it, in its phase.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

use analysis::{Certainty, Executor, Gap, Scope, StackInput, Template, TemplateForm, cover, needs};
use iam::{ActionBlock, Evaluator, PolicyDocument, PolicyKind, ResourceBlock};
use iam_reference::Phase;
use policies::{Target, policy_set};

/// What is taken out of the policies before the template is asked about.
enum Without {
    Nothing,
    Action(&'static str),
    Resource(&'static str),
}

struct Case {
    /// How sure the gap is at least.
    certainty: Certainty,
    without: Without,
    template: &'static str,
    /// Action, what its ARN begins with, phase.
    expected: &'static [(&'static str, &'static str, Phase)],
}

const ACCOUNT: &str = "123456789012";

fn policies_without(without: &Without) -> Vec<(String, PolicyDocument)> {
    let set = policy_set(&Target::reference()).unwrap();
    set.policies()
        .iter()
        .map(|policy| {
            let mut statements = policy.document.statements().to_vec();
            for statement in &mut statements {
                if let (Without::Action(action), ActionBlock::Action(actions)) =
                    (without, &mut statement.action)
                {
                    actions.retain(|own| own.as_str() != *action);
                }
                if let (Without::Resource(arn), Some(ResourceBlock::Resource(arns))) =
                    (without, &mut statement.resource)
                {
                    arns.retain(|own| own.as_str() != *arn);
                }
            }
            let document = PolicyDocument::new(PolicyKind::Identity, statements).unwrap();
            (policy.name.to_string(), document)
        })
        .collect()
}

fn gaps_of(case: &Case, policies: &[(String, PolicyDocument)]) -> Vec<Gap> {
    let template = Template::read(case.template, TemplateForm::Yaml).unwrap();
    let scope = Scope {
        stack_name: Some("backgroundagent-dev".to_owned()),
        ..Scope::of_environment(Some(ACCOUNT), Some("us-east-1"))
    };
    let needs = needs(&StackInput {
        name: "backgroundagent-dev",
        file: "template.yaml",
        template: &template,
        scope: &scope,
        has_tags: false,
        executor: Executor::Role(Some(
            "arn:${AWS::Partition}:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1",
        )),
    });
    let evaluator = Evaluator::new(policies.iter().map(|(name, document)| (name.as_str(), document)));
    let gaps = cover(&needs.resources, &evaluator).gaps;
    gaps.into_iter().filter(|gap| gap.need.certainty >= case.certainty).collect()
}

#[track_caller]
fn check(case: &Case) {
    let told = |gaps: &[Gap]| -> Vec<(String, String, Phase)> {
        gaps.iter()
            .map(|gap| (gap.need.action.clone(), gap.need.resource.to_string(), gap.need.phase))
            .collect()
    };
    let found = told(&gaps_of(case, &policies_without(&case.without)));
    for (action, arn, phase) in case.expected {
        let is_named =
            found.iter().any(|(own, on, when)| own == action && on.starts_with(arn) && when == phase);
        assert!(is_named, "{action} on {arn}… ({phase}) is not among {found:#?}");
    }
    // The grant is what closes the gap.
    if !matches!(case.without, Without::Nothing) {
        let with = told(&gaps_of(case, &policies_without(&Without::Nothing)));
        for (action, ..) in case.expected {
            assert!(
                !with.iter().any(|(own, ..)| own == action),
                "{action} is granted, and yet a gap: {with:#?}"
            );
        }
    }
}

#[test]
fn versioning_of_a_bucket() {
    check(&Case {
        certainty: Certainty::Required,
        without: Without::Action("s3:PutBucketVersioning"),
        template: "Resources:
  Site: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: Enabled } } }",
        expected: &[("s3:PutBucketVersioning", "arn:aws:s3:::backgroundagent-dev-site", Phase::Create)],
    });
}

#[test]
fn tags_of_an_event_source_mapping_that_has_none() {
    check(&Case {
        certainty: Certainty::Required,
        without: Without::Action("lambda:TagResource"),
        template: "Resources:
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: backgroundagent-dev-worker
      EventSourceArn: !Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:backgroundagent-dev-queue'",
        expected: &[("lambda:TagResource", "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:", Phase::Create)],
    });
}

const ALIAS: &str = "Resources:
  Live:
    Type: AWS::Lambda::Alias
    Properties:
      Name: live
      FunctionName: backgroundagent-dev-worker
      FunctionVersion: '1'
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 }";

#[test]
fn provisioned_concurrency_of_an_alias() {
    check(&Case {
        certainty: Certainty::Required,
        without: Without::Action("lambda:PutProvisionedConcurrencyConfig"),
        template: ALIAS,
        expected: &[(
            "lambda:PutProvisionedConcurrencyConfig",
            "arn:aws:lambda:us-east-1:123456789012:function:backgroundagent-dev-worker",
            Phase::Create,
        )],
    });
}

#[test]
fn provisioned_concurrency_of_an_alias_is_taken_away_again() {
    // By an update that removes the property, and by a rollback of one that added it.
    check(&Case {
        certainty: Certainty::Conditional,
        without: Without::Action("lambda:DeleteProvisionedConcurrencyConfig"),
        template: ALIAS,
        expected: &[(
            "lambda:DeleteProvisionedConcurrencyConfig",
            "arn:aws:lambda:us-east-1:123456789012:function:backgroundagent-dev-worker",
            Phase::Update,
        )],
    });
}

#[test]
fn a_secret_is_named_after_its_logical_id() {
    check(&Case {
        certainty: Certainty::Required,
        without: Without::Resource("arn:aws:secretsmanager:*:*:secret:JiraIntegration*"),
        template: "Resources:
  JiraIntegrationWebhookSecret: { Type: 'AWS::SecretsManager::Secret', Properties: { Description: a webhook } }",
        expected: &[(
            "secretsmanager:CreateSecret",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:JiraIntegrationWebhook",
            Phase::Create,
        )],
    });
}

#[test]
fn an_association_of_a_firewall_is_changed_in_place() {
    check(&Case {
        certainty: Certainty::Required,
        without: Without::Nothing,
        template: "Resources:
  Association:
    Type: AWS::Route53Resolver::FirewallRuleGroupAssociation
    Properties: { FirewallRuleGroupId: rslvr-frg-1, VpcId: vpc-1, Priority: 101 }",
        expected: &[(
            "route53resolver:UpdateFirewallRuleGroupAssociation",
            "arn:aws:route53resolver:us-east-1:123456789012:firewall-rule-group-association/",
            Phase::Update,
        )],
    });
}

#[test]
fn a_nested_stack_is_made_under_the_same_role() {
    check(&Case {
        certainty: Certainty::Required,
        without: Without::Nothing,
        template: "Resources:
  Registry:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: 'https://s3.us-east-1.amazonaws.com/cdk-hnb659fds-assets-123456789012-us-east-1/abc.json' }",
        expected: &[
            (
                "cloudformation:CreateStack",
                "arn:aws:cloudformation:us-east-1:123456789012:stack/backgroundagent-dev-Registry-",
                Phase::Create,
            ),
            (
                "iam:PassRole",
                "arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1",
                Phase::Create,
            ),
        ],
    });
}
