//! Which files of a cloud assembly are recorded: manifests, templates and asset manifests.
//!
//! They are found by the manifest and not by their names. Templates and asset manifests are recorded as they
//! are. A manifest is recorded without what only the CDK's own tools read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The name of a manifest in its assembly.
const MANIFEST: &str = "manifest.json";

/// Where a stack's metadata is: where in the app each construct was made, with paths of this machine.
const METADATA: &str = "additionalMetadataFile";

/// The files to record of the assembly in a folder: their contents by their paths in it.
///
/// # Errors
///
/// When a file is missing or not of its form, or an artifact is of a type that is neither recorded nor left out.
pub(super) fn files(assembly: &Path) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let mut files = BTreeMap::new();
    add_assembly(assembly, Path::new(""), &mut files)?;
    Ok(files)
}

/// Adds the files of the assembly that a folder below the root holds; a stage is an assembly in another.
fn add_assembly(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, String>) -> anyhow::Result<()> {
    let path = folder.join(MANIFEST);
    let of_manifest = || format!("`{}` of the assembly", path.display());
    let mut manifest: Value = serde_json::from_str(&read(root, &path)?).with_context(of_manifest)?;
    let artifacts = manifest.get_mut("artifacts").and_then(Value::as_object_mut).with_context(of_manifest)?;
    let mut assets = Vec::new();
    let mut stages = Vec::new();
    let mut templates = Vec::new();
    for (id, artifact) in &*artifacts {
        let file = |name| property(artifact, name).with_context(|| format!("artifact `{id}`"));
        match kind(artifact) {
            "aws:cloudformation:stack" => templates.push(folder.join(file("templateFile")?)),
            "cdk:asset-manifest" => assets.push(folder.join(file("file")?)),
            "cdk:cloud-assembly" => stages.push(folder.join(file("directoryName")?)),
            _ if is_left_out(artifact) => {}
            other => bail!(
                "artifact `{id}` of the assembly is of type `{other}`: say in \
                 `xtask/src/record_assembly/select.rs` whether it is recorded"
            ),
        }
    }
    artifacts.retain(|_, artifact| !is_left_out(artifact));
    for artifact in artifacts.values_mut().filter_map(Value::as_object_mut) {
        artifact.remove(METADATA);
    }
    files.insert(path, serde_json::to_string_pretty(&manifest)?);
    for path in assets {
        let text = read(root, &path)?;
        let nested =
            nested_templates(&text).with_context(|| format!("`{}` of the assembly", path.display()))?;
        templates.extend(nested.into_iter().map(|name| folder.join(name)));
        files.insert(path, text);
    }
    for path in templates {
        let text = read(root, &path)?;
        files.insert(path, text);
    }
    stages.into_iter().try_for_each(|stage| add_assembly(root, &stage, files))
}

/// What only the CDK's own tools read: the tree of constructs, and which feature flags the app could set.
fn is_left_out(artifact: &Value) -> bool {
    matches!(kind(artifact), "cdk:tree" | "cdk:feature-flag-report")
}

fn kind(artifact: &Value) -> &str {
    artifact.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn property<'a>(artifact: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    let value = artifact.get("properties").and_then(|properties| properties.get(name));
    value.and_then(Value::as_str).with_context(|| format!("no property `{name}`"))
}

/// The assets that are single JSON files: templates, those of nested stacks among them. The others are code.
fn nested_templates(asset_manifest: &str) -> anyhow::Result<Vec<PathBuf>> {
    #[derive(Deserialize)]
    struct AssetManifest {
        files: BTreeMap<String, FileAsset>,
    }
    #[derive(Deserialize)]
    struct FileAsset {
        source: Map<String, Value>,
    }
    let manifest: AssetManifest = serde_json::from_str(asset_manifest)?;
    let template = |asset: FileAsset| {
        let text = |name: &str| asset.source.get(name).and_then(Value::as_str);
        let path = text("path").map(PathBuf::from)?;
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        (is_json && text("packaging") == Some("file")).then_some(path)
    };
    Ok(manifest.files.into_values().filter_map(template).collect())
}

fn read(root: &Path, path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(root.join(path))
        .with_context(|| format!("reading `{}` of the assembly", path.display()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// An assembly with one stack, a nested stack's template and code among its assets.
    fn assembly(more: &Value) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut artifacts = json!({
            "Shop": {
                "type": "aws:cloudformation:stack",
                "properties": { "templateFile": "Shop.template.json" },
                "additionalMetadataFile": "Shop.metadata.json",
            },
            "Shop.assets": { "type": "cdk:asset-manifest", "properties": { "file": "Shop.assets.json" } },
            "Tree": { "type": "cdk:tree", "properties": { "file": "tree.json" } },
        });
        artifacts.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        let assets = json!({ "files": {
            "1": { "source": { "path": "Shop.nested.template.json", "packaging": "file" } },
            "2": { "source": { "path": "asset.2", "packaging": "zip" } },
            "3": { "source": { "path": "asset.3.py", "packaging": "file" } },
        } });
        for (name, text) in [
            (MANIFEST, json!({ "version": "54.0.0", "artifacts": artifacts })),
            ("Shop.assets.json", assets),
            ("Shop.template.json", json!({})),
            ("Shop.nested.template.json", json!({})),
            ("Shop.metadata.json", json!({})),
            ("tree.json", json!({})),
        ] {
            fs::write(folder.path().join(name), text.to_string()).unwrap();
        }
        folder
    }

    #[test]
    fn manifests_and_templates_are_recorded() {
        let folder = assembly(&json!({}));
        let files = files(folder.path()).unwrap();
        let names: Vec<_> = files.keys().map(|path| path.to_str().unwrap()).collect();
        let expected = ["Shop.assets.json", "Shop.nested.template.json", "Shop.template.json", MANIFEST];
        assert_eq!(names, expected);
        let manifest = &files[Path::new(MANIFEST)];
        assert!(!manifest.contains("Tree") && !manifest.contains(METADATA), "{manifest}");
    }

    #[test]
    fn a_stage_is_an_assembly_of_its_own() {
        let stage =
            json!({ "Prod": { "type": "cdk:cloud-assembly", "properties": { "directoryName": "prod" } } });
        let folder = assembly(&stage);
        let missing = files(folder.path()).unwrap_err();
        assert!(format!("{missing:#}").contains("`prod/manifest.json`"), "{missing:#}");
        fs::create_dir(folder.path().join("prod")).unwrap();
        fs::write(folder.path().join("prod").join(MANIFEST), r#"{ "artifacts": {} }"#).unwrap();
        assert!(files(folder.path()).unwrap().contains_key(Path::new("prod/manifest.json")));
    }

    #[test]
    fn what_nobody_decided_about_is_refused() {
        let other = json!({ "Chart": { "type": "cdk:chart" } });
        let error = format!("{:#}", files(assembly(&other).path()).unwrap_err());
        assert!(error.contains("`Chart`") && error.contains("`cdk:chart`"), "{error}");
    }
}
