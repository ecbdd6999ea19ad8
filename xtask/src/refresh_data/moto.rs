//! Reads the documents of AWS managed policies from `moto`, which records them from AWS.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

/// The policies whose documents are kept: those that a policy set attaches by name.
const POLICIES: [&str; 2] = ["AWSCloudFormationReadOnlyAccess", "AmazonVPCReadOnlyAccess"];

/// A policy that AWS maintains.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ManagedPolicy {
    pub(super) path: String,
    pub(super) version: String,
    /// `YYYY-MM-DD`.
    pub(super) updated: String,
    /// Minified JSON, with sorted keys.
    pub(super) statements: Vec<String>,
}

/// The policies by name.
pub(super) type ManagedPolicies = BTreeMap<String, ManagedPolicy>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyJson {
    path: String,
    default_version_id: String,
    update_date: String,
    document: DocumentJson,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DocumentJson {
    version: String,
    statement: StatementsJson,
}

/// IAM takes one statement in place of a list of one.
#[derive(Deserialize)]
#[serde(untagged)]
enum StatementsJson {
    Several(Vec<Value>),
    One(Value),
}

/// Reads `moto/iam/aws_managed_policies.py`, a Python file that assigns one text of JSON.
pub(super) fn parse(python: &str) -> Result<ManagedPolicies> {
    let mut parts = python.split("\"\"\"");
    let (Some(_), Some(json), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        anyhow::bail!("expected one text between three quotes");
    };
    // Python would read an escape before JSON does.
    ensure!(!json.contains('\\'), "the text holds a backslash, which Python reads as an escape");
    let mut all: BTreeMap<String, Value> = serde_json::from_str(json).context("the text is no JSON")?;
    POLICIES
        .into_iter()
        .map(|name| {
            let policy = all.remove(name).with_context(|| format!("there is no policy `{name}`"))?;
            Ok((name.to_owned(), policy_of(policy).with_context(|| format!("policy `{name}`"))?))
        })
        .collect()
}

fn policy_of(json: Value) -> Result<ManagedPolicy> {
    let policy: PolicyJson = serde_json::from_value(json)?;
    let version = &policy.document.version;
    ensure!(version == "2012-10-17", "its document is of version `{version}`");
    let updated = policy.update_date.get(..10).context("its date is too short")?.to_owned();
    let statements = match policy.document.statement {
        StatementsJson::Several(statements) => statements,
        StatementsJson::One(statement) => vec![statement],
    };
    Ok(ManagedPolicy {
        path: policy.path,
        version: policy.default_version_id,
        updated,
        statements: statements.iter().map(Value::to_string).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The Python file with these policies.
    fn python(policies: &[(&str, &str)]) -> String {
        let rows: Vec<_> = policies
            .iter()
            .map(|(name, document)| {
                format!(
                    r#""{name}": {{"Path": "/", "DefaultVersionId": "v2", "UpdateDate": "2026-02-12T18:02:00+00:00", "Document": {document}}}"#
                )
            })
            .collect();
        format!("# made\nx = \"\"\"\n{{{}}}\n\"\"\"\n", rows.join(","))
    }

    const LIST: &str =
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*"}]}"#;
    const ONE: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*"}}"#;

    #[test]
    fn one_statement_is_a_list_of_one() {
        let [first, second] = POLICIES;
        let found = parse(&python(&[("Other", "{}"), (first, LIST), (second, ONE)])).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), [first, second]);
        for policy in found.values() {
            assert_eq!((policy.version.as_str(), policy.updated.as_str()), ("v2", "2026-02-12"));
            assert_eq!(policy.statements, [r#"{"Action":"s3:Get*","Effect":"Allow"}"#]);
        }
    }

    #[test]
    fn what_is_not_as_expected_is_refused() {
        let [first, second] = POLICIES;
        let old = LIST.replace("2012-10-17", "2008-10-17");
        let more = LIST.replace("\"Statement\"", "\"Id\": \"x\", \"Statement\"");
        for (text, expected) in [
            (python(&[(first, LIST)]), format!("there is no policy `{second}`")),
            (python(&[(first, LIST), (second, &old)]), "its document is of version `2008-10-17`".to_owned()),
            (python(&[(first, LIST), (second, &more)]), "unknown field `Id`".to_owned()),
            (python(&[("a\\n", LIST)]), "holds a backslash".to_owned()),
            ("x = {}".to_owned(), "expected one text between three quotes".to_owned()),
        ] {
            let error = format!("{:#}", parse(&text).unwrap_err());
            assert!(error.contains(&expected), "`{error}` does not say `{expected}`");
        }
    }
}
