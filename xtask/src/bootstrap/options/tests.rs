//! What the arguments of a command line come to.

use super::*;

fn parse(line: &str) -> Options {
    let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    Options::parse(&args).unwrap()
}

fn passed(line: &str) -> String {
    parse(line).pass_through.join(" ")
}

#[test]
fn environments_and_options_may_come_in_any_order() {
    let options = parse(
        "--profile prod aws://111111111111/us-east-1 --tags a=b --ci aws://222222222222/eu-west-1 --trace",
    );
    let environments: Vec<_> = options.environments.iter().map(ToString::to_string).collect();
    assert_eq!(environments, ["aws://111111111111/us-east-1", "aws://222222222222/eu-west-1"]);
    assert_eq!(options.pass_through.join(" "), "--profile prod --tags a=b --ci --trace");
    assert_eq!(options.request.other_options, ["--tags"]);
    assert_eq!(options.profile.as_deref(), Some("prod"));
}

#[test]
fn compute_types_are_ours_in_every_spelling() {
    for line in [
        "--context ComputeTypes=agentcore,ecs",
        "-c ComputeTypes=agentcore,ecs",
        "--context=ComputeTypes=agentcore,ecs",
        "--compute-types agentcore,ecs",
        "--compute-types=agentcore,ecs",
        "--computeTypes=agentcore,ecs",
        "-cComputeTypes=agentcore,ecs",
        "-c=ComputeTypes=agentcore,ecs",
    ] {
        let options = parse(line);
        assert_eq!(options.compute_types.as_deref(), Some("agentcore,ecs"), "{line}");
        assert_eq!(options.pass_through, Vec::<String>::new(), "{line}");
    }
    assert_eq!(passed("-c other=1 --context=more=2"), "-c other=1 --context=more=2");
}

#[test]
fn trust_goes_to_the_cdk_cli_only_with_execution_policies() {
    let options = parse("--trust 111111111111 --trust=222222222222,333333333333 --untrust 444444444444");
    let trusted = options.request.trust.unwrap();
    assert_eq!(trusted, ["111111111111", "222222222222", "333333333333"]);
    assert_eq!(options.request.untrust, ["444444444444"]);
    assert_eq!(options.pass_through, Vec::<String>::new());
    assert_eq!(
        passed("--trust 111111111111 --cloudformation-execution-policies arn:aws:iam::aws:policy/X"),
        "--cloudformation-execution-policies arn:aws:iam::aws:policy/X --trust 111111111111"
    );
}

#[test]
fn every_spelling_that_the_cdk_cli_takes_is_understood() {
    let options =
        parse("--toolkitStackName=Foo --cloudformationExecutionPolicies=arn:aws:iam::aws:policy/X -rROLE");
    assert_eq!(options.toolkit_stack_name.as_deref(), Some("Foo"));
    assert_eq!(options.request.execution_policies, Some(vec!["arn:aws:iam::aws:policy/X".to_owned()]));
    assert_eq!(options.role_arn.as_deref(), Some("ROLE"));
    assert!(parse("aws://111111111111/us-east-1 --help").help);
}

#[test]
fn switches_are_read_in_both_forms() {
    assert!(parse("--no-execute").request.no_execute);
    assert!(parse("--execute=false").request.no_execute);
    assert!(!parse("--execute").request.no_execute);
    assert!(parse("--no-previous-parameters").request.no_previous_parameters);
    assert!(parse("-f").request.force);
    let options = parse("--plan --yes --adopt");
    assert!(options.plan && options.yes && options.request.adopt);
    assert_eq!(options.pass_through, Vec::<String>::new());
}

#[test]
fn what_cannot_be_meant_is_wrong_usage() {
    for (line, text) in [
        ("--template mine.yaml", "`--template` is ours to give"),
        ("--template=mine.yaml", "`--template` is ours to give"),
        ("123456789012/us-east-1", "write `aws://ACCOUNT/REGION`"),
        ("aws://unknown/us-east-1", "is no account id"),
        ("--profile", "`--profile` wants a value"),
        ("--no-profile", "cannot be negated"),
        ("--cloudformation-execution-polices x", "is no option of `cdk bootstrap`"),
        ("--trust abc", "`abc` is no account id"),
        ("--epb", "--custom-permissions-boundary"),
        ("--format json", "goes with `--plan`"),
    ] {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let error = Options::parse(&args).unwrap_err().to_string();
        assert!(error.contains(text), "`{line}`: {error}");
    }
}
