//! [`gaps`]: what the pipeline of mode `direct` lacks for a Fargate service of today, as its page lists it.

use std::collections::{BTreeMap, BTreeSet};

use analysis::{
    AssetManifest, Certainty, Deployment, DeploymentSettings, Executor, Needs, Scope, StackInput, Template,
    TemplateForm, cover, deployer_needs, needs,
};
use anyhow::Context as _;
use artifacts::Gap;
use iam::Evaluator;
use iam_reference::Phase;
use policies::{PipelineKeys, PipelineTarget, Target, pipeline_policy_set};

use super::fitted::fitted;
use crate::project;

/// The stack as the test app has it, and where.
const STACK: &str = "shop-prod";
const ACCOUNT: &str = "123456789012";
const REGION: &str = "eu-west-1";

/// The repository that the pipeline pushes the service's image to.
const REPOSITORY: &str = "shop";

/// The permissions that are surely needed and missing, by what needs them: the recorded service of the test app against
/// the policies as they would be for it, so that no name in them is a reason.
pub(super) fn gaps() -> anyhow::Result<Vec<Gap>> {
    let template = Template::read(project::SERVICE_TEMPLATE, TemplateForm::Json)
        .with_context(|| format!("the recorded template of `{STACK}`"))?;
    let assets = AssetManifest::read(project::SERVICE_ASSETS)
        .with_context(|| format!("the recorded assets of `{STACK}`"))?;
    let scope =
        Scope { stack_name: Some(STACK.to_owned()), ..Scope::of_environment(Some(ACCOUNT), Some(REGION)) };
    let stack = StackInput {
        name: STACK,
        file: "",
        template: &template,
        scope: &scope,
        has_tags: false,
        executor: Executor::Caller,
    };
    let Needs { mut resources, template: of_template, .. } = needs(&stack);
    resources.extend(of_template);
    resources.extend(deployer_needs(&Deployment {
        stack: &stack,
        settings: &DeploymentSettings::default(),
        assets: &assets,
        template_bytes: project::SERVICE_TEMPLATE.len(),
    }));
    let evaluator = Evaluator::of_policy_set(&pipeline_policy_set(&pipeline(&scope, &assets)?)?);
    let mut found: BTreeMap<String, [BTreeSet<String>; 2]> = BTreeMap::new();
    for gap in cover(&resources, &evaluator).gaps {
        if gap.need.certainty == Certainty::Required {
            let [first, later] = found.entry(needed_by(gap.resource.kind)).or_default();
            let at = if matches!(gap.need.phase, Phase::Create | Phase::Read) { first } else { later };
            at.insert(gap.need.action);
        }
    }
    let gap = |(needed_by, [first, later]): (String, [BTreeSet<String>; 2])| Gap {
        needed_by,
        later: later.difference(&first).cloned().collect(),
        first: first.into_iter().collect(),
    };
    Ok(found.into_iter().map(gap).collect())
}

/// What is said in place of the artifact of an assembly.
fn needed_by(kind: String) -> String {
    match kind.as_str() {
        "aws:cloudformation:stack" | "cdk:asset-manifest" => "cdk deploy".to_owned(),
        _ => kind,
    }
}

fn pipeline(scope: &Scope, assets: &AssetManifest) -> anyhow::Result<PipelineTarget> {
    let keys = PipelineKeys {
        mode: "direct".to_owned(),
        accounts: vec![ACCOUNT.to_owned()],
        regions: vec![REGION.to_owned()],
        repository: Some(REPOSITORY.to_owned()),
        user: true,
        ..PipelineKeys::default()
    };
    fitted(&PipelineTarget::new(&Target::reference(), &keys)?, STACK, scope, assets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_gap_names_what_needs_it_and_actions_that_there_are() {
        let gaps = gaps().unwrap();
        assert!(
            gaps.iter().any(|gap| gap.needed_by == "AWS::ElasticLoadBalancingV2::LoadBalancer"),
            "{gaps:?}"
        );
        for gap in gaps {
            assert!(!gap.first.is_empty() || !gap.later.is_empty(), "{} lacks nothing", gap.needed_by);
            for action in gap.first.iter().chain(&gap.later) {
                assert!(iam_reference::exists(action), "there is no action `{action}`");
            }
        }
    }
}
