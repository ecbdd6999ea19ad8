//! The `aws` CLI: argument vectors in, JSON out, and each way to fail with what to do.

use std::time::Duration;

use serde::de::DeserializeOwned;
use xshell::{Shell, cmd};

/// How often a throttled call is made, the first one included.
const ATTEMPTS: u32 = 5;

/// The `aws` CLI with the profile and region of a command line.
#[derive(Clone, Debug, Default)]
pub struct Aws {
    profile: Option<String>,
    region: Option<String>,
}

/// Why a call gave no answer. A message says what to do; none holds credentials.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum AwsError {
    /// No `aws` in `PATH`.
    #[error("`aws` does not run: install the AWS CLI, and see that it is in PATH")]
    MissingProgram,
    /// No credentials at all.
    #[error(
        "there are no AWS credentials: set a profile with `--profile`, or AWS_ACCESS_KEY_ID and its secret, or sign in with `aws sso login`"
    )]
    NoCredentials,
    /// Credentials that are over.
    #[error("the AWS credentials have expired: sign in again, with `aws sso login` for example")]
    ExpiredCredentials,
    /// Credentials that AWS does not know.
    #[error(
        "AWS does not know these credentials ({0}): look at the profile, or at AWS_ACCESS_KEY_ID and its secret"
    )]
    InvalidCredentials(String),
    /// A profile that is not configured.
    #[error(
        "there is no profile `{0}` in the AWS configuration: `aws configure list-profiles` says which there are"
    )]
    NoProfile(String),
    /// No region at all.
    #[error(
        "there is no region: give `--region`, or an environment `aws://ACCOUNT/REGION`, or set AWS_REGION"
    )]
    NoRegion,
    /// The caller may not.
    #[error("access denied to `{operation}`: the caller needs that permission to go on ({message})")]
    AccessDenied {
        /// What was called.
        operation: String,
        /// AWS's own words.
        message: String,
    },
    /// Throttled for too long.
    #[error(
        "AWS throttles `{0}` still after {ATTEMPTS} attempts: wait a while, then run the same command again"
    )]
    Throttled(String),
    /// No connection.
    #[error(
        "the endpoint cannot be reached ({0}): look at the network, the proxy, the region, and AWS_ENDPOINT_URL"
    )]
    Unreachable(String),
    /// What was asked for is not there.
    #[error("`{operation}`: {message}")]
    NotFound {
        /// What was called.
        operation: String,
        /// AWS's own words.
        message: String,
    },
    /// The answer is no JSON, or another than expected.
    #[error(
        "`{operation}` answered something that cannot be read ({problem}): look at what `aws --version` says; version 2 is meant"
    )]
    Unreadable {
        /// What was called.
        operation: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Anything else.
    #[error("`{operation}` failed: {message}")]
    Other {
        /// What was called.
        operation: String,
        /// The CLI's own words.
        message: String,
    },
}

impl Aws {
    /// The CLI with that profile and region; without them its own configuration counts.
    pub fn new(profile: Option<String>, region: Option<String>) -> Self {
        // Version 1 of the CLI does not know AWS_REGION, which the CDK CLI and version 2 do.
        let region = region.or_else(|| std::env::var("AWS_REGION").ok()).filter(|region| !region.is_empty());
        Self { profile, region }
    }

    /// The same in another region.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        Self { region: Some(region.to_owned()), ..self.clone() }
    }

    /// Calls an operation such as `["iam", "get-role", …]` and reads its answer. Throttled calls are made again.
    pub fn call<T: DeserializeOwned>(&self, args: &[&str]) -> Result<T, AwsError> {
        let text = self.text(args)?;
        serde_json::from_str(&text)
            .map_err(|error| AwsError::Unreadable { operation: operation(args), problem: error.to_string() })
    }

    /// Calls an operation whose answer does not matter.
    pub fn run(&self, args: &[&str]) -> Result<(), AwsError> {
        self.text(args).map(|_| ())
    }

    /// The region in force: the one given, else that of the CLI's configuration.
    pub fn region(&self) -> Result<String, AwsError> {
        let from_environment = || std::env::var("AWS_DEFAULT_REGION").ok();
        match self.region.clone().or_else(from_environment).filter(|region| !region.is_empty()) {
            Some(region) => Ok(region),
            None => match self.text(&["configure", "get", "region"]) {
                Ok(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
                Ok(_) | Err(AwsError::Other { .. }) => Err(AwsError::NoRegion),
                Err(error) => Err(error),
            },
        }
    }

    fn text(&self, args: &[&str]) -> Result<String, AwsError> {
        let mut attempt = 1;
        loop {
            match self.once(args) {
                Err(AwsError::Throttled(_)) if attempt < ATTEMPTS => {
                    std::thread::sleep(Duration::from_millis(100 << attempt));
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    fn once(&self, args: &[&str]) -> Result<String, AwsError> {
        let sh = Shell::new().map_err(|error| other(args, &error.to_string()))?;
        let profile = self.profile.iter().flat_map(|profile| ["--profile", profile]);
        let region = self.region.iter().flat_map(|region| ["--region", region]);
        let output = cmd!(sh, "aws {args...} {profile...} {region...} --output json")
            .env("AWS_PAGER", "")
            .env("AWS_RETRY_MODE", "standard")
            .quiet()
            .ignore_status()
            .output()
            .map_err(|_| AwsError::MissingProgram)?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(classify(args, &String::from_utf8_lossy(&output.stderr), self.profile.as_deref()))
        }
    }
}

fn operation(args: &[&str]) -> String {
    args.iter().take(2).copied().collect::<Vec<_>>().join(" ")
}

fn other(args: &[&str], message: &str) -> AwsError {
    AwsError::Other { operation: operation(args), message: message.to_owned() }
}

/// What the CLI's words mean. Service errors read
/// `An error occurred (Code) when calling the Operation operation: message`.
fn classify(args: &[&str], stderr: &str, profile: Option<&str>) -> AwsError {
    // The last line that says something: warnings come before it.
    let line = stderr.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("no message");
    let has = |text: &str| stderr.contains(text);
    if let Some((code, message)) = service_error(stderr) {
        return classify_code(args, code, message);
    }
    if has("Unable to locate credentials") || has("Partial credentials") || has("Error loading SSO Token") {
        AwsError::NoCredentials
    } else if has("SSO session associated with this profile has expired") || has("Token has expired") {
        AwsError::ExpiredCredentials
    } else if has("could not be found") && has("profile") {
        AwsError::NoProfile(profile.unwrap_or("default").to_owned())
    } else if has("You must specify a region") || has("Invalid endpoint: https://") {
        AwsError::NoRegion
    } else if has("Could not connect to the endpoint")
        || has("Connect timeout")
        || has("Connection was closed")
    {
        AwsError::Unreachable(line.to_owned())
    } else {
        other(args, line)
    }
}

fn service_error(stderr: &str) -> Option<(&str, &str)> {
    let (_, rest) = stderr.split_once("An error occurred (")?;
    let (code, rest) = rest.split_once(')')?;
    let (_, message) = rest.split_once(": ")?;
    Some((code, message.lines().next().unwrap_or_default().trim()))
}

fn classify_code(args: &[&str], code: &str, message: &str) -> AwsError {
    let (operation, owned) = (operation(args), message.to_owned());
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => AwsError::ExpiredCredentials,
        "InvalidClientTokenId" | "UnrecognizedClientException" | "SignatureDoesNotMatch" | "AuthFailure" => {
            AwsError::InvalidCredentials(code.to_owned())
        }
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => {
            AwsError::AccessDenied { operation, message: owned }
        }
        "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "SlowDown" => AwsError::Throttled(operation),
        "NoSuchEntity" | "NoSuchEntityException" | "ChangeSetNotFound" => {
            AwsError::NotFound { operation, message: owned }
        }
        "ValidationError" if message.contains("does not exist") => {
            AwsError::NotFound { operation, message: owned }
        }
        _ => AwsError::Other { operation, message: format!("{message} ({code})") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_cli_says_becomes_what_to_do() {
        let occurred = |code: &str, message: &str| {
            format!("\nAn error occurred ({code}) when calling the GetRole operation: {message}\n")
        };
        let table = [
            (
                occurred("ExpiredToken", "The security token included in the request is expired"),
                "credentials have expired",
            ),
            (
                occurred("InvalidClientTokenId", "The security token included in the request is invalid."),
                "does not know these credentials",
            ),
            (occurred("AccessDenied", "User: x is not authorized"), "access denied to `iam get-role`"),
            (occurred("Throttling", "Rate exceeded"), "throttles `iam get-role`"),
            (
                occurred("NoSuchEntity", "The role cannot be found."),
                "`iam get-role`: The role cannot be found.",
            ),
            (occurred("ValidationError", "Stack with id CDKToolkit does not exist"), "does not exist"),
            (occurred("ValidationError", "Parameters: [X] must have values"), "failed: Parameters"),
            (
                "Unable to locate credentials. You can configure credentials by running \"aws configure\"."
                    .to_owned(),
                "no AWS credentials",
            ),
            ("The config profile (prod) could not be found".to_owned(), "no profile `prod`"),
            (
                "You must specify a region. You can also configure your region".to_owned(),
                "there is no region",
            ),
            (
                "Could not connect to the endpoint URL: \"http://127.0.0.1:1/\"".to_owned(),
                "cannot be reached",
            ),
            (
                "The SSO session associated with this profile has expired or is otherwise invalid."
                    .to_owned(),
                "have expired",
            ),
            (String::new(), "failed: no message"),
        ];
        for (stderr, expected) in table {
            let message = classify(&["iam", "get-role"], &stderr, Some("prod")).to_string();
            assert!(message.contains(expected), "`{stderr}` became `{message}`");
        }
    }
}
