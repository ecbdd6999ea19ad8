//! The golden fixtures: one file for each policy in `tests/golden/policies/`, written by hand from the page from
//! which this project was made. Never regenerate them from our own output.

use std::collections::BTreeSet;
use std::path::Path;

use iam::{ManagedPolicy, PolicySet};
use policies::{Target, policy_set};
use serde::Deserialize;
use serde_json::Value;

/// What is recorded of one policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
#[expect(dead_code, reason = "each test file reads the fields it needs")]
pub(crate) struct Golden {
    /// The resource's id in the template.
    pub(crate) logical_id: String,
    /// How the output `BootstrapPolicySet` lists it.
    pub(crate) label: String,
    /// Create-only: another one could not be deployed over this one.
    pub(crate) managed_policy_name: String,
    /// Create-only.
    pub(crate) description: String,
    /// The compute type it belongs to.
    pub(crate) compute_type: Option<String>,
    /// The condition under which it is attached.
    pub(crate) condition: Option<String>,
    /// The ids of its statements, in order.
    pub(crate) sids: Vec<String>,
    /// The prefixes of the services whose actions it grants, sorted.
    pub(crate) services: Vec<String>,
    /// Its size as IAM counts it.
    pub(crate) characters: usize,
    /// The SHA-256 of the JSON artifact.
    pub(crate) sha256: String,
    /// What it says.
    pub(crate) policy_document: Value,
}

/// The policies for `Target::reference()`, whatever `bootstrap.toml` says.
pub(crate) fn reference() -> PolicySet {
    policy_set(&Target::reference()).unwrap()
}

/// Every policy of the set with its fixture, in the order of the set.
pub(crate) fn fixtures(set: &PolicySet) -> Vec<(&ManagedPolicy, Golden)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/policies");
    let stems: BTreeSet<String> =
        set.policies().iter().map(|policy| format!("{}.json", policy.file_stem)).collect();
    let files: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, stems, "the files of xtask/tests/golden/policies, then those of the policy modules");
    set.policies()
        .iter()
        .map(|policy| {
            let text = std::fs::read_to_string(folder.join(format!("{}.json", policy.file_stem))).unwrap();
            let golden =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", policy.file_stem));
            (policy, golden)
        })
        .collect()
}

/// A list of one and its element mean the same, as does any order of keys.
pub(crate) fn normalized(value: Value) -> Value {
    match value {
        Value::Array(items) => match items.as_slice() {
            [Value::String(one)] => Value::String(one.clone()),
            _ => Value::Array(items.into_iter().map(normalized).collect()),
        },
        Value::Object(map) => Value::Object(map.into_iter().map(|(k, v)| (k, normalized(v))).collect()),
        other => other,
    }
}
