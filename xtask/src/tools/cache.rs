//! A folder outside the source tree for what is installed once.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The folder `<cache>/<kind>/<hash of lock>`, made by `make` unless it is there.
///
/// `make` fills an empty folder beside it, which is renamed when complete: half an installation is never
/// seen. `probe` is a file in the folder; one without it (an interpreter that was removed) is made again. Of
/// several processes one makes the folder and the others wait.
pub(super) fn prepared(
    kind: &str,
    lock: &[u8],
    probe: &Path,
    make: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    prepared_in(&location()?.join(kind), lock, probe, make)
}

fn prepared_in(
    parent: &Path,
    lock: &[u8],
    probe: &Path,
    make: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let name: String = iam::Sha256Digest::of_bytes(lock).to_string().chars().take(16).collect();
    let folder = parent.join(&name);
    if folder.join(probe).exists() {
        return Ok(folder);
    }
    fs::create_dir_all(parent).with_context(|| format!("making the cache folder `{}`", parent.display()))?;
    // Released when the file is closed, also when the process is killed.
    let guard = File::create(parent.join(format!("{name}.lock")))?;
    guard.lock().context("waiting for another process that installs the same")?;
    if folder.join(probe).exists() {
        return Ok(folder);
    }
    let partial = parent.join(format!("{name}.partial"));
    remove(&partial)?;
    remove(&folder)?;
    fs::create_dir(&partial)?;
    make(&partial)?;
    fs::rename(&partial, &folder)?;
    Ok(folder)
}

/// The cache folder of this project.
fn location() -> anyhow::Result<PathBuf> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let location = variable("ABCA_BOOTSTRAP_CACHE")
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("abca-bootstrap")))
        .or_else(|| variable("HOME").map(|home| home.join(".cache/abca-bootstrap")))
        .context("no cache folder: set `ABCA_BOOTSTRAP_CACHE` to a folder")?;
    std::path::absolute(location).context("cache folder")
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn made(parent: &Path, lock: &str) -> anyhow::Result<PathBuf> {
        prepared_in(parent, lock.as_bytes(), Path::new("probe"), |folder| {
            Ok(fs::write(folder.join("probe"), lock)?)
        })
    }

    #[test]
    fn each_lock_has_its_folder() {
        let parent = tempfile::tempdir().unwrap();
        let (one, two) = (made(parent.path(), "1").unwrap(), made(parent.path(), "2").unwrap());
        assert_ne!(one, two);
        assert_eq!(fs::read_to_string(one.join("probe")).unwrap(), "1");
    }

    #[test]
    fn half_an_installation_is_made_again() {
        let parent = tempfile::tempdir().unwrap();
        let failed = prepared_in(parent.path(), b"1", Path::new("probe"), |folder| {
            fs::write(folder.join("left"), "")?;
            anyhow::bail!("no network")
        });
        assert_eq!(failed.unwrap_err().to_string(), "no network");
        let folder = made(parent.path(), "1").unwrap();
        assert!(!folder.join("left").exists(), "the second attempt starts with an empty folder");
    }

    #[test]
    fn many_at_once_make_one() {
        let parent = tempfile::tempdir().unwrap();
        let runs = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let folder = prepared_in(parent.path(), b"1", Path::new("probe"), |folder| {
                        runs.fetch_add(1, Ordering::SeqCst);
                        Ok(fs::write(folder.join("probe"), "")?)
                    });
                    assert!(folder.unwrap().join("probe").exists());
                });
            }
        });
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }
}
