//! `Fn::GetAZs`: CloudFormation asks EC2 for the zones of a region, and for those that have a default subnet.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getavailabilityzones.html>

use crate::coverage::Certainty;
use crate::node::{Node, Value};

/// The function, as templates name it.
pub(super) const FUNCTION: &str = "Fn::GetAZs";

/// What it takes, each on every resource. The page names all three; the account's attributes tell a platform that no
/// account has any more.
pub(super) const NEEDED: [(&str, Certainty); 3] = [
    ("ec2:DescribeAvailabilityZones", Certainty::Required),
    ("ec2:DescribeSubnets", Certainty::Required),
    ("ec2:DescribeAccountAttributes", Certainty::Conditional),
];

/// Whether the function stands anywhere below a value.
pub(super) fn stand_in(value: &Node) -> bool {
    match &value.value {
        Value::List(items) => items.iter().any(stand_in),
        Value::Map(entries) => entries.iter().any(|entry| entry.key == FUNCTION || stand_in(&entry.value)),
        _ => false,
    }
}
