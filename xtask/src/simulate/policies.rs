//! The policies that are asked: those of the target, or files.

use std::path::{Path, PathBuf};

use clap::Args;
use iam::{
    ArnPattern, ComputeType, Effect, Evaluator, Explanation, ManagedPolicy, NearMiss, PolicyDocument,
    PolicyKind, PolicyType, Request, ResourceBlock, TrustEvaluator,
};
use policies::{Target, policy_set};

use crate::project;

/// What stands for AWS's own SCP, which is attached everywhere unless somebody took it away.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
pub(super) const FULL_AWS_ACCESS: &str = "FullAWSAccess";

const FULL_AWS_ACCESS_DOCUMENT: &str =
    r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;

/// Policies in files.
#[derive(Debug, Args)]
pub(super) struct PolicyFiles {
    /// Identity-based policies in place of the generated ones: JSON documents
    #[arg(
        long,
        value_name = "FILE",
        num_args = 1..,
        conflicts_with_all = ["stack_name", "qualifier", "partition", "compute_types"],
        help_heading = "Policies"
    )]
    policy: Vec<PathBuf>,
    /// A permissions boundary
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    boundary: Option<PathBuf>,
    /// The SCPs of one level of the organization, comma-separated; given again for each level on the path.
    /// `FullAWSAccess` stands for AWS's own
    #[arg(long, value_name = "FILES", num_args = 1.., help_heading = "Policies")]
    scp: Vec<String>,
    /// Ask a role's trust policy in place of identity-based ones
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all =
            ["policy", "boundary", "scp", "stack_name", "qualifier", "partition", "compute_types"],
        help_heading = "Policies"
    )]
    pub(super) trust: Option<PathBuf>,
}

/// A policy with its name, and its path if it is a file.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) file: Option<String>,
    pub(super) document: PolicyDocument,
}

/// The generated policies of a target.
pub(super) struct Generated {
    target: Target,
    attached: Vec<Named>,
    /// Those that are not attached, each with the compute type that attaches it.
    unattached: Vec<(ComputeType, Named)>,
}

impl Generated {
    /// Makes the policies of a target.
    pub(super) fn of(target: Target) -> anyhow::Result<Self> {
        let set = policy_set(&target)?;
        let named = |policy: &ManagedPolicy| Named {
            name: policy.name.to_string(),
            file: None,
            document: policy.document.clone(),
        };
        let attached: Vec<_> = set.attached(target.compute_types()).collect();
        let others = set.policies().iter().filter(|policy| !attached.contains(policy));
        let unattached = others.filter_map(|policy| {
            let compute_type = policy.applies.compute_type()?;
            Some((compute_type.clone(), named(policy)))
        });
        let unattached = unattached.collect();
        Ok(Self { target, attached: attached.into_iter().map(named).collect(), unattached })
    }
}

/// Everything that is asked.
pub(super) struct Policies {
    pub(super) identity: Vec<Named>,
    pub(super) boundary: Option<Named>,
    pub(super) scp_levels: Vec<Vec<Named>>,
    pub(super) trust: Option<Named>,
    /// The target whose policies they are.
    pub(super) target: Option<Target>,
    unattached: Vec<(ComputeType, Named)>,
    compiled: Compiled,
}

enum Compiled {
    Identity(Evaluator),
    Trust(TrustEvaluator),
}

impl PolicyFiles {
    /// Whether the target's policies are not asked.
    pub(super) fn take_the_place_of_the_target(&self) -> bool {
        !self.policy.is_empty() || self.trust.is_some()
    }

    /// Reads every file; what cannot be read or is no policy is kept in `errors`, a line each.
    pub(super) fn read(&self, generated: Option<Generated>, errors: &mut Vec<String>) -> Policies {
        let mut read = |file: &Path, kind| named(file, kind, errors);
        let mut identity: Vec<Named> =
            self.policy.iter().filter_map(|file| read(file, PolicyKind::Identity)).collect();
        tell_apart(identity.iter_mut());
        let boundary = self.boundary.as_deref().and_then(|file| read(file, PolicyKind::Identity));
        let trust = self.trust.as_deref().and_then(|file| read(file, PolicyKind::Trust));
        let mut scp_levels: Vec<Vec<Named>> = self.scp.iter().map(|files| scp_level(files, errors)).collect();
        tell_apart(scp_levels.iter_mut().flatten());
        let (mut target, mut unattached) = (None, Vec::new());
        if let Some(generated) = generated {
            target = Some(generated.target);
            identity.extend(generated.attached);
            unattached = generated.unattached;
        }
        let compiled = match &trust {
            Some(trust) => Compiled::Trust(TrustEvaluator::new(&trust.name, &trust.document)),
            None => Compiled::Identity(compile(&identity, boundary.as_ref(), &scp_levels)),
        };
        Policies { identity, boundary, scp_levels, trust, target, unattached, compiled }
    }
}

fn compile(identity: &[Named], boundary: Option<&Named>, scp_levels: &[Vec<Named>]) -> Evaluator {
    fn pairs(policies: &[Named]) -> impl Iterator<Item = (&str, &PolicyDocument)> {
        policies.iter().map(|policy| (policy.name.as_str(), &policy.document))
    }
    let mut evaluator = Evaluator::new(pairs(identity));
    if let Some(boundary) = boundary {
        evaluator = evaluator.with_boundary(&boundary.name, &boundary.document);
    }
    scp_levels.iter().fold(evaluator, |evaluator, level| evaluator.with_scp_level(pairs(level)))
}

/// The SCPs of one level.
fn scp_level(files: &str, errors: &mut Vec<String>) -> Vec<Named> {
    let policies = files.split(',').filter_map(|file| match file {
        "" => {
            errors.push(format!("--scp: `{files}` has an empty name between commas: write one file or more"));
            None
        }
        FULL_AWS_ACCESS => parse(FULL_AWS_ACCESS_DOCUMENT, PolicyKind::Identity, file, errors)
            .map(|document| Named { name: file.to_owned(), file: None, document }),
        _ => named(Path::new(file), PolicyKind::Identity, errors),
    });
    policies.collect()
}

/// A policy in a file, named by the file's stem.
fn named(file: &Path, kind: PolicyKind, errors: &mut Vec<String>) -> Option<Named> {
    let path = file.display().to_string();
    let text = project::read_text(file);
    let text = text.map_err(|error| errors.push(format!("cannot read `{path}`: {error}"))).ok()?;
    let document = parse(&text, kind, &path, errors)?;
    let name = file.file_stem().map_or_else(|| path.clone(), |stem| stem.to_string_lossy().into_owned());
    Some(Named { name, file: Some(path), document })
}

fn parse(text: &str, kind: PolicyKind, path: &str, errors: &mut Vec<String>) -> Option<PolicyDocument> {
    match PolicyDocument::parse(text, kind) {
        Ok(document) => Some(document),
        Err(refusals) => {
            errors.extend(refusals.errors().iter().map(|refusal| format!("{path}: {refusal}")));
            None
        }
    }
}

/// Gives files of one name their paths as names.
fn tell_apart<'a>(policies: impl Iterator<Item = &'a mut Named>) {
    let mut policies: Vec<&mut Named> = policies.collect();
    let names: Vec<String> = policies.iter().map(|policy| policy.name.clone()).collect();
    for policy in &mut policies {
        if let Some(file) = &policy.file
            && names.iter().filter(|name| **name == policy.name).count() > 1
        {
            policy.name.clone_from(file);
        }
    }
}

impl Policies {
    /// Answers a request, and says what came nearest to allowing it where nothing did.
    pub(super) fn explain<'a>(&'a self, request: &'a Request) -> Explanation<'a> {
        match &self.compiled {
            Compiled::Identity(evaluator) => evaluator.explain(request),
            Compiled::Trust(evaluator) => evaluator.explain(request),
        }
    }

    /// Every `Deny` that only missing condition keys hold back.
    pub(super) fn latent_denials<'a>(&'a self, request: &'a Request) -> Vec<NearMiss<'a>> {
        match &self.compiled {
            Compiled::Identity(evaluator) => evaluator.latent_denials(request),
            Compiled::Trust(evaluator) => evaluator.latent_denials(request),
        }
    }

    /// The policy of the target that would allow a request were it attached, and the compute type that attaches it.
    pub(super) fn unattached_that_allows(&self, request: &Request) -> Option<&(ComputeType, Named)> {
        self.unattached.iter().find(|(_, policy)| {
            Evaluator::new([(policy.name.as_str(), &policy.document)]).decide(request).is_allowed()
        })
    }

    /// Every policy, with what it counts as and its SCP level from 0.
    pub(super) fn all(&self) -> impl Iterator<Item = (PolicyType, &Named, Option<usize>)> {
        let plain = |kind: PolicyType| move |policy| (kind, policy, None);
        let scps = self.scp_levels.iter().enumerate().flat_map(|(level, policies)| {
            policies.iter().map(move |policy| (PolicyType::Scp, policy, Some(level)))
        });
        let identity = self.identity.iter().map(plain(PolicyType::Identity));
        let boundary = self.boundary.iter().map(plain(PolicyType::Boundary));
        let trust = self.trust.iter().map(plain(PolicyType::Trust));
        identity.chain(boundary).chain(scps).chain(trust)
    }

    /// Whether what is allowed on `*` may be denied on an ARN: by a `Deny` of some resources, or by `NotResource`.
    pub(super) fn tell_resources_apart(&self) -> bool {
        let mut statements = self.all().flat_map(|(_, policy, _)| policy.document.statements());
        statements.any(|statement| match &statement.resource {
            Some(ResourceBlock::Resource(patterns)) => {
                statement.effect == Effect::Deny && !patterns.iter().any(ArnPattern::is_any)
            }
            Some(ResourceBlock::NotResource(_)) => true,
            None => false,
        })
    }

    /// The policies of an SCP level, for a message.
    pub(super) fn scp_names(&self, level: usize) -> String {
        let level = self.scp_levels.get(level).map(Vec::as_slice).unwrap_or_default();
        level.iter().map(|policy| format!("`{}`", policy.name)).collect::<Vec<_>>().join(", ")
    }
}
