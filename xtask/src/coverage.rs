//! `cargo xtask coverage`: whether the policies allow what CloudFormation needs for synthesized stacks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use analysis::{
    Certainty, CoverageReport, Deployment, Executor, GapAcceptance, Needs, ResourceNeeds, StackInput, Tool,
    cover, judge_gaps, suggest, unused,
};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use iam::PolicyDocument;
use iam_reference::Phase;
use policies::{PipelineTarget, Target};
use toolkit::Environment;

use crate::target::TargetArgs;
use crate::{UsageError, accepted, output, policy_files};

mod compared;
mod load;

use compared::Compared;
pub use compared::Deployer;

/// Say before a deployment which permissions the policies lack for the stacks that `cdk synth` wrote
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask coverage                                    the assembly in ./cdk.out
  cargo xtask coverage ../abca/cdk/cdk.out --stack backgroundagent-dev --compute-types agentcore,ecs
  cargo xtask coverage template.yaml --stack shop-prod --environment aws://123456789012/eu-west-1
  cargo xtask coverage --fail-on conditional --phase create,update
  cargo xtask coverage --suggest-to suggested && cargo xtask coverage --policy suggested/*.json
  cargo xtask coverage --as pipeline ../web/cdk.out       for a pipeline that deploys without the bootstrap's roles
  cargo xtask coverage --format markdown > comment.md     for a pull request

docs/COVERAGE.md says how it is known what a resource needs, and how sure that is.
Exit codes: 0 covered, 1 gaps of the chosen certainty, 2 wrong usage.")]
pub struct Coverage {
    /// Cloud assemblies (folders that `cdk synth` writes) or templates, JSON or YAML [default: cdk.out]
    #[arg(value_name = "DIR|TEMPLATE")]
    paths: Vec<PathBuf>,
    /// Only this stack, by its name or the name that the CDK CLI calls it by; for one template the name it gets
    #[arg(long = "stack", value_name = "NAME")]
    stacks: Vec<String>,
    /// The environment of stacks that name none, and of templates: `aws://ACCOUNT/REGION` [default: none, or the pipeline's first]
    #[arg(long, value_name = "ENVIRONMENT")]
    environment: Option<Environment>,
    /// The value of a template's parameter, in place of its default
    #[arg(long = "parameter", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// Only what CloudFormation does in these phases
    #[arg(long, value_name = "PHASES", value_delimiter = ',', default_value = "create,read,update,delete")]
    phase: Vec<PhaseArg>,
    /// Policies in place of the generated ones that are attached for the compute types
    #[arg(long = "policy", value_name = "FILE", num_args = 1..)]
    policies: Vec<PathBuf>,
    /// How sure a gap has to be for exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Required)]
    fail_on: FailOn,
    /// Accept the gaps of this file [default: accepted.toml of the workspace]
    #[arg(long, value_name = "FILE", conflicts_with = "no_accepted")]
    accepted: Option<PathBuf>,
    /// Accept nothing
    #[arg(long)]
    no_accepted: bool,
    /// Also list grants that nothing in these templates explains: candidates for a look, never advice
    #[arg(long)]
    unused: bool,
    /// Write the policies with what is suggested to this folder
    #[arg(long, value_name = "DIR")]
    suggest_to: Option<PathBuf>,
    /// Whose permissions are compared
    #[arg(long = "as", value_name = "WHO", value_enum, default_value_t)]
    deployer: Deployer,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: TargetArgs,
}

/// A phase, as an option takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PhaseArg {
    /// Resources are made.
    Create,
    /// Their properties are read.
    Read,
    /// They are changed in place.
    Update,
    /// They are deleted.
    Delete,
}

impl PhaseArg {
    const fn phase(self) -> Phase {
        match self {
            Self::Create => Phase::Create,
            Self::Read => Phase::Read,
            Self::Update => Phase::Update,
            Self::Delete => Phase::Delete,
        }
    }
}

/// How sure a gap has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// The phase fails without it.
    Required,
    /// Or it is needed for a feature that the template does not use, as far as can be told.
    Conditional,
    /// Or the handler goes on without it.
    Tolerated,
}

impl FailOn {
    const fn certainty(self) -> Certainty {
        match self {
            Self::Required => Certainty::Required,
            Self::Conditional => Certainty::Conditional,
            Self::Tolerated => Certainty::Tolerated,
        }
    }
}

/// How coverage is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For a comment on a pull request.
    Markdown,
}

impl Coverage {
    /// Runs the command; the exit code is 1 when gaps are left that are sure enough.
    pub fn run(&self, root: &Path) -> anyhow::Result<ExitCode> {
        let acceptances = self.acceptances(root)?;
        let parameters = self.parameters()?;
        let (target, pipeline) = self.targets(root)?;
        let qualifier = target.qualifier();
        let execution_role = format!(
            "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/cdk-{qualifier}-cfn-exec-role-${{AWS::AccountId}}-${{AWS::Region}}"
        );
        let of_pipeline = pipeline.as_ref().and_then(first_environment);
        let wanted = load::Wanted {
            partition: target.partition().as_str(),
            execution_role: pipeline.is_none().then_some(&execution_role),
            stacks: &self.stacks,
            parameters: &parameters,
            environment: self.environment.as_ref().or(of_pipeline.as_ref()),
            deployer: self.deployer,
        };
        let default = [PathBuf::from("cdk.out")];
        let paths = if self.paths.is_empty() { &default[..] } else { &self.paths };
        let loaded = load::load(paths, &wanted)?;
        check_parameters(&parameters, &loaded)?;
        let compared = match (&pipeline, self.named_policies()?) {
            (None, None) => Compared::of_execution_role(&target)?,
            (None, Some(own)) => Compared { own, ..Compared::default() },
            (Some(pipeline), None) => Compared::of_pipeline(pipeline, &loaded)?,
            (Some(pipeline), Some(own)) => Compared::beside_aws(pipeline, own, &loaded)?,
        };
        let report = self.report(compared, &acceptances, &loaded)?;
        let tool = Tool { name: "cargo xtask coverage", version: env!("CARGO_PKG_VERSION") };
        output::result(&match self.format {
            Format::Text => report.to_text(),
            Format::Json => report.to_json()?,
            Format::Sarif => report.to_sarif(tool)?,
            Format::Markdown => report.to_markdown(),
        })?;
        Ok(ExitCode::from(u8::from(report.fails(self.fail_on.certainty()))))
    }

    fn report(
        &self,
        compared: Compared,
        acceptances: &[GapAcceptance],
        loaded: &load::Loaded,
    ) -> anyhow::Result<CoverageReport> {
        let mut needed: Vec<ResourceNeeds> = Vec::new();
        let mut of_templates = Vec::new();
        let mut problems = loaded.problems.clone();
        for stack in &loaded.stacks {
            let input = stack.input(self.deployer);
            let Needs { resources, template, problems: found } = analysis::needs(&input);
            needed.extend(resources);
            of_templates.extend(template);
            of_templates.extend(deployer_needs(stack, &input, &compared));
            problems.extend(found.iter().map(ToString::to_string));
        }
        // What a template itself needs, for its parameters and macros, and who deploys it, belongs to no resource.
        let resources = needed.len();
        let kinds = needed.iter().map(|needs| needs.resource.kind.as_str()).collect::<BTreeSet<_>>().len();
        needed.extend(of_templates);
        for needs in &mut needed {
            needs.needs.retain(|need| self.phase.iter().any(|phase| phase.phase() == need.phase));
        }
        let mut coverage = cover(&needed, &compared.evaluator());
        let Compared { own: policies, modules, notes, .. } = compared;
        (coverage.resources, coverage.kinds) = (resources, kinds);
        let names: Vec<String> = loaded.stacks.iter().map(|stack| stack.name.clone()).collect();
        let judged = judge_gaps(std::mem::take(&mut coverage.gaps), acceptances, &names);
        let to_close: Vec<_> = judged
            .open
            .iter()
            .filter(|gap| gap.need.certainty >= self.fail_on.certainty())
            .cloned()
            .collect();
        let (suggestions, no_suggestion) = match suggest(&policies, &to_close) {
            Ok(suggested) => {
                if let Some(folder) = &self.suggest_to {
                    policy_files::write(folder, &suggested.policies)?;
                }
                (suggested.suggestions, None)
            }
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let unused = self.unused.then(|| unused(&policies, &needed));
        let stacks = loaded.stacks.iter().map(|stack| (stack.name.clone(), stack.file.clone())).collect();
        Ok(CoverageReport {
            stacks,
            notes,
            coverage,
            judged,
            suggestions,
            no_suggestion,
            modules,
            unused,
            problems,
            in_full: Some(self.fail_on.certainty()),
        })
    }

    /// The target in force, and the pipeline where that deploys.
    fn targets(&self, root: &Path) -> anyhow::Result<(Target, Option<PipelineTarget>)> {
        if self.deployer == Deployer::ExecutionRole {
            return Ok((self.target.resolve(root)?, None));
        }
        if self.target.compute_types.is_some() {
            let message = "`--compute-types` is for the execution role: a pipeline has no policies for them";
            return Err(UsageError(message.to_owned()).into());
        }
        let (target, pipeline) = self.target.resolve_with_pipeline(root)?;
        let pipeline = pipeline.with_context(crate::pipeline::no_table)?;
        Ok((target, Some(pipeline)))
    }

    /// The policies of `--policy`, where there are any.
    fn named_policies(&self) -> anyhow::Result<Option<Vec<(String, PolicyDocument)>>> {
        if self.policies.is_empty() {
            return Ok(None);
        }
        let mut errors = Vec::new();
        let named = policy_files::identity_policies(&self.policies, &mut errors);
        if !errors.is_empty() {
            return Err(UsageError(errors.join("\n")).into());
        }
        Ok(Some(named.into_iter().map(|policy| (policy.name, policy.document)).collect()))
    }

    fn acceptances(&self, root: &Path) -> anyhow::Result<Vec<GapAcceptance>> {
        match &self.accepted {
            _ if self.no_accepted => Ok(Vec::new()),
            Some(path) => accepted::gaps(path, &path.display().to_string(), self.deployer)
                .map_err(|error| UsageError(format!("{error:#}")).into()),
            None => accepted::gaps_of_workspace(root, self.deployer),
        }
    }

    fn parameters(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let pair = |text: &String| {
            let (name, value) = text
                .split_once('=')
                .filter(|(name, _)| !name.is_empty())
                .ok_or_else(|| UsageError(format!("`--parameter {text}`: write `NAME=VALUE`")))?;
            Ok((name.to_owned(), value.to_owned()))
        };
        self.parameters
            .iter()
            .map(pair)
            .collect::<Result<_, UsageError>>()
            .context("cannot read the parameters")
    }
}

/// What the CDK CLI calls itself, where it has no other credentials than those that are compared.
fn deployer_needs(stack: &load::Stack, input: &StackInput<'_>, compared: &Compared) -> Vec<ResourceNeeds> {
    match (&stack.deployed, input.executor) {
        (Some(manifest), Executor::Caller) => analysis::deployer_needs(&Deployment {
            stack: input,
            settings: &manifest.settings,
            assets: &manifest.assets,
            template_bytes: manifest.template_bytes,
            bootstrap_bucket: compared.staging_bucket.as_deref(),
        }),
        _ => Vec::new(),
    }
}

/// Where a stack goes that names no environment: a pipeline may do the same in each of its own.
fn first_environment(pipeline: &PipelineTarget) -> Option<Environment> {
    let (account, region) = (pipeline.accounts().first()?, pipeline.regions().first()?);
    Some(Environment { account: account.clone(), region: region.clone() })
}

/// A parameter that no template has is a slip of the pen, and its default would count in its place.
fn check_parameters(given: &BTreeMap<String, String>, loaded: &load::Loaded) -> Result<(), UsageError> {
    let has =
        |name: &String| loaded.stacks.iter().any(|stack| stack.template.parameters().contains_key(name));
    match given.keys().find(|name| !has(name)) {
        Some(name) => Err(UsageError(format!("`--parameter {name}=…`: no template here has that parameter"))),
        None => Ok(()),
    }
}
