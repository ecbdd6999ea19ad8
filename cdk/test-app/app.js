// A CDK app with the shapes that an assembly can have: stacks with and without an environment, a nested stack,
// and a stage, which is an assembly of its own. It is never deployed.

'use strict';

const { App, CliCredentialsStackSynthesizer, Stage } = require('aws-cdk-lib');

const { AgentStack } = require('./agent-stack');
const { InputsStack } = require('./inputs-stack');
const { ServiceStack } = require('./service-stack');
const { WebStack } = require('./web-stack');

const ACCOUNT = '123456789012';

const app = new App({ analyticsReporting: false, treeMetadata: false });

// The name that the policies are written for.
new AgentStack(app, 'Agent', {
  stackName: 'backgroundagent-dev',
  env: { account: ACCOUNT, region: 'us-east-1' },
  tags: { application: 'backgroundagent' },
});

// Neither account nor region is known before it is deployed.
new InputsStack(app, 'Inputs', { stackName: 'inputs' });

// A name that the policies are not written for, in another region.
const prod = new Stage(app, 'Prod', { env: { account: ACCOUNT, region: 'eu-west-1' } });
new WebStack(prod, 'Web', { stackName: 'web-prod' });

// Deployed with the caller's own credentials instead of the bootstrap's roles.
const shop = new Stage(app, 'Shop', { env: { account: ACCOUNT, region: 'eu-west-1' } });
new ServiceStack(shop, 'Service', { stackName: 'shop-prod', synthesizer: new CliCredentialsStackSynthesizer() });
