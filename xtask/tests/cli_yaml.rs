//! The emitter against the programs it must agree with: the locked CDK CLI, `PyYAML` and js-yaml.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at what fails")]

#[expect(dead_code, reason = "other tests use the rest")]
mod common;

use std::collections::BTreeSet;
use std::fs;

use artifacts::cli_yaml;
use common::{assert_same_reading, root, shown_by_the_cdk_cli};
use serde_yaml::{Mapping, Value};
use xtask::record_base;

/// Asserts equal texts; a failure shows the first line that differs.
#[track_caller]
fn assert_same_text(ours: &str, theirs: &str) {
    for (number, (ours, theirs)) in ours.split('\n').zip(theirs.split('\n')).enumerate() {
        assert_eq!(ours, theirs, "line {} of ours (left) and of the CDK CLI", number + 1);
    }
    assert_eq!(ours.len(), theirs.len(), "one text has more lines");
}

/// Every indicator of YAML and characters of each class.
const PIECES: &[&str] = &[
    "a", "B c", "0", "7", "-", "+", ".", "_", "e", "x", "o", ":", " ", "\n", "\t", "#", "'", "\"", "\\", "*",
    "&", "%", "@", "`", "!", "|", ">", "?", ",", "[", "]", "{", "}", "~", "=", "<", "$", "/", "é", "日本",
    "🦀", "\u{a0}", "\u{1}", "\r", "\u{1b}",
];

/// Texts that YAML reads as something else, or nearly.
const WORDS: &[&str] = &[
    "",
    "true",
    "False",
    "TRUE",
    "tRue",
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "N",
    "null",
    "Null",
    "nULL",
    ".inf",
    "-.INF",
    "+.inf",
    ".nan",
    "-.nan",
    "0x1f",
    "0xg",
    "-0b1",
    "0b2",
    "017",
    "018",
    "-1_000",
    "1__0",
    "_1",
    "1.",
    ".5",
    "-.5_",
    "1e3",
    "1.5E-7",
    "e5",
    "1e",
    "1:30",
    "1:60",
    "190:20:30.15",
    "10:00:",
    "2010-09-09",
    "2010-9-9",
    "2010-09-09x",
    "2010-09-09T10:00:00Z",
    "2010-9-9 1:2:3.4 +5:30",
    "2010-09-09 10:00",
    "20100909",
    "- x",
    "-x",
    "--- x",
    "---",
    "...",
    "...x",
    "%TAG",
    "? x",
    "?x",
    "a: b",
    "a:b",
    "a:",
    ": a",
    ":a",
    "a #b",
    "a#b",
    "#a",
    " a",
    "a ",
    "*",
    "s3:*",
    "${A}",
    "arn:${AWS::Partition}:iam::*:role/cdk-*",
    "it's",
    "'a'",
    "\"a\"",
    "say \"a\"",
    "\"it's\"",
    "a\nb",
    "a\nb\n",
    "a\n\n",
    "\na",
    "\n\n a\n",
    " a\n b",
    "a\n\n\nb\n\n\n",
    "a\n--- b",
    "a: b\n  c: d\n",
    "a \nb ",
    "a\n  ",
    "a\u{1} \n b",
    "# a\n# b",
    "a\n \n\tb\n",
    "\n",
    "\n\n\n",
    "__proto__",
    "constructor",
    "10",
    "9",
    "4294967294",
    "4294967295",
    "-1",
    "01",
    "12345678901234567890",
];

/// Short texts with every indicator and type of YAML, alone, in pairs and in threes with a line break.
fn nasty_texts() -> BTreeSet<String> {
    let mut texts: BTreeSet<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
    for first in PIECES {
        texts.insert((*first).to_owned());
        for second in PIECES {
            texts.insert(format!("{first}{second}"));
            texts.insert(format!("a{first}{second}b"));
            texts.insert(format!("{first}\n{second}"));
            texts.insert(format!(" {first}\n\n{second}\n"));
        }
    }
    texts.insert("long ".repeat(400) + "end");
    texts.insert("long\n".repeat(400));
    texts
}

fn mapping(entries: impl IntoIterator<Item = (impl Into<Value>, impl Into<Value>)>) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (key.into(), value.into()));
    Value::Mapping(entries.collect::<Mapping>())
}

/// The texts that the emitter does not refuse, as `k: text` or as `text: 0`.
fn writable(template: fn(&str) -> Value) -> Vec<String> {
    let texts: Vec<_> =
        nasty_texts().into_iter().filter(|text| cli_yaml::to_string(&template(text)).is_ok()).collect();
    assert!(texts.len() > 5_000, "only {} texts are writable", texts.len());
    texts
}

/// The texts as keys, values and items, in shallow and in deep places, and everything that is no text.
fn nasty_template() -> Value {
    let texts = writable(|text| mapping([("k", text)]));
    let keys = writable(|text| mapping([(text, 0)]));
    let list = || Value::Sequence(texts.iter().cloned().map(Value::from).collect());
    let others = || {
        let numbers = [0_i64, -1, 42, (1 << 53) - 1].map(Value::from);
        let floats = [0.5, -1.25, 0.000_001, 0.000_012_34, 123_456_789.125, 1e15 + 0.5].map(Value::from);
        let empty = [mapping([("x", ""); 0]), Value::Sequence(vec![]), true.into(), false.into()];
        Value::Sequence([&numbers[..], &floats, &empty].concat())
    };
    let nested =
        |inner: Value| Value::Sequence(vec![Value::Sequence(vec![Value::Sequence(vec![inner, "x".into()])])]);
    let by_number = mapping(texts.iter().enumerate().map(|(i, text)| (format!("k{i}"), text.as_str())));
    let as_keys = mapping(keys.iter().zip(0_u64..).map(|(key, i)| (key.as_str(), i)));
    let metadata = mapping([
        ("Values", by_number),
        ("Items", list()),
        ("Keys", as_keys.clone()),
        ("DeepItems", nested(list())),
        ("DeepKeys", nested(mapping([("a", as_keys), ("b", mapping([("c", others())]))]))),
        ("Others", others()),
    ]);
    // Texts as keys of the top level, where a document marker would be taken for one.
    let top = ["---", "...", "--- x", "%x", "a", "10", "9"].map(|key| (key, Value::from(key)));
    mapping(top.into_iter().chain([("Metadata", metadata)]))
}

#[test]
fn nasty_values_are_written_as_by_the_cdk_cli() {
    let folder = tempfile::tempdir().unwrap();
    let template = nasty_template();
    let ours = cli_yaml::to_string(&template).unwrap();
    let (yaml, json) = (folder.path().join("t.yaml"), folder.path().join("t.json"));
    fs::write(&yaml, &ours).unwrap();
    // JSON is YAML as well and leaves nothing to interpretation.
    fs::write(&json, serde_json::to_string(&template).unwrap()).unwrap();
    assert_same_text(&ours, &shown_by_the_cdk_cli(&json));
    assert_same_text(&ours, &shown_by_the_cdk_cli(&yaml));
}

#[test]
fn nasty_values_are_read_alike() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.yaml");
    fs::write(&file, cli_yaml::to_string(&nasty_template()).unwrap()).unwrap();
    assert_same_reading(&file);
}

#[test]
fn the_recorded_template_is_written_as_by_the_cdk_cli() {
    let recorded = root().join(record_base::TEMPLATE);
    let template: Value = serde_yaml::from_str(&fs::read_to_string(&recorded).unwrap()).unwrap();
    assert_same_text(&cli_yaml::to_string(&template).unwrap(), &shown_by_the_cdk_cli(&recorded));
}

#[test]
fn the_recorded_template_is_read_alike() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.yaml");
    let recorded = fs::read_to_string(root().join(record_base::TEMPLATE)).unwrap();
    let template: Value = serde_yaml::from_str(&recorded).unwrap();
    fs::write(&file, cli_yaml::to_string(&template).unwrap()).unwrap();
    assert_same_reading(&file);
}
