//! [`AssetManifest`]: what is published with a stack, and where.

use std::collections::BTreeMap;

use iam::JsonPointer;
use serde::Deserialize;

use super::ManifestError;

/// An asset manifest of a cloud assembly, `*.assets.json`.
///
/// The form is that of `@aws-cdk/cloud-assembly-schema`. Names may hold `${AWS::AccountId}`, `${AWS::Region}` and
/// `${AWS::Partition}`, which the CDK CLI fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetManifest {
    /// The files, and folders that are packed to one, in the order of their ids.
    pub files: Vec<FileAsset>,
    /// The container images, in the order of their ids.
    pub images: Vec<ImageAsset>,
}

/// A file that is published to buckets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileAsset {
    /// The id: a hash of what is in it.
    pub id: String,
    /// The path from the assembly's folder; none when a program makes the file.
    pub path: Option<String>,
    /// Where it goes.
    pub destinations: Vec<FileDestination>,
}

/// An object of a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileDestination {
    /// The bucket's name.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// The region, where it is not that of the stack.
    pub region: Option<String>,
}

/// A container image that is published to repositories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageAsset {
    /// The id: a hash of what it is made of.
    pub id: String,
    /// Where it goes.
    pub destinations: Vec<ImageDestination>,
}

/// An image of a repository of Amazon ECR.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageDestination {
    /// The repository's name.
    pub repository: String,
    /// The region, where it is not that of the stack.
    pub region: Option<String>,
}

impl AssetManifest {
    /// Reads an asset manifest.
    pub fn read(text: &str) -> Result<Self, ManifestError> {
        let parsed: Parsed = serde_json::from_str(text)
            .map_err(|error| ManifestError { pointer: JsonPointer::default(), reason: error.to_string() })?;
        let files = parsed.files.into_iter().map(|(id, asset)| FileAsset {
            id,
            path: asset.source.path,
            destinations: asset.destinations.into_values().map(FileDestination::from).collect(),
        });
        let images = parsed.docker_images.into_iter().map(|(id, asset)| ImageAsset {
            id,
            destinations: asset.destinations.into_values().map(ImageDestination::from).collect(),
        });
        Ok(Self { files: files.collect(), images: images.collect() })
    }

    /// Adds what another manifest of the same stack publishes.
    pub fn extend(&mut self, other: Self) {
        self.files.extend(other.files);
        self.images.extend(other.images);
    }

    /// The path of each file from the assembly's folder, by the key under which it is published.
    pub fn paths_by_key(&self) -> BTreeMap<String, String> {
        let of = |file: &FileAsset| {
            let path = file.path.clone()?;
            let keys = file.destinations.iter().map(|destination| destination.key.clone());
            Some(keys.map(move |key| (key, path.clone())).collect::<Vec<_>>())
        };
        self.files.iter().filter_map(of).flatten().collect()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parsed {
    #[serde(default)]
    files: BTreeMap<String, ParsedFile>,
    #[serde(default)]
    docker_images: BTreeMap<String, ParsedImage>,
}

#[derive(Deserialize)]
struct ParsedFile {
    source: ParsedSource,
    #[serde(default)]
    destinations: BTreeMap<String, ParsedFileDestination>,
}

#[derive(Deserialize)]
struct ParsedSource {
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ParsedFileDestination {
    bucket_name: String,
    object_key: String,
    region: Option<String>,
}

#[derive(Deserialize)]
struct ParsedImage {
    #[serde(default)]
    destinations: BTreeMap<String, ParsedImageDestination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ParsedImageDestination {
    repository_name: String,
    region: Option<String>,
}

impl From<ParsedFileDestination> for FileDestination {
    fn from(parsed: ParsedFileDestination) -> Self {
        let ParsedFileDestination { bucket_name, object_key, region } = parsed;
        Self { bucket: bucket_name, key: object_key, region }
    }
}

impl From<ParsedImageDestination> for ImageDestination {
    fn from(parsed: ParsedImageDestination) -> Self {
        let ParsedImageDestination { repository_name, region } = parsed;
        Self { repository: repository_name, region }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_images_with_their_destinations() {
        let text = r#"{ "version": "54.0.0",
            "files": { "abc": { "source": { "path": "N.nested.template.json", "packaging": "file" },
                "destinations": { "current": { "bucketName": "b", "objectKey": "abc.json", "assumeRoleArn": "r" } } },
              "made": { "source": { "executable": ["make"] },
                "destinations": { "current": { "bucketName": "b", "objectKey": "made.zip" } } } },
            "dockerImages": { "img": { "source": { "directory": "asset.img" },
                "destinations": { "eu": { "repositoryName": "repo", "imageTag": "t", "region": "eu-west-1" } } } } }"#;
        let manifest = AssetManifest::read(text).unwrap();
        let [abc, made] = manifest.files.as_slice() else { panic!("two files: {:?}", manifest.files) };
        let [to] = abc.destinations.as_slice() else { panic!("one place: {abc:?}") };
        assert_eq!((to.bucket.as_str(), to.key.as_str(), &to.region), ("b", "abc.json", &None));
        assert_eq!((made.path.as_deref(), made.destinations.len()), (None, 1));
        let paths: Vec<_> = manifest.paths_by_key().into_iter().collect();
        assert_eq!(paths, [("abc.json".to_owned(), "N.nested.template.json".to_owned())]);
        let region = Some("eu-west-1".to_owned());
        let image = ImageDestination { repository: "repo".into(), region };
        assert_eq!(manifest.images, [ImageAsset { id: "img".to_owned(), destinations: vec![image] }]);
    }

    #[test]
    fn what_is_no_asset_manifest_is_refused() {
        for (text, expected) in [
            ("[", "EOF"),
            (r#"{ "files": { "a": { "destinations": {} } } }"#, "missing field `source`"),
            (
                r#"{ "files": { "a": { "source": {}, "destinations": { "d": { "bucketName": "b" } } } } }"#,
                "missing field `objectKey`",
            ),
            (
                r#"{ "dockerImages": { "a": { "destinations": { "d": { "imageTag": "t" } } } } }"#,
                "missing field `repositoryName`",
            ),
        ] {
            let error = AssetManifest::read(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
