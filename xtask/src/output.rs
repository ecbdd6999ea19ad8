//! What goes to the terminal: results to stdout, progress and errors to stderr.
//!
//! Colour is dropped where the stream is no terminal or `NO_COLOR` is set.

use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};

const RED: Style = AnsiColor::Red.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default();

/// Writes a result to stdout, with a final newline.
pub fn result(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    if text.ends_with('\n') { Ok(()) } else { stdout.write_all(b"\n") }
}

/// Writes a line of progress to stderr; that nobody reads it is no reason to stop.
pub fn progress(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Writes an error with its causes to stderr.
pub fn error(error: &anyhow::Error) {
    let _ = writeln!(anstream::stderr().lock(), "{RED}error{RED:#}: {error:#}");
}

/// Whether somebody closed the pipe we write to, as `| head` does.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
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
