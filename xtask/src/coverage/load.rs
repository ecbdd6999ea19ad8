//! What coverage reads: cloud assemblies with their stages and nested stacks, or single templates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use analysis::{
    AssetManifest, DeploymentSettings, Executor, KNOWN_MANIFEST_VERSION, Manifest, Scope, StackArtifact,
    StackInput, Template, TemplateForm, nested_stacks,
};
use anyhow::Context as _;
use toolkit::Environment;

use super::compared::Deployer;
use crate::{UsageError, project};

/// What a user says of the deployment.
pub(super) struct Wanted<'a> {
    /// The stacks to look at; empty for all of them.
    pub(super) stacks: &'a [String],
    /// Values of parameters.
    pub(super) parameters: &'a BTreeMap<String, String>,
    /// The environment of what names none.
    pub(super) environment: Option<&'a Environment>,
    /// The partition of what names no region.
    pub(super) partition: &'a str,
    /// The role that CloudFormation assumes, where no manifest says it; none when it works as the caller.
    pub(super) execution_role: Option<&'a str>,
    /// Who deploys.
    pub(super) deployer: Deployer,
}

impl Wanted<'_> {
    /// An account and a region, each if it is known, in the partition of the policies when no region tells it.
    fn scope(&self, account: Option<&str>, region: Option<&str>) -> Scope {
        let mut scope = Scope::of_environment(account, region);
        scope.partition.get_or_insert_with(|| self.partition.to_owned());
        scope
    }
}

/// A stack with its template.
pub(super) struct Stack {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) template: Template,
    pub(super) scope: Scope,
    has_tags: bool,
    pub(super) execution_role: Option<String>,
    /// What goes with a stack that is deployed by itself; none for one that is nested in another.
    pub(super) deployed: Option<Deployed>,
}

/// What the CDK CLI deploys with a stack.
pub(super) struct Deployed {
    pub(super) settings: DeploymentSettings,
    pub(super) assets: AssetManifest,
    pub(super) template_bytes: usize,
}

impl Stack {
    /// What coverage asks about.
    pub(super) fn input(&self, deployer: Deployer) -> StackInput<'_> {
        StackInput {
            name: &self.name,
            file: &self.file,
            template: &self.template,
            scope: &self.scope,
            has_tags: self.has_tags,
            executor: match deployer {
                Deployer::ExecutionRole => Executor::Role(self.execution_role.as_deref()),
                Deployer::Pipeline => Executor::Caller,
            },
        }
    }
}

/// What was read.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) stacks: Vec<Stack>,
    /// What could not be read, in a sentence each.
    pub(super) problems: Vec<String>,
    /// The names of stacks that were there, to tell a user who asked for another.
    known: Vec<String>,
    /// What of the wanted names is a stack's.
    found: BTreeSet<String>,
}

/// Reads every path: a folder with a manifest, or a template.
pub(super) fn load(paths: &[PathBuf], wanted: &Wanted<'_>) -> anyhow::Result<Loaded> {
    let mut loaded = Loaded::default();
    let mut errors = Vec::new();
    for path in paths {
        let result = if path.is_dir() {
            assembly(path, wanted, &mut loaded)
        } else {
            single_template(path, wanted, paths.len(), &mut loaded)
        };
        errors.extend(result.err().map(|error| format!("{error:#}")));
    }
    if !errors.is_empty() {
        return Err(UsageError(errors.join("\n")).into());
    }
    let known = loaded.known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if known.is_empty() {
        return Err(UsageError("there is no stack".to_owned()).into());
    }
    if let Some(name) = wanted.stacks.iter().find(|name| !loaded.found.contains(*name)) {
        return Err(UsageError(format!("no stack is called `{name}`; there are {known}")).into());
    }
    Ok(loaded)
}

fn assembly(folder: &Path, wanted: &Wanted<'_>, loaded: &mut Loaded) -> anyhow::Result<()> {
    let path = folder.join("manifest.json");
    let name = path.display().to_string();
    let text = project::read_text(&path)
        .with_context(|| format!("cannot read `{name}`: `cdk synth` writes it, or name a template"))?;
    let manifest = Manifest::read(&text).with_context(|| format!("`{name}`"))?;
    if manifest.is_newer() {
        loaded.problems.push(format!(
            "{name}: version {} is newer than {KNOWN_MANIFEST_VERSION}, the newest that is known; what is new in it is not read",
            manifest.version
        ));
    }
    loaded.problems.extend(
        manifest.unknown.iter().map(|artifact| format!("{name}: artifact {artifact} is of no known type")),
    );
    for artifact in &manifest.stacks {
        loaded.known.push(artifact.display_name.clone());
        let names = [&artifact.stack_name, &artifact.display_name, &artifact.id];
        let called: Vec<_> = wanted.stacks.iter().filter(|wanted| names.contains(wanted)).cloned().collect();
        if wanted.stacks.is_empty() || !called.is_empty() {
            stack(folder, artifact, wanted, loaded)?;
        }
        loaded.found.extend(called);
    }
    for nested in &manifest.assemblies {
        assembly(&folder.join(nested), wanted, loaded)?;
    }
    Ok(())
}

fn stack(
    folder: &Path,
    artifact: &StackArtifact,
    wanted: &Wanted<'_>,
    loaded: &mut Loaded,
) -> anyhow::Result<()> {
    let (file, template, template_bytes) = read_template(&folder.join(&artifact.template))?;
    let fallback = wanted.environment;
    let account = artifact.account.as_deref().or(fallback.map(|environment| environment.account.as_str()));
    let region = artifact.region.as_deref().or(fallback.map(|environment| environment.region.as_str()));
    let mut given = artifact.parameters.clone();
    given.extend(wanted.parameters.clone());
    let scope = Scope {
        stack_name: Some(artifact.stack_name.clone()),
        ..wanted.scope(account, region).with_parameters(&template, &given)
    };
    let mut assets = AssetManifest::default();
    for manifest in &artifact.asset_manifests {
        let path = folder.join(manifest);
        let Ok(text) = project::read_text(&path) else {
            // CloudFormation needs of it the templates of nested stacks, which are missed where there is one.
            if wanted.deployer == Deployer::Pipeline {
                let missing =
                    format!("{}: not there, so what publishing assets needs is missing", path.display());
                loaded.problems.push(missing);
            }
            continue;
        };
        assets.extend(AssetManifest::read(&text).with_context(|| format!("`{}`", path.display()))?);
    }
    let paths = assets.paths_by_key();
    let own = Stack {
        name: artifact.stack_name.clone(),
        file,
        template,
        scope,
        has_tags: artifact.has_tags,
        execution_role: artifact.execution_role.clone(),
        deployed: Some(Deployed { settings: artifact.settings.clone(), assets, template_bytes }),
    };
    add(folder, own, &paths, loaded)
}

/// Adds a stack, and the stacks that are nested in it.
fn add(
    folder: &Path,
    own: Stack,
    assets: &BTreeMap<String, String>,
    loaded: &mut Loaded,
) -> anyhow::Result<()> {
    let nested = nested_stacks(&own.template, &own.scope, assets);
    let parent = (own.scope.clone(), own.has_tags, own.execution_role.clone(), own.file.clone());
    loaded.stacks.push(own);
    let (scope, has_tags, execution_role, file) = parent;
    for child in nested {
        let Some(path) = &child.template else {
            let line = child.line;
            loaded.problems.push(format!(
                "{file} line {line}: the template of nested stack `{}` is not among the assets",
                child.logical_id
            ));
            continue;
        };
        let (file, template, _) = read_template(&folder.join(path))?;
        let name = child.name;
        let scope = Scope {
            stack_name: Some(name.clone()),
            ..scope.clone().with_parameters(&template, &child.parameters)
        };
        let execution_role = execution_role.clone();
        let own = Stack { name, file, template, scope, has_tags, execution_role, deployed: None };
        add(folder, own, assets, loaded)?;
    }
    Ok(())
}

fn single_template(
    path: &Path,
    wanted: &Wanted<'_>,
    paths: usize,
    loaded: &mut Loaded,
) -> anyhow::Result<()> {
    let stem = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let of_file = stem.split('.').next().unwrap_or_default().to_owned();
    let name = match wanted.stacks {
        [name] if paths == 1 => name.clone(),
        _ => of_file,
    };
    loaded.known.push(name.clone());
    if !wanted.stacks.is_empty() && !wanted.stacks.contains(&name) {
        return Ok(());
    }
    loaded.found.insert(name.clone());
    let (file, template, template_bytes) = read_template(path)?;
    let environment = wanted.environment;
    let scope = wanted.scope(
        environment.map(|environment| environment.account.as_str()),
        environment.map(|environment| environment.region.as_str()),
    );
    let scope =
        Scope { stack_name: Some(name.clone()), ..scope.with_parameters(&template, wanted.parameters) };
    let own = Stack {
        name,
        file,
        template,
        scope,
        has_tags: false,
        execution_role: wanted.execution_role.map(ToOwned::to_owned),
        deployed: Some(Deployed {
            settings: DeploymentSettings::default(),
            assets: AssetManifest::default(),
            template_bytes,
        }),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    add(folder, own, &BTreeMap::new(), loaded)
}

/// The file as messages call it, its template, and its size in bytes.
fn read_template(path: &Path) -> anyhow::Result<(String, Template, usize)> {
    let name = path.display().to_string();
    let text = project::read_text(path).with_context(|| format!("cannot read `{name}`"))?;
    let template = Template::read(&text, TemplateForm::detect(&text)).map_err(|errors| {
        let lines: Vec<String> = errors.to_string().lines().map(|line| format!("`{name}`: {line}")).collect();
        anyhow::anyhow!(lines.join("\n"))
    })?;
    Ok((name, template, text.len()))
}
