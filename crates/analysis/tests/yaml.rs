//! YAML as CloudFormation takes it.
#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what fails")]

use analysis::{Node, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// The tree without lines.
fn plain(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Number(text) => serde_json::from_str(text).expect("a number of JSON"),
        Value::String(text) => json!(text),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(entries) => entries.iter().map(|entry| (entry.key.clone(), plain(&entry.value))).collect(),
    }
}

fn read(text: &str) -> Json {
    plain(&Node::from_yaml(text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

#[test]
fn short_forms_have_their_full_names() {
    let table = [
        ("!Ref Bucket", json!({"Ref": "Bucket"})),
        ("!Condition IsProd", json!({"Condition": "IsProd"})),
        ("!GetAtt Role.Arn", json!({"Fn::GetAtt": ["Role", "Arn"]})),
        ("!GetAtt Nested.Outputs.Arn", json!({"Fn::GetAtt": ["Nested", "Outputs.Arn"]})),
        ("!GetAtt [Role, Arn]", json!({"Fn::GetAtt": ["Role", "Arn"]})),
        ("!Sub 'a-${AWS::Region}'", json!({"Fn::Sub": "a-${AWS::Region}"})),
        ("!Sub ['${a}', {a: !Ref B}]", json!({"Fn::Sub": ["${a}", {"a": {"Ref": "B"}}]})),
        ("!Join ['', [a, !Ref B]]", json!({"Fn::Join": ["", ["a", {"Ref": "B"}]]})),
        ("!If [C, 1, !Ref AWS::NoValue]", json!({"Fn::If": ["C", 1, {"Ref": "AWS::NoValue"}]})),
        ("!Equals [!Ref A, yes]", json!({"Fn::Equals": [{"Ref": "A"}, true]})),
        ("!Base64 123", json!({"Fn::Base64": "123"})),
        ("!Transform {Name: 'AWS::Include'}", json!({"Fn::Transform": {"Name": "AWS::Include"}})),
        ("Fn::GetAtt: a.b", json!({"Fn::GetAtt": "a.b"})),
        ("!!str 123", json!("123")),
        ("! 123", json!("123")),
        ("!!seq [a]", json!(["a"])),
    ];
    for (text, expected) in table {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn values_know_their_lines_and_places() {
    let node = Node::from_yaml("# first\nA: !Sub\n  - x\n  - {y: z}\n? B\n: - c\n").unwrap();
    let entries = node.entries().unwrap();
    assert_eq!(node.line, 2);
    assert_eq!(entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [2, 5]);
    let items = node.get("A").and_then(|sub| sub.get("Fn::Sub")).and_then(Node::items).unwrap();
    assert_eq!(items.iter().map(|item| (item.line, item.index)).collect::<Vec<_>>(), [(3, 0), (4, 1)]);
    assert_eq!(node.get("B").unwrap().line, 6);
}

#[test]
fn equal_keys_are_all_kept() {
    let node = Node::from_yaml("a: 1\na: 2\n").unwrap();
    assert_eq!(node.entries().unwrap().len(), 2);
}

#[test]
fn aliases_and_merge_keys_are_expanded() {
    let text = "base: &base {a: 1, b: [x]}\n\
                own: {<<: *base, a: 2}\n\
                both: {<<: [{b: 0}, *base], c: 3}\n\
                quoted: {'<<': 1}\n\
                &key name: *base\n\
                again: {*key : 1}\n";
    let base = json!({"a": 1, "b": ["x"]});
    assert_eq!(
        read(text),
        json!({
            "base": base,
            "own": {"a": 2, "b": ["x"]},
            "both": {"b": 0, "c": 3, "a": 1},
            "quoted": {"<<": 1},
            "name": base,
            "again": {"name": 1},
        }),
    );
}

#[test]
fn an_error_names_the_line() {
    let deep = format!("\n{}{}", "[".repeat(200), "]".repeat(200));
    let many = (1..9).fold("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, i| {
        let items = vec![format!("*a{}", i - 1); 10].join(", ");
        format!("{text}a{i}: &a{i} [{items}]\n")
    });
    let table = [
        ("", "line 1: the text is empty"),
        ("# nothing", "line 1: the text is empty"),
        ("a: 1\n---\nb: 1\n", "line 2: a second document begins: a template is one"),
        ("a:\n  [1]: 2\n", "line 2: a key is a list or an object: write a string"),
        ("a: 1\nb: &b\n  - *b\n", "line 3: an alias stands inside of what it stands for"),
        ("a: 1\nb: !GetAtt Role\n", "line 2: `!GetAtt Role` names no attribute: write `LogicalId.Attribute`"),
        ("a: !!timestamp 2012-10-17", "line 1: `2012-10-17` is no `!!timestamp` of a template"),
        ("a: !!set {b: null}", "line 1: CloudFormation takes no `!!set` here"),
        ("a: !<tag:example.com,2026:x> b", "line 1: CloudFormation knows no tag `tag:example.com,2026:x`"),
        ("a: 1\n<<: 3\n", "line 2: `<<` takes an object or a list of objects"),
        (&deep, "line 2: values are nested more than 127 deep"),
        (&many, "line 6: aliases stand for more than 200000 values"),
    ];
    for (text, expected) in table {
        let error = Node::from_yaml(text).expect_err(text);
        assert_eq!(error.to_string(), expected, "{text}");
    }
    let error = Node::from_yaml("a: 1\nb: [\n").expect_err("an open list is no YAML");
    assert!(error.to_string().contains(": this is no YAML: "), "{error}");
}

#[test]
fn the_generated_bootstrap_template_reads() {
    let text = include_str!("../../../bootstrap/bootstrap-template.yaml");
    let node = Node::from_yaml(text).unwrap();
    let role = node.get("Resources").and_then(|all| all.get("CloudFormationExecutionRole")).unwrap();
    assert_eq!(role.get("Type").and_then(Node::as_str), Some("AWS::IAM::Role"));
    let version = node.get("AWSTemplateFormatVersion");
    assert!(version.is_none_or(|version| version.as_str().is_some()), "a date is a string");
}

/// Any JSON with keys that do not repeat.
fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i64>().prop_map(|value| json!(value)),
        any::<f64>().prop_map(|value| json!(value)),
        "\\PC{0,12}".prop_map(|text| json!(text)),
        prop::sample::select(vec!["yes", "~", "2012-10-17", "012", "", " ", "a: b", "- a", "#"])
            .prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| json!(items)),
            prop::collection::btree_map("\\PC{0,8}", inner, 0..5).prop_map(|entries| json!(entries)),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(?s)[-a-c:?!&*<>{}\\[\\]'\"#|%~, \n\t0-9\\\\_.]{0,60}|.{0,60}") {
        let _ = Node::from_yaml(&text);
    }

    #[test]
    fn json_is_yaml(json in any_json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) };
        let text = text.unwrap();
        let from_json = Node::from_json(&text).unwrap();
        let from_yaml = Node::from_yaml(&text);
        prop_assert_eq!(from_yaml.map(|node| node.to_json()), Ok(from_json.to_json()), "{}", text);
    }
}
