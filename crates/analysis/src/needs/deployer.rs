//! [`deployer_needs`]: what the CDK CLI itself calls to deploy a stack and to destroy it.

use iam::ArnPattern;

use super::resource::once_each;
use super::{StackInput, nested_stack, place, references};
use crate::assembly::{AssetManifest, DeploymentSettings, FileDestination, ImageDestination, VersionCheck};
use crate::coverage::{Need, ResourceNeeds};
use crate::template::{Names, Scope};
use calls::On;

mod calls;

pub(super) use calls::DEPLOYMENT;

/// The stack of the bootstrap, where the CLI is not told another one.
const BOOTSTRAP_STACK: &str = "CDKToolkit";

/// The bytes of a template that a request takes; a larger one the CLI publishes in the bucket of the bootstrap.
///
/// The CLI measures the template as YAML, which is a little shorter than the file.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_TEMPLATE_BODY: usize = 51_200;

/// A stack that the CDK CLI deploys with the caller's own credentials.
#[derive(Clone, Copy, Debug)]
pub struct Deployment<'a> {
    /// The stack; not one that is nested in another, which the CLI does not deploy.
    pub stack: &'a StackInput<'a>,
    /// What its manifest tells of the deployment.
    pub settings: &'a DeploymentSettings,
    /// What is published with it.
    pub assets: &'a AssetManifest,
    /// The size of the template's file in bytes.
    pub template_bytes: usize,
    /// What the bucket of the bootstrap is called, `*` standing for what is not known; none where nobody says it.
    pub bootstrap_bucket: Option<&'a str>,
}

/// Says what `cdk deploy` calls with the caller's credentials, and, in the phase of deletion, `cdk destroy`.
///
/// The needs of the stack come first, then those of each asset. Their `kind` is that of the artifact in the manifest,
/// and the logical id the stack's name or the asset's id. What the calls are is in `data/deployment.txt`; nothing
/// here goes by the roles that the manifests name, as the caller has none of them.
///
/// A stack whose template has no place in S3 is one of the legacy synthesizer: how large it is decides whether the
/// CLI publishes it, in the bucket of the bootstrap. The assets of that synthesizer are in no asset manifest,
/// and are missing here.
pub fn deployer_needs(deployment: &Deployment<'_>) -> Vec<ResourceNeeds> {
    let Deployment { stack, assets, .. } = *deployment;
    let mut found = vec![ResourceNeeds {
        resource: stack.reference(stack.name, "aws:cloudformation:stack", 1),
        needs: Asked::about(deployment, Asked::stack),
    }];
    let of_asset =
        |id: &str, needs| ResourceNeeds { resource: stack.reference(id, "cdk:asset-manifest", 1), needs };
    for file in &assets.files {
        let needs = Asked::about(deployment, |asked| {
            for destination in &file.destinations {
                asked.file(destination);
            }
        });
        found.push(of_asset(&file.id, needs));
    }
    for image in &assets.images {
        let needs = Asked::about(deployment, |asked| {
            for destination in &image.destinations {
                asked.image(destination);
            }
        });
        found.push(of_asset(&image.id, needs));
    }
    found
}

/// The calls of a deployment, as they are collected.
struct Asked<'a> {
    deployment: &'a Deployment<'a>,
    scope: &'a Scope,
    needs: Vec<Need>,
}

impl<'a> Asked<'a> {
    fn about(deployment: &'a Deployment<'a>, ask: impl FnOnce(&mut Self)) -> Vec<Need> {
        let mut asked = Self { deployment, scope: deployment.stack.scope, needs: Vec::new() };
        ask(&mut asked);
        once_each(asked.needs)
    }

    /// What is called for the stack itself.
    fn stack(&mut self) {
        let stack = self.deployment.stack;
        self.on(On::Any, &ArnPattern::any());
        self.on_stack(On::Stack, stack.scope.stack_name.as_deref().unwrap_or(stack.name));
        self.on_stack(On::BootstrapStack, BOOTSTRAP_STACK);
        let names = Names::new(stack.template, stack.scope);
        for resource in stack.template.resources() {
            if nested_stack::is_nested_stack(&resource.kind)
                && stack.template.is_created(resource, stack.scope) != Some(false)
            {
                let name = names.name(&resource.logical_id);
                self.on_stack(On::NestedStack, name.as_deref().unwrap_or("*"));
            }
        }
        for check in &self.deployment.settings.version_checks {
            match check {
                VersionCheck::Parameter(name) => {
                    let name = self.scope.filled(name);
                    self.on(On::VersionParameter, &references::parameter(&name, self.scope));
                }
                VersionCheck::BootstrapStack => self.on_stack(On::BootstrapOutputs, BOOTSTRAP_STACK),
            }
        }
        self.template();
    }

    /// What is called for the template, where a request does not hold it.
    fn template(&mut self) {
        let Deployment { settings, assets, template_bytes, bootstrap_bucket, .. } = *self.deployment;
        let anywhere = || ("*".to_owned(), "*".to_owned());
        let (bucket, key) = match &settings.template_url {
            Some(url) => place::object_of_url(&self.scope.filled(url)).unwrap_or_else(anywhere),
            None if template_bytes <= MAX_TEMPLATE_BODY => return,
            None => {
                self.on_stack(On::BootstrapOutputs, BOOTSTRAP_STACK);
                (bootstrap_bucket.unwrap_or("*").to_owned(), "cdk/*".to_owned())
            }
        };
        self.on(On::Template, &place::object(self.scope, &bucket, &key));
        self.on(On::TemplateKey, &place::arn(self.scope, "kms", "key/*"));
        let is_it = |other: &FileDestination| {
            self.scope.filled(&other.bucket) == bucket && self.scope.filled(&other.key) == key
        };
        // An assembly without its asset manifests still says where its template goes.
        if !assets.files.iter().flat_map(|file| &file.destinations).any(is_it) {
            self.file(&FileDestination { bucket, key, ..FileDestination::default() });
        }
    }

    fn file(&mut self, destination: &FileDestination) {
        let scope = self.scope_of(destination.region.as_deref());
        let bucket = scope.filled(&destination.bucket);
        let key = scope.filled(&destination.key);
        self.on(On::FileBucket, &place::bucket(&scope, &bucket));
        self.on(On::File, &place::object(&scope, &bucket, &key));
        self.on(On::FileKey, &place::arn(&scope, "kms", "key/*"));
    }

    fn image(&mut self, destination: &ImageDestination) {
        let scope = self.scope_of(destination.region.as_deref());
        let repository = scope.filled(&destination.repository);
        self.on(On::Registry, &ArnPattern::any());
        self.on(On::Repository, &place::arn(&scope, "ecr", &format!("repository/{repository}")));
    }

    /// Where a destination is: in the region of the stack, unless it names another.
    fn scope_of(&self, region: Option<&str>) -> Scope {
        let region = region.map(|region| self.scope.filled(region));
        Scope { region: region.or_else(|| self.scope.region.clone()), ..self.scope.clone() }
    }

    fn on_stack(&mut self, on: On, name: &str) {
        self.on(on, &place::arn(self.scope, "cloudformation", &format!("stack/{name}/*")));
    }

    /// What is called on something of that kind.
    fn on(&mut self, on: On, resource: &ArnPattern) {
        let context = place::bucket_context(self.scope, resource);
        for line in DEPLOYMENT.on(on) {
            let certainty = line.certainty(self.deployment.settings.has_termination_protection);
            for phase in &line.phases {
                self.needs.extend(line.actions.iter().map(|action| Need {
                    action: (*action).to_owned(),
                    resource: resource.clone(),
                    context: context.clone(),
                    phase: *phase,
                    certainty,
                    because: line.because.to_owned(),
                }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assembly::{FileAsset, ImageAsset};
    use crate::needs::Executor;
    use crate::template::{Template, TemplateForm};

    #[test]
    fn every_line_counts_for_some_deployment() {
        let text =
            r#"{ "Resources": { "Child": { "Type": "AWS::CloudFormation::Stack", "Properties": {} } } }"#;
        let template = Template::read(text, TemplateForm::Json).unwrap();
        let (scope, executor) = (Scope::default(), Executor::Caller);
        let stack = StackInput {
            name: "a",
            file: "t",
            template: &template,
            scope: &scope,
            has_tags: false,
            executor,
        };
        let assets = AssetManifest {
            files: vec![FileAsset { destinations: vec![FileDestination::default()], ..FileAsset::default() }],
            images: vec![ImageAsset {
                destinations: vec![ImageDestination::default()],
                ..ImageAsset::default()
            }],
        };
        let mut found = Vec::new();
        for check in [VersionCheck::Parameter("/v".to_owned()), VersionCheck::BootstrapStack] {
            let (template_url, version_checks) = (Some("s3://b/k".to_owned()), [check].into());
            let settings =
                DeploymentSettings { template_url, version_checks, has_termination_protection: false };
            let deployment = Deployment {
                stack: &stack,
                settings: &settings,
                assets: &assets,
                template_bytes: 1,
                bootstrap_bucket: None,
            };
            found.extend(deployer_needs(&deployment).into_iter().flat_map(|of| of.needs));
        }
        for line in &DEPLOYMENT.lines {
            let is_found = |phase, action| {
                found.iter().any(|need| {
                    (need.phase, need.action.as_str(), need.because.as_str()) == (phase, action, line.because)
                        && need.certainty == line.certainty(false)
                })
            };
            for phase in &line.phases {
                let dead = line.actions.iter().find(|action| !is_found(*phase, **action));
                assert_eq!(dead, None, "{phase}, `{}`", line.because);
            }
        }
    }

    #[test]
    fn what_is_not_known_may_be_anything() {
        let template = Template::read(r#"{ "Resources": {} }"#, TemplateForm::Json).unwrap();
        let (scope, executor) = (Scope::default(), Executor::Caller);
        let stack = StackInput {
            name: "a",
            file: "t",
            template: &template,
            scope: &scope,
            has_tags: false,
            executor,
        };
        for (url, expected) in [
            ("s3://b-${AWS::AccountId}/k", "arn:*:s3:::b-*/k"),
            ("https://b.s3.eu-west-1.amazonaws.com/k/l", "arn:*:s3:::b/k/l"),
            ("https://s3.eu-west-1.amazonaws.com/b/k", "arn:*:s3:::b/k"),
            ("https://example.com/k", "arn:*:s3:::*/*"),
            ("", "arn:*:s3:::*/*"),
        ] {
            let settings =
                DeploymentSettings { template_url: Some(url.to_owned()), ..DeploymentSettings::default() };
            let assets = AssetManifest::default();
            let deployment = Deployment {
                stack: &stack,
                settings: &settings,
                assets: &assets,
                template_bytes: 1,
                bootstrap_bucket: None,
            };
            let needs = deployer_needs(&deployment);
            let mut read = needs.iter().flat_map(|of| &of.needs).filter(|need| need.action == "s3:GetObject");
            assert_eq!(read.next().map(|need| need.resource.as_str()), Some(expected), "{url}");
        }
    }
}
