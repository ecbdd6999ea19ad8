//! Downloads the packages with their registries' own programs, checks their digests and unpacks them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256, Sha512};
use xshell::{Cmd, Shell, cmd};

use super::pins::{Pin, Registry};

/// Dates that build tools give to every file of a wheel, so that equal sources make equal bytes.
const PLACEHOLDER_DATES: [&str; 2] = ["1980-01-01", "2020-02-02"];

/// A package as a downloaded file.
pub(super) struct Package {
    pub(super) pin: Pin,
    pub(super) file: PathBuf,
}

/// Checks that the programs are there, so that a missing one is one clear line and not a failure half-way.
pub(super) fn check_programs(sh: &Shell) -> Result<()> {
    for (command, install) in [
        (cmd!(sh, "npm --version"), "install Node.js"),
        (cmd!(sh, "node --version"), "install Node.js"),
        (cmd!(sh, "python3 -m pip --version"), "install Python 3 with pip"),
        (cmd!(sh, "tar --version"), "install it"),
    ] {
        let text = command.to_string();
        let program = text.trim_end_matches(" --version");
        read(command)
            .with_context(|| format!("`{program}` is needed to get the packages: {install} and run again"))?;
    }
    Ok(())
}

/// Gets the pinned version into `dir`; a file with another digest is refused.
pub(super) fn get_pinned(sh: &Shell, pin: &Pin, dir: &Path) -> Result<Package> {
    let file = download(sh, pin.registry, &pin.name, Some(&pin.version), dir)?;
    verify(pin, &sh.read_binary_file(&file)?)?;
    Ok(Package { pin: pin.clone(), file })
}

/// Gets the newest version into `dir` and makes its pin; `old` is the pin until now.
pub(super) fn get_newest(sh: &Shell, old: &Pin, dir: &Path) -> Result<Package> {
    match old.registry {
        Registry::Npm => {
            let name = &old.name;
            let pin = npm_pin(&read(npm(cmd!(sh, "npm view {name} --json")))?, name)?;
            get_pinned(sh, &pin, dir)
        }
        Registry::Pypi => {
            // pip compares the file with the digest that the index publishes.
            let file = download(sh, old.registry, &old.name, None, dir)?;
            let pin = wheel_pin(sh, old, &file)?;
            Ok(Package { pin, file })
        }
    }
}

/// Unpacks a package into a new folder beside it.
pub(super) fn unpack(sh: &Shell, package: &Package) -> Result<PathBuf> {
    let file = &package.file;
    let dir = file.with_extension("unpacked");
    sh.create_dir(&dir)?;
    match package.pin.registry {
        Registry::Npm => read(cmd!(sh, "tar -xzf {file} -C {dir}"))?,
        Registry::Pypi => read(cmd!(sh, "python3 -m zipfile -e {file} {dir}"))?,
    };
    Ok(dir)
}

/// Refuses bytes whose digest is not the pinned one.
fn verify(pin: &Pin, bytes: &[u8]) -> Result<()> {
    let found = digest(pin.registry, bytes);
    if found != pin.digest {
        let Pin { name, version, digest, .. } = pin;
        bail!(
            "`{name}` {version} is not the file that is pinned: expected `{digest}`, found `{found}`; \
             nothing was changed"
        );
    }
    Ok(())
}

fn download(
    sh: &Shell,
    registry: Registry,
    name: &str,
    version: Option<&str>,
    dir: &Path,
) -> Result<PathBuf> {
    let dir = dir.join(name.rsplit('/').next().unwrap_or(name));
    sh.create_dir(&dir)?;
    match registry {
        Registry::Npm => {
            let spec = format!("{name}@{}", version.unwrap_or("latest"));
            read(npm(cmd!(sh, "npm pack {spec} --pack-destination {dir} --ignore-scripts --json")))?;
        }
        Registry::Pypi => {
            let spec = version.map_or_else(|| name.to_owned(), |version| format!("{name}=={version}"));
            let options = ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--no-input"];
            let download = cmd!(sh, "python3 -m pip download {options...} --quiet --dest {dir} {spec}");
            // Only the index counts: wheels that lie around on a machine may be old.
            let settings = [("PIP_FIND_LINKS", ""), ("PIP_DISABLE_PIP_VERSION_CHECK", "1")];
            read(download.envs(settings))?;
        }
    }
    let files = sh.read_dir(&dir)?;
    match <[PathBuf; 1]>::try_from(files) {
        Ok([file]) => Ok(file),
        Err(files) => bail!("expected one file of `{name}` in the download, found {}", files.len()),
    }
}

/// Npm without its notices.
fn npm(command: Cmd<'_>) -> Cmd<'_> {
    command.env("npm_config_update_notifier", "false").env("npm_config_fund", "false")
}

/// Runs a command and returns what it prints; an error has what the command says of it.
pub(super) fn read(command: Cmd<'_>) -> Result<String> {
    let text = command.to_string();
    let output = command.quiet().ignore_status().output()?;
    if output.status.success() {
        return String::from_utf8(output.stdout).with_context(|| format!("`{text}` printed no UTF-8"));
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let said = first_errors(&stderr);
    bail!("`{text}` failed ({}): {said}", output.status)
}

/// The first lines that a failed program calls errors; the last line when it names none.
fn first_errors(stderr: &str) -> String {
    let mut lines = stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let errors: Vec<_> = lines
        .clone()
        .filter(|line| line.to_ascii_lowercase().contains("error") && line.split(' ').count() > 2)
        .take(3)
        .collect();
    if errors.is_empty() { lines.next_back().unwrap_or_default().to_owned() } else { errors.join("; ") }
}

/// The pin of the version that `npm view <name> --json` calls the latest.
fn npm_pin(json: &str, name: &str) -> Result<Pin> {
    let view: serde_json::Value = serde_json::from_str(json).context("`npm view` printed no JSON")?;
    let field = |pointer: &str| {
        let text = view.pointer(pointer).and_then(serde_json::Value::as_str).map(str::to_owned);
        text.with_context(|| format!("`npm view {name}` has no `{pointer}`"))
    };
    let version = field("/version")?;
    let released = view.get("time").and_then(|times| times.get(&version)).and_then(|time| time.as_str());
    Ok(Pin {
        registry: Registry::Npm,
        name: name.to_owned(),
        released: date(released.unwrap_or_default()),
        license: field("/license")?,
        digest: field("/dist/integrity")?,
        version,
    })
}

/// The pin of a downloaded wheel, from its name, its metadata and the dates of its files.
fn wheel_pin(sh: &Shell, old: &Pin, file: &Path) -> Result<Pin> {
    let file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let [stem, version] = wheel_parts(&file_name)?;
    let member = format!("{stem}-{version}.dist-info/METADATA");
    let script = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())";
    let metadata = read(cmd!(sh, "python3 -c {script} {file} {member}").env("PYTHONIOENCODING", "utf-8"))?;
    let license = metadata.lines().find_map(|line| line.strip_prefix("License-Expression: "));
    let mut released = newest_date(&read(cmd!(sh, "python3 -m zipfile -l {file}"))?);
    if released == "-" && version == old.version {
        released.clone_from(&old.released);
    }
    Ok(Pin {
        version: version.to_owned(),
        license: license.unwrap_or(&old.license).trim().to_owned(),
        digest: digest(Registry::Pypi, &sh.read_binary_file(file)?),
        released,
        ..old.clone()
    })
}

/// Name and version out of a wheel's file name.
///
/// <https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention>
fn wheel_parts(file_name: &str) -> Result<[&str; 2]> {
    let mut parts = file_name.strip_suffix(".whl").unwrap_or_default().split('-');
    match (parts.next(), parts.next(), parts.count()) {
        (Some(stem), Some(version), 3..) => Ok([stem, version]),
        _ => bail!("`{file_name}` is not the name of a wheel"),
    }
}

/// The newest date in the listing of a wheel, unless it is the placeholder of a build tool.
fn newest_date(listing: &str) -> String {
    let words = listing.lines().flat_map(|line| line.split(' ')).map(date);
    let newest = words.filter(|date| date != "-").max().unwrap_or_else(|| "-".to_owned());
    if PLACEHOLDER_DATES.contains(&newest.as_str()) { "-".to_owned() } else { newest }
}

/// The date at the start of a time, or `-` when there is none.
fn date(time: &str) -> String {
    let shape = time.get(..10).filter(|day| {
        day.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
    });
    shape.unwrap_or("-").to_owned()
}

/// The digest as the registry publishes it.
fn digest(registry: Registry, bytes: &[u8]) -> String {
    match registry {
        Registry::Npm => format!("sha512-{}", base64(&Sha512::digest(bytes))),
        Registry::Pypi => Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }),
    }
}

/// Base 64 with padding: RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    let digit = |bits: u32| match u8::try_from(bits & 63).unwrap_or_default() {
        n @ 0..26 => b'A' + n,
        n @ 26..52 => b'a' + n - 26,
        n @ 52..62 => b'0' + n - 52,
        62 => b'+',
        _ => b'/',
    };
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (i, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            text.push(if i <= chunk.len() { char::from(digit(bits >> shift)) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(registry: Registry, digest: &str) -> Pin {
        let text = |text: &str| text.to_owned();
        Pin {
            registry,
            name: text("some-package"),
            version: text("1.2"),
            released: text("-"),
            license: text("MIT"),
            digest: text(digest),
        }
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
            ("\u{3fff}", "47+/"),
        ] {
            assert_eq!(base64(plain.as_bytes()), expected, "for `{plain}`");
        }
    }

    #[test]
    fn another_file_than_the_pinned_one_is_refused() {
        let good =
            pin(Registry::Pypi, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        verify(&good, b"abc").unwrap();
        let error = verify(&good, b"abd").unwrap_err().to_string();
        assert!(
            error.starts_with("`some-package` 1.2 is not the file that is pinned: expected `sha256:ba78"),
            "{error}"
        );
        assert!(verify(&pin(Registry::Npm, "sha512-"), b"abc").is_err());
    }

    #[test]
    fn the_npm_digest_is_the_registrys_integrity() {
        assert_eq!(
            digest(Registry::Npm, b""),
            "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
        );
    }

    #[test]
    fn the_newest_npm_version_becomes_a_pin() {
        let json = r#"{"version": "2.0", "license": "MIT", "dist": {"integrity": "sha512-x=="},
            "time": {"1.0": "2025-01-01T00:00:00Z", "2.0": "2026-09-26T04:50:52Z"}}"#;
        let expected = Pin {
            name: "p".to_owned(),
            version: "2.0".to_owned(),
            released: "2026-09-26".to_owned(),
            ..pin(Registry::Npm, "sha512-x==")
        };
        assert_eq!(npm_pin(json, "p").unwrap(), expected);
        let error = npm_pin("{}", "p").unwrap_err().to_string();
        assert_eq!(error, "`npm view p` has no `/version`");
    }

    #[test]
    fn the_date_of_a_wheel_is_its_newest_file_unless_a_placeholder() {
        let listing =
            "File Name   Modified   Size\na.py  2026-10-19 23:48:50  7\nb.py  2026-10-20 01:00:00  9\n";
        assert_eq!(newest_date(listing), "2026-10-20");
        assert_eq!(newest_date("a.py   2020-02-02 00:00:00   7\n"), "-");
        assert_eq!(newest_date(""), "-");
    }

    #[test]
    fn the_first_errors_of_a_program_are_shown() {
        for (stderr, expected) in [
            (
                "npm warn old\nnpm error\nnpm error code E404\nnpm error 404 no such version\n",
                "npm error code E404; npm error 404 no such version",
            ),
            ("WARNING: x\nERROR: No matching distribution\n", "ERROR: No matching distribution"),
            ("tar: short read\n\n", "tar: short read"),
            ("", ""),
        ] {
            assert_eq!(first_errors(stderr), expected, "for {stderr:?}");
        }
    }

    #[test]
    fn a_wheel_is_named_by_package_and_version() {
        assert_eq!(wheel_parts("cfn_lint-1.58.0-py3-none-any.whl").unwrap(), ["cfn_lint", "1.58.0"]);
        assert!(wheel_parts("cfn-lint-1.58.0.tar.gz").is_err());
    }
}
