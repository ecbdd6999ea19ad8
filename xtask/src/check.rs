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
    after_help = "The tools that tests need (the locked CDK CLI, a Python with PyYAML and cfn-lint, mise) are
installed once, in a cache folder outside the source tree: $ABCA_BOOTSTRAP_CACHE, or abca-bootstrap
in $XDG_CACHE_HOME or ~/.cache.

Examples:
  cargo xtask test           everything
  cargo xtask test golden    the golden tests, in seconds, without any tools"
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
            None => {
                tools::cdk_cli(sh, root)?;
                tools::python_env(sh, root)?;
                tools::mise(sh, root)?;
                cmd!(sh, "cargo test --workspace --no-fail-fast")
                    .run_echo("every test")
                    .context("a test fails")?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Run what CI runs: formatting, lints, docs, freshness of what is generated, every test
#[derive(Debug, Args)]
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
