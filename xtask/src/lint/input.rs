//! What lint reads: the generated set, or the files that a user names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use analysis::{
    Attachment, LintInput, Node, PoliciesOf, PolicySource, PolicyUse, Scope, Template, TemplateForm, Value,
};
use anyhow::Context as _;
use iam::{JsonPointer, PolicySet};

use super::{artifact, read};
use crate::UsageError;

/// What was found in files.
#[derive(Default)]
pub(super) struct Found {
    pub(super) input: LintInput,
    /// What of templates was left alone.
    pub(super) left_alone: usize,
    /// Templates among the files.
    templates: usize,
    /// Files of a folder that are neither policy nor template.
    pub(super) skipped: Vec<String>,
    /// What was read already, by the real path: links can lead to a file or a folder again.
    seen: BTreeSet<PathBuf>,
}

impl Found {
    fn is_new(&mut self, path: &Path) -> bool {
        path.canonicalize().map_or(true, |path| self.seen.insert(path))
    }
}

/// What stands for the file of a policy that AWS maintains: it is read for what it grants, and not judged.
pub(super) const AWS_MANAGED: &str = "AWS managed policy";

/// A set that `generate` writes, and the folder of its policies among the artifacts.
pub(super) type GeneratedSet<'a> = (&'a PolicySet, &'static str);

/// The policies of sets, as the files that `generate` writes; each set is what one role or user has.
pub(super) fn of_sets(sets: &[GeneratedSet<'_>]) -> anyhow::Result<LintInput> {
    let mut input = LintInput::default();
    for (set, folder) in sets {
        let own = set
            .policies()
            .iter()
            .map(|policy| (artifact(folder, &policy.file_stem), policy.name.as_str(), &policy.document));
        let aws = set.aws_managed().iter();
        let aws = aws.map(|policy| (AWS_MANAGED.to_owned(), policy.name.as_str(), &policy.document));
        let policies = own.chain(aws).map(|(file, name, document)| {
            PolicySource::of_json(file, name, PolicyUse::Managed, &document.to_artifact())
                .context(name.to_owned())
        });
        let policies = policies.collect::<anyhow::Result<Vec<_>>>()?;
        let first = input.policies.len();
        let mut together = together(&policies);
        together.policies.iter_mut().for_each(|position| *position += first);
        input.policies.extend(policies);
        input.attachments.push(together);
    }
    Ok(input)
}

/// The policies and templates of files and folders.
pub(super) fn of_paths(paths: &[PathBuf], together_flag: bool) -> anyhow::Result<Found> {
    let mut found = Found::default();
    let mut errors = Vec::new();
    for path in paths {
        if path.is_dir() {
            of_folder(path, &mut found, &mut errors);
        } else {
            keep(of_file(path, true, &mut found), &mut errors);
        }
    }
    if !errors.is_empty() {
        return Err(UsageError(errors.join("\n")).into());
    }
    if found.input.policies.is_empty() && found.templates == 0 {
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        return Err(UsageError(format!(
            "{} holds no policy and no template with policies",
            names.join(", ")
        ))
        .into());
    }
    // A policy alone is all that is known of what its role has.
    if together_flag || found.templates == 0 && found.input.policies.len() == 1 {
        found.input.attachments = vec![together(&found.input.policies)];
    }
    Ok(found)
}

fn together(policies: &[PolicySource]) -> Attachment {
    Attachment {
        name: "all policies".to_owned(),
        file: policies.first().map(|policy| policy.file.clone()).unwrap_or_default(),
        at: JsonPointer::default(),
        line: 1,
        policies: (0..policies.len()).collect(),
        others: 0,
        identity: None,
        is_partial: false,
    }
}

fn keep(result: anyhow::Result<()>, errors: &mut Vec<String>) {
    errors.extend(result.err().map(|error| format!("{error:#}")));
}

fn of_folder(folder: &Path, found: &mut Found, errors: &mut Vec<String>) {
    if !found.is_new(folder) {
        return;
    }
    let entries = std::fs::read_dir(folder).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
    });
    let mut paths = match entries {
        Ok(paths) => paths,
        Err(error) => return errors.push(format!("cannot read `{}`: {error}", folder.display())),
    };
    paths.sort();
    for path in paths {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if path.is_dir() {
            of_folder(&path, found, errors);
        } else if ["json", "yaml", "yml", "template"].contains(&extension) {
            keep(of_file(&path, false, found), errors);
        }
    }
}

/// Reads a file; one that is neither policy nor template is an error when the user named it.
fn of_file(path: &Path, is_named: bool, found: &mut Found) -> anyhow::Result<()> {
    let name = path.display().to_string();
    let text = read(path)?;
    if !found.is_new(path) {
        return Ok(());
    }
    let is_yaml = match path.extension().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml") => true,
        Some("json") => false,
        // `.template` may be either; no JSON that holds a policy begins otherwise.
        _ => !text.trim_start().starts_with('{'),
    };
    let node = if is_yaml { Node::from_yaml(&text) } else { Node::from_json(&text) };
    let node = node.with_context(|| format!("`{name}`"))?;
    if node.get("Resources").is_some() {
        let form = if is_yaml { TemplateForm::Yaml } else { TemplateForm::Json };
        let template = Template::read(&text, form).map_err(|errors| of_lines(&name, &errors))?;
        add_template(template.policies(&name, &Scope::default()), found);
        return Ok(());
    }
    if node.get("Statement").is_some() {
        let stem = path.file_stem().map_or_else(|| name.clone(), |stem| stem.to_string_lossy().into_owned());
        let usage = if is_trust(&node) { PolicyUse::Trust } else { PolicyUse::Managed };
        found.input.policies.push(PolicySource::new(name, stem, usage, node));
        return Ok(());
    }
    anyhow::ensure!(
        !is_named,
        "`{name}` is neither a policy (it has no `Statement`) nor a template (it has no `Resources`)"
    );
    found.skipped.push(name);
    Ok(())
}

/// Adds the policies of a template after those that are known, with who has them.
fn add_template(policies: PoliciesOf, found: &mut Found) {
    let first = found.input.policies.len();
    found.left_alone += policies.left_alone.len();
    found.input.policies.extend(policies.sources);
    found.input.attachments.extend(policies.attachments.into_iter().map(|mut attachment| {
        for position in &mut attachment.policies {
            *position += first;
        }
        attachment
    }));
    found.templates += 1;
}

/// Every error of a file, each in a line of its own.
fn of_lines(name: &str, errors: &impl std::fmt::Display) -> anyhow::Error {
    let lines: Vec<String> = errors.to_string().lines().map(|line| format!("`{name}`: {line}")).collect();
    anyhow::anyhow!(lines.join("\n"))
}

/// Whether this is a role's trust policy: a statement says who, and none is about a resource, unless the action is one
/// of those that only a trust policy allows to others. What else says who belongs to a bucket, a queue or the like.
fn is_trust(policy: &Node) -> bool {
    let statements = match policy.get("Statement") {
        Some(Node { value: Value::List(items), .. }) => items.iter().collect(),
        Some(node) => vec![node],
        None => Vec::new(),
    };
    let has = |statement: &Node, names: [&str; 2]| names.iter().any(|name| statement.get(name).is_some());
    let is_sts = |statement: &Node| {
        let action =
            statement.get("Action").and_then(|node| node.items().map_or(Some(node), <[Node]>::first));
        action.and_then(Node::as_str).is_some_and(|action| action.to_ascii_lowercase().starts_with("sts:"))
    };
    statements.iter().any(|statement| has(statement, ["Principal", "NotPrincipal"]))
        && statements
            .iter()
            .all(|statement| !has(statement, ["Resource", "NotResource"]) || is_sts(statement))
}
