//! Resource types with more than one form of ARN, of which the properties choose.

use super::{Names, single_reference};
use crate::template::Resource;

/// The kinds of load balancers, by the property `Type`, as ARNs have them.
const BALANCERS: [(&str, &str); 3] = [("application", "app"), ("network", "net"), ("gateway", "gwy")];

impl Names<'_> {
    /// The forms that the ARN of a resource may have: one, unless only the deployment knows its kind.
    pub(super) fn own_patterns(&self, resource: &Resource) -> &[&'static str] {
        let facts = self.facts(&resource.logical_id);
        facts.map_or(&[], |facts| facts.own.get_or_init(|| self.forms_of(resource)))
    }

    fn forms_of(&self, resource: &Resource) -> Vec<&'static str> {
        let of = |prefix: &str, names: &[String]| {
            let service = iam_reference::service(prefix);
            let types = names.iter().filter_map(|name| service?.resource_type(name));
            types.flat_map(iam_reference::ResourceType::arn_patterns).collect()
        };
        let forms = |before: &str, after: &str| {
            let kinds =
                self.balancer(resource).map_or_else(|| BALANCERS.map(|kind| kind.1).to_vec(), |k| vec![k]);
            kinds.iter().map(|kind| format!("{before}/{kind}{after}")).collect::<Vec<_>>()
        };
        match resource.kind.as_str() {
            "AWS::ElasticLoadBalancingV2::LoadBalancer" => {
                of("elasticloadbalancing", &forms("loadbalancer", "/"))
            }
            "AWS::ElasticLoadBalancingV2::Listener" => of("elasticloadbalancing", &forms("listener", "")),
            "AWS::ElasticLoadBalancingV2::ListenerRule" => {
                of("elasticloadbalancing", &forms("listener-rule", ""))
            }
            "AWS::Events::Rule" => of("events", &[self.bus(resource).to_owned()]),
            kind => {
                let own = self.arns.type_of(kind);
                own.map_or(Vec::new(), |own| self.likeliest(resource, own.arn_patterns().collect()))
            }
        }
    }

    /// Whether a resource type is another kind of what the resource or its load balancer is.
    pub(super) fn is_another_kind(&self, resource: &Resource, resource_type: &str) -> bool {
        match resource.kind.as_str() {
            kind if kind.starts_with("AWS::ElasticLoadBalancingV2::") => {
                let mut parts = resource_type.split('/');
                match (parts.next(), parts.next()) {
                    // The one of the first generation.
                    (Some("loadbalancer"), None) => true,
                    (Some("loadbalancer" | "listener" | "listener-rule"), Some(kind)) => {
                        self.balancer(resource).is_some_and(|own| own != kind)
                    }
                    _ => false,
                }
            }
            "AWS::Events::Rule" => {
                resource_type.starts_with("rule-on-") && resource_type != self.bus(resource)
            }
            _ => false,
        }
    }

    /// Which kind of load balancer a resource is, or belongs to; an application load balancer by default.
    fn balancer(&self, resource: &Resource) -> Option<&'static str> {
        let properties = self.properties(&resource.logical_id)?;
        let parent = match resource.kind.as_str() {
            "AWS::ElasticLoadBalancingV2::LoadBalancer" => {
                let Some(kind) = properties.get("Type") else { return Some("app") };
                let kind = kind.literal()?;
                return BALANCERS.iter().find(|(name, _)| *name == kind).map(|found| found.1);
            }
            "AWS::ElasticLoadBalancingV2::Listener" => "LoadBalancerArn",
            "AWS::ElasticLoadBalancingV2::ListenerRule"
            | "AWS::ElasticLoadBalancingV2::ListenerCertificate" => "ListenerArn",
            _ => return None,
        };
        let named = properties.get(parent)?.to_text()?;
        if let Some(arn) = named.as_literal() {
            let of = arn.split('/').nth(1);
            return BALANCERS.iter().find(|(_, kind)| Some(*kind) == of).map(|found| found.1);
        }
        let parent = self.template.resource(single_reference(&named)?)?;
        // A rule belongs to a listener, and that to a load balancer: no further.
        let is_further = match resource.kind.as_str() {
            "AWS::ElasticLoadBalancingV2::Listener" => parent.kind.ends_with("V2::LoadBalancer"),
            _ => parent.kind.ends_with("V2::Listener"),
        };
        is_further.then(|| self.balancer(parent))?
    }

    /// The resource type of a rule: that of the default event bus unless it names another.
    fn bus(&self, rule: &Resource) -> &'static str {
        let bus = self.properties(&rule.logical_id).and_then(|properties| properties.get("EventBusName"));
        let is_default = bus.is_none_or(|bus| bus.literal().as_deref() == Some("default"));
        if is_default { "rule-on-default-event-bus" } else { "rule-on-custom-event-bus" }
    }
}
