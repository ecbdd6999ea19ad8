//! The only crate that reads, writes, prints and runs programs: one file per subcommand.
//!
//! Paths that a user gives resolve against the folder the command was called from; our own against the
//! workspace root. Avoid adding dependencies here: everyone who runs `cargo xtask` compiles them.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use xshell::Shell;

pub mod accepted;
pub mod account;
pub mod aws;
pub mod bootstrap;
pub mod change_set;
pub mod check;
pub mod coverage;
pub mod generate;
pub mod interrupt;
pub mod lint;
pub mod output;
pub mod pipeline;
mod policy_files;
pub mod preflight;
pub mod project;
pub mod record_assembly;
pub mod record_base;
pub mod refresh_data;
pub mod simulate;
pub mod target;
pub mod tools;
pub mod writer;

/// The least-privilege policies of ABCA's CloudFormation execution role: generate them, bootstrap with them.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 fine, 1 found something or failed, 2 wrong usage.\n\n\
                  Every command has examples in its own --help."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(generate::Generate),
    Bootstrap(bootstrap::Bootstrap),
    Preflight(preflight::Preflight),
    Pipeline(pipeline::Pipeline),
    Lint(lint::Lint),
    Simulate(simulate::Simulate),
    Coverage(coverage::Coverage),
    Test(check::Test),
    E2e(check::E2e),
    Ci(check::Ci),
    RefreshData(refresh_data::RefreshData),
    RecordBase(record_base::RecordBase),
    RecordAssembly(record_assembly::RecordAssembly),
}

/// Runs the command line and gives the exit code: 0 fine, 1 found something or failed, 2 wrong usage.
pub fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            output::error(&error);
            ExitCode::from(if error.is::<UsageError>() { 2 } else { 1 })
        }
    }
}

/// What the user wrote cannot be meant; exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// Prints the help of a command, for one that reads its arguments itself.
fn print_help(command: &str) -> anyhow::Result<ExitCode> {
    let mut cli = Cli::command();
    cli.build();
    if let Some(command) = cli.find_subcommand_mut(command) {
        output::result(&command.render_help().to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let sh = Shell::new()?;
    let root = project::root()?;
    match &cli.command {
        Command::Generate(args) => args.run(&root),
        Command::Bootstrap(args) => args.run(&sh, &root),
        Command::Preflight(args) => args.run(&root),
        Command::Pipeline(args) => args.run(&root),
        Command::Lint(args) => args.run(&root),
        Command::Coverage(args) => args.run(&root),
        Command::Simulate(args) => args.run(&root),
        Command::Test(args) => args.run(&sh, &root),
        Command::E2e(args) => args.run(&sh, &root),
        Command::Ci(args) => args.run(&sh, &root),
        Command::RefreshData(args) => refresh_data::run(&sh, &root, args).map(|()| ExitCode::SUCCESS),
        Command::RecordBase(args) => record_base::run(&sh, &root, args).map(|()| ExitCode::SUCCESS),
        Command::RecordAssembly(args) => args.run(&sh, &root),
    }
}
