//! [`ArnPattern`]: what stands in `Resource` and `NotResource`.

use std::fmt;

use crate::partition::{Partition, PartitionError};

/// What the resource part of an IAM ARN begins with, unless it is `*`.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>
const IAM_RESOURCES: [&str; 14] = [
    "access-report/",
    "delegation-request/",
    "federated-user/",
    "group/",
    "instance-profile/",
    "mfa/",
    "oidc-provider/",
    "policy/",
    "report/",
    "role/",
    "saml-provider/",
    "server-certificate/",
    "sms-mfa/",
    "user/",
];

/// What the resource part of an S3 ARN with a region begins with; buckets and objects have none.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
const S3_REGIONAL_RESOURCES: [&str; 6] =
    ["*", "access-grants/", "accesspoint/", "async-request/", "job/", "storage-lens"];

/// `*`, or an ARN in which every part but the service may hold the wildcards `*` and `?` and policy variables.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArnPattern(String);

/// Why a text is no [`ArnPattern`]: each is a refusal of IAM's own.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ArnPatternError {
    /// Neither `*` nor `arn:…`.
    #[error("resource `{0}` is neither an ARN nor `*`")]
    NotAnArn(String),
    /// A partition that AWS does not have.
    #[error("resource `{arn}`: {error}, or `*`")]
    UnknownPartition {
        /// The whole text.
        arn: String,
        /// What is wrong with the second segment.
        error: PartitionError,
    },
    /// The service is missing or holds a wildcard.
    #[error("resource `{0}`: the service must be written out, without wildcards")]
    BadService(String),
    /// Fewer than six segments, one of them empty.
    #[error("resource `{0}` has too few parts: write `arn:partition:service:region:account:resource`")]
    TooFewParts(String),
    /// White space or a control character.
    #[error("resource `{0}` holds a control character")]
    ControlCharacter(String),
    /// A service whose ARNs have no region.
    #[error("resource `{0}` must not name a region: leave that part empty")]
    RegionNotTaken(String),
    /// An IAM resource of no known kind.
    #[error("resource `{0}`: an IAM resource is `*` or begins with one of {list}", list = IAM_RESOURCES.join(", "))]
    BadIamResource(String),
}

impl ArnPattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, ArnPatternError> {
        if text != "*" {
            check(text)?;
        }
        Ok(Self(text.to_owned()))
    }

    /// The pattern `*`.
    pub fn any() -> Self {
        Self("*".to_owned())
    }

    /// Whether the pattern is `*`, which matches every resource.
    pub fn is_any(&self) -> bool {
        self.0 == "*"
    }

    /// The text as the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The five segments after `arn`: partition, service, region, account, resource. A missing one reads `*`.
    pub fn segments(&self) -> [&str; 5] {
        segments(&self.0)
    }
}

/// Segments of `arn:…`; IAM fills those that are missing at the end with `*`.
fn segments(text: &str) -> [&str; 5] {
    let mut parts = text.splitn(6, ':').skip(1);
    std::array::from_fn(|_| parts.next().unwrap_or("*"))
}

fn check(text: &str) -> Result<(), ArnPatternError> {
    let owned = || text.to_owned();
    if !text.starts_with("arn:") {
        return Err(ArnPatternError::NotAnArn(owned()));
    }
    if text.chars().any(char::is_control) {
        return Err(ArnPatternError::ControlCharacter(owned()));
    }
    let [partition, service, region, _account, resource] = segments(text);
    if partition != "*"
        && let Err(error) = partition.parse::<Partition>()
    {
        return Err(ArnPatternError::UnknownPartition { arn: owned(), error });
    }
    let colons = text.matches(':').count();
    let in_service = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if colons < 2 || service.is_empty() || !service.bytes().all(in_service) {
        return Err(ArnPatternError::BadService(owned()));
    }
    if colons < 5 && (text.contains("::") || text.ends_with(':')) || colons >= 5 && resource.is_empty() {
        return Err(ArnPatternError::TooFewParts(owned()));
    }
    let begins_with = |starts: &[&str]| starts.iter().any(|start| resource.starts_with(start));
    let has_region = colons >= 5 && !region.is_empty();
    match service {
        "iam" if has_region => Err(ArnPatternError::RegionNotTaken(owned())),
        "iam" if resource != "*" && !begins_with(&IAM_RESOURCES) => {
            Err(ArnPatternError::BadIamResource(owned()))
        }
        "s3" if has_region && !begins_with(&S3_REGIONAL_RESOURCES) => {
            Err(ArnPatternError::RegionNotTaken(owned()))
        }
        _ => Ok(()),
    }
}

impl fmt::Display for ArnPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_iam_accepts_is_read() {
        for good in [
            "*",
            "arn:aws:s3:::bucket",
            "arn:aws:s3:::bucket/*",
            "arn:aws:s3:us-east-1:123456789012:accesspoint/a",
            "arn:aws:s3:*:*:*",
            "arn:*:iam::*:role/x-*",
            "arn:aws:iam::123456789012:user/${aws:username}",
            "arn:aws:apigateway:*::/restapis/*",
            "arn:aws-us-gov:sns:*:*:a:b",
            "arn:aws:s3:*",
        ] {
            assert_eq!(ArnPattern::parse(good).as_ref().map(ArnPattern::as_str), Ok(good));
        }
    }

    #[test]
    fn what_iam_refuses_is_named() {
        use ArnPatternError as E;
        type Check = fn(&E) -> bool;
        let table: [(&str, Check); 13] = [
            ("bucket", |e| matches!(e, E::NotAnArn(_))),
            ("", |e| matches!(e, E::NotAnArn(_))),
            ("arn:aws", |e| matches!(e, E::BadService(_))),
            ("arn:moon:s3:::b", |e| matches!(e, E::UnknownPartition { .. })),
            ("arn:aws-*:s3:::b", |e| matches!(e, E::UnknownPartition { .. })),
            ("arn:aws:*:::b", |e| matches!(e, E::BadService(_))),
            ("arn:aws:::b", |e| matches!(e, E::BadService(_))),
            ("arn:aws:iam::123456789012", |e| matches!(e, E::TooFewParts(_))),
            ("arn:aws:s3:::", |e| matches!(e, E::TooFewParts(_))),
            ("arn:aws:iam:us-east-1:*:role/x", |e| matches!(e, E::RegionNotTaken(_))),
            ("arn:aws:iam::*:thing/x", |e| matches!(e, E::BadIamResource(_))),
            ("arn:aws:s3:us-east-1::bucket", |e| matches!(e, E::RegionNotTaken(_))),
            ("arn:aws:sns:*:*:a\u{7}b", |e| matches!(e, E::ControlCharacter(_))),
        ];
        for (text, expected) in table {
            let error = ArnPattern::parse(text).expect_err(text);
            assert!(expected(&error), "`{text}` is refused for another reason: {error}");
        }
    }

    #[test]
    fn segments_keep_colons_of_the_resource_and_fill_missing_ones() {
        let full = ArnPattern::parse("arn:aws:logs:us-east-1:1:log-group:x:*").unwrap();
        assert_eq!(full.segments(), ["aws", "logs", "us-east-1", "1", "log-group:x:*"]);
        let short = ArnPattern::parse("arn:aws:s3:*").unwrap();
        assert_eq!(short.segments(), ["aws", "s3", "*", "*", "*"]);
    }
}
