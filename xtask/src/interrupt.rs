//! [`Interrupt`]: whether the user pressed Ctrl-C, without leaving the account unexplained.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use signal_hook::consts::{SIGINT, SIGTERM};

/// How often CloudFormation is asked.
const INTERVAL: Duration = Duration::from_secs(2);

/// How often Ctrl-C is looked for meanwhile.
const TICK: Duration = Duration::from_millis(100);

/// The user wants to stop; exit code 130, as shells give it.
#[derive(Debug, thiserror::Error)]
#[error(
    "interrupted while {0}: what is under way in the account goes on by itself; when the stack is no longer in progress, run the same command again, and it finishes what is left"
)]
pub struct Interrupted(pub String);

/// Ctrl-C and its like. While nothing is under way they end the process as ever; from [`Interrupt::begin`] to the
/// end of the returned guard they are caught, so that we can say what is left.
#[derive(Clone, Debug)]
pub struct Interrupt {
    wanted: Arc<AtomicBool>,
    idle: Arc<AtomicBool>,
}

/// Something is under way in an account.
#[derive(Debug)]
#[must_use = "it ends when it is dropped"]
pub struct UnderWay<'a>(&'a Interrupt);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.idle.store(true, Ordering::Relaxed);
    }
}

impl Interrupt {
    /// Looks for SIGINT and SIGTERM from now on.
    pub fn watch() -> anyhow::Result<Self> {
        let interrupt = Self { wanted: Arc::default(), idle: Arc::new(AtomicBool::new(true)) };
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&interrupt.idle))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&interrupt.wanted)))
                .context("looking for signals")?;
        }
        Ok(interrupt)
    }

    /// From now on a signal does not end the process.
    pub fn begin(&self) -> UnderWay<'_> {
        self.idle.store(false, Ordering::Relaxed);
        UnderWay(self)
    }

    /// An error when the user wanted to stop while `doing`.
    pub fn check(&self, doing: &str) -> Result<(), Interrupted> {
        if self.wanted.load(Ordering::Relaxed) { Err(Interrupted(doing.to_owned())) } else { Ok(()) }
    }

    /// Waits before CloudFormation is asked again; an error after the deadline, or when the user wants to stop.
    pub fn pause(&self, deadline: Instant, doing: &str) -> anyhow::Result<()> {
        if Instant::now() + INTERVAL > deadline {
            bail!(
                "{doing}, and takes longer than expected: look at the stack's events; when it is no longer in \
                 progress, run the same command again"
            );
        }
        Ok(self.rest(doing)?)
    }

    /// Waits before something is looked at again; an error when the user wants to stop.
    pub fn rest(&self, doing: &str) -> Result<(), Interrupted> {
        let next = Instant::now() + INTERVAL;
        while Instant::now() < next {
            self.check(doing)?;
            thread::sleep(TICK);
        }
        Ok(())
    }
}
