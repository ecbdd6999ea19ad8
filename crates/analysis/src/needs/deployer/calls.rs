//! What `data/deployment.txt` says of the calls of the CDK CLI.

use std::sync::LazyLock;

use iam_reference::{ActionFacts, Phase, lookup};

use super::super::rules::{RuleError, check_source, phases_of};
use crate::coverage::Certainty;

const FILE: &str = "deployment.txt";

/// The lines of the file.
pub(in super::super) static DEPLOYMENT: LazyLock<Calls> =
    LazyLock::new(|| Calls::read(include_str!("../../../data/deployment.txt")));

/// What a call is asked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum On {
    /// The stack that is deployed.
    Stack,
    /// A stack that is nested in it.
    NestedStack,
    /// Nothing that a policy could name.
    Any,
    /// The stack of the bootstrap.
    BootstrapStack,
    /// The same, where one of its outputs is needed.
    BootstrapOutputs,
    /// The parameter that holds the bootstrap's version.
    VersionParameter,
    /// The object that the template is.
    Template,
    /// A key with which the template may be encrypted.
    TemplateKey,
    /// The bucket where a file is published.
    FileBucket,
    /// The object as which a file is published.
    File,
    /// A key with which the bucket may be encrypted.
    FileKey,
    /// The registry of images.
    Registry,
    /// The repository where an image is published.
    Repository,
}

impl On {
    const ALL: [(&str, Self); 13] = [
        ("stack", Self::Stack),
        ("nested-stack", Self::NestedStack),
        ("any", Self::Any),
        ("bootstrap-stack", Self::BootstrapStack),
        ("bootstrap-outputs", Self::BootstrapOutputs),
        ("version-parameter", Self::VersionParameter),
        ("template", Self::Template),
        ("template-key", Self::TemplateKey),
        ("file-bucket", Self::FileBucket),
        ("file", Self::File),
        ("file-key", Self::FileKey),
        ("registry", Self::Registry),
        ("repository", Self::Repository),
    ];
}

/// What the file says.
#[derive(Debug, Default)]
pub(in super::super) struct Calls {
    pub(super) lines: Vec<Line>,
    /// Lines that cannot be read, which are left out.
    pub(in super::super) errors: Vec<RuleError>,
}

/// One line.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) on: On,
    pub(super) phases: Vec<Phase>,
    pub(super) actions: Vec<&'static str>,
    /// How sure it is; none when the manifest's `terminationProtection` decides.
    certainty: Option<Certainty>,
    pub(super) because: &'static str,
}

impl Line {
    /// How sure it is for a stack that has termination protection, or has not.
    pub(super) fn certainty(&self, has_termination_protection: bool) -> Certainty {
        let decided = if has_termination_protection { Certainty::Required } else { Certainty::Conditional };
        self.certainty.unwrap_or(decided)
    }
}

impl Calls {
    fn read(text: &'static str) -> Self {
        let mut read = Self::default();
        let mut on = Err(String::new());
        for (text, line) in text.lines().zip(1..) {
            if text.starts_with('#') {
                continue;
            }
            let Some(row) = text.strip_prefix(' ') else {
                let found = On::ALL.into_iter().find(|(heading, _)| *heading == text);
                on = found.map(|(_, on)| on).ok_or_else(|| format!("`{text}` is no heading"));
                continue;
            };
            match on.clone().and_then(|on| Line::read(on, row)) {
                Ok(line) => read.lines.push(line),
                Err(reason) => read.errors.push(RuleError { file: FILE, line, reason }),
            }
        }
        read
    }

    /// The lines below a heading.
    pub(super) fn on(&self, on: On) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.on == on)
    }
}

impl Line {
    fn read(on: On, row: &'static str) -> Result<Self, String> {
        let &[phases, actions, certainty, because, source] = row.split('|').collect::<Vec<_>>().as_slice()
        else {
            return Err("a line is: phases | actions | certainty | because | source".to_owned());
        };
        check_cli_source(source)?;
        let known = |action: &'static str| {
            lookup(action).map(ActionFacts::as_str).ok_or_else(|| format!("unknown action `{action}`"))
        };
        let certainty = match certainty {
            "if terminationProtection" => None,
            text => Some(
                Certainty::ALL
                    .into_iter()
                    .find(|certainty| certainty.as_str() == text)
                    .ok_or_else(|| format!("`{text}` is no certainty"))?,
            ),
        };
        let actions = actions.split(',').map(known).collect::<Result<_, _>>()?;
        Ok(Self { on, phases: phases_of(phases)?, actions, certainty, because })
    }
}

/// A source of this file, or one that it has in common with the others.
fn check_cli_source(text: &str) -> Result<(), String> {
    let is_good = match text.split_once(' ') {
        Some(("cli", path)) => {
            path.strip_suffix(".ts").is_some_and(|path| path.contains("/lib/") && !path.starts_with('/'))
        }
        Some(("bootstrap", name)) => name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        _ => return check_source(text),
    };
    if is_good {
        Ok(())
    } else {
        Err(format!("`{text}` is no source in one of the forms that the file's head names"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert_eq!(DEPLOYMENT.errors, []);
    }

    /// A statement that allows an action names what the action is asked on.
    #[test]
    fn every_action_can_be_asked_on_what_its_heading_says() {
        for line in &DEPLOYMENT.lines {
            let wanted = match line.on {
                On::Stack | On::NestedStack | On::BootstrapStack | On::BootstrapOutputs => "stack",
                On::VersionParameter => "parameter",
                On::Template | On::File => "object",
                On::TemplateKey | On::FileKey => "key",
                On::FileBucket => "bucket",
                On::Repository => "repository",
                On::Any | On::Registry => "",
            };
            for action in &line.actions {
                let mut types = lookup(action).unwrap().resources().map(|of| of.resource_type().name());
                let fits =
                    if wanted.is_empty() { types.len() == 0 } else { types.any(|name| name == wanted) };
                assert!(fits, "`{action}` is not asked on `{wanted}`");
            }
        }
    }

    #[test]
    fn a_sources_statement_is_one_of_the_bootstrap() {
        let text = include_str!("../../../data/deployment.txt");
        let template = include_str!("../../../../../cdk/bootstrap-template.default.yaml");
        let named = text.lines().filter(|line| line.starts_with(' '));
        let named = named.filter_map(|line| line.rsplit('|').next()?.strip_prefix("bootstrap "));
        for name in named {
            let found = template
                .lines()
                .any(|line| line.trim() == format!("{name}:") || line.trim() == format!("- Sid: {name}"));
            assert!(found, "`{name}` is no statement or policy of the template");
        }
    }

    #[test]
    fn a_bad_line_is_told_with_its_number() {
        for (text, expected) in [
            (" create|s3:PutObject|required|b|page\n", "deployment.txt:1: "),
            ("heap\n create|s3:PutObject|required|b|page\n", "deployment.txt:2: `heap` is no heading"),
            (
                "# x\nfile\n create|s3:PutObject|required|page\n",
                "deployment.txt:3: a line is: phases | actions | certainty | because | source",
            ),
            ("file\n make|s3:PutObject|required|b|page\n", "deployment.txt:2: unknown phase `make`"),
            (
                "file\n create|s3:PutObjekt|required|b|page\n",
                "deployment.txt:2: unknown action `s3:PutObjekt`",
            ),
            ("file\n create|s3:PutObject|maybe|b|page\n", "deployment.txt:2: `maybe` is no certainty"),
            (
                "file\n create|s3:PutObject|required|b|cli files.js\n",
                "deployment.txt:2: `cli files.js` is no source",
            ),
        ] {
            let errors: Vec<String> = Calls::read(text).errors.iter().map(ToString::to_string).collect();
            let [error] = errors.as_slice() else { panic!("one error: {errors:?}") };
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
