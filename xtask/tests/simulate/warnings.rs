//! Each warning where it matters, and none where it does not.

use serde_json::Value;

use crate::policies::simulate;

/// The codes of the warnings and their messages.
fn warnings(args: &[&str]) -> Vec<(String, String)> {
    let ran = simulate(&[args, &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(ran.stdout()).unwrap_or_else(|_| panic!("{}", ran.stderr()));
    let text = |warning: &Value, key: &str| warning[key].as_str().unwrap().to_owned();
    report["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(one, "code"), text(one, "message")))
        .collect()
}

/// Words of options, against `app.json` unless they ask a trust policy or the generated ones.
fn asked(line: &str) -> Vec<(String, String)> {
    let mut args: Vec<&str> = line.split(' ').collect();
    if !line.contains("--trust") && !line.contains("ecs:") {
        args.extend(["--policy", "app.json"]);
    }
    warnings(&args)
}

#[test]
fn each_warning_comes_where_it_matters() {
    let table = [
        (
            "--action s3:GetObjects",
            "unknown-action",
            "`s3:GetObjects` is in no reference of AWS's actions: is it `s3:GetObject`?",
        ),
        ("--action s3:Frobnicate", "unknown-action", "AWS may not have it"),
        (
            "--action s3:ListAllMyBuckets --resource arn:aws:s3:::app",
            "no-resource-types",
            "AWS asks `s3:ListAllMyBuckets` on `*` and on no ARN: leave --resource out",
        ),
        (
            "--action s3:GetObject --resource arn:aws:s3:::app",
            "other-resource-type",
            "by the reference AWS does not ask `s3:GetObject` on `arn:aws:s3:::app`, which is the ARN of a resource of type `bucket`: it asks on",
        ),
        (
            "--action s3:GetObject --resource arn:aws:sqs:us-east-1:123456789012:queue",
            "other-resource-type",
            "which is no ARN of `s3`: it asks on",
        ),
        (
            "--action dynamodb:CreateTable",
            "resource-needed",
            "AWS asks `dynamodb:CreateTable` on an ARN and not on `*`: give --resource, such as \
             `arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}`",
        ),
        (
            "--action s3:GetObject --resource arn:aws:s3:::app/*",
            "wildcard-in-resource",
            "`*` and `?` in `arn:aws:s3:::app/*` are taken as these very characters",
        ),
        (
            "--action s3:ListAllMyBuckets --context aws:SourceIPs=1.2.3.4",
            "unknown-condition-key",
            "`aws:SourceIPs` is in no reference of condition keys: is it `aws:SourceIp`?",
        ),
        (
            "--action s3:ListAllMyBuckets --context aws:SourceIp=1.2.3.4 aws:SourceIp=1.2.3.5",
            "several-values",
            "`aws:SourceIp` has one value in a request to AWS, and was given 2: ask once with each",
        ),
        (
            "--action iam:PassRole --resource arn:aws:iam::123456789012:role/app-Task",
            "missing-condition-key",
            "statement `PassRole` of identity-based policy `app` would allow under a condition, and the request has no \
             `iam:PassedToService`, which AWS may fill in: give --context iam:PassedToService=VALUE",
        ),
        (
            "--action s3:ListAllMyBuckets --scp FullAWSAccess,region.json",
            "missing-condition-key",
            "statement `Region` of service control policy `region` denies under a condition that a missing key passes",
        ),
        (
            "--action kms:Decrypt --resource arn:aws:kms:us-east-1:123456789012:key/1",
            "missing-condition-key",
            "statement `OnlyByTls` of identity-based policy `app` would deny under a condition",
        ),
        (
            "--action ecs:CreateCluster --resource arn:aws:ecs:us-east-1:123456789012:cluster/backgroundagent-dev",
            "compute-type",
            "policy `IaCRole-ABCA-Compute-ECS` would allow it and is attached with compute type `ecs` only: give \
             --compute-types agentcore,ecs",
        ),
        (
            "--action s3:ListAllMyBuckets --scp region.json --context aws:RequestedRegion=us-east-1",
            "silent-scp-level",
            "SCP level 1 denies everything, as none of its policies allows anything",
        ),
        (
            "--action s3:ListAllMyBuckets --scp FullAWSAccess --context \
             aws:PrincipalArn=arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/Y",
            "scp-not-in-force",
            "SCPs do not affect service-linked roles",
        ),
        (
            "--action sts:AssumeRole --resource arn:aws:iam::999999999999:role/a --context aws:PrincipalAccount=123456789012",
            "cross-account",
            "`arn:aws:iam::999999999999:role/a` is in account 999999999999 and the caller in 123456789012",
        ),
        (
            "--action kms:Decrypt --resource arn:aws:kms:us-east-1:123456789012:key/1",
            "resource-policy",
            "the key policy of `arn:aws:kms:us-east-1:123456789012:key/1` must allow it as well",
        ),
        (
            "--action sts:AssumeRole --resource arn:aws:iam::123456789012:role/a",
            "resource-policy",
            "the trust policy of `arn:aws:iam::123456789012:role/a` must allow it as well: ask it with --trust",
        ),
        (
            "--action s3:ListAllMyBuckets --context aws:PrincipalArn=arn:aws:sts::123456789012:assumed-role/a/b",
            "session-policy",
            "`arn:aws:sts::123456789012:assumed-role/a/b` is a session",
        ),
        (
            "--trust trust.json --principal AWS=arn:aws:iam::123456789012:user/bob",
            "callers-policy",
            "an identity-based policy of `arn:aws:iam::123456789012:user/bob` must allow `sts:AssumeRole` as well",
        ),
    ];
    for (line, code, text) in table {
        let found = asked(line);
        let is_there = found.iter().any(|(own, message)| own == code && message.contains(text));
        assert!(is_there, "{line}: no {code} with `{text}` in {found:#?}");
    }
}

#[test]
fn none_comes_where_it_does_not_matter() {
    for line in [
        "--action s3:ListAllMyBuckets",
        "--action s3:GetObject --resource arn:aws:s3:::app/key",
        "--action dynamodb:CreateTable --resource arn:aws:dynamodb:us-east-1:123456789012:table/app-Tasks",
        // A denial that a key would not change.
        "--action iam:PassRole --resource arn:aws:iam::123456789012:role/other",
        "--action iam:PassRole --resource arn:aws:iam::123456789012:role/app-a --context iam:PassedToService=ec2.amazonaws.com",
        "--action s3:GetObject --resource arn:aws:s3:::app/k --context aws:PrincipalAccount=123456789012 aws:RequestTag/a=b",
        "--action s3:GetObject --resource arn:aws:s3:::app/k --context aws:TagKeys=a aws:TagKeys=b",
        // The reference names functions alone for this, and AWS asks on their versions as well.
        "--action lambda:InvokeFunction --resource arn:aws:lambda:us-east-1:123456789012:function:app:1",
        // No other compute type would help.
        "--action ecs:ListClusters --compute-types agentcore,ecs",
        "--trust trust.json --principal Service=lambda.amazonaws.com",
    ] {
        assert_eq!(asked(line), [], "{line}");
    }
}

#[test]
fn a_warning_is_said_once_with_the_requests_that_it_is_about() {
    let buckets = ["arn:aws:s3:::a", "arn:aws:s3:::b"];
    let args = ["--action", "s3:GetBucketNames", "s3:ListBucket", "--policy", "app.json", "--resource"];
    let args = [&args[..], &buckets].concat();
    let ran = simulate(&[&args[..], &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(ran.stdout()).unwrap();
    assert_eq!(report["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(report["warnings"][0]["requests"], serde_json::json!([0, 1]));
    let text = simulate(&args);
    assert_eq!(text.stderr().matches("warning: ").count(), 1, "{}", text.stderr());
}

#[test]
fn in_text_a_warning_about_some_requests_names_their_actions() {
    let args =
        ["--request", "requests.json", "--policy", "app.json", "--scp", "region.json", "FullAWSAccess"];
    let ran = simulate(&args).exits(1);
    let line = ran.stderr().lines().find(|line| line.contains("SCP level 1")).expect("the level is silent");
    assert!(
        line.starts_with(
            "warning: `dynamodb:CreateTable`, `dynamodb:DeleteTable`, `iam:PassRole` and 5 more: SCP level 1"
        ),
        "{line}"
    );
}
