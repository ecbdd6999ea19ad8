//! The arguments of `cargo xtask bootstrap`: which are ours, which are understood, and which only pass through.

use toolkit::{Environment, Request};

use crate::UsageError;

/// What a command line asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line, independent of the rest"
)]
pub struct Options {
    /// The environments; none means the caller's.
    pub environments: Vec<Environment>,
    /// What changes the plan.
    pub request: Request,
    /// `--compute-types` or `--context ComputeTypes=`.
    pub compute_types: Option<String>,
    /// `--qualifier`.
    pub qualifier: Option<String>,
    /// `--toolkit-stack-name`.
    pub toolkit_stack_name: Option<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--role-arn`.
    pub role_arn: Option<String>,
    /// `--plan`: say what would happen, and stop.
    pub plan: bool,
    /// `--format json`: the plan for machines.
    pub json: bool,
    /// `--yes`: do not ask.
    pub yes: bool,
    /// `--show-template`: print the template, and stop.
    pub show_template: bool,
    /// What the CDK CLI is given, without environments.
    pub pass_through: Vec<String>,
}

/// Whether an option of `cdk bootstrap` takes a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Value,
}

/// What becomes of an argument that we understand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Ours alone: the CDK CLI is not given it.
    Ours,
    /// Understood and passed through.
    Both,
}

/// The options that are understood: name, short name, whether it takes a value, and what becomes of it.
/// `--trust` and `--untrust` are ours unless execution policies are given: see [`Options::parse`].
const UNDERSTOOD: &[(&str, &str, Takes, Fate)] = &[
    ("--adopt", "", Takes::Nothing, Fate::Ours),
    ("--plan", "", Takes::Nothing, Fate::Ours),
    ("--format", "", Takes::Value, Fate::Ours),
    ("--yes", "-y", Takes::Nothing, Fate::Ours),
    ("--compute-types", "", Takes::Value, Fate::Ours),
    ("--context", "-c", Takes::Value, Fate::Both),
    ("--qualifier", "", Takes::Value, Fate::Ours),
    ("--toolkit-stack-name", "", Takes::Value, Fate::Both),
    ("--profile", "", Takes::Value, Fate::Both),
    ("--region", "", Takes::Value, Fate::Both),
    ("--role-arn", "-r", Takes::Value, Fate::Both),
    ("--trust", "", Takes::Value, Fate::Ours),
    ("--untrust", "", Takes::Value, Fate::Ours),
    ("--trust-for-lookup", "", Takes::Value, Fate::Both),
    ("--cloudformation-execution-policies", "", Takes::Value, Fate::Both),
    ("--custom-permissions-boundary", "--cpb", Takes::Value, Fate::Both),
    ("--force", "-f", Takes::Nothing, Fate::Both),
    ("--execute", "", Takes::Nothing, Fate::Both),
    ("--previous-parameters", "", Takes::Nothing, Fate::Both),
    ("--show-template", "", Takes::Nothing, Fate::Both),
];

/// Options of `cdk bootstrap` without a value, so that what follows them is an environment.
const SWITCHES: &[&str] = &[
    "--apply-permissions-boundary-to-all-roles",
    "--asset-metadata",
    "--bootstrap-customer-key",
    "--ci",
    "--color",
    "--debug",
    "--debug-app",
    "--debug-cli",
    "--deny-external-id",
    "--ec2creds",
    "-i",
    "--epb",
    "--example-permissions-boundary",
    "--express",
    "--ignore-errors",
    "--import-existing-resources",
    "--json",
    "-j",
    "--lookups",
    "--notices",
    "--path-metadata",
    "--public-access-block-configuration",
    "--staging",
    "--strict",
    "--telemetry",
    "--termination-protection",
    "--trace",
    "--verbose",
    "-v",
    "--version-reporting",
];

impl Options {
    /// Reads the arguments as `cdk bootstrap` would, besides our own.
    pub fn parse(args: &[String]) -> Result<Self, UsageError> {
        let mut options = Self::default();
        let mut trust = Vec::new();
        let mut args = args.iter().peekable();
        while let Some(arg) = args.next() {
            if !arg.starts_with('-') {
                let environment =
                    arg.parse::<Environment>().map_err(|error| UsageError(error.to_string()))?;
                options.environments.push(environment);
                continue;
            }
            let (given, inline) = match arg.split_once('=') {
                Some((name, value)) if arg.starts_with("--") => (name, Some(value.to_owned())),
                _ => (arg.as_str(), None),
            };
            let (name, negated) = match given.strip_prefix("--no-") {
                Some(rest) => (format!("--{rest}"), true),
                None => (given.to_owned(), false),
            };
            if name == "--template" {
                return Err(UsageError(
                    "`--template` is ours to give: `cargo xtask generate --out DIR` writes another template, and \
                     `cdk bootstrap` takes it"
                        .to_owned(),
                ));
            }
            let Some((name, _, takes, fate)) = UNDERSTOOD
                .iter()
                .find(|(long, short, ..)| *long == name || !short.is_empty() && *short == name)
            else {
                options.pass_unknown(arg, &name, inline.is_some() || negated, &mut args);
                continue;
            };
            let value = match (takes, inline) {
                (Takes::Value, Some(value)) => Some(value),
                (Takes::Value, None) => {
                    Some(args.next().cloned().ok_or_else(|| UsageError(format!("`{name}` wants a value")))?)
                }
                (Takes::Nothing, inline) => inline,
            };
            let is_on = !negated && value.as_deref() != Some("false");
            if *name == "--format" && !matches!(value.as_deref(), Some("text" | "json")) {
                return Err(UsageError("`--format` is `text` or `json`".to_owned()));
            }
            if matches!(*name, "--trust" | "--untrust") {
                trust.extend([(*name).to_owned(), value.clone().unwrap_or_default()]);
            }
            let is_compute_types = options.take(name, value.as_deref().unwrap_or_default(), is_on);
            if *fate == Fate::Both && !is_compute_types {
                options.pass_through.push(arg.clone());
                if *takes == Takes::Value && !arg.contains('=') {
                    options.pass_through.extend(value);
                }
            }
        }
        // With execution policies of the user's own the CDK CLI takes trusted accounts, so it gets them.
        if options.request.execution_policies.is_some() {
            options.pass_through.extend(trust);
        }
        Ok(options)
    }

    /// An option that only the CDK CLI understands, with its value.
    fn pass_unknown<'a>(
        &mut self,
        arg: &str,
        name: &str,
        is_whole: bool,
        rest: &mut std::iter::Peekable<impl Iterator<Item = &'a String>>,
    ) {
        self.pass_through.push(arg.to_owned());
        self.request.other_options.push(name.to_owned());
        let is_value = |next: &&String| !next.starts_with('-') && !next.starts_with("aws://");
        if !is_whole && !SWITCHES.contains(&name) {
            self.pass_through.extend(rest.next_if(is_value).cloned());
        }
    }

    /// Keeps what an understood option says; true when it is our reading of `--context`.
    fn take(&mut self, name: &str, value: &str, is_on: bool) -> bool {
        let list = || value.split(',').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
        let request = &mut self.request;
        match name {
            "--adopt" => request.adopt = is_on,
            "--plan" => self.plan = is_on,
            "--format" => self.json = value == "json",
            "--yes" => self.yes = is_on,
            "--compute-types" => self.compute_types = Some(value.to_owned()),
            "--context" => {
                if let Some(types) = value.strip_prefix("ComputeTypes=") {
                    self.compute_types = Some(types.to_owned());
                    return true;
                }
            }
            "--qualifier" => self.qualifier = Some(value.to_owned()),
            "--toolkit-stack-name" => self.toolkit_stack_name = Some(value.to_owned()),
            "--profile" => self.profile = Some(value.to_owned()),
            "--region" => self.region = Some(value.to_owned()),
            "--role-arn" => self.role_arn = Some(value.to_owned()),
            "--trust" => request.trust.get_or_insert_default().extend(list()),
            "--untrust" => request.untrust.extend(list()),
            "--trust-for-lookup" => request.trust_for_lookup.get_or_insert_default().extend(list()),
            "--cloudformation-execution-policies" => {
                request.execution_policies.get_or_insert_default().extend(list());
            }
            "--custom-permissions-boundary" => request.permissions_boundary = Some(value.to_owned()),
            "--force" => request.force = is_on,
            "--execute" => request.no_execute = !is_on,
            "--previous-parameters" => request.no_previous_parameters = !is_on,
            "--show-template" => self.show_template = is_on,
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(options.request.other_options, ["--tags", "--ci", "--trace"]);
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
        ] {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let error = Options::parse(&args).unwrap_err().to_string();
            assert!(error.contains(text), "`{line}`: {error}");
        }
    }
}
