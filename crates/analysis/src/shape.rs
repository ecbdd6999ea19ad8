//! [`Shape`]: the form of a resource type's ARNs, and whether a policy's ARN can be one of them.

use iam::ArnPattern;
use iam_reference::{ActionFacts, ResourceType, Service, service};

/// The ARNs of one pattern of the service reference, such as `arn:${Partition}:s3:::${BucketName}`.
///
/// A variable stands for one character at least. What it can hold is read off the other patterns of the
/// service: a bucket's name holds no `/`, because the pattern of objects goes on with one, and a role's does.
#[derive(Clone, Debug)]
pub struct Shape(Vec<Step>);

/// One step through an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// This byte.
    Byte(u8),
    /// One byte, but none of these.
    One(Excluded),
    /// Any number of bytes, but none of these.
    Many(Excluded),
}

/// Bytes that a variable does not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Excluded {
    slash: bool,
    colon: bool,
}

impl Excluded {
    const fn takes(self, byte: u8) -> bool {
        !(self.slash && byte == b'/' || self.colon && byte == b':')
    }
}

impl Shape {
    /// The shapes of a resource type of that service, one for each of its patterns.
    pub fn of(service: &Service, resource_type: ResourceType) -> Vec<Self> {
        let others: Vec<&str> = service.resource_types().flat_map(ResourceType::arn_patterns).collect();
        resource_type.arn_patterns().map(|pattern| Self::read(pattern, &others, service.prefix())).collect()
    }

    fn read(pattern: &str, others: &[&str], prefix: &str) -> Self {
        let mut steps = Vec::new();
        let mut rest = pattern;
        while let Some(start) = rest.find("${") {
            let (literal, variable) = rest.split_at(start);
            steps.extend(literal.bytes().map(Step::Byte));
            let end = variable.find('}').map_or(variable.len(), |end| end + 1);
            rest = variable.split_at(end).1;
            let excluded = if rest.is_empty() {
                let goes_on = |with: char| {
                    others
                        .iter()
                        .any(|other| other.strip_prefix(pattern).is_some_and(|more| more.starts_with(with)))
                };
                // `log-group:NAME:*` names a log group too, and `function:NAME:QUALIFIER` a function:
                // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
                // https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
                let takes_more = ["logs", "lambda"].contains(&prefix);
                Excluded { slash: goes_on('/'), colon: goes_on(':') && !takes_more }
            } else {
                Excluded { slash: rest.starts_with('/'), colon: true }
            };
            steps.extend([Step::One(excluded), Step::Many(excluded)]);
        }
        steps.extend(rest.bytes().map(Step::Byte));
        Self(steps)
    }

    /// Whether some ARN of this shape is one that a policy's pattern stands for, whatever a policy variable holds.
    pub fn meets(&self, pattern: &ArnPattern) -> bool {
        let wanted = steps_of(pattern);
        let width = self.0.len() + 1;
        let mut seen = vec![false; (wanted.len() + 1) * width];
        let mut next = vec![(0, 0)];
        while let Some((w, s)) = next.pop() {
            match seen.get_mut(w * width + s) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let (step, own) = (wanted.get(w), self.0.get(s));
            if step.is_none() && own.is_none() {
                return true;
            }
            if matches!(step, Some(Step::Many(_))) {
                next.push((w + 1, s));
            }
            if matches!(own, Some(Step::Many(_))) {
                next.push((w, s + 1));
            }
            if let (Some(step), Some(own)) = (step, own)
                && share_a_byte(*step, *own)
            {
                let after = |at: usize, step: &Step| if matches!(step, Step::Many(_)) { at } else { at + 1 };
                next.push((after(w, step), after(s, own)));
            }
        }
        false
    }
}

const fn share_a_byte(a: Step, b: Step) -> bool {
    match (a, b) {
        (Step::Byte(a), Step::Byte(b)) => a == b,
        (Step::Byte(byte), Step::One(excluded) | Step::Many(excluded))
        | (Step::One(excluded) | Step::Many(excluded), Step::Byte(byte)) => excluded.takes(byte),
        (Step::One(_) | Step::Many(_), Step::One(_) | Step::Many(_)) => true,
    }
}

/// A policy's pattern. A `*` before the fifth colon is taken to stay within its part: that IAM lets one that ends
/// its part run on is of no use to the author of a policy.
fn steps_of(pattern: &ArnPattern) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = pattern.as_str();
    let mut colons = 0;
    while let Some(next) = rest.chars().next() {
        let excluded = Excluded { slash: false, colon: colons < 5 && !pattern.is_any() };
        let length = match next {
            '*' => {
                steps.push(Step::Many(excluded));
                1
            }
            '?' => {
                steps.push(Step::One(excluded));
                1
            }
            '$' if rest.starts_with("${") => {
                steps.push(Step::Many(excluded));
                rest.find('}').map_or(rest.len(), |end| end + 1)
            }
            other => {
                colons += usize::from(other == ':');
                steps.extend(other.encode_utf8(&mut [0; 4]).bytes().map(Step::Byte));
                other.len_utf8()
            }
        };
        rest = rest.split_at(length).1;
    }
    // Parts that are missing at the end read `*`.
    if colons < 5 {
        steps.push(Step::Many(Excluded::default()));
    }
    steps
}

/// Whether an action takes a resource that the pattern stands for.
pub(crate) fn takes(action: ActionFacts, pattern: &ArnPattern) -> bool {
    let Some(service) = service(action.service_prefix()) else { return true };
    action
        .resources()
        .any(|resource| Shape::of(service, resource.resource_type()).iter().any(|shape| shape.meets(pattern)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meets(service: &str, resource_type: &str, pattern: &str) -> bool {
        let service = iam_reference::service(service).unwrap();
        let resource_type = service.resource_type(resource_type).unwrap();
        Shape::of(service, resource_type)
            .iter()
            .any(|shape| shape.meets(&ArnPattern::parse(pattern).unwrap()))
    }

    #[test]
    fn what_a_name_holds_is_read_off_the_other_types() {
        for (service, resource_type, pattern, expected) in [
            ("s3", "bucket", "arn:aws:s3:::site-*", true),
            ("s3", "bucket", "arn:aws:s3:::site-*/*", false),
            ("s3", "bucket", "arn:aws:s3:::site/*", false),
            ("s3", "object", "arn:aws:s3:::site/*", true),
            ("s3", "object", "arn:aws:s3:::site", false),
            ("dynamodb", "table", "arn:aws:dynamodb:*:*:table/x", true),
            ("dynamodb", "table", "arn:aws:dynamodb:*:*:table/x/index/*", false),
            ("dynamodb", "index", "arn:aws:dynamodb:*:*:table/x/index/*", true),
            ("dynamodb", "table", "arn:aws:dynamodb:*", true),
            ("dynamodb", "table", "arn:aws:sqs:*:*:x", false),
            ("iam", "role", "arn:aws:iam::*:role/aws-service-role/*", true),
            ("iam", "role", "arn:aws:iam::*:user/${aws:username}", false),
            ("iam", "user", "arn:aws:iam::*:user/${aws:username}", true),
            ("logs", "log-group", "arn:aws:logs:*:*:log-group:/aws/lambda/x:*", true),
            ("logs", "log-stream", "arn:aws:logs:*:*:log-group:/aws/lambda/x:*", true),
            ("logs", "log-stream", "arn:aws:logs:*:*:log-group:/aws/lambda/x", false),
            ("lambda", "function", "arn:aws:lambda:*:*:function:x:live", true),
            ("dynamodb", "table", "*", true),
        ] {
            assert_eq!(
                meets(service, resource_type, pattern),
                expected,
                "{service} {resource_type} {pattern}"
            );
        }
    }
}
