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

/// Ctrl-C and its like, caught so that we can say what is left.
#[derive(Clone, Debug)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Catches SIGINT and SIGTERM from now on.
    pub fn catch() -> anyhow::Result<Self> {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&flag)).context("catching signals")?;
        }
        Ok(Self(flag))
    }

    /// An error when the user wanted to stop while `doing`.
    pub fn check(&self, doing: &str) -> Result<(), Interrupted> {
        if self.0.load(Ordering::Relaxed) { Err(Interrupted(doing.to_owned())) } else { Ok(()) }
    }

    /// Waits before CloudFormation is asked again; an error after the deadline, or when the user wants to stop.
    pub fn pause(&self, deadline: Instant, doing: &str) -> anyhow::Result<()> {
        let next = Instant::now() + INTERVAL;
        if next > deadline {
            bail!(
                "{doing}, and takes longer than expected: look at the stack's events; when it is no longer in \
                 progress, run the same command again"
            );
        }
        while Instant::now() < next {
            self.check(doing)?;
            thread::sleep(TICK);
        }
        Ok(())
    }
}
