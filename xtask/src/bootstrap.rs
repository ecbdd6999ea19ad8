//! `cargo xtask bootstrap`: generates what is stale, then runs the locked CDK CLI with the template.

use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};

use anyhow::Context as _;
use clap::Args;
use xshell::Shell;

use crate::output;
use crate::project;
use crate::target::TargetArgs;
use crate::writer::{self, Destination, Mode, Status};
use crate::{UsageError, generate, tools};

/// Generate what is stale, then bootstrap an account with the policies
#[derive(Debug, Args)]
#[command(after_help = "Every argument goes to `cdk bootstrap`, whose exit code is returned.

Examples:
  cargo xtask bootstrap aws://123456789012/us-east-1
  cargo xtask bootstrap aws://123456789012/us-east-1 --profile prod --toolkit-stack-name CDKToolkit
  cargo xtask bootstrap --show-template        print the template as it would be sent

The CDK CLI does not pass `--context ComputeTypes=…` to the stack: set `compute-types` in bootstrap.toml for
a new stack, and see docs/design/DEPLOYMENT_ROLES.md for one that exists.")]
pub struct Bootstrap {
    /// Environments and options of `cdk bootstrap`, all but --template
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

impl Bootstrap {
    /// Runs the command; the exit code is that of the CDK CLI.
    pub fn run(&self, sh: &Shell, root: &Path) -> anyhow::Result<ExitCode> {
        self.refuse_what_cannot_work()?;
        let template = generate_stale(root)?;
        let entry = tools::install_cdk(sh, root)?;
        let status = Command::new("node")
            .arg(&entry)
            .arg("bootstrap")
            .arg("--template")
            .arg(&template)
            .args(&self.args)
            .status()
            .context("cannot run `node`: install Node.js")?;
        Ok(exit_code(status))
    }

    fn refuse_what_cannot_work(&self) -> Result<(), UsageError> {
        let is_option = |arg: &String, name: &str| {
            arg.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        };
        if self.args.iter().any(|arg| is_option(arg, "--template")) {
            return Err(UsageError(
                "`--template` is ours to give: `cargo xtask generate --out DIR` writes another template, and \
                 `cdk bootstrap` takes it"
                    .to_owned(),
            ));
        }
        if self.args.iter().any(|arg| arg.contains("ComputeTypes=")) {
            return Err(UsageError(
                "the CDK CLI does not pass `ComputeTypes` to the stack, so it would change nothing: set \
                 `compute-types` in bootstrap.toml for a new stack; for one that exists see `Using these policies` \
                 in docs/design/DEPLOYMENT_ROLES.md"
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

/// Brings the committed artifacts up to date and gives the template's path.
fn generate_stale(root: &Path) -> anyhow::Result<std::path::PathBuf> {
    let target = TargetArgs::default().resolve(root)?;
    let (_, rendered) = generate::render(&target)?;
    let artifacts = root.join(project::ARTIFACTS);
    let destination =
        Destination { artifacts: artifacts.clone(), docs_page: Some(root.join(project::DOCS_PAGE)) };
    for file in writer::apply(&destination, &rendered.artifacts, Mode::Write)? {
        if file.status != Status::Unchanged {
            output::progress(&format!("generated {}", project::display(root, &file.path)));
        }
    }
    Ok(artifacts.join(project::TEMPLATE))
}

/// The code of a program that ended by itself; as shells do, 128 and the signal of one that was ended.
fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let by_signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let by_signal = None;
    let code = status.code().or(by_signal).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
