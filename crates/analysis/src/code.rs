//! [`Code`]: everything that lint can find, each with a name, a severity and a reason.

use std::fmt;
use std::str::FromStr;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Grants something else than it seems to, or more than it need.
    Warning,
    /// IAM would refuse it, or it cannot mean what it says.
    Error,
}

impl Severity {
    /// All severities, from the least.
    pub const ALL: [Self; 3] = [Self::Note, Self::Warning, Self::Error];

    /// The severity's name, which is also its level in SARIF.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One row for each code, so that enum, list, name, severity and summary cannot differ.
macro_rules! codes {
    ($($variant:ident = $name:literal, $severity:ident, $summary:literal;)+) => {
        /// What lint finds. `docs/LINT.md` shows each with an example and its reason.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $summary] $variant),+ }

        impl Code {
            /// Every code, in the order of the docs page.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as reports, `accepted.toml` and the docs page write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// How much it matters.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),+ }
            }

            /// What it is, in one sentence.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary),+ }
            }
        }
    };
}

codes! {
    RefusedByIam = "refused-by-iam", Error, "IAM would refuse the policy or the statement.";
    MalformedArn = "malformed-arn", Error, "A resource is neither an ARN of IAM's form nor `*`.";
    UnknownOperator = "unknown-operator", Error, "A condition has an operator that IAM does not have.";
    DuplicateSid = "duplicate-sid", Error, "Two statements of a policy have the same id.";
    PolicyTooLarge = "policy-too-large", Error, "A policy has more characters than IAM takes.";
    TooManyPolicies = "too-many-policies", Error, "A role is to have more managed policies than IAM attaches.";
    UnknownService = "unknown-service", Error, "An action's prefix is that of no service.";
    UnknownAction = "unknown-action", Error, "No source knows the action.";
    WildcardWithoutMatch = "wildcard-without-match", Error, "A wildcard stands for no action.";
    UnknownConditionKey = "unknown-condition-key", Error, "No action of the statement has the condition key, and it is not a global one.";
    OperatorTypeMismatch = "operator-type-mismatch", Error, "The operator compares another type than the condition key or a value of it has.";
    NoResourceTypes = "no-resource-types", Warning, "The action takes no resource, so that a statement on ARNs does not grant it.";
    WrongResourceType = "wrong-resource-type", Warning, "No ARN of the statement is of a type that the action takes, so that it grants nothing.";
    UnusedResource = "unused-resource", Warning, "No action of the statement works on what the ARN names.";
    MissingDependentAction = "missing-dependent-action", Warning, "An action needs another one, which no policy of the set grants.";
    PassRoleToAnyService = "pass-role-to-any-service", Warning, "`iam:PassRole` is allowed without saying to which service.";
    AnyResource = "any-resource", Warning, "A write is allowed on every resource, though its resources have names to go by.";
    RepeatedAction = "repeated-action", Warning, "Another statement allows the action already, on all of these resources.";
    RepeatedResource = "repeated-resource", Warning, "Another ARN of the statement stands for the same resources already.";
    CoveredStatement = "covered-statement", Warning, "Another statement allows everything that this one allows.";
    StaleAcceptance = "stale-acceptance", Warning, "An acceptance matches no finding.";
    LittleRoomLeft = "little-room-left", Note, "Few characters are left below the limit of a policy.";
    GeneratedId = "generated-id", Note, "A write is allowed on every resource, and AWS makes up the ids: tags or the account can limit it, a name cannot.";
    AnyResourceRead = "any-resource-read", Note, "Reading, listing or tagging is allowed on every resource, though the action takes ARNs.";
    SplitAction = "split-action", Note, "Several statements allow the action, each on resources of its own.";
}

/// Why a text is no [`Code`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no code `{0}`: docs/LINT.md lists them")]
pub struct CodeError(String);

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text).ok_or_else(|| CodeError(text.to_owned()))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
