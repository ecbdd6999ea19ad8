//! The [`Action`] constant: one IAM action in AWS spelling.

use std::fmt;

/// One IAM action such as `s3:GetObject`, in the spelling of the AWS service authorization reference.
///
/// The constants of [`crate::actions`] are generated from the committed data, so a name that AWS does not
/// define does not compile. [`Action::unlisted`] is the only other way to make one.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Action {
    text: &'static str,
    unlisted: Option<&'static str>,
}

impl Action {
    /// An action of the committed data; only generated code calls this.
    pub(crate) const fn listed(text: &'static str) -> Self {
        Self { text, unlisted: None }
    }

    /// An action that no reference knows, with the reason why it is granted nevertheless.
    ///
    /// Bind it to a `const`: then a text without `service:Name` shape or a blank reason does not compile.
    ///
    /// # Panics
    ///
    /// When `text` has no `service:Name` shape or `reason` is blank.
    #[expect(clippy::panic, reason = "evaluated in a const: the panic is a compile error")]
    pub const fn unlisted(text: &'static str, reason: &'static str) -> Self {
        assert!(!reason.trim_ascii().is_empty(), "an unlisted action needs a reason");
        let bytes = text.as_bytes();
        let (mut colons, mut i) = (0, 0);
        while i < bytes.len() {
            #[expect(clippy::indexing_slicing, reason = "bounded by the loop; `get` is not const")]
            match bytes[i] {
                b':' if i > 0 && i + 1 < bytes.len() => colons += 1,
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => {}
                _ => panic!("an unlisted action is written `service:Name`, without wildcards"),
            }
            i += 1;
        }
        assert!(colons == 1, "an unlisted action is written `service:Name`");
        Self { text, unlisted: Some(reason) }
    }

    /// The action as policies write it: `service:Name`.
    pub const fn as_str(self) -> &'static str {
        self.text
    }

    /// Why an action that no reference knows is granted; `None` for an action of the reference.
    pub const fn unlisted_reason(self) -> Option<&'static str> {
        self.unlisted
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}
