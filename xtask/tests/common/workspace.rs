//! A workspace of a test's own: the real binary works on it as it would on the repository.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder with a `bootstrap.toml`, which the binary takes for the workspace root.
pub(crate) struct Workspace(TempDir);

impl Workspace {
    /// With the target of the reference.
    pub(crate) fn new() -> Self {
        let workspace = Self(tempfile::tempdir().unwrap());
        workspace.write(
            "bootstrap.toml",
            "stack-name = \"backgroundagent-dev\"\nqualifier = \"hnb659fds\"\n\
             partition = \"aws\"\ncompute-types = [\"agentcore\"]\n",
        );
        std::fs::create_dir(workspace.path("called-from")).unwrap();
        workspace
    }

    /// A path in it.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.0.path().join(relative)
    }

    /// Writes a file, with its folders.
    pub(crate) fn write(&self, relative: &str, contents: &str) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, contents).unwrap();
    }

    /// Reads a file.
    pub(crate) fn read(&self, relative: &str) -> String {
        std::fs::read_to_string(self.path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
    }

    /// Every file in it with its contents.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        fn walk(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, files);
                } else {
                    files.push((path.clone(), std::fs::read(&path).unwrap()));
                }
            }
        }
        let mut files = Vec::new();
        walk(self.0.path(), &mut files);
        files.sort();
        files
    }

    /// `cargo xtask`, called from the folder `called-from` of the workspace.
    pub(crate) fn xtask(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .current_dir(self.path("called-from"))
            .env("ABCA_BOOTSTRAP_ROOT", self.path(""))
            .env_remove("NO_COLOR")
            .env("LC_ALL", "C");
        command
    }

    /// Runs `cargo xtask` with these arguments.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran(self.xtask().args(args).output().unwrap())
    }
}

/// What a command did.
pub(crate) struct Ran(pub(crate) Output);

impl Ran {
    /// Its exit code.
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    /// What it printed as its result.
    pub(crate) fn stdout(&self) -> &str {
        std::str::from_utf8(&self.0.stdout).unwrap()
    }

    /// What it said on the way.
    pub(crate) fn stderr(&self) -> &str {
        std::str::from_utf8(&self.0.stderr).unwrap()
    }

    /// Asserts its exit code, and shows all it said if that is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "{}{}", self.stdout(), self.stderr());
        self
    }

    /// Asserts that it failed with one error line that holds all of these texts.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, texts: &[&str]) {
        let ran = self.exits(code);
        assert_eq!(ran.stdout(), "", "a failure prints no result");
        assert!(ran.stderr().starts_with("error: "), "{}", ran.stderr());
        for text in texts {
            assert!(ran.stderr().contains(text), "no `{text}` in {}", ran.stderr());
        }
    }
}
