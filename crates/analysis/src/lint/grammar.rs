//! What IAM refuses: the grammar of a policy, its size, and how many a role takes.

use iam::{ActionPattern, Json, JsonPointer, Rule};

use super::{At, LintOptions, Placed, Policy, Sink, WithFix as _};
use crate::code::Code;
use crate::finding::{Finding, Place};
use crate::policy_source::{Attachment, IdentityKind, PolicyUse};

pub(super) fn check(policy: &Policy<'_>, options: LintOptions, sink: &mut Sink) {
    for error in &policy.reading.errors {
        let code = match error.rule {
            Rule::Arn => Code::MalformedArn,
            Rule::Operator => Code::UnknownOperator,
            Rule::UniqueSid => Code::DuplicateSid,
            Rule::Grammar => Code::RefusedByIam,
        };
        let statement = policy.statements.iter().find(|placed| error.pointer.is_at_or_below(&placed.pointer));
        let place = policy.place(&error.pointer, statement.map(|placed| placed.label.as_str()));
        let action = action_at(policy, &error.pointer);
        sink.push(Finding { place, code, action, message: error.reason.clone(), fix: None });
    }
    for placed in &policy.statements {
        check_arns(policy, placed, sink);
    }
    check_size(policy, options, sink);
}

/// ARNs that IAM stores and that name nothing: the account has other than 12 digits, or a policy variable stands where
/// IAM fills none in.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html> and
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse>
fn check_arns(policy: &Policy<'_>, placed: &Placed, sink: &mut Sink) {
    let Some(block) = &placed.statement.resource else { return };
    for resource in block.patterns() {
        let [_, _, _, account, _] = resource.segments();
        let is_id = account.is_empty() || account.len() == 12 || !account.bytes().all(|b| b.is_ascii_digit());
        let variable = resource.as_str().split_once("${").map(|(before, _)| before.matches(':').count());
        let wrong = match variable {
            Some(..5) => "IAM fills in policy variables after the fifth colon only".to_owned(),
            _ if !is_id => format!("`{account}` is no account id, which has 12 digits"),
            _ => continue,
        };
        let at = At::resource(block.element(), resource.as_str());
        let message = format!("resource `{resource}`: {wrong}");
        sink.push(policy.finding(placed, Code::MalformedArn, at, message));
    }
}

/// The action at that place, when it is one that can be read.
fn action_at(policy: &Policy<'_>, pointer: &JsonPointer) -> Option<String> {
    let is_action = pointer.tokens().any(|token| token == "Action" || token == "NotAction");
    let text = policy.source.document.at(pointer)?.as_str()?;
    (is_action && ActionPattern::parse(text).is_ok()).then(|| text.to_owned())
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
fn check_size(policy: &Policy<'_>, options: LintOptions, sink: &mut Sink) {
    let usage = policy.source.usage;
    // Parts of a template's texts are known only when the stack is deployed.
    if policy.source.is_partial || !policy.source.opaque.is_empty() {
        return;
    }
    let (size, limit) = (size_of(&policy.source.document.to_json()), usage.size_limit());
    let place = policy.place(&JsonPointer::default(), None);
    if size > limit {
        let message = format!("it has {size} characters, {} over the {limit} that IAM takes", size - limit);
        let finding = Finding { place, code: Code::PolicyTooLarge, action: None, message, fix: None };
        sink.push(finding.with_fix("move a statement to another policy"));
    } else if usage == PolicyUse::Managed && limit - size < options.margin {
        let message =
            format!("{} of {limit} characters are left, less than {}", limit - size, options.margin);
        sink.push(Finding { place, code: Code::LittleRoomLeft, action: None, message, fix: None });
    }
}

/// The characters that IAM counts, of a policy that it may refuse: white space between tokens is free.
fn size_of(json: &Json) -> usize {
    let quoted = |text: &str| serde_json::to_string(text).map_or(0, |text| text.chars().count());
    let separators = |count: usize| 2 + count.saturating_sub(1);
    match json {
        Json::Null => 4,
        Json::Bool(value) => value.to_string().len(),
        Json::Number(text) => text.len(),
        Json::String(text) => quoted(text),
        Json::Array(items) => separators(items.len()) + items.iter().map(size_of).sum::<usize>(),
        Json::Object(entries) => {
            let of_entries = entries.iter().map(|(key, value)| quoted(key) + 1 + size_of(value));
            separators(entries.len()) + of_entries.sum::<usize>()
        }
    }
}

/// The inline policies of one identity, whose sizes count together.
fn check_sum(attachment: &Attachment, policies: &[Policy<'_>], sink: &mut Sink) {
    let Some(identity) = attachment.identity else { return };
    let own: Vec<&Policy<'_>> = attachment
        .policies
        .iter()
        .filter_map(|position| policies.get(*position))
        .filter(|policy| matches!(policy.source.usage, PolicyUse::Inline(_)) && !policy.source.is_partial)
        .collect();
    let size: usize = own.iter().map(|policy| size_of(&policy.source.document.to_json())).sum();
    let limit = identity.inline_size_limit();
    if own.len() > 1 && size > limit {
        let message = format!(
            "the {} inline policies of the {} have {size} characters together, {} over the {limit} that IAM takes",
            own.len(),
            identity.as_str(),
            size - limit
        );
        let place = place_of(attachment);
        let finding = Finding { place, code: Code::PolicyTooLarge, action: None, message, fix: None };
        sink.push(finding.with_fix("make one of them a managed policy"));
    }
}

fn place_of(attachment: &Attachment) -> Place {
    Place {
        file: attachment.file.clone(),
        policy: attachment.name.clone(),
        line: attachment.line,
        statement: None,
        pointer: attachment.at.clone(),
    }
}

/// How many managed policies a role takes unless its account asked for more.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entities>
pub(super) fn check_attachment(attachment: &Attachment, policies: &[Policy<'_>], sink: &mut Sink) {
    let is_managed =
        |at: &&usize| policies.get(**at).is_some_and(|policy| policy.source.usage == PolicyUse::Managed);
    check_sum(attachment, policies, sink);
    let count = attachment.policies.iter().filter(is_managed).count() + attachment.others;
    let quota = iam::AttachmentQuota::DEFAULT.get();
    if count <= quota {
        return;
    }
    let message = format!(
        "{count} managed policies, but one {} takes {quota}",
        attachment.identity.map_or("role", IdentityKind::as_str)
    );
    let place = place_of(attachment);
    let finding = Finding { place, code: Code::TooManyPolicies, action: None, message, fix: None };
    sink.push(finding.with_fix("merge policies, or raise the account's quota (20 at most)"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_that_of_the_minified_text() {
        let text = r#"{ "Version": "2012-10-17", "Statement": [ { "Sid": "A\"é", "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*", "Condition": { "Bool": { "a": true, "b": [] } } } ] }"#;
        let json: Json = serde_json::from_str(text).unwrap();
        let compact: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(size_of(&json), compact.to_string().chars().count());
    }
}
