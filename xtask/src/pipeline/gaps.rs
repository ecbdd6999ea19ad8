//! [`gaps`]: what the pipeline of mode `direct` lacks for a Fargate service of today, as its page lists it.

use std::collections::{BTreeMap, BTreeSet};

use analysis::{
    AssetManifest, Certainty, Deployment, Executor, Manifest, Needs, Scope, StackInput, Template,
    TemplateForm, cover, deployer_needs, needs,
};
use anyhow::Context as _;
use artifacts::Gap;
use iam::Evaluator;
use iam_reference::Phase;
use policies::{PipelineKeys, PipelineTarget, Target, pipeline_policy_set};

use super::fitted::fitted;
use crate::project;

/// The repository that the pipeline pushes the service's image to.
const REPOSITORY: &str = "shop";

/// The permissions that are surely needed and missing, by what needs them: the recorded service of the test app against
/// the policies as they would be for it, so that no name in them is a reason.
pub(super) fn gaps() -> anyhow::Result<Vec<Gap>> {
    let manifest = Manifest::read(project::SERVICE_MANIFEST).context("the recorded manifest")?;
    let artifact = manifest.stacks.first().context("the recorded manifest has no stack")?;
    let template = Template::read(project::SERVICE_TEMPLATE, TemplateForm::Json)
        .with_context(|| format!("the recorded template of `{}`", artifact.stack_name))?;
    let assets = AssetManifest::read(project::SERVICE_ASSETS)
        .with_context(|| format!("the recorded assets of `{}`", artifact.stack_name))?;
    let scope = Scope {
        stack_name: Some(artifact.stack_name.clone()),
        ..Scope::of_environment(artifact.account.as_deref(), artifact.region.as_deref())
    };
    let stack = StackInput {
        name: &artifact.stack_name,
        file: &artifact.template,
        template: &template,
        scope: &scope,
        has_tags: artifact.has_tags,
        executor: Executor::Caller,
    };
    let Needs { mut resources, template: of_template, .. } = needs(&stack);
    resources.extend(of_template);
    resources.extend(deployer_needs(&Deployment {
        stack: &stack,
        settings: &artifact.settings,
        assets: &assets,
        template_bytes: project::SERVICE_TEMPLATE.len(),
        bootstrap_bucket: None,
    }));
    let pipeline = fitted(&any_pipeline()?, &artifact.stack_name, &scope, &assets, &artifact.settings)?;
    let evaluator = Evaluator::of_policy_set(&pipeline_policy_set(&pipeline)?);
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

/// Some pipeline with a repository, to be fitted.
fn any_pipeline() -> anyhow::Result<PipelineTarget> {
    let keys = PipelineKeys {
        mode: "direct".to_owned(),
        accounts: vec!["111122223333".to_owned()],
        regions: vec!["us-east-1".to_owned()],
        repository: Some(REPOSITORY.to_owned()),
        user: true,
        ..PipelineKeys::default()
    };
    Ok(PipelineTarget::new(&Target::reference(), &keys)?)
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
