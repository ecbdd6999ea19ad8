//! A default template that is not as expected is an error that names the place, never a silent no-op.

#![expect(clippy::unwrap_used, reason = "a test stops at what fails")]

use artifacts::{
    BaseTemplate, BaseTemplateError, DocumentForm, INLINE_TEMPLATE_LIMIT, Template, TemplateError, render,
};
use iam::{Applies, Sha256Digest};

mod common;

use common::{BASE, base, bundle, policy};

fn small() -> artifacts::Bundle {
    let mut bundle = bundle(vec![policy("Core", "s3:GetObject", Applies::Always)]);
    bundle.compute_types.clear();
    bundle
}

/// The default template with one text replaced, which must be there.
fn changed(from: &str, to: &str) -> BaseTemplate {
    assert!(BASE.contains(from), "the test's own template has no `{from}`");
    base(&BASE.replace(from, to))
}

#[test]
fn what_the_default_template_lacks_is_named() {
    let table = [
        (
            "Default: 'AWS CDK: Default Resources'",
            "Description: none",
            "/Parameters/BootstrapVariant/Default",
        ),
        ("  BootstrapVariant:", "  Variant:", "/Parameters/BootstrapVariant"),
        ("    Default: hnb659fds\n", "", "/Parameters/Qualifier/Default"),
        (
            "CloudFormationExecutionRole:\n",
            "ExecutionRole:\n",
            "/Resources/CloudFormationExecutionRole/Properties/ManagedPolicyArns/Fn::If",
        ),
        (
            "          - HasCloudFormationExecutionPolicies\n",
            "          - HasPolicies\n",
            "/Resources/CloudFormationExecutionRole/Properties/ManagedPolicyArns/Fn::If",
        ),
        (
            "      ManagedPolicyArns:",
            "      PolicyArns:",
            "/Resources/CloudFormationExecutionRole/Properties/ManagedPolicyArns/Fn::If",
        ),
        ("Outputs:", "Results:", "/Outputs"),
    ];
    for (from, to, place) in table {
        let text = BASE.replace(from, to);
        assert_ne!(text, BASE, "the test's own template has no `{from}`");
        let parsed = BaseTemplate::parse(&text, "2.0.0", Sha256Digest::of_bytes(text.as_bytes()));
        let error = match parsed {
            Ok(base) => Template::new(&small(), &base).map(|_| ()).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        assert!(error.contains(&format!("no `{place}")), "without `{from}`: {error}");
    }
}

#[test]
fn what_is_there_already_is_not_overwritten() {
    let error = Template::new(
        &small(),
        &changed("  BootstrapVersion:", "  BootstrapPolicyHash: {Value: x}\n  BootstrapVersion:"),
    );
    assert!(
        matches!(&error, Err(TemplateError::AlreadyThere(place)) if place == "/Outputs/BootstrapPolicyHash"),
        "{error:?}"
    );
}

#[test]
fn administrator_access_anywhere_else_is_an_error() {
    let base = changed(
        "LookupRole: {Type: 'AWS::IAM::Role', Properties: {",
        "LookupRole: {Type: 'AWS::IAM::Role', Properties: {ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'], ",
    );
    let error = Template::new(&small(), &base);
    let place = "/Resources/LookupRole/Properties/ManagedPolicyArns/0";
    assert!(matches!(&error, Err(TemplateError::StillAdministrator(at)) if at == place), "{error:?}");
}

#[test]
fn two_versions_or_other_bytes_are_no_default_template() {
    let text = BASE.replace("Value: '99'}\nOutputs", "Value: '98'}\nOutputs");
    let error = BaseTemplate::parse(&text, "2.0.0", Sha256Digest::of_bytes(text.as_bytes()));
    assert!(matches!(error, Err(BaseTemplateError::TwoVersions { .. })), "{error:?}");
    let error = BaseTemplate::parse(BASE, "2.0.0", Sha256Digest::of_bytes(b"other"));
    assert!(matches!(error, Err(BaseTemplateError::Changed { .. })), "{error:?}");
}

#[test]
fn a_role_that_the_page_does_not_know_is_an_error() {
    let base = changed("Outputs:", "  NewRole: {Type: 'AWS::IAM::Role'}\nOutputs:");
    let error = render(&small(), &base, "").unwrap_err().to_string();
    assert!(error.contains("a role `NewRole` without a purpose"), "{error}");
}

/// The default template with a resource of that many bytes more.
fn padded(bytes: usize) -> BaseTemplate {
    let padding = "x".repeat(bytes);
    changed("Outputs:", &format!("  Padding: {{Type: 'A::B::C', Properties: {{Text: {padding}}}}}\nOutputs:"))
}

#[test]
fn documents_become_strings_when_objects_do_not_fit() {
    let length = Template::new(&small(), &padded(1)).unwrap().body().len();
    let fits = Template::new(&small(), &padded(1 + INLINE_TEMPLATE_LIMIT - length)).unwrap();
    assert_eq!((fits.body().len(), fits.form()), (INLINE_TEMPLATE_LIMIT, DocumentForm::Object));
    let over = Template::new(&small(), &padded(2 + INLINE_TEMPLATE_LIMIT - length)).unwrap();
    assert_eq!(over.form(), DocumentForm::MinifiedString);
    assert!(over.body().len() < INLINE_TEMPLATE_LIMIT);
    assert!(
        over.body().contains(r#"PolicyDocument: '{"Statement":[{"Action":"s3:GetObject","#),
        "{}",
        over.body()
    );
}

#[test]
fn what_does_not_fit_at_all_names_the_largest_parts() {
    let error = Template::new(&small(), &padded(INLINE_TEMPLATE_LIMIT)).unwrap_err().to_string();
    assert!(error.contains("over the 51200 that a new account takes"), "{error}");
    assert!(error.contains("its largest parts: `Padding` 512"), "{error}");
}
