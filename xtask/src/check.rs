//! `cargo xtask test` and `cargo xtask ci`: every check there is.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use xshell::{Shell, cmd};

use crate::output;
use crate::tools;

/// The test files that hold what is generated to the reference, in the reference's names.
const GOLDEN: [&str; 5] = ["policies", "golden_baseline", "artifact_sync", "bootstrap_template", "version"];

/// Run the tests: every one there is, or the golden tests alone
#[derive(Debug, Args)]
#[command(
    after_help = "The tools that tests need (the locked CDK CLI and library, a Python with PyYAML and cfn-lint, mise)
are installed once, in a cache folder outside the source tree: $ABCA_BOOTSTRAP_CACHE, or
abca-bootstrap in $XDG_CACHE_HOME or ~/.cache.

Examples:
  cargo xtask test           everything
  cargo xtask test golden    the golden tests, in seconds, without any tools
  cargo xtask test e2e       the end-to-end tests, against an AWS on this machine"
)]
pub struct Test {
    /// Which tests to run [default: all]
    #[arg(value_enum)]
    suite: Option<Suite>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// The golden tests alone.
    Golden,
    /// The end-to-end tests alone.
    E2e,
}

impl Test {
    /// Runs the tests; fails when one of them does.
    pub fn run(&self, sh: &Shell, root: &Path) -> anyhow::Result<ExitCode> {
        let _dir = sh.push_dir(root);
        match self.suite {
            Some(Suite::Golden) => {
                let golden = GOLDEN.iter().flat_map(|name| ["--test", name]);
                cmd!(sh, "cargo test --quiet --package xtask --no-fail-fast {golden...}")
                    .run_echo("golden tests")
                    .context("a golden test fails")?;
            }
            Some(Suite::E2e) => return E2e { scenario: None }.run(sh, root),
            None => {
                tools::cdk_cli(sh, root)?;
                tools::python_env(sh, root)?;
                tools::mise(sh, root)?;
                cmd!(sh, "cargo test --workspace --no-fail-fast")
                    .run_echo("every test")
                    .context("a test fails")?;
                // Last, so that its line is the last where it cannot run.
                match tools::aws_env(sh, root) {
                    Ok(_) => return E2e { scenario: None }.run(sh, root),
                    Err(error) if std::env::var_os("CI").is_some() => return Err(error.context(E2E_NOT_RUN)),
                    Err(error) => {
                        let why = format!("{error:#}");
                        let in_one_line = why.split_whitespace().collect::<Vec<_>>().join(" ");
                        output::progress(&format!("{E2E_NOT_RUN}: {in_one_line}"));
                    }
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Why some tests are missing.
const E2E_NOT_RUN: &str = "the end-to-end tests did not run";

/// Run the end-to-end tests: real programs against an AWS on this machine
#[derive(Debug, Args)]
#[command(
    after_help = "They need Python 3.13 or newer, Node.js, and Linux or macOS. LocalStack, the aws CLI and
the CDK CLI are installed once, 0.5 GB in the cache folder that `cargo xtask test --help` names.

Examples:
  cargo xtask e2e          every scenario
  cargo xtask e2e fresh    those with `fresh` in their name"
)]
pub struct E2e {
    /// Only the scenarios whose name contains this
    scenario: Option<String>,
}

impl E2e {
    /// Runs the scenarios; fails when one of them does or none can run.
    pub fn run(&self, sh: &Shell, root: &Path) -> anyhow::Result<ExitCode> {
        let _dir = sh.push_dir(root);
        tools::cdk_cli(sh, root)?;
        tools::aws_env(sh, root).context(E2E_NOT_RUN)?;
        let scenario = &self.scenario;
        // They are ignored by a plain `cargo test`, which installs nothing of that size.
        cmd!(sh, "cargo test --package xtask --test e2e -- --include-ignored {scenario...}")
            .run_echo("end-to-end tests")
            .context("an end-to-end test fails")?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Run what CI runs: formatting, lints, docs, and every test
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask ci
  cargo xtask ci --no-tests    formatting, lints and docs alone")]
pub struct Ci {
    /// Leave the tests out
    #[arg(long)]
    no_tests: bool,
}

impl Ci {
    /// Runs every step; fails at the first that does.
    pub fn run(&self, sh: &Shell, root: &Path) -> anyhow::Result<ExitCode> {
        let _dir = sh.push_dir(root);
        cmd!(sh, "cargo fmt --all --check").run_echo("formatting").context("run `cargo fmt --all`")?;
        cmd!(sh, "cargo clippy --workspace --all-targets --locked -- -D warnings")
            .run_echo("lints")
            .context("clippy finds something")?;
        cmd!(sh, "cargo doc --workspace --no-deps --locked")
            .env("RUSTDOCFLAGS", "-D warnings")
            .run_echo("docs")
            .context("rustdoc finds something")?;
        if self.no_tests { Ok(ExitCode::SUCCESS) } else { Test { suite: None }.run(sh, root) }
    }
}

/// Running a step with one line that says which.
trait RunEcho {
    fn run_echo(self, step: &str) -> xshell::Result<()>;
}

impl RunEcho for xshell::Cmd<'_> {
    fn run_echo(self, step: &str) -> xshell::Result<()> {
        output::progress(&format!("{step}: {self}"));
        self.quiet().run()
    }
}
