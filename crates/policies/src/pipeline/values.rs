//! [`Values`]: the texts that stand in the documents, either the target's own or the template's parameters.

use std::fmt::Display;

use iam::Partition;

use super::target::{GitHubRuns, PipelineTarget, PipelineTrust};

/// What stands in the ARNs and conditions of a pipeline's documents.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    pub(super) partition: Partition,
    pub(super) qualifier: String,
    pub(super) accounts: Vec<String>,
    pub(super) regions: Vec<String>,
    pub(super) repository: Option<String>,
    pub(super) stack: String,
    pub(super) load_balancer: String,
    pub(super) cluster: String,
    pub(super) service: String,
    pub(super) staging_bucket: String,
    /// The subject of the tokens that may assume the role; none for a user.
    pub(super) subject: Option<String>,
}

/// A parameter of the pipeline's template: a place in its documents where accounts differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineParameter {
    /// Its name, which stands as `${Name}` in the documents.
    pub name: String,
    /// What the target has in its place.
    pub default: String,
    /// What it is, for those who fill it in.
    pub description: &'static str,
    /// The regular expression that its values match.
    pub allowed_pattern: &'static str,
}

impl Values {
    /// The target's own.
    pub(super) fn of(target: &PipelineTarget) -> Self {
        Self::with(target, &mut |parameter| parameter.default)
    }

    /// The parameters in their places, and which there are.
    pub(super) fn parameters(target: &PipelineTarget) -> (Self, Vec<PipelineParameter>) {
        let mut parameters = Vec::new();
        let values = Self::with(target, &mut |parameter| {
            let place = format!("${{{}}}", parameter.name);
            parameters.push(parameter);
            place
        });
        (values, parameters)
    }

    /// Asks for each value what stands in its place.
    fn with(target: &PipelineTarget, place: &mut dyn FnMut(PipelineParameter) -> String) -> Self {
        Self {
            partition: target.partition,
            accounts: numbered("Account", &target.accounts).map(|p| place(p.account())).collect(),
            regions: numbered("Region", &target.regions).map(|p| place(p.region())).collect(),
            qualifier: place(named("Qualifier", &target.qualifier).qualifier()),
            stack: place(named("StackPrefix", &target.stack).prefix(
                "What the names of the stack, its roles and its functions begin with, before a hyphen",
            )),
            load_balancer: place(
                named("LoadBalancerPrefix", &target.load_balancer)
                    .prefix("What the names of load balancers and target groups begin with, before a hyphen"),
            ),
            cluster: place(
                named("ClusterPrefix", &target.cluster)
                    .prefix("What the names of ECS clusters begin with, before a hyphen"),
            ),
            service: place(
                named("ServicePrefix", &target.service)
                    .prefix("What the names of ECS services begin with, before a hyphen"),
            ),
            staging_bucket: place(named("StagingBucketPrefix", &target.staging_bucket).bucket_prefix()),
            repository: target
                .repository
                .as_ref()
                .map(|name| place(named("RepositoryName", name).repository())),
            subject: subject(&target.trust, place),
        }
    }

    /// The ARN of a resource of IAM in an account.
    pub(super) fn iam_resource(&self, account: &str, resource: &str) -> String {
        format!("arn:{}:iam::{account}:{resource}", self.partition)
    }

    /// The ARN of a service's resource in each region of each account.
    pub(super) fn resources(&self, service: &str, resource: &str) -> Vec<String> {
        let partition = self.partition;
        self.environments()
            .map(|(account, region)| format!("arn:{partition}:{service}:{region}:{account}:{resource}"))
            .collect()
    }

    /// Every region of every account.
    pub(super) fn environments(&self) -> impl Iterator<Item = (&str, &str)> {
        self.accounts
            .iter()
            .flat_map(|account| self.regions.iter().map(move |region| (account.as_str(), region.as_str())))
    }
}

/// The claim `sub` of the tokens that may assume the role.
///
/// <https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims>
fn subject(trust: &PipelineTrust, place: &mut dyn FnMut(PipelineParameter) -> String) -> Option<String> {
    let PipelineTrust::GitHub { repository, runs } = trust else { return None };
    let repository = place(named("GitHubRepository", repository).github_repository());
    Some(match runs {
        GitHubRuns::Branch(branch) => {
            let branch = named("GitHubBranch", branch).ref_name("The branch whose workflows assume the role");
            format!("repo:{repository}:ref:refs/heads/{}", place(branch))
        }
        GitHubRuns::Environment(environment) => {
            let environment = named("GitHubEnvironment", environment)
                .ref_name("The environment on GitHub whose workflows assume the role");
            format!("repo:{repository}:environment:{}", place(environment))
        }
    })
}

/// A parameter of which name and default are known.
struct Named {
    name: String,
    default: String,
}

fn named(name: &str, default: &impl Display) -> Named {
    Named { name: name.to_owned(), default: default.to_string() }
}

/// The items with names for their parameters: the plain name where there is one item, else numbered from 1.
fn numbered<T: Display>(name: &str, items: &[T]) -> impl Iterator<Item = Named> {
    let is_one = items.len() == 1;
    items.iter().zip(1..).map(move |(item, number)| {
        if is_one { named(name, item) } else { named(&format!("{name}{number}"), item) }
    })
}

/// What each kind of value matches: the rules of the types in `name.rs`, as regular expressions.
impl Named {
    fn account(self) -> PipelineParameter {
        self.parameter("An account that the pipeline deploys to", "^[0-9]{12}$")
    }

    fn region(self) -> PipelineParameter {
        self.parameter("A region that the pipeline deploys to", "^[a-z]+(-[a-z]+)+-[0-9]+$")
    }

    fn qualifier(self) -> PipelineParameter {
        self.parameter("The qualifier of the CDK's bootstrap", "^[A-Za-z0-9]{1,10}$")
    }

    fn prefix(self, description: &'static str) -> PipelineParameter {
        self.parameter(description, "^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")
    }

    fn bucket_prefix(self) -> PipelineParameter {
        let description = "What the name of the bucket for assets begins with, before a hyphen";
        self.parameter(description, "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
    }

    fn repository(self) -> PipelineParameter {
        self.parameter("The image repository that the pipeline pushes to", "^[a-z0-9]+([._/-][a-z0-9]+)*$")
    }

    fn github_repository(self) -> PipelineParameter {
        let description = "The repository on GitHub whose workflows assume the role, as owner/name, or owner@ID/name@ID with the ids";
        self.parameter(
            description,
            "^([A-Za-z0-9_-]{1,39}/[A-Za-z0-9._-]{1,100}|[A-Za-z0-9_-]{1,39}@[0-9]{1,20}/[A-Za-z0-9._-]{1,100}@[0-9]{1,20})$",
        )
    }

    fn ref_name(self, description: &'static str) -> PipelineParameter {
        self.parameter(description, "^[^$:*?]+$")
    }

    fn parameter(self, description: &'static str, allowed_pattern: &'static str) -> PipelineParameter {
        PipelineParameter { name: self.name, default: self.default, description, allowed_pattern }
    }
}
