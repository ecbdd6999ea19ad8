//! `cargo xtask record-assembly`: synthesizes the CDK test app and records what coverage reads of it.
//!
//! The recorded assembly lets tests read what `cdk synth` writes without Node.js. The app never reaches an
//! account: it looks nothing up, and is synthesized without credentials.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use xshell::{Shell, cmd};

mod select;

use crate::output;
use crate::project;
use crate::tools;
use crate::writer::{self, FileStatus, Mode};

/// The app, from the workspace root.
pub const APP: &str = "cdk/test-app";

/// Its recorded assembly, from the workspace root. It is not called `cdk.out`: git ignores that name, and a
/// `cdk synth` in the app's folder writes there.
pub const ASSEMBLY: &str = "cdk/test-app/assembly";

/// The command that makes it again, as every message says it.
const COMMAND: &str = "cargo xtask record-assembly";

/// Record the assembly that the CDK app in `cdk/test-app/` synthesizes, for tests to read
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask record-assembly            after a change of the app, its library or the CDK CLI
  cargo xtask record-assembly --check    write nothing; exit 1 and show a diff if something is stale")]
pub struct RecordAssembly {
    /// Write nothing: list every stale, missing and orphan file with a diff, and exit 1 if there is one
    #[arg(long)]
    check: bool,
}

impl RecordAssembly {
    /// Runs the command; the exit code is 1 when `--check` finds something. `root` is the workspace root.
    ///
    /// # Errors
    ///
    /// When the CDK CLI or library cannot be installed, the app does not synthesize, or a file cannot be written.
    pub fn run(&self, sh: &Shell, root: &Path) -> anyhow::Result<ExitCode> {
        let mode = if self.check { Mode::Check } else { Mode::Write };
        let files = record(root, &synthesize(sh, root)?, mode)?;
        output::result(&report(root, &files))?;
        Ok(ExitCode::from(u8::from(files.iter().any(|file| file.status.is_stale()))))
    }
}

/// The files that the app's assembly has for coverage: their contents by their paths in it.
///
/// `root` is the workspace root. The locked CDK CLI and library are installed in the cache when they are not
/// there yet; the app itself is synthesized offline, in a folder of its own.
///
/// # Errors
///
/// When the installation fails, the app does not synthesize, or its assembly holds what is not expected: a kind
/// of artifact that nobody decided about, or a path of this machine.
pub fn synthesize(sh: &Shell, root: &Path) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let cdk = tools::cdk_cli(sh, root)?;
    let library = tools::cdk_library(sh, root)?;
    let temporary = tempfile::tempdir().context("making a folder for the app")?;
    // The real path, as programs print it: the temporary folder may be reached by a link.
    let folder = temporary.path().canonicalize().context("the folder for the app")?;
    let (app, out, home) = (folder.join("app"), folder.join("out"), folder.join("home"));
    copy_app(&root.join(APP), &app)?;
    fs::create_dir(&home)?;

    let _step = output::step("synthesizing the CDK test app");
    let _in_app = sh.push_dir(&app);
    // Nothing of this machine decides what is synthesized: no settings of the user, no credentials, no region.
    let synth = cmd!(sh, "node {cdk} synth --quiet --output {out}")
        .env_clear()
        .env("PATH", env::var_os("PATH").context("`PATH` is not set")?)
        .env("HOME", &home)
        .env("NODE_PATH", library)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("CDK_DISABLE_CLI_TELEMETRY", "1");
    tools::run(synth).with_context(|| format!("synthesizing `{APP}`"))?;

    let files = select::files(&out)?;
    let place = folder.to_string_lossy();
    for (path, text) in &files {
        ensure!(!text.contains(&*place), "`{}` of the assembly names `{place}`", path.display());
    }
    Ok(files)
}

/// Brings the recorded assembly to these files, or only compares it. `root` is the workspace root.
///
/// # Errors
///
/// When a file cannot be read, written or removed.
pub fn record(root: &Path, files: &BTreeMap<PathBuf, String>, mode: Mode) -> anyhow::Result<Vec<FileStatus>> {
    let assembly = root.join(ASSEMBLY);
    let mut orphans = Vec::new();
    list(&assembly, &mut orphans)?;
    orphans.retain(|path| path.strip_prefix(&assembly).is_ok_and(|path| !files.contains_key(path)));
    writer::apply_files(files.iter().map(|(path, text)| (assembly.join(path), text.as_str())), orphans, mode)
}

/// Which files were written or are stale, with a diff for each of these, and how many are up to date.
pub fn report(root: &Path, files: &[FileStatus]) -> String {
    let mut text = String::new();
    for file in files {
        let Some(word) = file.status.word() else { continue };
        let _ = writeln!(text, "{word} {}", project::display(root, &file.path));
        text += &file.diff.as_deref().map(output::coloured_diff).unwrap_or_default();
    }
    let unchanged = files.iter().filter(|file| file.status.word().is_none()).count();
    let _ = writeln!(text, "{unchanged} of {} files up to date", files.len());
    if files.iter().any(|file| file.status.is_stale()) {
        let _ = writeln!(text, "to bring them up to date, run `{COMMAND}`");
    }
    text
}

/// Copies the app without what an installation or a synthesis left in its folder.
fn copy_app(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("reading `{}`", from.display()))? {
        let path = entry?.path();
        let is_source = path.extension().is_some_and(|extension| extension == "js");
        let Some(name) = path.file_name().filter(|name| is_source || *name == "cdk.json") else { continue };
        fs::copy(&path, to.join(name)).with_context(|| format!("copying `{}`", path.display()))?;
    }
    Ok(())
}

/// Adds every file below a folder; without the folder there is none.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))? {
        let path = entry.with_context(|| format!("cannot list `{}`", folder.display()))?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
