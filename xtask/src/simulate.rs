//! `cargo xtask simulate`: what policies answer to requests, without asking AWS.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

mod context;
mod policies;
mod report;
mod requests;
mod text;
mod warnings;

use self::context::GivenContext;
use self::policies::{Generated, PolicyFiles};
use self::report::{Answer, Report};
use self::requests::{Asked, Defaults, principal};
use self::warnings::warnings;
use crate::generate::Format;
use crate::target::TargetArgs;
use crate::{UsageError, output, project};

/// Decide requests offline: allowed or denied, by which statement, and what a denial lacks
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 everything is allowed, 1 something is denied, 2 wrong usage.

Without --policy or --trust the generated policies are asked that bootstrap.toml attaches.
docs/SIMULATE.md says what is modelled and what is not.

Examples:
  cargo xtask simulate --action dynamodb:CreateTable \\
    --resource arn:aws:dynamodb:us-east-1:123456789012:table/backgroundagent-dev-Tasks
  cargo xtask simulate --action iam:PassRole \\
    --resource arn:aws:iam::123456789012:role/backgroundagent-dev-Task \\
    --context iam:PassedToService=lambda.amazonaws.com
  cargo xtask simulate --action ecs:CreateCluster --compute-types agentcore,ecs
  cargo xtask simulate --request requests.json --format json
  cargo xtask simulate --action s3:GetObject --resource arn:aws:s3:::bucket/key \\
    --policy reader.json --boundary boundary.json --scp FullAWSAccess,root.json --scp account.json
  cargo xtask simulate --trust role-trust.json --principal Service=lambda.amazonaws.com")]
pub struct Simulate {
    /// What is asked for: service:Name; more than one is asked on each resource
    #[arg(
        long = "action",
        value_name = "ACTION",
        num_args = 1..,
        required_unless_present_any = ["request_file", "trust"],
        help_heading = "Requests"
    )]
    actions: Vec<String>,
    /// What it is asked on: an ARN, or `*` for an action that takes no resource [default: *]
    #[arg(long = "resource", value_name = "ARN", num_args = 1.., help_heading = "Requests")]
    resources: Vec<String>,
    /// A condition key and its value in every request that has no such key; given again for more keys and values
    #[arg(long, value_name = "KEY=VALUE", num_args = 1.., help_heading = "Requests")]
    context: Vec<String>,
    /// Who asks, for a trust policy: AWS=, Service= or Federated= and the name
    #[arg(long, value_name = "KIND=NAME", requires = "trust", help_heading = "Requests")]
    principal: Option<String>,
    /// A JSON file of requests in place of --action and --resource; `-` reads standard input
    #[arg(
        long = "request",
        id = "request_file",
        value_name = "FILE",
        conflicts_with_all = ["actions", "resources"],
        help_heading = "Requests"
    )]
    request: Option<PathBuf>,
    #[command(flatten)]
    files: PolicyFiles,
    /// How to print the answers
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: TargetArgs,
}

impl Simulate {
    /// Runs the command; the exit code is 1 when a request is denied.
    pub fn run(&self, root: &Path) -> anyhow::Result<ExitCode> {
        let mut errors = Vec::new();
        let requests = self.requests(&mut errors);
        let generated = if self.files.take_the_place_of_the_target() {
            None
        } else {
            Some(Generated::of(self.target.resolve(root)?)?)
        };
        let policies = self.files.read(generated, &mut errors);
        if !errors.is_empty() {
            return Err(UsageError(errors.join("\n")).into());
        }
        let answers: Vec<Answer<'_>> = requests
            .iter()
            .map(|asked| Answer { asked, explanation: policies.explain(&asked.request) })
            .collect();
        let report =
            Report { answers: &answers, policies: &policies, warnings: warnings(&answers, &policies) };
        match self.format {
            Format::Text => {
                report.warnings.iter().for_each(|warning| output::warning(&warning.text(&answers)));
                output::result(&text::text(&report))?;
            }
            Format::Json => output::result(&serde_json::to_string_pretty(&report.json())?)?,
        }
        let all_allowed = answers.iter().all(|answer| answer.explanation.decision.is_allowed());
        Ok(ExitCode::from(u8::from(!all_allowed)))
    }

    /// The requests, or every reason why there are none.
    fn requests(&self, errors: &mut Vec<String>) -> Vec<Asked> {
        let mut keep = |error: String| errors.push(error);
        let context = GivenContext::of_options(&self.context, &mut keep);
        let principal = self.principal.as_deref().and_then(|text| principal(text).map_err(&mut keep).ok());
        let defaults = Defaults { context, principal, for_trust: self.files.trust.is_some() };
        let Some(file) = &self.request else {
            return requests::of_options(&self.actions, &self.resources, &defaults, errors);
        };
        let (name, text) = match file.to_str() {
            Some("-") => {
                let mut text = String::new();
                ("standard input".to_owned(), std::io::stdin().read_to_string(&mut text).map(|_| text))
            }
            _ => (file.display().to_string(), project::read_text(file)),
        };
        match text {
            Ok(text) => requests::of_file(&name, &text, &defaults, errors),
            Err(error) => {
                errors.push(format!("cannot read `{name}`: {error}"));
                Vec::new()
            }
        }
    }
}
