//! Logs in the Static Analysis Results Interchange Format, held against its schema.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use xshell::{Shell, cmd};
use xtask::{project, tools};

/// Validates with the schema that the crate `serde-sarif` ships, by a validator that is installed with `LocalStack`.
pub(crate) fn validate(log: &str) {
    let sh = Shell::new().unwrap();
    let python = tools::aws_env(&sh, &project::root().unwrap()).unwrap().python;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), log).unwrap();
    let (schema, log) = (schema(), file.path());
    let program = "import json, jsonschema, sys; jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))";
    let output = cmd!(sh, "{python} -c {program} {schema} {log}").quiet().ignore_status().output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn schema() -> PathBuf {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let metadata = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(project::root().unwrap())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    PathBuf::from(package["manifest_path"].as_str().unwrap()).with_file_name("src/schema.json")
}
