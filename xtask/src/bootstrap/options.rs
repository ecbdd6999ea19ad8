//! The arguments of `cargo xtask bootstrap`: which are ours, which are understood, and which only pass through.

use iam::AccountId;
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
    /// `--help`: say how the command is used, and stop.
    pub help: bool,
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
    ("--toolkit-stack-name", "", Takes::Value, Fate::Ours),
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

/// The other options of `cdk bootstrap` that take a value.
const WITH_VALUE: &[&str] = &[
    "--app",
    "-a",
    "--build",
    "--plugin",
    "-p",
    "--proxy",
    "--ca-bundle-path",
    "--output",
    "-o",
    "--unstable",
    "--telemetry-file",
    "--bootstrap-bucket-name",
    "-b",
    "--toolkit-bucket-name",
    "--bootstrap-kms-key-id",
    "--tags",
    "-t",
];

/// The other options of `cdk bootstrap` without a value that change the stack.
const SWITCHES: &[&str] = &[
    "--apply-permissions-boundary-to-all-roles",
    "--bootstrap-customer-key",
    "--deny-external-id",
    "--express",
    "--import-existing-resources",
    "--public-access-block-configuration",
    "--termination-protection",
];

/// Those that only change what is said, or how the CDK CLI finds its way.
const HARMLESS: &[&str] = &[
    "--asset-metadata",
    "--ci",
    "--color",
    "--debug",
    "--debug-app",
    "--debug-cli",
    "--ec2creds",
    "-i",
    "--ignore-errors",
    "--json",
    "-j",
    "--lookups",
    "--notices",
    "--path-metadata",
    "--staging",
    "--strict",
    "--telemetry",
    "--trace",
    "--verbose",
    "-v",
    "-vv",
    "-vvv",
    "--version-reporting",
];

impl Options {
    /// Reads the arguments as `cdk bootstrap` would, besides our own.
    pub fn parse(args: &[String]) -> Result<Self, UsageError> {
        let mut options = Self::default();
        let mut trust = Vec::new();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if !arg.starts_with('-') {
                let environment =
                    arg.parse::<Environment>().map_err(|error| UsageError(error.to_string()))?;
                options.environments.push(environment);
                continue;
            }
            let (given, inline) = spelled(arg);
            let (name, negated) = match given.strip_prefix("--no-") {
                Some(rest) => (format!("--{rest}"), true),
                None => (given, false),
            };
            if matches!(name.as_str(), "--help" | "-h") {
                options.help = true;
                continue;
            }
            if matches!(name.as_str(), "--example-permissions-boundary" | "--epb") {
                return Err(UsageError(format!(
                    "`{name}` makes a boundary that allows what it should deny: give one of your own with \
                     `--custom-permissions-boundary`"
                )));
            }
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
                options.pass_other(arg, &name, inline.is_some(), &mut args)?;
                continue;
            };
            if negated && *takes == Takes::Value {
                return Err(UsageError(format!("`{arg}`: `{name}` takes a value and cannot be negated")));
            }
            let has_inline = inline.is_some();
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
                if *takes == Takes::Value && !has_inline {
                    options.pass_through.extend(value);
                }
            }
        }
        if options.json && !options.plan {
            return Err(UsageError("`--format json` goes with `--plan`".to_owned()));
        }
        let request = &options.request;
        let accounts =
            [request.trust.iter(), request.trust_for_lookup.iter()].into_iter().flatten().flatten();
        for account in accounts.chain(&request.untrust) {
            account.parse::<AccountId>().map_err(|error| UsageError(error.to_string()))?;
        }
        // With execution policies of the user's own the CDK CLI takes trusted accounts, so it gets them.
        if options.request.execution_policies.is_some() {
            options.pass_through.extend(trust);
        }
        Ok(options)
    }

    /// An option that only the CDK CLI understands, with its value.
    fn pass_other<'a>(
        &mut self,
        arg: &str,
        name: &str,
        has_value: bool,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), UsageError> {
        let takes_value = WITH_VALUE.contains(&name);
        if !takes_value && !SWITCHES.contains(&name) && !HARMLESS.contains(&name) {
            return Err(UsageError(format!(
                "`{arg}` is no option of `cdk bootstrap` or of ours: see `cargo xtask bootstrap --help`"
            )));
        }
        self.pass_through.push(arg.to_owned());
        if takes_value && !has_value {
            let value = rest.next().ok_or_else(|| UsageError(format!("`{name}` wants a value")))?;
            self.pass_through.push(value.clone());
        }
        if !HARMLESS.contains(&name) {
            self.request.other_options.push(name.to_owned());
        }
        Ok(())
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

/// An option as we write it, with the value that is written in one word with it: yargs, which reads the arguments of
/// the CDK CLI, takes `--camelCase` for `--camel-case`, and `-cVALUE` and `-c=VALUE` for `-c VALUE`.
fn spelled(arg: &str) -> (String, Option<String>) {
    if arg.starts_with("--") {
        let (name, value) = arg.split_once('=').map_or((arg, None), |(name, value)| (name, Some(value)));
        let kebab = name.chars().fold(String::new(), |text, c| {
            if c.is_ascii_uppercase() {
                format!("{text}-{}", c.to_ascii_lowercase())
            } else {
                format!("{text}{c}")
            }
        });
        return (kebab, value.map(str::to_owned));
    }
    let takes_value = |short: &str| {
        WITH_VALUE.contains(&short)
            || UNDERSTOOD.iter().any(|(_, own, takes, _)| *own == short && *takes == Takes::Value)
    };
    match arg.split_at_checked(2) {
        Some((short, rest)) if !rest.is_empty() && takes_value(short) => {
            (short.to_owned(), Some(rest.strip_prefix('=').unwrap_or(rest).to_owned()))
        }
        _ => (arg.to_owned(), None),
    }
}

#[cfg(test)]
mod tests;
