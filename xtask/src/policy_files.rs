//! Policy documents in files: read by the name of the file, and written by the name of the policy.

use std::path::{Path, PathBuf};

use iam::{PolicyDocument, PolicyKind};

use crate::{project, writer};

/// A policy with its name, and its path if it is a file.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) file: Option<String>,
    pub(crate) document: PolicyDocument,
}

/// The identity-based policies in files; what cannot be read or is no policy is kept in `errors`, a line each.
pub(crate) fn identity_policies(files: &[PathBuf], errors: &mut Vec<String>) -> Vec<Named> {
    let mut policies: Vec<Named> =
        files.iter().filter_map(|file| read(file, PolicyKind::Identity, errors)).collect();
    tell_apart(policies.iter_mut());
    policies
}

/// A policy in a file, named by the file's stem.
pub(crate) fn read(file: &Path, kind: PolicyKind, errors: &mut Vec<String>) -> Option<Named> {
    let path = file.display().to_string();
    let text = project::read_text(file);
    let text = text.map_err(|error| errors.push(format!("cannot read `{path}`: {error}"))).ok()?;
    let document = parse(&text, kind, &path, errors)?;
    let name = file.file_stem().map_or_else(|| path.clone(), |stem| stem.to_string_lossy().into_owned());
    Some(Named { name, file: Some(path), document })
}

/// A policy in a text that comes from there.
pub(crate) fn parse(
    text: &str,
    kind: PolicyKind,
    path: &str,
    errors: &mut Vec<String>,
) -> Option<PolicyDocument> {
    match PolicyDocument::parse(text, kind) {
        Ok(document) => Some(document),
        Err(refusals) => {
            errors.extend(refusals.errors().iter().map(|refusal| format!("{path}: {refusal}")));
            None
        }
    }
}

/// Gives files of one name their paths as names.
pub(crate) fn tell_apart<'a>(policies: impl Iterator<Item = &'a mut Named>) {
    let mut policies: Vec<&mut Named> = policies.collect();
    let names: Vec<String> = policies.iter().map(|policy| policy.name.clone()).collect();
    for policy in &mut policies {
        if let Some(file) = &policy.file
            && names.iter().filter(|name| **name == policy.name).count() > 1
        {
            policy.name.clone_from(file);
        }
    }
}

/// Writes policies as `NAME.json` into a folder, which is made if it is not there.
pub(crate) fn write(folder: &Path, policies: &[(String, PolicyDocument)]) -> anyhow::Result<()> {
    for (name, document) in policies {
        // A policy that was named by its path keeps the file's name only.
        let stem = Path::new(name)
            .file_name()
            .map_or_else(|| name.clone(), |stem| stem.to_string_lossy().into_owned());
        let stem = stem.strip_suffix(".json").unwrap_or(&stem);
        writer::replace(&folder.join(format!("{stem}.json")), document.to_artifact().as_bytes())?;
    }
    Ok(())
}
