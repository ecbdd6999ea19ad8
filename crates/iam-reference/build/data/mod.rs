//! Reads the data files and checks them: every name that refers to another one must exist.

pub(crate) mod cloudformation;
pub(crate) mod managed_policies;
pub(crate) mod reference;
pub(crate) mod rows;

use cloudformation::CloudFormationType;
use managed_policies::ManagedPolicy;
use reference::{ConditionKey, Service};
use rows::{DataError, Line, first_word, lines};

/// The data files, in the folder `data`.
pub(crate) const FILES: [&str; 8] = [
    "pins.txt",
    "services.txt",
    "actions.txt",
    "resource-types.txt",
    "condition-keys.txt",
    "handlers.txt",
    "existence.txt",
    "managed-policies.txt",
];

/// All that the data files say, in their order; numbers are places in these lists.
#[derive(Debug)]
pub(crate) struct Data<'a> {
    pub(crate) sources: Vec<Source<'a>>,
    /// The global condition keys, then those of each service.
    pub(crate) condition_keys: Vec<ConditionKey<'a>>,
    /// How many of `condition_keys` are global.
    pub(crate) global_keys: usize,
    pub(crate) services: Vec<Service<'a>>,
    pub(crate) cloudformation: Vec<CloudFormationType<'a>>,
    pub(crate) managed_policies: Vec<ManagedPolicy<'a>>,
    /// The actions that exist, but of which no more is known than that: `prefix:name` in lower case.
    pub(crate) only_exist: Vec<String>,
    /// The services that get constants: places in `services`.
    pub(crate) constants: Vec<usize>,
}

/// A package from which the data comes.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) registry: Registry,
    pub(crate) package: &'a str,
    pub(crate) version: &'a str,
    /// `YYYY-MM-DD`; some packages have no date.
    pub(crate) released: Option<&'a str>,
    pub(crate) license: &'a str,
}

/// In the spelling of the public enum.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Registry {
    Npm,
    Pypi,
}

/// Reads all data files; `text` gives the text of each of [`FILES`].
pub(crate) fn read<'a>(text: impl Fn(&'static str) -> &'a str) -> Result<Data<'a>, DataError> {
    let sources = sources("pins.txt", text("pins.txt"))?;
    for file in FILES.into_iter().filter(|file| !["pins.txt", "services.txt"].contains(file)) {
        check_header(file, text(file), &sources)?;
    }
    let keys = reference::condition_keys("condition-keys.txt", text("condition-keys.txt"))?;
    let types = reference::resource_types("resource-types.txt", text("resource-types.txt"), &keys)?;
    let services = reference::services("actions.txt", text("actions.txt"), &keys, types)?;
    let only_exist = cloudformation::only_exist("existence.txt", text("existence.txt"), &services)?;
    let cloudformation = cloudformation::types("handlers.txt", text("handlers.txt"), &services, &only_exist)?;
    let managed_policies = managed_policies::policies("managed-policies.txt", text("managed-policies.txt"))?;
    let constants = constants("services.txt", text("services.txt"), &services)?;
    let (condition_keys, global_keys) = keys.into_list();
    Ok(Data {
        sources,
        condition_keys,
        global_keys,
        services,
        cloudformation,
        managed_policies,
        only_exist,
        constants,
    })
}

fn sources<'a>(file: &'static str, text: &'a str) -> Result<Vec<Source<'a>>, DataError> {
    lines(file, text)?.iter().map(source).collect()
}

fn source<'a>(line: &Line<'a>) -> Result<Source<'a>, DataError> {
    let words: Vec<&'a str> = line.text.split(' ').collect();
    let &[registry, package, version, released, license, _digest] = words.as_slice() else {
        return Err(line.error("a pin is: registry, name, version, date, licence, digest"));
    };
    let registry = match registry {
        "npm" => Registry::Npm,
        "pypi" => Registry::Pypi,
        other => return Err(line.error(format!("unknown registry `{other}`: known are npm, pypi"))),
    };
    let is_date = |text: &str| {
        let digit_or_dash =
            |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
        text.len() == 10 && text.bytes().enumerate().all(digit_or_dash)
    };
    let released = match released {
        "-" => None,
        date if is_date(date) => Some(date),
        other => return Err(line.error(format!("`{other}` is no date (`YYYY-MM-DD`, or `-` for none)"))),
    };
    Ok(Source { registry, package, version, released, license })
}

/// Checks that a file names only pinned packages as its sources: else the pins are newer than the data.
fn check_header(file: &'static str, text: &str, sources: &[Source<'_>]) -> Result<(), DataError> {
    let header = text.lines().zip(1..).take_while(|(text, _)| text.starts_with('#'));
    for (line, number) in header {
        let Some(named) = line.strip_prefix("# source: ") else { continue };
        let pinned = sources.iter().any(|source| {
            let version = format!(" {} {}, released ", source.package, source.version);
            named.contains(&version)
        });
        if !pinned {
            let line = Line::new(file, number, line);
            return Err(line.error(format!("`{named}` is not what `pins.txt` pins: run refresh-data")));
        }
    }
    Ok(())
}

/// The services that `services.txt` names.
fn constants(file: &'static str, text: &str, services: &[Service<'_>]) -> Result<Vec<usize>, DataError> {
    let lines = lines(file, text)?;
    rows::check_order(lines.iter().copied())?;
    lines
        .iter()
        .map(|line| {
            let place = services.iter().position(|service| service.prefix == first_word(line.text));
            place.ok_or_else(|| line.error(format!("unknown service `{}`", line.text)))
        })
        .collect()
}
