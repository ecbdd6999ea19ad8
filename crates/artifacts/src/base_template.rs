//! [`BaseTemplate`]: the CDK's default bootstrap template, as recorded from the pinned CLI.

use iam::{PolicyDocument, PolicyKind, Sha256Digest};
use serde_yaml::Value;

use crate::place::{MissingPlace, get};

/// The default bootstrap template with where it comes from.
#[derive(Clone, Debug)]
pub struct BaseTemplate {
    value: Value,
    cli_version: String,
    template_version: String,
}

/// Why a text is no default bootstrap template.
#[derive(Debug, thiserror::Error)]
pub enum BaseTemplateError {
    /// No YAML.
    #[error("the default bootstrap template is no YAML: {0}")]
    Yaml(#[from] serde_yaml::Error),
    /// Something that every default template has is not there.
    #[error(transparent)]
    Missing(#[from] MissingPlace),
    /// The execution role's trust policy is none that can be read.
    #[error("the trust policy of `CloudFormationExecutionRole`: {0}")]
    Trust(#[from] iam::ParseErrors),
    /// Not the recorded bytes.
    #[error(
        "the default bootstrap template is not the recorded one: its SHA-256 is `{actual}`, not `{recorded}`; \
         run `cargo xtask record-base`"
    )]
    Changed {
        /// The digest of the text.
        actual: Sha256Digest,
        /// The digest on record.
        recorded: Sha256Digest,
    },
    /// The template states two versions.
    #[error("`{first}` at `/Resources/CdkBootstrapVersion`, but `{second}` at `/Outputs/BootstrapVersion`")]
    TwoVersions {
        /// The SSM parameter's value.
        first: String,
        /// The output's value.
        second: String,
    },
}

impl BaseTemplate {
    /// Reads the template that the CDK CLI `cli_version` brings, whose bytes have the SHA-256 `recorded`.
    pub fn parse(text: &str, cli_version: &str, recorded: Sha256Digest) -> Result<Self, BaseTemplateError> {
        let actual = Sha256Digest::of_bytes(text.as_bytes());
        if actual != recorded {
            return Err(BaseTemplateError::Changed { actual, recorded });
        }
        let value: Value = serde_yaml::from_str(text)?;
        let version = |path: &[&str]| -> Result<String, MissingPlace> {
            let found = get(&value, path)?;
            found.as_str().map(str::to_owned).ok_or_else(|| MissingPlace::new(path))
        };
        let first = version(&["Resources", "CdkBootstrapVersion", "Properties", "Value"])?;
        let second = version(&["Outputs", "BootstrapVersion", "Value"])?;
        if first != second {
            return Err(BaseTemplateError::TwoVersions { first, second });
        }
        Ok(Self { value, cli_version: cli_version.to_owned(), template_version: first })
    }

    /// The template.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The execution role's trust policy.
    pub fn execution_role_trust(&self) -> Result<PolicyDocument, BaseTemplateError> {
        let path = ["Resources", "CloudFormationExecutionRole", "Properties", "AssumeRolePolicyDocument"];
        let json = serde_json::to_string(get(&self.value, &path)?).map_err(|_| MissingPlace::new(&path))?;
        Ok(PolicyDocument::parse(&json, PolicyKind::Trust)?)
    }

    /// The version of the CDK CLI it was recorded from.
    pub fn cli_version(&self) -> &str {
        &self.cli_version
    }

    /// The version that the bootstrap stack reports.
    pub fn template_version(&self) -> &str {
        &self.template_version
    }
}
