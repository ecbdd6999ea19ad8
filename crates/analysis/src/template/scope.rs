//! [`Scope`]: what is known of where a template is deployed.

use std::collections::BTreeMap;

use super::{Hole, Template};

/// What is known of a deployment; by default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The partition: `aws`.
    pub partition: Option<String>,
    /// The region: `us-east-1`.
    pub region: Option<String>,
    /// The 12-digit account id.
    pub account: Option<String>,
    /// The domain of AWS there: `amazonaws.com`.
    pub url_suffix: Option<String>,
    /// The name of the stack.
    pub stack_name: Option<String>,
    /// The values of parameters: what `Ref` gives, so never the name of a value in SSM.
    pub parameters: BTreeMap<String, String>,
}

/// What regions of a partition begin with, the partition, and the domain of AWS there.
///
/// From `botocore`'s `partitions.json`; the first row that fits counts.
const PARTITIONS: [(&str, &str, &str); 8] = [
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
    ("", "aws", "amazonaws.com"),
];

impl Scope {
    /// An account and a region, each if it is known; the region tells partition and domain.
    pub fn of_environment(account: Option<&str>, region: Option<&str>) -> Self {
        let partition = region.and_then(|region| PARTITIONS.iter().find(|row| region.starts_with(row.0)));
        Self {
            partition: partition.map(|row| row.1.to_owned()),
            region: region.map(str::to_owned),
            account: account.map(str::to_owned),
            url_suffix: partition.map(|row| row.2.to_owned()),
            ..Self::default()
        }
    }

    /// The same scope with the parameters of a template: as they are given, else by default.
    ///
    /// A parameter that takes its value from SSM stays unknown, as its value here is a name there. A given
    /// name that the template does not have has no effect.
    #[must_use]
    pub fn with_parameters(self, template: &Template, given: &BTreeMap<String, String>) -> Self {
        let known = template.parameters().iter().filter(|(_, parameter)| !parameter.is_in_ssm());
        let values = known.filter_map(|(name, parameter)| {
            let value = given.get(name).or(parameter.default.as_ref())?;
            Some((name.clone(), value.clone()))
        });
        Self { parameters: values.collect(), ..self }
    }

    /// A text of a manifest with its placeholders filled in, such as `${AWS::AccountId}`; what is not known is `*`.
    pub fn filled(&self, text: &str) -> String {
        let Self { partition, region, account, .. } = self;
        let known = [("Partition", partition), ("Region", region), ("AccountId", account)];
        known.into_iter().fold(text.to_owned(), |text, (name, known)| {
            text.replace(&format!("${{AWS::{name}}}"), known.as_deref().unwrap_or("*"))
        })
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The text that fills a hole.
    pub(super) fn value(&self, hole: &Hole) -> Option<&str> {
        match hole {
            Hole::Partition => self.partition.as_deref(),
            Hole::Region => self.region.as_deref(),
            Hole::Account => self.account.as_deref(),
            Hole::UrlSuffix => self.url_suffix.as_deref(),
            Hole::StackName => self.stack_name.as_deref(),
            Hole::Parameter(name) => self.parameter(name),
            _ => None,
        }
    }
}
