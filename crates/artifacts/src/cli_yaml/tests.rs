//! The written form by tables, the round trip by properties. The comparison with the CLI is in `xtask`.

use proptest::prelude::*;
use serde_yaml::Value;

use super::{Error, Problem, to_string};

fn read(yaml: &str) -> Value {
    serde_yaml::from_str(yaml).unwrap_or_else(|error| panic!("{error} in\n{yaml}"))
}

/// `{k: value}`
fn under_key(value: impl Into<Value>) -> Value {
    Value::Mapping([(Value::from("k"), value.into())].into_iter().collect())
}

fn problem(value: impl Into<Value>) -> Option<Problem> {
    to_string(&under_key(value)).err().map(|error| error.problem)
}

#[test]
fn texts_of_one_line() {
    for (text, expected) in [
        ("", r#""""#),
        ("a b", "a b"),
        ("2012-10-17", r#""2012-10-17""#),
        ("2012-10-7 1:02:03.5 +2:00", r#""2012-10-7 1:02:03.5 +2:00""#),
        ("2012-10-17x", "2012-10-17x"),
        ("33", r#""33""#),
        ("-1_000", r#""-1_000""#),
        ("1.0", r#""1.0""#),
        ("1.0.0", "1.0.0"),
        (".", r#"".""#),
        ("e5", r#""e5""#),
        ("1e", "1e"),
        ("0x1F", r#""0x1F""#),
        ("0b2", "0b2"),
        ("012", r#""012""#),
        ("1:30", r#""1:30""#),
        ("1:60", "1:60"),
        ("-.inf", r#""-.inf""#),
        ("true", r#""true""#),
        ("tRUE", "tRUE"),
        ("on", r#""on""#),
        ("y", r#""y""#),
        ("~", r#""~""#),
        ("NULL", r#""NULL""#),
        ("*", r#""*""#),
        ("s3:*", "s3:*"),
        ("%x", r#""%x""#),
        ("@x", r#""@x""#),
        ("`x", r#""`x""#),
        ("!Ref x", r#""!Ref x""#),
        ("[x]", r#""[x]""#),
        ("{x}", r#""{x}""#),
        ("${x}", "${x}"),
        (", x", r#"", x""#),
        ("|", r#""|""#),
        ("- x", r#""- x""#),
        ("-x", "-x"),
        ("-", r#""-""#),
        ("---", "---"),
        ("? x", r#""? x""#),
        ("?x", "?x"),
        ("a: b", r#""a: b""#),
        ("a:b", "a:b"),
        ("a:", r#""a:""#),
        ("arn:${AWS::Partition}:s3:::*", "arn:${AWS::Partition}:s3:::*"),
        ("a #b", r#""a #b""#),
        ("a#b", "a#b"),
        (" a", r#"" a""#),
        ("a ", r#""a ""#),
        (r#"say "x""#, r#"say "x""#),
        (r#""x" y"#, r#"'"x" y'"#),
        ("it's", "it's"),
        ("it's: x", r#""it's: x""#),
        (r#""it's""#, r#""\"it's\"""#),
        ("\\: ", r#""\\: ""#),
        ("\ta", r#""\ta""#),
        ("\"\ta", "'\"\ta'"),
        ("\r", r#""\r""#),
        ("a\u{1}b\u{1b}\u{0}", r#""a\x01b\e\0""#),
        ("é 日本 🦀", "é 日本 🦀"),
    ] {
        let written = to_string(&under_key(text)).expect(text);
        assert_eq!(written, format!("k: {expected}\n"), "text {text:?}");
        assert_eq!(read(&written), under_key(text), "reading {written:?} again");
    }
}

#[test]
fn texts_of_several_lines() {
    for (text, expected) in [
        ("a\nb", "|-\n  a\n  b"),
        ("a\nb\n", "|\n  a\n  b"),
        ("a\n\nb\n\n", "|+\n  a\n\n  b\n"),
        (" a\nb", "|2-\n   a\n  b"),
        ("\n a\n", "|2\n  \n   a"),
        ("\n", "|+\n  "),
        ("a: b\n# c\n", "|\n  a: b\n  # c"),
        ("a \n--- x\n", "|\n  a \n  --- x"),
        ("a\n  ", r#""a\n  ""#),
        ("\u{1} \nb", r#""\x01\ \nb""#),
    ] {
        let written = to_string(&under_key(text)).expect(text);
        assert_eq!(written, format!("k: {expected}\n"), "text {text:?}");
        assert_eq!(read(&written), under_key(text), "reading {written:?} again");
    }
}

#[test]
fn nothing_is_folded() {
    let long = "word ".repeat(500) + "end";
    assert_eq!(to_string(&under_key(long.as_str())).unwrap(), format!("k: {long}\n"));
}

#[test]
fn collections_and_keys() {
    let value = read(
        r#"{b: [x, [w, [z]], {m: 1, o: [2]}, {}, []], a: {}, l: [], "10": true, "9": -1.5, "010": 0, "4294967295": 0,
            "---": {"---": 1, "a: b": 2, "a\nb": 3, "": 4}}"#,
    );
    let expected = r#""9": -1.5
"10": true
b:
  - x
  - - w
    - - z
  - m: 1
    o:
      - 2
  - {}
  - []
a: {}
l: []
"010": 0
"4294967295": 0
"---":
  ---: 1
  "a: b": 2
  "a\nb": 3
  "": 4
"#;
    assert_eq!(to_string(&value).unwrap(), expected);
    assert_eq!(read(expected), value);
}

#[test]
fn refused_values() {
    let unquoted = |text: &str| Problem::Unquoted(text.into());
    let number = |text: &str| Problem::Number(text.into());
    for (value, expected) in [
        (Value::Null, Problem::Null),
        (read("!Sub x"), Problem::Tag("!Sub".into())),
        (read("1.0"), number("1.0")),
        (read("1e-9"), number("1e-9")),
        (read(".nan"), number(".nan")),
        (read("-.inf"), number("-.inf")),
        (read("9007199254740992"), number("9007199254740992")),
        (Value::from("<<"), unquoted("<<")),
        (Value::from("="), unquoted("=")),
        (Value::from("0o17"), unquoted("0o17")),
        (Value::from("a\tb"), unquoted("a\tb")),
        (Value::from("2012-10-17 10:00:00."), unquoted("2012-10-17 10:00:00.")),
        (Value::from("\u{85}"), Problem::Character('\u{85}')),
        (Value::from("a\n\u{2028}"), Problem::Character('\u{2028}')),
        (Value::from(" \n"), Problem::Lines),
        (Value::from(format!("{}\n ", "x".repeat(40))), Problem::Lines),
        (Value::from(format!("\u{1}{}\nx", "x".repeat(40))), Problem::Lines),
        (read("1: x"), Problem::Key),
    ] {
        assert_eq!(problem(value.clone()), Some(expected), "{value:?}");
    }
    assert_eq!(to_string(&Value::from("x")).unwrap_err(), Error::from(Problem::TopLevel));
    let long_key = Value::Mapping([("x".repeat(1025).into(), 1.into())].into_iter().collect());
    assert_eq!(problem(long_key), Some(Problem::LongKey));
}

#[test]
fn errors_name_the_place() {
    let error = to_string(&read("{Resources: {a/b~c: [x, {Tags: ~}]}}")).unwrap_err();
    assert_eq!(error.pointer(), "/Resources/a~1b~0c/1/Tags");
    assert_eq!(
        error.to_string(),
        "template value `/Resources/a~1b~0c/1/Tags`: CloudFormation takes no null value; leave the key out"
    );
}

/// Texts of the characters and words that YAML gives a meaning.
fn nasty_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,3}",
        2 => r#"[-?:,#&*!|>'"%@`~=<.+_0-9\[\]{}\\ ]"#,
        1 => Just(" ".to_owned()),
        1 => Just("\n".to_owned()),
        1 => prop::sample::select(vec![
            "true", "Yes", "null", "0x", "0o1", "1e3", "<<", ": ", " #", "- ", "---", "...", "2010-09-09", "10:00:00",
            ".inf", "\t", "\r", "\u{0}", "\u{1b}", "é", "🦀",
        ])
        .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn json_like() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => (any::<i32>(), 1..8).prop_map(|(n, d)| Value::from(f64::from(n) / f64::from(d))),
        6 => nasty_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Sequence),
            prop::collection::vec((nasty_text().prop_map(Value::from), inner), 0..6)
                .prop_map(|entries| Value::Mapping(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is not refused reads back as the same value.
    #[test]
    fn reading_gives_the_same_value(value in json_like()) {
        let value = under_key(value);
        if let Ok(written) = to_string(&value) {
            let again: Value = serde_yaml::from_str(&written)
                .map_err(|error| TestCaseError::fail(format!("{error} in\n{written}")))?;
            prop_assert_eq!(again, value, "written as\n{}", written);
        }
    }

    /// What a YAML 1.1 reader takes for a null, a boolean, a number or a point in time gets quotes.
    #[test]
    fn texts_that_yaml_1_1_types_are_quoted(text in typed_in_yaml_1_1()) {
        if let Ok(written) = to_string(&under_key(text.as_str())) {
            prop_assert_eq!(written, format!("k: \"{text}\"\n"));
        }
    }
}

/// Texts made from the expressions of the type repository (<https://yaml.org/type/>).
fn typed_in_yaml_1_1() -> impl Strategy<Value = String> {
    prop_oneof![
        "~|null|Null|NULL|",
        "y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF",
        "[-+]?0b[0-1_]+",
        "[-+]?0[0-7_]+",
        "[-+]?(0|[1-9][0-9_]*)",
        "[-+]?0x[0-9a-fA-F_]+",
        "[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+",
        r"[-+]?([0-9][0-9_]*)\.[0-9_]*([eE][-+]?[0-9]+)?",
        r"[-+]?\.[0-9_]*([eE][-+][0-9]+)?",
        r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*",
        r"[-+]?\.(inf|Inf|INF)",
        r"\.(nan|NaN|NAN)",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]| +)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?( *(Z|[-+][0-9]{1,2}(:[0-9]{2})?))?",
    ]
}
