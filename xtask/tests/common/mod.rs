//! Helpers that several tests share.

use std::path::{Path, PathBuf};

use serde_json::Value;
use xshell::{Shell, cmd};
use xtask::tools;

/// The workspace root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Asserts that `PyYAML` (YAML 1.1), js-yaml (YAML 1.2 with dates) and our reader see the same values in a file.
///
/// A value that has no JSON form, such as a date, is a failure of its own.
#[track_caller]
pub(crate) fn assert_same_reading(path: &Path) {
    let sh = Shell::new().unwrap();
    let path = std::path::absolute(path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let ours: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("our reader: {error}"));

    let python = tools::python_env(&sh, root()).unwrap();
    let program = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1], 'rb'))))";
    let pyyaml = cmd!(sh, "{python} -c {program} {path}").quiet().read().unwrap();
    assert_same("PyYAML", &pyyaml, &ours);

    let entry = tools::cdk_cli(&sh, root()).unwrap();
    let modules: PathBuf = entry.ancestors().nth(3).unwrap().join("js-yaml");
    let program = "const [file, module] = process.argv.slice(1);\
        const value = require(module).load(require('fs').readFileSync(file, 'utf8'));\
        console.log(JSON.stringify(value));";
    let js_yaml = cmd!(sh, "node -e {program} {path} {modules}").quiet().read().unwrap();
    assert_same("js-yaml", &js_yaml, &ours);
}

/// What cfn-lint finds in a template, a line each; an error is a failure.
#[track_caller]
pub(crate) fn cfn_lint(template: &Path) -> String {
    let sh = Shell::new().unwrap();
    let python = tools::python_env(&sh, root()).unwrap();
    let program = "from cfnlint.runner import main; main()";
    let output = cmd!(sh, "{python} -c {program} --non-zero-exit-code error --format parseable {template}")
        .quiet()
        .ignore_status()
        .output()
        .unwrap();
    let findings = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{findings}{}", String::from_utf8_lossy(&output.stderr));
    findings
}

/// Compares value by value, so that a failure names the place and not the whole file.
#[track_caller]
fn assert_same(reader: &str, theirs: &str, ours: &Value) {
    let theirs: Value = serde_json::from_str(theirs).unwrap();
    if let Some(place) = first_difference(&theirs, ours) {
        let (theirs, ours) = (theirs.pointer(&place), ours.pointer(&place));
        panic!("{reader} reads {theirs:?} at `{place}`, our reader {ours:?}");
    }
}

/// The JSON pointer of the first difference, innermost.
fn first_difference(left: &Value, right: &Value) -> Option<String> {
    let below = |key: &str, place: String| format!("/{}{place}", key.replace('~', "~0").replace('/', "~1"));
    match (left, right) {
        (Value::Object(left), Value::Object(right)) if left.keys().eq(right.keys()) => left
            .iter()
            .zip(right.values())
            .find_map(|((key, left), right)| first_difference(left, right).map(|place| below(key, place))),
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            left.iter().zip(right).enumerate().find_map(|(i, (left, right))| {
                first_difference(left, right).map(|place| below(&i.to_string(), place))
            })
        }
        _ => (left != right).then(String::new),
    }
}

/// What `cdk bootstrap --show-template` makes of a file, without the newline that it adds. Works offline.
pub(crate) fn shown_by_the_cdk_cli(template: &Path) -> String {
    let sh = Shell::new().unwrap();
    let entry = tools::cdk_cli(&sh, root()).unwrap();
    let home = sh.create_temp_dir().unwrap();
    let _in_home = sh.push_dir(home.path());
    let printed = cmd!(sh, "node {entry} bootstrap --show-template --template {template} --no-notices")
        .env("HOME", home.path())
        .env("CDK_HOME", home.path())
        // With CI set the CDK CLI writes its messages to stdout.
        .env_remove("CI")
        .env("CDK_DISABLE_CLI_TELEMETRY", "1")
        .quiet()
        .output()
        .unwrap();
    let text = String::from_utf8(printed.stdout).unwrap();
    text.strip_suffix('\n').unwrap().to_owned()
}
