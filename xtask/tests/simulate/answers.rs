//! Every way to be answered, as text and as JSON.

use serde_json::Value;

use crate::policies::simulate;

const ALL: &[&str] = &[
    "--request",
    "requests.json",
    "--policy",
    "app.json",
    "--boundary",
    "boundary.json",
    "--scp",
    "FullAWSAccess,region.json",
    "readonly.json",
];

#[test]
fn each_way_to_be_answered_in_text() {
    let ran = simulate(ALL).exits(1);
    insta::assert_snapshot!(ran.stdout(), @"
    allowed by statement `Tables` of identity-based policy `app`
      dynamodb:CreateTable     arn:aws:dynamodb:us-east-1:123456789012:table/app-Tasks  aws:RequestedRegion=us-east-1

    allowed by statement `PassRole` of identity-based policy `app`
      iam:PassRole             arn:aws:iam::123456789012:role/app-Task                  iam:PassedToService=lambda.amazonaws.com

    allowed by statement `#2` of identity-based policy `app`
      s3:GetObject             arn:aws:s3:::app/key                                     aws:RequestedRegion=us-east-1

    denied by default
      dynamodb:CreateTable     arn:aws:dynamodb:us-east-1:123456789012:table/other      aws:RequestedRegion=us-east-1
        nearest is statement `Tables` of identity-based policy `app`:
          `Resource` does not match the resource: it is `arn:aws:dynamodb:*:*:table/app-*`
      dynamodb:DeleteTable     arn:aws:dynamodb:us-east-1:123456789012:table/app-Tasks  aws:RequestedRegion=us-east-1
        nearest is statement `Tables` of identity-based policy `app`:
          `Action` does not list the action
      iam:PassRole             arn:aws:iam::123456789012:role/app-Task                  iam:PassedToService=ec2.amazonaws.com
        nearest is statement `PassRole` of identity-based policy `app`:
          `StringEquals` of `iam:PassedToService` wants `ecs.amazonaws.com`, `lambda.amazonaws.com`, and the
            request has `ec2.amazonaws.com`
      athena:ListDataCatalogs  *                                                        aws:RequestedRegion=us-east-1
        no statement allows anything of `athena`

    denied by statement `NoSecrets` of identity-based policy `app`
      s3:GetObject             arn:aws:s3:::app/secret/key                              aws:RequestedRegion=us-east-1

    denied by statement `NoBuckets` of permissions boundary `boundary`
      s3:CreateBucket          arn:aws:s3:::app                                         aws:RequestedRegion=us-east-1

    denied by SCP level 2, where nothing allows it: `readonly`
      s3:PutObject             arn:aws:s3:::app/key                                     aws:RequestedRegion=us-east-1
        nearest is statement `NoPuts` of service control policy `readonly`:
          `NotAction` leaves the action out

    denied by the permissions boundary `boundary`, which does not allow it
      iam:DeleteRole           arn:aws:iam::123456789012:role/app-Task
        nearest is statement `Most` of permissions boundary `boundary`:
          `NotAction` leaves the action out

    denied by statement `Region` of service control policy `region`
      s3:ListBucket            arn:aws:s3:::app                                         aws:RequestedRegion=eu-west-1

    12 requests, against 1 policy, a boundary and 2 SCP levels: 3 allowed, 4 denied by default, 3 denied by statement, 1 denied by the boundary, 1 denied by SCP
    ");
    assert_eq!(ran.stderr(), "", "nothing has to be known besides");
}

#[test]
fn each_way_to_be_answered_in_json() {
    let ran = simulate(&[ALL, &["--format", "json"]].concat()).exits(1);
    assert_eq!(ran.stderr(), "");
    let report: Value = serde_json::from_str(ran.stdout()).unwrap();
    let results: Vec<String> = report["results"].as_array().unwrap().iter().map(line).collect();
    insta::assert_snapshot!(results.join("\n"), @r#"
    allowed dynamodb:CreateTable arn:aws:dynamodb:us-east-1:123456789012:table/app-Tasks
      by {"policy":"app","position":0,"sid":"Tables","type":"identity"}
    denied-by-default dynamodb:CreateTable arn:aws:dynamodb:us-east-1:123456789012:table/other
      nearest {"mismatches":[{"asked":"arn:aws:dynamodb:us-east-1:123456789012:table/other","element":"Resource","patterns":["arn:aws:dynamodb:*:*:table/app-*"]}],"policy":"app","position":0,"sid":"Tables","type":"identity"}
    denied-by-default dynamodb:DeleteTable arn:aws:dynamodb:us-east-1:123456789012:table/app-Tasks
      nearest {"mismatches":[{"asked":"dynamodb:DeleteTable","element":"Action"}],"policy":"app","position":0,"sid":"Tables","type":"identity"}
    allowed iam:PassRole arn:aws:iam::123456789012:role/app-Task
      by {"policy":"app","position":1,"sid":"PassRole","type":"identity"}
    denied-by-default iam:PassRole arn:aws:iam::123456789012:role/app-Task
      nearest {"mismatches":[{"asked":["ec2.amazonaws.com"],"element":"Condition","key":"iam:PassedToService","operator":"StringEquals","wanted":["ecs.amazonaws.com","lambda.amazonaws.com"]}],"policy":"app","position":1,"sid":"PassRole","type":"identity"}
    denied-by-default athena:ListDataCatalogs *
    allowed s3:GetObject arn:aws:s3:::app/key
      by {"policy":"app","position":2,"sid":null,"type":"identity"}
    denied-by-statement s3:GetObject arn:aws:s3:::app/secret/key
      by {"policy":"app","position":3,"sid":"NoSecrets","type":"identity"}
    denied-by-statement s3:CreateBucket arn:aws:s3:::app
      by {"policy":"boundary","position":2,"sid":"NoBuckets","type":"boundary"}
    denied-by-scp s3:PutObject arn:aws:s3:::app/key
      scp_level 2
      nearest {"mismatches":[{"asked":"s3:PutObject","element":"NotAction"}],"policy":"readonly","position":0,"sid":"NoPuts","type":"scp"}
    denied-by-boundary iam:DeleteRole arn:aws:iam::123456789012:role/app-Task
      nearest {"mismatches":[{"asked":"iam:DeleteRole","element":"NotAction"}],"policy":"boundary","position":0,"sid":"Most","type":"boundary"}
    denied-by-statement s3:ListBucket arn:aws:s3:::app
      by {"policy":"region","position":0,"sid":"Region","type":"scp"}
    "#);
    assert_eq!(report["results"][4]["context"]["iam:PassedToService"][0], "ec2.amazonaws.com");
    insta::assert_snapshot!(report["policies"], @r#"[{"file":"app.json","name":"app","scp_level":null,"type":"identity"},{"file":"boundary.json","name":"boundary","scp_level":null,"type":"boundary"},{"file":null,"name":"FullAWSAccess","scp_level":1,"type":"scp"},{"file":"region.json","name":"region","scp_level":1,"type":"scp"},{"file":"readonly.json","name":"readonly","scp_level":2,"type":"scp"}]"#);
    insta::assert_snapshot!(report["counts"], @r#"{"allowed":3,"denied_by_boundary":1,"denied_by_default":4,"denied_by_scp":1,"denied_by_statement":3,"requests":12}"#);
    assert_eq!(report["warnings"], Value::Array(Vec::new()));
    assert_eq!(report["target"], Value::Null);
}

#[test]
fn a_result_says_its_request_as_a_request_file_does() {
    let ask = |workspace: &crate::workspace::Workspace| {
        let ran = workspace.run(&[&["simulate", "--format", "json"], ALL].concat()).exits(1);
        serde_json::from_str::<Value>(ran.stdout()).unwrap()
    };
    let workspace = crate::policies::workspace();
    let first = ask(&workspace);
    let mut requests = first["results"].clone();
    for request in requests.as_array_mut().unwrap() {
        let fields = request.as_object_mut().unwrap();
        fields.retain(|field, value| {
            ["action", "resource", "context", "principal"].contains(&field.as_str()) && !value.is_null()
        });
    }
    workspace.write("called-from/requests.json", &requests.to_string());
    assert_eq!(ask(&workspace), first);
}

/// A result in one line, without its context.
fn line(result: &Value) -> String {
    let Value::Object(result) = result else { panic!("a result is an object, not {result}") };
    let keys: Vec<&str> = result.keys().map(String::as_str).collect();
    let all = ["action", "by", "context", "decision", "nearest", "principal", "resource", "scp_level"];
    assert_eq!(keys, all, "every field is always there");
    let text = |key: &str| result[key].as_str().unwrap();
    let rest: Vec<String> = ["by", "scp_level", "nearest"]
        .iter()
        .filter(|key| !result[**key].is_null())
        .map(|key| format!("\n  {key} {}", result[*key]))
        .collect();
    format!("{} {} {}{}", text("decision"), text("action"), text("resource"), rest.concat())
}

#[test]
fn the_json_of_one_answer_as_it_is_printed() {
    let role = "arn:aws:iam::123456789012:role/app-Task";
    let args = [
        "--action",
        "iam:PassRole",
        "--resource",
        role,
        "--policy",
        "app.json",
        "--format",
        "json",
        "--context",
    ];
    let ran = simulate(&[&args[..], &["aws:TagKeys=a", "AWS:tagkeys=b"]].concat()).exits(1);
    insta::assert_snapshot!(ran.stdout(), @r#"
    {
      "target": null,
      "policies": [
        {
          "type": "identity",
          "name": "app",
          "file": "app.json",
          "scp_level": null
        }
      ],
      "results": [
        {
          "action": "iam:PassRole",
          "resource": "arn:aws:iam::123456789012:role/app-Task",
          "principal": null,
          "context": {
            "aws:TagKeys": [
              "a",
              "b"
            ]
          },
          "decision": "denied-by-default",
          "by": null,
          "scp_level": null,
          "nearest": {
            "type": "identity",
            "policy": "app",
            "sid": "PassRole",
            "position": 1,
            "mismatches": [
              {
                "element": "Condition",
                "operator": "StringEquals",
                "key": "iam:PassedToService",
                "wanted": [
                  "ecs.amazonaws.com",
                  "lambda.amazonaws.com"
                ],
                "asked": []
              }
            ]
          }
        }
      ],
      "counts": {
        "requests": 1,
        "allowed": 0,
        "denied_by_default": 1,
        "denied_by_statement": 0,
        "denied_by_boundary": 0,
        "denied_by_scp": 0
      },
      "warnings": [
        {
          "code": "missing-condition-key",
          "message": "statement `PassRole` of identity-based policy `app` would allow under a condition, and the request has no `iam:PassedToService`, which AWS may fill in: give --context iam:PassedToService=VALUE",
          "requests": [
            0
          ]
        }
      ]
    }
    "#);
}

#[test]
fn a_trust_policy_is_asked_by_whom_it_may_name() {
    let ran = simulate(&["--trust", "trust.json", "--principal", "Service=lambda.amazonaws.com"]).exits(0);
    insta::assert_snapshot!(ran.stdout(), @"
    allowed by statement `Lambda` of trust policy `trust`
      sts:AssumeRole  Service=lambda.amazonaws.com

    1 request, against the trust policy `trust`: 1 allowed
    ");
    let provider = "Federated=arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    let sub = "token.actions.githubusercontent.com:sub=repo:org/other:ref:refs/heads/main";
    let ran = simulate(&["--trust", "trust.json", "--principal", provider, "--context", sub]).exits(1);
    insta::assert_snapshot!(ran.stdout(), @"
    denied by default
      sts:AssumeRoleWithWebIdentity  Federated=arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com
        nearest is statement `GitHub` of trust policy `trust`:
          `StringLike` of `token.actions.githubusercontent.com:sub` wants `repo:org/app:*`, and the request has
            `repo:org/other:ref:refs/heads/main`

    in the context token.actions.githubusercontent.com:sub=repo:org/other:ref:refs/heads/main
    1 request, against the trust policy `trust`: 1 denied by default
    ");
    let ran = simulate(&["--trust", "trust.json", "--principal", "Service=ec2.amazonaws.com"]).exits(1);
    insta::assert_snapshot!(ran.stdout(), @"
    denied by default
      sts:AssumeRole  Service=ec2.amazonaws.com
        nearest is statement `Lambda` of trust policy `trust`:
          `Principal` does not name `ec2.amazonaws.com`

    1 request, against the trust policy `trust`: 1 denied by default
    ");
}

#[test]
fn actions_and_resources_are_asked_each_with_each() {
    let table = |name: &str| format!("arn:aws:dynamodb:us-east-1:123456789012:table/{name}");
    let (own, other) = (table("app-Tasks"), table("other"));
    let args =
        ["--action", "dynamodb:CreateTable", "--action", "dynamodb:DescribeTable", "--policy", "app.json"];
    let ran = simulate(&[&args[..], &["--resource", &own, &other]].concat()).exits(1);
    insta::assert_snapshot!(ran.stdout(), @"
    allowed by statement `Tables` of identity-based policy `app`
      dynamodb:CreateTable    arn:aws:dynamodb:us-east-1:123456789012:table/app-Tasks
      dynamodb:DescribeTable  arn:aws:dynamodb:us-east-1:123456789012:table/app-Tasks

    denied by default
      dynamodb:CreateTable    arn:aws:dynamodb:us-east-1:123456789012:table/other
      dynamodb:DescribeTable  arn:aws:dynamodb:us-east-1:123456789012:table/other
        nearest is statement `Tables` of identity-based policy `app`:
          `Resource` does not match the resource: it is `arn:aws:dynamodb:*:*:table/app-*`

    4 requests, against 1 policy: 2 allowed, 2 denied by default
    ");
}

#[test]
fn requests_come_from_standard_input_too() {
    use std::io::Write as _;
    use std::process::Stdio;

    let workspace = crate::policies::workspace();
    let mut child = workspace
        .xtask()
        .args(["simulate", "--request", "-", "--policy", "app.json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(br#"[{"action": "s3:ListAllMyBuckets"}]"#).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.starts_with("allowed by statement `#2` of identity-based policy `app`\n"), "{stdout}");
}

#[test]
fn policies_of_one_name_are_told_apart_by_their_paths() {
    let workspace = crate::policies::workspace();
    workspace.write("called-from/other/app.json", &workspace.read("called-from/region.json"));
    let args = ["simulate", "--action", "s3:ListAllMyBuckets", "--policy", "app.json", "other/app.json"];
    let ran = workspace.run(&args).exits(1);
    assert!(
        ran.stdout().starts_with("denied by statement `Region` of identity-based policy `other/app.json`\n"),
        "{}",
        ran.stdout()
    );
}
