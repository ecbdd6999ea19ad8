//! The parser of the build: what it reads, and how it refuses bad data with the place and the reason.

#![expect(clippy::panic, reason = "a test reports by panicking")]

#[path = "../build/data/mod.rs"]
#[expect(dead_code, reason = "the build reads more of it than these tests")]
mod data;

use data::Data;
use data::rows::DataError;

/// Small data without a mistake; each test of a mistake changes one piece of text.
const GOOD: [(&str, &str); 8] = [
    ("pins.txt", "# pins\nnpm a 1 2026-09-26 MIT sha512-x\npypi b 2 - MIT sha256:y\n"),
    ("services.txt", "s3\n"),
    (
        "actions.txt",
        "# source: npm a 1, released 2026-09-26, MIT\n\
         s3 Amazon S3\n GetObject|R|object*(:key aws:TagKeys)\n PutObject|WT|bucket,object*|:key|sqs:Send,:GetObject\n\
         sqs Amazon SQS\n Send|W\n",
    ),
    (
        "resource-types.txt",
        "s3\n bucket|arn:${Partition}:s3:::${BucketName}\n \
         object|arn:${Partition}:s3:::${B}/${O} arn:${Partition}:s3:${R}:${A}:object/${O}|:key\n",
    ),
    ("condition-keys.txt", "aws:*\n aws:TagKeys|ArrayOfString\ns3\n :key|String\n"),
    (
        "handlers.txt",
        "AWS::S3::Bucket\n create s3:Get*,GetObject,Head? sqs:NewAction\n delete s3:*\n tags Tags system\nAWS::S3::Object\n tags ObjectTags\n",
    ),
    ("existence.txt", "s3\n PutObject|a,b\nsqs\n newaction|cfn-lint\n"),
    (
        "managed-policies.txt",
        "# source: pypi b 2, released -, MIT\nRead / v1 2026-02-12\n {\"Action\":\"s3:Get*\"}\n {\"Action\":\"s3:List*\"}\n",
    ),
];

/// Reads the good data after `old` became `new` in one file.
fn read_changed(file: &str, old: &str, new: &str) -> Result<(), DataError> {
    let changed: Vec<_> = GOOD
        .iter()
        .map(|&(name, text)| {
            assert!(name != file || text.contains(old), "`{old}` is not in {file}");
            (name, if name == file { text.replacen(old, new, 1) } else { text.to_owned() })
        })
        .collect();
    data::read(|file| changed.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text.as_str()))
        .map(drop)
}

fn good() -> Data<'static> {
    data::read(|file| GOOD.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text))
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn good_data_is_read() {
    let data = good();
    let [s3, sqs] = data.services.as_slice() else { panic!("{:?}", data.services) };
    assert_eq!((s3.prefix, s3.name, sqs.name), ("s3", "Amazon S3", "Amazon SQS"));
    let [get, put] = s3.actions.as_slice() else { panic!("{:?}", s3.actions) };
    assert_eq!((get.levels, put.levels), (0b00010, 0b10100));
    assert_eq!(get.resources[0].condition_keys, [1, 0]);
    assert_eq!(
        put.resources.iter().map(|of| (of.resource_type, of.required)).collect::<Vec<_>>(),
        [(0, false), (1, true)]
    );
    assert_eq!(put.dependent, [2, 0]);
    assert_eq!(s3.resource_types[1].arns.len(), 2);
    assert_eq!((data.global_keys, s3.condition_keys.clone(), sqs.condition_keys.clone()), (1, 1..2, 0..0));
    assert_eq!(data.condition_keys[1].name, "s3:key");
    assert_eq!(data.only_exist, ["sqs:newaction"]);
    assert_eq!(data.constants, [0]);
    assert_eq!(
        data.managed_policies
            .iter()
            .map(|policy| (policy.name, policy.document.as_str()))
            .collect::<Vec<_>>(),
        [("Read", r#"{"Statement":[{"Action":"s3:Get*"},{"Action":"s3:List*"}],"Version":"2012-10-17"}"#)]
    );
    assert_eq!(
        data.sources.iter().map(|source| source.released).collect::<Vec<_>>(),
        [Some("2026-09-26"), None]
    );
}

#[test]
fn permissions_keep_their_kind() {
    let data = good();
    let kinds: Vec<_> = data.cloudformation[0].permissions[0]
        .iter()
        .map(|permission| format!("{} {:?}", permission.text, permission.kind))
        .collect();
    assert_eq!(kinds, ["s3:Get* Wildcard", "s3:GetObject Known", "s3:Head Unknown", "sqs:NewAction Known"]);
}

#[test]
fn tags_stand_last() {
    let tagging: Vec<_> = good()
        .cloudformation
        .iter()
        .map(|of| of.tagging.map(|tagging| (tagging.property, tagging.system_tags)))
        .collect();
    assert_eq!(tagging, [Some(("Tags", true)), Some(("ObjectTags", false))]);
}

/// Mistakes: the file, a text in it, what stands in its place, and the error.
const BAD: [(&str, &str, &str, &str); 47] = [
    ("pins.txt", "npm a 1", "npm a", "pins.txt:2: a pin is: registry, name, version, date, licence, digest"),
    ("pins.txt", "npm a", "crates a", "pins.txt:2: unknown registry `crates`: known are npm, pypi"),
    ("pins.txt", "2026-09-26", "June", "pins.txt:2: `June` is no date (`YYYY-MM-DD`, or `-` for none)"),
    (
        "pins.txt",
        "npm a 1",
        "npm a 2",
        "actions.txt:1: `npm a 1, released 2026-09-26, MIT` is not what `pins.txt` pins: run refresh-data",
    ),
    ("services.txt", "s3", "s4", "services.txt:1: unknown service `s4`"),
    ("services.txt", "s3\n", "sqs\ns3\n", "services.txt:2: `s3` must stand before `sqs`: lines are sorted"),
    ("services.txt", "s3\n", "s3\n\n", "services.txt:2: empty line"),
    ("services.txt", "s3\n", "", "services.txt:1: no data"),
    ("services.txt", "s3", "s3 ", "services.txt:1: white space at the end of the line"),
    ("actions.txt", "s3 Amazon S3\n", "", "actions.txt:2: a row before the first heading"),
    (
        "actions.txt",
        "s3 Amazon",
        "S3 Amazon",
        "actions.txt:2: a heading is a service prefix in lower case, a space and a name",
    ),
    (
        "actions.txt",
        "sqs Amazon SQS",
        "a Amazon SQS",
        "actions.txt:5: `a` must stand before `s3`: lines are sorted",
    ),
    (
        "actions.txt",
        "GetObject|R",
        "getobject|R|object\n GetObject|R",
        "actions.txt:4: `GetObject` stands twice",
    ),
    (
        "actions.txt",
        " GetObject",
        " ZetObject",
        "actions.txt:4: `PutObject` must stand before `ZetObject`: lines are sorted",
    ),
    (
        "actions.txt",
        " GetObject",
        " Get*",
        "actions.txt:3: `Get*` is no action name (letters, digits and `-`)",
    ),
    ("actions.txt", "GetObject|R", "GetObject|X", "actions.txt:3: unknown access level `X`: known are LRWPT"),
    ("actions.txt", "GetObject|R", "GetObject|", "actions.txt:3: no access level"),
    ("actions.txt", "|object*(", "|objekt*(", "actions.txt:3: unknown resource type `objekt`"),
    ("actions.txt", "bucket,object*", "object,object*", "actions.txt:4: a resource type stands twice"),
    ("actions.txt", "(:key aws", "(:keys aws", "actions.txt:3: unknown condition key `s3:keys`"),
    ("actions.txt", "|:key|", "|aws:Key|", "actions.txt:4: unknown condition key `aws:Key`"),
    ("actions.txt", "sqs:Send,", "sqs:Sent,", "actions.txt:4: unknown dependent action `sqs:Sent`"),
    ("actions.txt", " Send|W", " Send|W|||||", "actions.txt:6: more than 5 columns"),
    ("resource-types.txt", "s3\n", "b2\n x|arn:p:b2:::x\ns3\n", "resource-types.txt:1: `b2` has no actions"),
    (
        "resource-types.txt",
        "arn:${Partition}:s3:::${BucketName}",
        "bucket",
        "resource-types.txt:2: `bucket` is no ARN pattern",
    ),
    (
        "resource-types.txt",
        "${BucketName}",
        "${BucketName",
        "resource-types.txt:2: `arn:${Partition}:s3:::${BucketName` is no ARN pattern",
    ),
    (
        "resource-types.txt",
        "${BucketName}",
        "",
        "resource-types.txt:2: `arn:${Partition}:s3:::` is no ARN pattern",
    ),
    ("condition-keys.txt", "|String", "|Text", "condition-keys.txt:4: unknown value type `Text`"),
    (
        "condition-keys.txt",
        "aws:*\n",
        "aws\n",
        "condition-keys.txt:1: the first heading is `aws:*`, for the global keys",
    ),
    (
        "condition-keys.txt",
        " :key",
        " key",
        "condition-keys.txt:4: `key` is no condition key (`service:name`)",
    ),
    (
        "handlers.txt",
        " create",
        " make",
        "handlers.txt:2: unknown phase `make`: known are create, read, update, delete, list",
    ),
    ("handlers.txt", " delete", " create", "handlers.txt:3: `create` stands twice or not in order"),
    ("handlers.txt", "Head?", "Head", "handlers.txt:2: `s3:Head` is unknown: it needs a `?`"),
    ("handlers.txt", "GetObject", "GetObject?", "handlers.txt:2: `s3:GetObject` is known: it needs no `?`"),
    ("handlers.txt", "Get*,", "Zet*,", "handlers.txt:2: `s3:GetObject` stands twice or not in order"),
    ("handlers.txt", "s3:*", "s3", "handlers.txt:3: `s3` is no permission (`service:Name,Name`)"),
    (
        "handlers.txt",
        "AWS::S3::Object",
        "AWS::S3::Bucket",
        "handlers.txt:5: `AWS::S3::Bucket` stands twice or not in order",
    ),
    (
        "handlers.txt",
        "AWS::S3::Object",
        "Bucket",
        "handlers.txt:5: `Bucket` is no resource type (`AWS::S3::Bucket`)",
    ),
    (
        "handlers.txt",
        "Tags system",
        "Tags own",
        "handlers.txt:4: `tags Tags own` is not `tags PROPERTY` or `tags PROPERTY system`",
    ),
    ("handlers.txt", " tags ObjectTags", " tags ", "handlers.txt:6: white space at the end of the line"),
    (
        "handlers.txt",
        " delete s3:*\n tags Tags system\n",
        " tags Tags system\n delete s3:*\n",
        "handlers.txt:3: unknown phase `tags`: known are create, read, update, delete, list",
    ),
    (
        "existence.txt",
        "newaction",
        "send",
        "existence.txt:4: `send` is in `actions.txt`, but known to `cfn-lint`",
    ),
    (
        "existence.txt",
        " PutObject",
        " NoObject",
        "existence.txt:2: `NoObject` is not in `actions.txt`, but known to `a,b`",
    ),
    (
        "managed-policies.txt",
        "Read / v1 2026-02-12",
        "Read / v1",
        "managed-policies.txt:2: a policy is: name, path, version, date",
    ),
    (
        "managed-policies.txt",
        " / ",
        " /x ",
        "managed-policies.txt:2: `/x` is no path: it begins and ends with `/`",
    ),
    (
        "managed-policies.txt",
        " {\"Action\":\"s3:Get*\"}\n {\"Action\":\"s3:List*\"}\n",
        "",
        "managed-policies.txt:2: `Read` has no statement",
    ),
    (
        "managed-policies.txt",
        "{\"Action\":\"s3:Get*\"}",
        "s3:Get*",
        "managed-policies.txt:3: a statement is a JSON object in one line",
    ),
];

#[test]
fn bad_data_is_refused_with_its_place() {
    for (file, old, new, expected) in BAD {
        let error = match read_changed(file, old, new) {
            Ok(()) => panic!("{file} is read with `{new}` for `{old}`"),
            Err(error) => error.to_string(),
        };
        assert_eq!(error, format!("data/{expected}"), "for `{new}` instead of `{old}` in {file}");
    }
}
