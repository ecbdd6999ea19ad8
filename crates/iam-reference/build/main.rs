//! Turns the data files into Rust: constants for the services that policies use, and the lookup table of all services.
//!
//! Standard library only: a parser crate among the build dependencies costs more time than all of this crate.

mod constants;
mod data;
mod table;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The only way in which a build script reaches its reader.
            #[expect(clippy::print_stdout, reason = "cargo reads the instruction from stdout")]
            for line in error.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?;
    let out = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    let mut texts = Vec::new();
    for folder in ["build", "data"] {
        rerun_if_changed(folder);
    }
    for file in data::FILES {
        let path = Path::new(&root).join("data").join(file);
        let text = fs::read_to_string(path).map_err(|error| format!("data/{file}: {error}"))?;
        texts.push((file, text));
    }
    let text = |file| texts.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text.as_str());
    let data = data::read(text).map_err(|error| error.to_string())?;
    let table = table::render(&data)?;
    let outputs =
        [("constants.rs", constants::render(&data)), ("table.rs", table.code), ("text.txt", table.text)];
    for (name, text) in outputs {
        fs::write(Path::new(&out).join(name), text).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "cargo reads the instruction from stdout")]
fn rerun_if_changed(path: &str) {
    println!("cargo::rerun-if-changed={path}");
}
