//! [`Manifest`]: what a cloud assembly holds, as `cdk synth` wrote it.

use std::collections::{BTreeMap, BTreeSet};

use iam::JsonPointer;
use serde::Deserialize;
use serde_json::Value;

mod assets;
mod nested;

pub use assets::{AssetManifest, FileAsset, FileDestination, ImageAsset, ImageDestination};
pub use nested::{NestedStack, nested_stacks};

/// The newest version of manifests whose form is known: that of the pinned CDK CLI's library.
pub const KNOWN_MANIFEST_VERSION: u64 = 54;

/// The file `manifest.json` of a cloud assembly.
///
/// The form is that of `@aws-cdk/cloud-assembly-schema`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The version of its form.
    pub version: u64,
    /// The stacks, in the order of their ids.
    pub stacks: Vec<StackArtifact>,
    /// The folders of assemblies inside this one, as stages make them.
    pub assemblies: Vec<String>,
    /// Artifacts of a type that is not known, as `id: type`.
    pub unknown: Vec<String>,
}

/// A stack of an assembly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StackArtifact {
    /// The artifact's id.
    pub id: String,
    /// The name that the CDK CLI calls it by: `Prod/Web`.
    pub display_name: String,
    /// The name that CloudFormation gets.
    pub stack_name: String,
    /// The template, from the assembly's folder.
    pub template: String,
    /// The account; none when it is known only when the stack is deployed.
    pub account: Option<String>,
    /// The region; none when it is known only when the stack is deployed.
    pub region: Option<String>,
    /// Whether the stack has tags, which CloudFormation puts on its resources.
    pub has_tags: bool,
    /// The values of parameters that the assembly gives.
    pub parameters: BTreeMap<String, String>,
    /// The role that CloudFormation assumes, with `${AWS::…}` where a part is not known.
    pub execution_role: Option<String>,
    /// The asset manifests that go with it, from the assembly's folder.
    pub asset_manifests: Vec<String>,
    /// What else the CDK CLI is told of its deployment.
    pub settings: DeploymentSettings,
}

/// What a manifest tells the CDK CLI of the deployment of a stack; by default nothing, as for a template alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeploymentSettings {
    /// Where the template is published, with `${AWS::…}` where a part is not known: `s3://BUCKET/KEY`, or a URL of S3.
    pub template_url: Option<String>,
    /// Whether the stack is protected from being deleted.
    pub has_termination_protection: bool,
    /// Where the CLI reads the version of the bootstrap, because the stack or its assets require one.
    pub version_checks: BTreeSet<VersionCheck>,
}

/// Where the CDK CLI reads the version of the bootstrap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VersionCheck {
    /// In a parameter of Parameter Store, with `${AWS::…}` where a part is not known.
    Parameter(String),
    /// In the outputs of the bootstrap stack.
    BootstrapStack,
}

/// Why a manifest cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at `{pointer}`: {reason}")]
pub struct ManifestError {
    /// The place in the file.
    pub pointer: JsonPointer,
    /// What is wrong there.
    pub reason: String,
}

#[derive(Deserialize)]
struct Artifact {
    #[serde(rename = "type")]
    kind: String,
    environment: Option<String>,
    #[serde(default, rename = "displayName")]
    display_name: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(default)]
    properties: Value,
}

/// Artifacts that hold no template and no assembly.
const OTHERS: [&str; 5] =
    ["none", "cdk:tree", "cdk:asset-manifest", "cdk:feature-flag-report", "aws:cdk:asset"];

impl Manifest {
    /// Reads a manifest. One of a newer version is read as far as it is like those that are known.
    pub fn read(text: &str) -> Result<Self, ManifestError> {
        let top = JsonPointer::default();
        let refuse =
            |pointer: &JsonPointer, reason: String| ManifestError { pointer: pointer.clone(), reason };
        let json: Value =
            serde_json::from_str(text).map_err(|error| refuse(&top, format!("this is no JSON: {error}")))?;
        let version = json
            .get("version")
            .and_then(Value::as_str)
            .and_then(|version| version.split('.').next()?.parse().ok());
        let version = version.ok_or_else(|| {
            refuse(&top.join("version"), "a manifest needs a version such as `54.0.0`".to_owned())
        })?;
        let at = top.join("artifacts");
        let empty = serde_json::Map::new();
        let artifacts = match json.get("artifacts") {
            None => &empty,
            Some(Value::Object(artifacts)) => artifacts,
            Some(_) => return Err(refuse(&at, "`artifacts` is an object".to_owned())),
        };
        let mut manifest = Self { version, ..Self::default() };
        let mut parsed: BTreeMap<&str, Artifact> = BTreeMap::new();
        for (id, artifact) in artifacts {
            let artifact =
                Artifact::deserialize(artifact).map_err(|error| refuse(&at.join(id), error.to_string()))?;
            parsed.insert(id, artifact);
        }
        for (id, artifact) in &parsed {
            let at = at.join(id);
            match artifact.kind.as_str() {
                "aws:cloudformation:stack" => {
                    manifest.stacks.push(stack(id, artifact, &parsed).map_err(|reason| refuse(&at, reason))?);
                }
                "cdk:cloud-assembly" => {
                    let folder = text_of(&artifact.properties, "directoryName")
                        .ok_or_else(|| refuse(&at, "an assembly needs a `directoryName`".to_owned()))?;
                    manifest.assemblies.push(folder);
                }
                kind if OTHERS.contains(&kind) => {}
                kind => manifest.unknown.push(format!("{id}: {kind}")),
            }
        }
        Ok(manifest)
    }

    /// Whether its form is newer than those that are known.
    pub const fn is_newer(&self) -> bool {
        self.version > KNOWN_MANIFEST_VERSION
    }
}

fn text_of(properties: &Value, key: &str) -> Option<String> {
    properties.get(key)?.as_str().map(ToOwned::to_owned)
}

fn stack(id: &str, artifact: &Artifact, all: &BTreeMap<&str, Artifact>) -> Result<StackArtifact, String> {
    let properties = &artifact.properties;
    let template = text_of(properties, "templateFile").ok_or("a stack needs a `templateFile`")?;
    let environment = artifact.environment.as_deref().unwrap_or("aws://unknown-account/unknown-region");
    let (account, region) = environment
        .strip_prefix("aws://")
        .and_then(|rest| rest.split_once('/'))
        .ok_or_else(|| format!("`{environment}` is no environment: it reads `aws://ACCOUNT/REGION`"))?;
    let known = |text: &str, unknown: &str| (text != unknown).then(|| text.to_owned());
    let asset_manifests: Vec<&Artifact> = artifact
        .dependencies
        .iter()
        .filter_map(|id| all.get(id.as_str()))
        .filter(|artifact| artifact.kind == "cdk:asset-manifest")
        .collect();
    let checking = std::iter::once(artifact).chain(asset_manifests.iter().copied());
    let settings = DeploymentSettings {
        template_url: text_of(properties, "stackTemplateAssetObjectUrl"),
        has_termination_protection: properties
            .get("terminationProtection")
            .and_then(Value::as_bool)
            .unwrap_or_default(),
        version_checks: checking.filter_map(|artifact| version_check(&artifact.properties)).collect(),
    };
    let parameters = properties.get("parameters").and_then(Value::as_object);
    Ok(StackArtifact {
        id: id.to_owned(),
        display_name: artifact.display_name.clone().unwrap_or_else(|| id.to_owned()),
        stack_name: text_of(properties, "stackName").unwrap_or_else(|| id.to_owned()),
        template,
        account: known(account, "unknown-account"),
        region: known(region, "unknown-region"),
        has_tags: properties.get("tags").and_then(Value::as_object).is_some_and(|tags| !tags.is_empty()),
        parameters: parameters
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
        execution_role: text_of(properties, "cloudFormationExecutionRoleArn"),
        asset_manifests: asset_manifests
            .iter()
            .filter_map(|artifact| text_of(&artifact.properties, "file"))
            .collect(),
        settings,
    })
}

/// Without a required version the CLI does not look, whatever the parameter is.
fn version_check(properties: &Value) -> Option<VersionCheck> {
    properties.get("requiresBootstrapStackVersion")?.as_u64()?;
    let parameter = text_of(properties, "bootstrapStackVersionSsmParameter");
    Some(parameter.map_or(VersionCheck::BootstrapStack, VersionCheck::Parameter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_assemblies_and_what_is_not_known() {
        let text = r#"{ "version": "55.1.0", "artifacts": {
            "A": { "type": "aws:cloudformation:stack", "environment": "aws://123456789012/eu-west-1",
                   "displayName": "Prod/A", "dependencies": ["A.assets"],
                   "properties": { "templateFile": "A.json", "stackName": "a", "tags": { "k": "v" }, "parameters": { "P": "1" } } },
            "A.assets": { "type": "cdk:asset-manifest", "properties": { "file": "A.assets.json" } },
            "B": { "type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
                   "properties": { "templateFile": "B.json" } },
            "stage": { "type": "cdk:cloud-assembly", "properties": { "directoryName": "assembly-stage" } },
            "new": { "type": "cdk:new" } } }"#;
        let manifest = Manifest::read(text).unwrap();
        assert!(manifest.is_newer());
        assert_eq!(manifest.assemblies, ["assembly-stage"]);
        assert_eq!(manifest.unknown, ["new: cdk:new"]);
        let [a, b] = manifest.stacks.as_slice() else { panic!("two stacks: {:?}", manifest.stacks) };
        assert_eq!((a.stack_name.as_str(), a.display_name.as_str(), a.has_tags), ("a", "Prod/A", true));
        assert_eq!((a.account.as_deref(), a.region.as_deref()), (Some("123456789012"), Some("eu-west-1")));
        assert_eq!(a.asset_manifests, ["A.assets.json"]);
        assert_eq!(a.parameters.get("P").map(String::as_str), Some("1"));
        assert_eq!((b.stack_name.as_str(), &b.account, &b.region, b.has_tags), ("B", &None, &None, false));
    }

    #[test]
    fn what_the_cli_is_told_of_a_deployment() {
        let text = r#"{ "version": "54.0.0", "artifacts": {
            "A": { "type": "aws:cloudformation:stack", "dependencies": ["A.assets", "B.assets", "B"],
                   "properties": { "templateFile": "A.json", "terminationProtection": true,
                       "stackTemplateAssetObjectUrl": "s3://b/k", "requiresBootstrapStackVersion": 6,
                       "bootstrapStackVersionSsmParameter": "/a" } },
            "A.assets": { "type": "cdk:asset-manifest", "properties": { "file": "A.assets.json",
                       "requiresBootstrapStackVersion": 6, "bootstrapStackVersionSsmParameter": "/b" } },
            "B.assets": { "type": "cdk:asset-manifest", "properties": { "file": "B.assets.json",
                       "requiresBootstrapStackVersion": 6 } },
            "B": { "type": "aws:cloudformation:stack", "properties": { "templateFile": "B.json",
                       "bootstrapStackVersionSsmParameter": "/not-looked-at" } } } }"#;
        let manifest = Manifest::read(text).unwrap();
        let [a, b] = manifest.stacks.as_slice() else { panic!("two stacks: {:?}", manifest.stacks) };
        let parameter = |name: &str| VersionCheck::Parameter(name.to_owned());
        let expected = DeploymentSettings {
            template_url: Some("s3://b/k".to_owned()),
            has_termination_protection: true,
            version_checks: [parameter("/a"), parameter("/b"), VersionCheck::BootstrapStack].into(),
        };
        assert_eq!(a.settings, expected);
        assert_eq!(a.asset_manifests, ["A.assets.json", "B.assets.json"]);
        assert_eq!(
            b.settings,
            DeploymentSettings::default(),
            "a version that is not required is not checked"
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, expected) in [
            ("[", "this is no JSON"),
            ("{}", "at `/version`: a manifest needs a version"),
            (r#"{ "version": "1.0.0", "artifacts": [] }"#, "at `/artifacts`: `artifacts` is an object"),
            (
                r#"{ "version": "1.0.0", "artifacts": { "A": {} } }"#,
                "at `/artifacts/A`: missing field `type`",
            ),
            (
                r#"{ "version": "1.0.0", "artifacts": { "A": { "type": "aws:cloudformation:stack" } } }"#,
                "at `/artifacts/A`: a stack needs a `templateFile`",
            ),
        ] {
            let error = Manifest::read(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
