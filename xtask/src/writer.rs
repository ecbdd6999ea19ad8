//! The one writer: brings a folder to what was rendered, or says how it differs.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use artifacts::{Artifact, Location, Page};
use semver::Version;
use serde::Serialize;
use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::project::{PIPELINE_POLICIES, PIPELINE_TEMPLATE};

/// Whether to write or only to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write what differs.
    Write,
    /// Write nothing, list what differs.
    Check,
}

/// Where the artifacts are.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The folder of the artifacts.
    pub artifacts: PathBuf,
    /// The docs pages; one without a place is not written.
    pub pages: BTreeMap<Page, PathBuf>,
}

/// What became of a file, or what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As it should be.
    Unchanged,
    /// Written, new or changed.
    Written,
    /// Removed: no policy belongs to it.
    Removed,
    /// Check: its contents differ.
    Stale,
    /// Check: it is not there.
    Missing,
    /// Check: no policy belongs to it.
    Orphan,
}

impl Status {
    /// The word in front of the file's path; none for a file that is as it should be.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Unchanged => None,
            Self::Written => Some("wrote"),
            Self::Removed => Some("removed"),
            Self::Stale => Some("stale"),
            Self::Missing => Some("missing"),
            Self::Orphan => Some("orphan"),
        }
    }

    /// Whether a check found something.
    pub fn is_stale(self) -> bool {
        matches!(self, Self::Stale | Self::Missing | Self::Orphan)
    }
}

/// One file and what became of it.
#[derive(Clone, Debug)]
pub struct FileStatus {
    /// The file.
    pub path: PathBuf,
    /// What became of it.
    pub status: Status,
    /// How a stale file differs from what it should be.
    pub diff: Option<String>,
}

/// Brings the destination to these artifacts, or only compares it. All files are written beside their places
/// before the first one is put in place.
pub fn apply(
    destination: &Destination,
    artifacts: &[Artifact],
    mode: Mode,
) -> anyhow::Result<Vec<FileStatus>> {
    refuse_pages_among_artifacts(destination)?;
    refuse_newer(&destination.artifacts, artifacts)?;
    // Before anything is written: afterwards every folder looks like one of ours.
    let orphans = orphans(&destination.artifacts, artifacts)?;
    let places = artifacts.iter().filter_map(|artifact| {
        let path = match &artifact.location {
            Location::Bootstrap(relative) => destination.artifacts.join(relative),
            Location::Page(page) => destination.pages.get(page)?.clone(),
        };
        Some((path, artifact.contents.as_str()))
    });
    apply_files(places, orphans, mode)
}

/// Brings files to their contents and removes others, or only compares. All files are written beside their
/// places before the first one is put in place.
///
/// # Errors
///
/// When a file cannot be read, written or removed.
pub fn apply_files<'a>(
    places: impl IntoIterator<Item = (PathBuf, &'a str)>,
    orphans: Vec<PathBuf>,
    mode: Mode,
) -> anyhow::Result<Vec<FileStatus>> {
    let mut files = Vec::new();
    let mut staged = Vec::new();
    for (path, contents) in places {
        let (status, diff) = compare(&path, contents, mode)?;
        if status == Status::Written {
            // A link is followed: its target is what gets the contents.
            let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            staged.push((stage(&target, contents.as_bytes())?, target));
        }
        files.push(FileStatus { path, status, diff });
    }
    put_in_place(staged)?;
    for path in orphans {
        let (status, diff) = match mode {
            Mode::Check => (Status::Orphan, read(&path)?.map(|old| diff(&old, ""))),
            Mode::Write => {
                fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
                (Status::Removed, None)
            }
        };
        files.push(FileStatus { path, status, diff });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// A page inside the artifacts' folder would overwrite an artifact, or be taken for a left-over.
fn refuse_pages_among_artifacts(destination: &Destination) -> anyhow::Result<()> {
    let absolute = |path: &Path| std::path::absolute(path).with_context(|| format!("`{}`", path.display()));
    for path in destination.pages.values() {
        if absolute(path)?.starts_with(absolute(&destination.artifacts)?) {
            bail!(
                "the docs page `{}` is inside the artifacts' folder: choose another place for it",
                path.display()
            );
        }
    }
    Ok(())
}

/// A folder of a newer version has policies that we do not know and would undo.
fn refuse_newer(folder: &Path, artifacts: &[Artifact]) -> anyhow::Result<()> {
    let file = Location::Bootstrap("BOOTSTRAP_VERSION".to_owned());
    let Some(ours) = artifacts.iter().find(|artifact| artifact.location == file) else { return Ok(()) };
    let path = folder.join("BOOTSTRAP_VERSION");
    let Some(theirs) = read(&path)? else { return Ok(()) };
    let parse = |text: &str| Version::parse(text.trim());
    let ours = parse(&ours.contents).context("our own version")?;
    let theirs = parse(&theirs)
        .with_context(|| format!("`{}` holds no version: correct or remove it", path.display()))?;
    if theirs > ours {
        bail!(
            "`{}` says {theirs}, ours is {ours}: the folder was generated by a newer bundle; \
             update this checkout, or choose another folder with `--out`",
            path.display()
        );
    }
    Ok(())
}

fn compare(path: &Path, contents: &str, mode: Mode) -> anyhow::Result<(Status, Option<String>)> {
    Ok(match (read(path)?, mode) {
        (Some(old), _) if old == contents => (Status::Unchanged, None),
        (_, Mode::Write) => (Status::Written, None),
        (None, Mode::Check) => (Status::Missing, Some(diff("", contents))),
        (Some(old), Mode::Check) => (Status::Stale, Some(diff(&old, contents))),
    })
}

fn diff(old: &str, new: &str) -> String {
    // A carriage return would not be seen: two lines would differ and look the same.
    let shown = |text: &str| text.replace('\r', "\u{240d}");
    let (old, new) = (shown(old), shown(new));
    TextDiff::from_lines(&old, &new).unified_diff().header("on disk", "as generated").to_string()
}

/// A file's text, or nothing where there is none. What is no UTF-8 differs from all we generate.
fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

/// Writes one file beside its place and renames it, so that nobody reads half of it.
pub fn replace(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    put_in_place(vec![(stage(path, contents)?, path.to_path_buf())])
}

fn stage(path: &Path, contents: &[u8]) -> anyhow::Result<NamedTempFile> {
    let folder = match path.parent().with_context(|| format!("`{}` is no file", path.display()))? {
        here if here.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    let staged = || -> io::Result<NamedTempFile> {
        fs::create_dir_all(folder)?;
        let mut file = builder().tempfile_in(folder)?;
        file.write_all(contents)?;
        // A file that is replaced keeps its permissions.
        if let Ok(metadata) = fs::metadata(path) {
            file.as_file().set_permissions(metadata.permissions())?;
        }
        Ok(file)
    };
    staged().with_context(|| format!("cannot write in `{}`; nothing was changed", folder.display()))
}

/// Temporary files that get the permissions of ordinary ones: the process's mask applies.
fn builder() -> tempfile::Builder<'static, 'static> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "permissions are set on Unix only"))]
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

fn put_in_place(staged: Vec<(NamedTempFile, PathBuf)>) -> anyhow::Result<()> {
    let mut done = Vec::new();
    for (file, path) in staged {
        if let Err(error) = file.persist(&path) {
            let done = if done.is_empty() { "nothing".to_owned() } else { done.join(", ") };
            return Err(error.error).with_context(|| {
                format!("cannot replace `{}`; replaced so far: {done}; run the command again", path.display())
            });
        }
        done.push(format!("`{}`", path.display()));
    }
    Ok(())
}

/// JSON files in the folders of policies that no policy belongs to, and the template of a pipeline that there is no more.
/// A folder without `BOOTSTRAP_VERSION` may be anybody's, so nothing in it is taken for ours.
fn orphans(folder: &Path, artifacts: &[Artifact]) -> anyhow::Result<Vec<PathBuf>> {
    if !folder.join("BOOTSTRAP_VERSION").exists() {
        return Ok(Vec::new());
    }
    let is_ours = |path: &Path| {
        artifacts.iter().any(|artifact| match &artifact.location {
            Location::Bootstrap(relative) => folder.join(relative) == path,
            Location::Page(_) => false,
        })
    };
    let mut found = Vec::new();
    for policies in ["policies", PIPELINE_POLICIES].map(|policies| folder.join(policies)) {
        if !policies.exists() {
            continue;
        }
        for entry in
            fs::read_dir(&policies).with_context(|| format!("cannot list `{}`", policies.display()))?
        {
            let path = entry.with_context(|| format!("cannot list `{}`", policies.display()))?.path();
            if path.extension().is_some_and(|extension| extension == "json") && !is_ours(&path) {
                found.push(path);
            }
        }
    }
    let template = folder.join(PIPELINE_TEMPLATE);
    found.extend(Some(template).filter(|template| template.exists() && !is_ours(template)));
    found.sort();
    Ok(found)
}
