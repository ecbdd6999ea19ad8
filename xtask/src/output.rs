//! What goes to the terminal: results to stdout, progress and errors to stderr.
//!
//! Colour is dropped where the stream is no terminal or `NO_COLOR` is set.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use anyhow::{Context as _, ensure};
use indicatif::ProgressBar;

const RED: Style = AnsiColor::Red.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// Writes a result to stdout, with a final newline. That somebody stopped reading, as `| head` does, is no error.
pub fn result(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(end.as_bytes())) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes a line of progress to stderr; that nobody reads it is no reason to stop.
pub fn progress(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Writes a warning to stderr.
pub fn warning(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{YELLOW}warning{YELLOW:#}: {text}");
}

/// Something that may take more than a second: a line, and on a terminal a spinner until it is dropped.
#[must_use = "the spinner ends when the step is dropped"]
pub struct Step(ProgressBar);

/// Starts a step.
pub fn step(text: &str) -> Step {
    let step = Step(ProgressBar::new_spinner());
    step.0.enable_steady_tick(Duration::from_millis(100));
    step.say(text);
    step
}

impl Step {
    /// Says what the step does now.
    pub fn say(&self, text: &str) {
        // The bar draws on terminals only.
        if self.0.is_hidden() { progress(text) } else { self.0.set_message(text.to_owned()) }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Asks before something is taken away, where there is somebody to ask; an error when the answer is no.
pub fn go_on(question: &str, yes: bool) -> anyhow::Result<()> {
    let somebody = io::stdin().is_terminal() && io::stderr().is_terminal();
    if yes || !somebody {
        return Ok(());
    }
    let mut stderr = anstream::stderr();
    write!(stderr, "{question} [y/N] ").context("asking")?;
    stderr.flush().context("asking")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).context("reading the answer")?;
    ensure!(matches!(answer.trim(), "y" | "Y" | "yes"), "nothing was changed, as you wished");
    Ok(())
}

/// Writes an error with its causes to stderr.
pub fn error(error: &anyhow::Error) {
    let _ = writeln!(anstream::stderr().lock(), "{RED}error{RED:#}: {error:#}");
}

/// A text as what is fine, or as what is not.
pub fn verdict(text: &str, is_fine: bool) -> String {
    let style = if is_fine { GREEN } else { RED.effects(anstyle::Effects::new()) };
    format!("{style}{text}{style:#}")
}

/// A diff with its lines coloured.
pub fn coloured_diff(diff: &str) -> String {
    diff.lines().fold(String::new(), |text, line| {
        let style = match line.as_bytes().first() {
            Some(b'-') => RED.effects(anstyle::Effects::new()),
            Some(b'+') => GREEN,
            _ => Style::new(),
        };
        text + &format!("{style}{line}{style:#}\n")
    })
}
