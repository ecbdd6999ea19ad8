//! What is no call that can be meant: exit code 2, with every reason at once.

use crate::policies::{simulate, workspace};

#[test]
fn wrong_options_are_refused_each_with_what_to_write() {
    const ASK: &[&str] = &["--action", "s3:GetObject"];
    let table: [(&[&str], &[&str]); 13] = [
        (
            &["--action", "GetObject"],
            &["--action: `GetObject` is no action to ask for: write `service:Name`"],
        ),
        (&["--action", "s3:Get*"], &["--action: `s3:Get*` is no action to ask for", "without wildcards"]),
        (
            &["--action", "s3:GetObject,s3:PutObject"],
            &[
                "--action: `s3:GetObject,s3:PutObject` holds more than one: give each an `--action` of its own",
            ],
        ),
        (
            &["--action", "s3:GetObject", "--resource", "bucket"],
            &[
                "--resource: `bucket` is no resource to ask for: write `arn:partition:service:region:account:resource`",
            ],
        ),
        (
            &["--action", "x", "--resource", "y", "--context", "z"],
            &["--context: `z` gives no key a value: write KEY=VALUE", "\n--action: `x`", "\n--resource: `y`"],
        ),
        (&["--action", "s3:GetObject", "--context", "=x"], &["--context: `=x` gives no key a value"]),
        (
            &["--action", "s3:GetObject", "--compute-types", "gpu"],
            &["--compute-types: there is no compute type `gpu`"],
        ),
        (
            &["--trust", "trust.json"],
            &["--trust: who asks? give --principal, such as Service=lambda.amazonaws.com"],
        ),
        (
            &["--trust", "trust.json", "--principal", "lambda.amazonaws.com"],
            &[
                "`lambda.amazonaws.com` names no principal: write KIND=NAME, the kind one of AWS, CanonicalUser, Federated, Service",
            ],
        ),
        (
            &["--trust", "trust.json", "--principal", "Service=lambda"],
            &[
                "--principal: `lambda` is no `Service` principal: write a service such as `lambda.amazonaws.com`",
            ],
        ),
        (
            &["--trust", "trust.json", "--principal", "AWS=*"],
            &["--principal: `*` is no principal that makes a request"],
        ),
        (
            &[ASK, &["--scp", "region.json,"]].concat(),
            &["--scp: `region.json,` has an empty name between commas"],
        ),
        (
            &["--request", "-", "--policy", "app.json"],
            &["standard input: this is no JSON: EOF while parsing a value"],
        ),
    ];
    for (args, texts) in table {
        simulate(args).fails(2, texts);
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let table: [(&[&str], &str); 8] = [
        (&[], "--action <ACTION>..."),
        (
            &["--request", "requests.json", "--action", "s3:GetObject"],
            "'--request <FILE>' cannot be used with",
        ),
        (&["--request", "requests.json", "--resource", "*"], "'--request <FILE>' cannot be used with"),
        (
            &["--action", "s3:GetObject", "--policy", "app.json", "--compute-types", "ecs"],
            "cannot be used with",
        ),
        (&["--action", "s3:GetObject", "--policy", "app.json", "--stack-name", "x"], "cannot be used with"),
        (
            &["--trust", "trust.json", "--principal", "Service=a.b", "--policy", "app.json"],
            "cannot be used with",
        ),
        (
            &["--trust", "trust.json", "--principal", "Service=a.b", "--scp", "region.json"],
            "cannot be used with",
        ),
        (&["--action", "sts:AssumeRole", "--principal", "Service=a.b"], "--trust <FILE>"),
    ];
    for (args, text) in table {
        let ran = simulate(args).exits(2);
        assert!(ran.stderr().contains(text), "{args:?}: {}", ran.stderr());
    }
}

#[test]
fn files_that_are_no_policies_are_refused_with_file_and_place() {
    let workspace = workspace();
    let effect = r#"{"Statement": [{"Effect": "allow", "Action": "s3:*", "Resource": "bucket"}]}"#;
    workspace.write("called-from/bad.json", effect);
    workspace.write("called-from/torn.json", "{");
    let args = "simulate --action s3:GetObject --policy bad.json nowhere.json trust.json --boundary torn.json --scp .,torn.json";
    workspace.run(&args.split(' ').collect::<Vec<_>>()).fails(
        2,
        &[
            "error: bad.json: at `/Statement/0/Effect`: there is no effect `allow`: write `Allow` or `Deny`\n",
            "\nbad.json: at `/Statement/0/Resource`: resource `bucket` is neither an ARN nor `*`\n",
            "\ncannot read `nowhere.json`: ",
            "\ntrust.json: at `/Statement/0/Principal`: statement `Lambda` names a principal",
            "\ntorn.json: this is no JSON: ",
            "\ncannot read `.`: ",
        ],
    );
    workspace
        .run(&["simulate", "--trust", "app.json", "--principal", "Service=a.b"])
        .fails(2, &["app.json: at `/Statement/0/Resource`: statement `Tables` names a resource"]);
}

#[test]
fn a_request_file_is_refused_with_file_and_place() {
    let workspace = workspace();
    workspace.write(
        "called-from/r.json",
        r#"[{"action": "s3:GetObject", "resources": "*"}, {"action": "s3:Get*"}, {"action": "a:B", "principal": {}}]"#,
    );
    workspace.run(&["simulate", "--request", "r.json", "--policy", "nowhere.json"]).fails(
        2,
        &[
            "error: r.json: at `/0/resources`: a request has no `resources`: it takes action, resource, context, principal\n",
            "\nr.json: at `/1/action`: `s3:Get*` is no action to ask for",
            "\nr.json: at `/2/principal`: who asks counts for a trust policy only: give --trust",
            "\ncannot read `nowhere.json`: ",
        ],
    );
    workspace.run(&["simulate", "--request", "nowhere.json"]).fails(2, &["cannot read `nowhere.json`: "]);
}
