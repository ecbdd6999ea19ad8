//! An AWS on 127.0.0.1: starts `LocalStack` and ends it whatever happens.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use xshell::Shell;
use xtask::project;
use xtask::tools::{self, AwsEnv};

/// How long a start may take: 2 s on an idle machine, much more on one that compiles at the same time.
const START: Duration = Duration::from_mins(2);

/// How long the end may take, which is only the removal of a folder.
const END: Duration = Duration::from_secs(5);

/// A running server. Every account is empty at first, and no account sees another.
///
/// The launcher ends itself with all its files when its stdin is closed. So the server ends with this value,
/// and where the value is never dropped, as in a static, with the process: also when that is killed.
pub(crate) struct Server {
    process: Child,
    folder: PathBuf,
    port: u16,
    env: AwsEnv,
}

impl Server {
    /// The server that all tests of this process use, started by the first.
    pub(crate) fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| Self::start().unwrap_or_else(|error| panic!("no AWS for the tests: {error:#}")))
    }

    /// Starts a server on a free port and waits until it answers.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let root = project::root()?;
        let env = tools::aws_env(&Shell::new()?, &root)?;
        // Kept, as the launcher removes it.
        let folder = tempfile::Builder::new().prefix("abca-e2e-").tempdir()?.keep();
        let mut process = Command::new(&env.python)
            .arg(root.join("xtask/python/localstack_main.py"))
            .arg(&folder)
            // What the server's behaviour may depend on is set by the launcher.
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join("server.log"))?)
            // A group of its own: Ctrl-C on the terminal is not its end, ours is; and it ends its own children.
            .process_group(0)
            .spawn()
            .with_context(|| format!("`{}`", env.python.display()))?;
        let stdout = process.stdout.take();
        let mut server = Self { process, folder, port: 0, env };
        match server.wait_until_ready(stdout, Instant::now() + START) {
            Ok(()) => Ok(server),
            Err(error) => Err(error.context(server.log())),
        }
    }

    /// Where clients find it, as `AWS_ENDPOINT_URL` has it.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The `aws` CLI that goes with it.
    pub(crate) fn env(&self) -> &AwsEnv {
        &self.env
    }

    /// The last lines that it logged, a line for each request among them.
    pub(crate) fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines.split_at(lines.len().saturating_sub(30)).1.join("\n")
    }

    /// Reads the port that the launcher prints first, then asks for the server's health.
    fn wait_until_ready(&mut self, stdout: Option<ChildStdout>, deadline: Instant) -> anyhow::Result<()> {
        let stdout = stdout.context("no stdout")?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line).map(|_| line);
            // Nobody listens any more where the deadline is over.
            let _ = sender.send(read);
        });
        let line = receiver.recv_timeout(START).context("the launcher prints no port")??;
        self.port = line.trim().parse().with_context(|| format!("the launcher prints the port `{line}`"))?;
        while !self.is_healthy(deadline).unwrap_or(false) {
            if let Some(status) = self.process.try_wait()? {
                bail!("the server ended: {status}");
            }
            ensure!(Instant::now() < deadline, "the server does not answer within {START:?}");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Asks once; the port is open before the server is ready, so the answer may take its time.
    fn is_healthy(&self, deadline: Instant) -> anyhow::Result<bool> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        let left = deadline.saturating_duration_since(Instant::now());
        stream.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        stream.write_all(b"GET /_localstack/health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")?;
        let mut status = [0; b"HTTP/1.x 200".len()];
        stream.read_exact(&mut status)?;
        Ok(status.ends_with(b" 200"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let deadline = Instant::now() + END;
        while matches!(self.process.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        // For one that does not keep its word.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn it_ends_with_its_files_when_it_is_dropped() {
    let server = Server::start().unwrap();
    let (port, folder) = (server.port, server.folder.clone());
    assert!(folder.join("server.log").exists());
    drop(server);
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err(), "port {port} is still open");
    assert!(!folder.exists(), "{} is left", folder.display());
}
