//! [`Compared`]: the permissions that coverage compares with what is needed, and whose they are.

use std::collections::BTreeMap;

use clap::ValueEnum;
use iam::{Evaluator, PolicyDocument, PolicySet};
use policies::{PipelineMode, PipelineTarget, Target, pipeline_policy_set};
use serde::Deserialize;

use super::load::{Deployed, Loaded, Stack};
use crate::UsageError;
use crate::pipeline::fitted;

/// Who deploys, and so whose permissions are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deployer {
    /// CloudFormation under its execution role, with the policies of the bootstrap.
    #[default]
    ExecutionRole,
    /// The pipeline of mode `direct`, which publishes the assets itself and under which CloudFormation works.
    Pipeline,
}

/// The permissions that are there.
#[derive(Default)]
pub(super) struct Compared {
    /// The policies that are written here, by their names.
    pub(super) own: Vec<(String, PolicyDocument)>,
    /// Those of AWS, which count and which nobody here can change.
    pub(super) aws_managed: Vec<(String, PolicyDocument)>,
    /// The module of each policy, where there is one.
    pub(super) modules: BTreeMap<String, String>,
    /// What to know of the comparison, a sentence each.
    pub(super) notes: Vec<String>,
    /// What the bucket is called that a pipeline publishes to, where no manifest says it.
    pub(super) staging_bucket: Option<String>,
}

impl Compared {
    /// The generated policies of the execution role that are attached for the compute types.
    pub(super) fn of_execution_role(target: &Target) -> anyhow::Result<Self> {
        let set = policies::policy_set(target)?;
        let attached: Vec<_> = set.attached(target.compute_types()).collect();
        let of_module = |stem: &str| format!("crates/policies/src/{}.rs", stem.replace('-', "_"));
        Ok(Self {
            own: attached.iter().map(|policy| (policy.name.to_string(), policy.document.clone())).collect(),
            modules: attached
                .iter()
                .map(|policy| (policy.name.to_string(), of_module(&policy.file_stem)))
                .collect(),
            ..Self::default()
        })
    }

    /// The generated policies of a pipeline in mode `direct`.
    ///
    /// Where `[pipeline]` is in that mode, they are its own; else they are those that it would have for the stacks.
    pub(super) fn of_pipeline(pipeline: &PipelineTarget, loaded: &Loaded) -> anyhow::Result<Self> {
        let deployed = loaded.stacks.iter().filter_map(|stack| Some((stack, stack.deployed.as_ref()?)));
        let (pipeline, origin) = if pipeline.mode() == PipelineMode::Direct {
            (pipeline.clone(), "as bootstrap.toml has it")
        } else {
            (
                fitted_to(pipeline, deployed.clone())?,
                "as it would be for this, as bootstrap.toml has another mode",
            )
        };
        let set = pipeline_policy_set(&pipeline)?;
        let of_module = |stem: &str| format!("crates/policies/src/pipeline/{}.rs", stem.replace('-', "_"));
        let mut notes =
            vec![format!("compared with the pipeline of mode `direct` {origin}: {}", described(&pipeline))];
        notes.extend(deployed.clone().filter_map(|(stack, _)| out_of_reach(&pipeline, stack)));
        notes.extend(deployed.filter_map(|(stack, _)| with_role(stack)));
        Ok(Self {
            own: set
                .policies()
                .iter()
                .map(|policy| (policy.name.to_string(), policy.document.clone()))
                .collect(),
            aws_managed: aws_managed(&set),
            modules: set
                .policies()
                .iter()
                .map(|policy| (policy.name.to_string(), of_module(&policy.file_stem)))
                .collect(),
            notes,
            staging_bucket: Some(staging_bucket(&pipeline)),
        })
    }

    /// Policies in place of those of a pipeline in mode `direct`, which has the policies of AWS besides in any case.
    pub(super) fn beside_aws(
        pipeline: &PipelineTarget,
        own: Vec<(String, PolicyDocument)>,
        loaded: &Loaded,
    ) -> anyhow::Result<Self> {
        let direct = pipeline.in_mode(PipelineMode::Direct).in_first_environment();
        let aws_managed = aws_managed(&pipeline_policy_set(&direct)?);
        let names: Vec<String> = aws_managed.iter().map(|(name, _)| format!("`{name}`")).collect();
        let mut notes =
            vec![format!("compared with the policies of `--policy`, besides {}", names.join(" and "))];
        let deployed = loaded.stacks.iter().filter(|stack| stack.deployed.is_some());
        notes.extend(deployed.filter_map(with_role));
        let staging_bucket = Some(staging_bucket(pipeline));
        Ok(Self { own, aws_managed, modules: BTreeMap::new(), notes, staging_bucket })
    }

    /// Decides by all of them.
    pub(super) fn evaluator(&self) -> Evaluator {
        let all = self.own.iter().chain(&self.aws_managed);
        Evaluator::new(all.map(|(name, document)| (name.as_str(), document)))
    }
}

/// The names of its bucket.
fn staging_bucket(pipeline: &PipelineTarget) -> String {
    format!("{}-*", pipeline.staging_bucket_prefix())
}

/// What its policies are made for.
fn described(pipeline: &PipelineTarget) -> String {
    let accounts = pipeline.accounts().iter().map(ToString::to_string);
    let regions = pipeline.regions().iter().map(ToString::to_string);
    let repository = pipeline.repository().map_or("none".to_owned(), |name| format!("`{name}`"));
    format!(
        "{}, stack prefix `{}`, staging bucket prefix `{}`, image repository {repository}",
        accounts.chain(regions).collect::<Vec<_>>().join(", "),
        pipeline.stack_prefix(),
        pipeline.staging_bucket_prefix()
    )
}

/// The pipeline as it would be for these stacks: one that deploys them all.
fn fitted_to<'a>(
    pipeline: &PipelineTarget,
    stacks: impl Iterator<Item = (&'a Stack, &'a Deployed)>,
) -> anyhow::Result<PipelineTarget> {
    let stacks: Vec<_> = stacks.collect();
    let mut target = pipeline.clone();
    for stack in &stacks {
        target = fitted_to_one(&target, *stack)?;
    }
    // What one stack says nothing of, such as a repository, another may say; but not something else.
    for (stack, deployed) in &stacks {
        let own = fitted_to_one(&target, (stack, deployed))?;
        for (other, deployed) in &stacks {
            if fitted_to_one(&own, (other, deployed))? != own {
                let message = format!(
                    "`{}` and `{}` would have pipelines of their own: choose one with `--stack`, or set `mode = \
                     \"direct\"` in [pipeline] of bootstrap.toml, so that all are compared with that one",
                    stack.name, other.name
                );
                return Err(UsageError(message).into());
            }
        }
    }
    Ok(target)
}

fn fitted_to_one(
    pipeline: &PipelineTarget,
    (stack, deployed): (&Stack, &Deployed),
) -> Result<PipelineTarget, UsageError> {
    let Deployed { assets, settings, .. } = deployed;
    fitted(pipeline, &stack.name, &stack.scope, assets, settings).map_err(|error| {
        UsageError(format!(
            "stack `{}`: {error:#}; `--stack` gives the stack of a template its name",
            stack.name
        ))
    })
}

/// The policies of AWS in a set, by their names.
fn aws_managed(set: &PolicySet) -> Vec<(String, PolicyDocument)> {
    set.aws_managed().iter().map(|policy| (policy.name.to_string(), policy.document.clone())).collect()
}

/// Why the pipeline cannot touch a stack at all, where that is so.
fn out_of_reach(pipeline: &PipelineTarget, stack: &Stack) -> Option<String> {
    let prefix = pipeline.stack_prefix().as_str();
    let is_named =
        stack.name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    let is_in = |account: &String| pipeline.accounts().iter().any(|own| own.as_str() == account);
    let is_there = |region: &String| pipeline.regions().iter().any(|own| own.as_str() == region);
    let key = match () {
        () if !is_named => "stack-prefix",
        () if !stack.scope.account.as_ref().is_none_or(is_in) => "accounts",
        () if !stack.scope.region.as_ref().is_none_or(is_there) => "regions",
        () => return None,
    };
    Some(format!(
        "stack `{}` is out of the pipeline's reach, by `{key}` in [pipeline] of bootstrap.toml",
        stack.name
    ))
}

/// That CloudFormation would be told to work under another role, where the manifest says so.
fn with_role(stack: &Stack) -> Option<String> {
    stack.execution_role.as_ref()?;
    Some(format!(
        "stack `{}` names an execution role, which is left aside here: for a pipeline of mode `direct` an app is \
         synthesized with `CliCredentialsStackSynthesizer`",
        stack.name
    ))
}
