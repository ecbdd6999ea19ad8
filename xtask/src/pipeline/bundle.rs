//! [`Bundle`]: what is generated of the pipeline for a stack, and what an account should have of it.

use std::path::Path;

use artifacts::PipelineTemplate;
use policies::{PipelineMode, PipelineTarget, oidc_provider_arn, pipeline_trust_policy};
use toolkit::{Environment, ExpectedPipeline, Holder, shell_word};

use super::Options;
use crate::project;

/// What is generated of the pipeline for a stack.
pub(super) struct Bundle {
    pub(super) expected: ExpectedPipeline,
    pub(super) template: PipelineTemplate,
    /// The ARN of the identity provider that a role trusts.
    pub(super) provider: Option<String>,
    /// The folder of the policies as files.
    pub(super) policies: String,
    /// The options that make another run the same one, for commands: each begins with a space.
    pub(super) options: String,
}

impl Bundle {
    /// Generates it, in memory.
    pub(super) fn new(
        root: &Path,
        target: &PipelineTarget,
        stack_name: String,
        environment: &Environment,
        options: &Options,
    ) -> anyhow::Result<Self> {
        let template = super::render(target)?.template;
        let own_provider = || oidc_provider_arn(target.partition(), &environment.account);
        let provider = options.oidc_provider_arn.clone().unwrap_or_else(own_provider);
        let trust = pipeline_trust_policy(target, &provider)?;
        let provider = trust.is_some().then_some(provider);
        let mut parameters = template.parameters().clone();
        parameters.extend(
            provider.iter().map(|provider| (PipelineTemplate::PROVIDER.to_owned(), provider.clone())),
        );
        let role = PipelineTemplate::ROLE_ID.to_owned();
        let user = PipelineTemplate::USER_ID.to_owned();
        let (holder, holder_id, other_id) = match trust {
            Some(_) => (Holder::Role(stack_name.clone()), role, user),
            None => (Holder::User(stack_name.clone()), user, role),
        };
        let is_direct = target.mode() == PipelineMode::Direct;
        let expected = ExpectedPipeline {
            stack_name,
            description: PipelineTemplate::DESCRIPTION.to_owned(),
            mode: target.mode().to_string(),
            mode_output: PipelineTemplate::MODE_OUTPUT.to_owned(),
            holder,
            holder_id,
            other_id,
            partition: target.partition(),
            set: super::policy_set(target)?,
            trust,
            parameters,
            account: target.accounts().first().filter(|_| is_direct).cloned(),
            forbidden_prefix: is_direct.then(|| target.stack_prefix().to_string()),
            body_bytes: template.body().len(),
        };
        let given = [("oidc-provider-arn", &options.oidc_provider_arn), ("profile", &options.profile)];
        let given = given.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let own = [("stack-name", &expected.stack_name)];
        let options = own.into_iter().chain(given);
        let options =
            options.fold(String::new(), |text, (name, value)| text + " --" + name + " " + &shell_word(value));
        let policies = root.join(project::ARTIFACTS).join(project::PIPELINE_POLICIES);
        Ok(Self { expected, template, provider, policies: policies.display().to_string(), options })
    }
}
