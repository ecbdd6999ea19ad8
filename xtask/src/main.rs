//! `cargo xtask`: everything the workspace does for a person.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::main()
}
