//! The bootstrap template: the default one with the policies in place of `AdministratorAccess`.

use std::collections::BTreeMap;

use iam::{Applies, ComputeType, ManagedPolicy, PolicyName, PolicyNameError};
use serde_yaml::{Mapping, Value};

use crate::base_template::BaseTemplate;
use crate::bundle::Bundle;
use crate::cfn::{join, list, map, only_if, reference, sub};
use crate::cli_yaml;
use crate::place::{MissingPlace, get, mapping_mut};

/// The most bytes of a template that travels inline: a new environment has no bucket to put it in.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
pub const INLINE_TEMPLATE_LIMIT: usize = 51_200;

/// The characters of the longest qualifier, account and region around a policy's name.
const AROUND_THE_NAME: usize =
    "cdk-".len() + 10 + "-".len() + "-".len() + 12 + "-".len() + "us-isob-northeast-1".len();

/// How policy documents stand in the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentForm {
    /// As objects, for people to read.
    Object,
    /// As minified JSON strings, because objects do not fit the limit.
    MinifiedString,
}

/// The template as the CDK CLI sends it, with the header comment that it does not send.
#[derive(Clone, Debug)]
pub struct Template {
    header: String,
    body: String,
    form: DocumentForm,
    parameters: BTreeMap<String, String>,
}

/// Why there is no template.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The default template lacks what has to be changed.
    #[error(transparent)]
    Missing(#[from] MissingPlace),
    /// The default template already has what has to be added.
    #[error("the default bootstrap template already has a `{0}`: rename ours, or take theirs")]
    AlreadyThere(String),
    /// The default template still grants everything somewhere.
    #[error(
        "the template still names `AdministratorAccess` at `{0}`: adapt crates/artifacts/src/template.rs"
    )]
    StillAdministrator(String),
    /// The set has an AWS managed policy, which nothing here attaches.
    #[error(
        "the bootstrap template attaches the set's own policies alone, not `{0}`: grant what it grants in a policy of the set"
    )]
    AwsManaged(PolicyName),
    /// A policy's name in the account is too long.
    #[error(transparent)]
    Name(#[from] PolicyNameError),
    /// The template cannot be written.
    #[error("the template cannot be written: {0}")]
    Emit(#[from] cli_yaml::Error),
    /// Too large in either form.
    #[error(
        "the template has {size} bytes with minified documents, {over} over the {INLINE_TEMPLATE_LIMIT} that a new \
         account takes; its largest parts: {largest}",
        over = size - INLINE_TEMPLATE_LIMIT
    )]
    TooLarge {
        /// The body's length in bytes.
        size: usize,
        /// The largest resources with their bytes.
        largest: String,
    },
}

impl Template {
    /// Puts the bundle's policies into the default template.
    pub fn new(bundle: &Bundle, base: &BaseTemplate) -> Result<Self, TemplateError> {
        if let Some(policy) = bundle.set.aws_managed().first() {
            return Err(TemplateError::AwsManaged(policy.name.clone()));
        }
        let header = header(bundle, base);
        let mut value = transform(bundle, base, DocumentForm::Object)?;
        let parameters = parameters(&value)?;
        let mut form = DocumentForm::Object;
        let mut body = cli_yaml::to_string(&value)?;
        if body.len() > INLINE_TEMPLATE_LIMIT {
            form = DocumentForm::MinifiedString;
            value = transform(bundle, base, form)?;
            body = cli_yaml::to_string(&value)?;
        }
        if body.len() > INLINE_TEMPLATE_LIMIT {
            return Err(TemplateError::TooLarge { size: body.len(), largest: largest_parts(&value)? });
        }
        Ok(Self { header, body, form, parameters })
    }

    /// The file: header comment and body.
    pub fn text(&self) -> String {
        format!("{}{}", self.header, self.body)
    }

    /// What the CDK CLI sends: its length in bytes is the one that counts.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Its parameters with their defaults; one without a default has an empty one.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.parameters
    }

    /// How the documents stand in it.
    pub fn form(&self) -> DocumentForm {
        self.form
    }
}

fn transform(bundle: &Bundle, base: &BaseTemplate, form: DocumentForm) -> Result<Value, TemplateError> {
    let mut template = base.value().clone();
    set_default(&mut template, "BootstrapVariant", &bundle.variant)?;
    set_default(&mut template, "Qualifier", &bundle.qualifier)?;
    let compute_types = bundle.set.compute_types();
    if !compute_types.is_empty() {
        insert(
            &mut template,
            "Parameters",
            "ComputeTypes",
            parameter(&compute_types, &bundle.compute_types),
        )?;
    }
    for compute_type in bundle.set.optional_compute_types() {
        insert(&mut template, "Conditions", &condition_name(compute_type), condition(compute_type))?;
    }
    attach(&mut template, bundle)?;
    // Before our own policies are in it: they may speak of the policy, to deny it for example.
    refuse_administrator(&template, &mut String::new())?;
    for policy in bundle.set.policies() {
        insert(&mut template, "Resources", policy.logical_id.as_str(), resource(policy, form)?)?;
    }
    for (name, description, value) in outputs(bundle) {
        let output = map([("Description", Value::from(description)), ("Value", value)]);
        insert(&mut template, "Outputs", name, output)?;
    }
    Ok(template)
}

fn parameters(template: &Value) -> Result<BTreeMap<String, String>, TemplateError> {
    let parameters = get(template, &["Parameters"])?.as_mapping();
    let default =
        |parameter: &Value| parameter.get("Default").and_then(Value::as_str).unwrap_or_default().to_owned();
    let pairs = parameters.into_iter().flatten();
    Ok(pairs.filter_map(|(name, parameter)| Some((name.as_str()?.to_owned(), default(parameter)))).collect())
}

fn set_default(template: &mut Value, parameter: &str, default: &str) -> Result<(), TemplateError> {
    let path = ["Parameters", parameter];
    let parameter = mapping_mut(template, &path)?;
    let old =
        parameter.get_mut("Default").ok_or_else(|| MissingPlace::new(&[path[0], path[1], "Default"]))?;
    *old = Value::from(default);
    Ok(())
}

fn insert(template: &mut Value, section: &str, name: &str, value: Value) -> Result<(), TemplateError> {
    match mapping_mut(template, &[section])?.insert(Value::from(name), value) {
        None => Ok(()),
        Some(_) => Err(TemplateError::AlreadyThere(format!("/{section}/{name}"))),
    }
}

/// The parameter's `AllowedValues` hold for each item of the list, since December 2022.
fn parameter(all: &[&ComputeType], default: &[ComputeType]) -> Value {
    let default: Vec<&str> = default.iter().map(ComputeType::as_str).collect();
    map([
        ("Type", Value::from("CommaDelimitedList")),
        ("Default", Value::from(default.join(","))),
        ("AllowedValues", list(all.iter().map(|compute_type| Value::from(compute_type.as_str())))),
        (
            "Description",
            Value::from("Compute backends in use: an optional one that is listed gets its policy"),
        ),
    ])
}

/// `IncludeComputeEcs` for `ecs`: the words of the compute type, each with a capital.
fn condition_name(compute_type: &ComputeType) -> String {
    let words = compute_type.as_str().split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    format!("IncludeCompute{}", words.collect::<String>())
}

/// True when the list has this very item.
///
/// There is no `Fn::Contains` outside `Rules`. The list is joined with a comma at either end, so that the item
/// is found between two commas only: splitting at it then leaves a first piece that differs from the whole.
fn condition(compute_type: &ComputeType) -> Value {
    let items = join(",", reference("ComputeTypes"));
    let fenced = join("", list([Value::from(","), items, Value::from(",")]));
    let pieces = map([("Fn::Split", list([Value::from(format!(",{compute_type},")), fenced.clone()]))]);
    let first = map([("Fn::Select", list([Value::from(0), pieces]))]);
    map([("Fn::Not", list([map([("Fn::Equals", list([first, fenced]))])]))])
}

fn resource(policy: &ManagedPolicy, form: DocumentForm) -> Result<Value, TemplateError> {
    let name = policy.name.as_str();
    // Checked here, where the surroundings of the name are known.
    PolicyName::new(format!("{name}{}", "x".repeat(AROUND_THE_NAME)))?;
    let document = match form {
        DocumentForm::Object => document_value(policy),
        DocumentForm::MinifiedString => Value::from(policy.document.to_minified()),
    };
    let mut resource = map([
        ("Type", Value::from("AWS::IAM::ManagedPolicy")),
        (
            "Properties",
            map([
                (
                    "ManagedPolicyName",
                    sub(format!("cdk-${{Qualifier}}-{name}-${{AWS::AccountId}}-${{AWS::Region}}")),
                ),
                ("PolicyDocument", document),
                ("Description", Value::from(policy.description.as_str())),
            ]),
        ),
    ]);
    if let (Applies::When(compute_type), Some(map)) = (&policy.applies, resource.as_mapping_mut()) {
        map.insert(Value::from("Condition"), Value::from(condition_name(compute_type)));
    }
    Ok(resource)
}

/// The document with its keys in the artifact's order; a document is a map, so this cannot fail.
fn document_value(policy: &ManagedPolicy) -> Value {
    serde_yaml::to_value(&policy.document).unwrap_or_default()
}

/// The execution role takes the policies wherever it would have taken `AdministratorAccess` or nothing.
fn attach(template: &mut Value, bundle: &Bundle) -> Result<(), TemplateError> {
    let path = ["Resources", "CloudFormationExecutionRole", "Properties", "ManagedPolicyArns", "Fn::If"];
    let branches = get(template, &path)?;
    let override_first =
        [Value::from("HasCloudFormationExecutionPolicies"), reference("CloudFormationExecutionPolicies")];
    let as_expected = branches.as_sequence().is_some_and(|b| b.len() == 3 && b.starts_with(&override_first));
    if !as_expected {
        return Err(MissingPlace::new(&path).into());
    }
    let arns = bundle.set.policies().iter().map(|policy| {
        let arn = reference(policy.logical_id.as_str());
        conditional(policy, arn)
    });
    let [condition, given] = override_first;
    let branches = list([condition, given, list(arns)]);
    let [role @ .., key, _] = &path;
    mapping_mut(template, role)?.insert(Value::from(*key), map([("Fn::If", branches)]));
    Ok(())
}

fn conditional(policy: &ManagedPolicy, value: Value) -> Value {
    match &policy.applies {
        Applies::When(compute_type) => only_if(&condition_name(compute_type), value),
        Applies::Always | Applies::Default(_) => value,
    }
}

fn outputs(bundle: &Bundle) -> [(&'static str, &'static str, Value); 3] {
    let labels = bundle.set.policies().iter().map(|p| conditional(p, Value::from(p.label.as_str())));
    [
        (
            "BootstrapPolicyVersion",
            "The version of the ABCA bootstrap policy bundle",
            Value::from(bundle.version.as_str()),
        ),
        (
            "BootstrapPolicyHash",
            "SHA-256 of the canonical JSON of the ABCA bootstrap policies",
            Value::from(bundle.set.hash().to_string()),
        ),
        ("BootstrapPolicySet", "The ABCA bootstrap policies of this stack", join(",", list(labels))),
    ]
}

fn refuse_administrator(value: &Value, path: &mut String) -> Result<(), TemplateError> {
    let descend = |key: &str, child: &Value, path: &mut String| {
        let end = path.len();
        path.push('/');
        path.push_str(key);
        let result = refuse_administrator(child, path);
        path.truncate(end);
        result
    };
    match value {
        Value::String(text) if text.contains("AdministratorAccess") => {
            Err(TemplateError::StillAdministrator(path.clone()))
        }
        Value::Mapping(map) => {
            map.iter().try_for_each(|(key, child)| descend(key.as_str().unwrap_or("?"), child, path))
        }
        Value::Sequence(items) => {
            items.iter().enumerate().try_for_each(|(i, child)| descend(&i.to_string(), child, path))
        }
        _ => Ok(()),
    }
}

fn largest_parts(template: &Value) -> Result<String, TemplateError> {
    let resources = get(template, &["Resources"])?.as_mapping().cloned().unwrap_or_default();
    let mut sizes = Vec::new();
    for (name, resource) in resources {
        let alone: Mapping = [(name.clone(), resource)].into_iter().collect();
        let size = cli_yaml::to_string(&Value::Mapping(alone))?.len();
        sizes.push((size, name.as_str().unwrap_or_default().to_owned()));
    }
    sizes.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let named: Vec<_> = sizes.iter().take(5).map(|(size, name)| format!("`{name}` {size}")).collect();
    Ok(named.join(", "))
}

/// Short, so that a file whose body fits the limit fits it as well with commands that send the file itself.
fn header(bundle: &Bundle, base: &BaseTemplate) -> String {
    let qualifier = get(base.value(), &["Parameters", "Qualifier", "Default"]).ok().and_then(Value::as_str);
    let has_qualifier = qualifier == Some(bundle.qualifier.as_str());
    format!(
        "# Generated by `cargo xtask generate`, do not edit by hand.
# ABCA bootstrap policies {version}, hash {hash}
# The default template of aws-cdk {cli} (bootstrap version {template}; Apache-2.0, Amazon.com, Inc.), changed:
# BootstrapVariant, {qualifier}ComputeTypes, {policies} managed policies in place of AdministratorAccess, BootstrapPolicy* outputs.
",
        version = bundle.version,
        hash = bundle.set.hash(),
        cli = base.cli_version(),
        template = base.template_version(),
        qualifier = if has_qualifier { "" } else { "Qualifier, " },
        policies = bundle.set.policies().len(),
    )
}
