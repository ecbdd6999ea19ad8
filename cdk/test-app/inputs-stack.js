// What a template leaves open until it is deployed: parameters, conditions, imports, and what waits for a signal.

'use strict';

const {
  Aws,
  CfnCondition,
  CfnMapping,
  CfnParameter,
  CfnWaitCondition,
  CfnWaitConditionHandle,
  CustomResource,
  Fn,
  Stack,
  aws_logs: logs,
  aws_s3: s3,
  aws_ssm: ssm,
} = require('aws-cdk-lib');

class InputsStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);

    const stage = new CfnParameter(this, 'StageName', {
      default: 'dev',
      allowedValues: ['dev', 'prod'],
      description: 'Which stage this is',
    });
    const owner = new CfnParameter(this, 'Owner', { description: 'Who owns it; there is no default' });
    const isProd = new CfnCondition(this, 'IsProd', {
      expression: Fn.conditionEquals(stage.valueAsString, 'prod'),
    });
    const retention = new CfnMapping(this, 'Retention', {
      mapping: { dev: { days: 7 }, prod: { days: 365 } },
    });

    // Versioned in production only; elsewhere it is as if the property were not there.
    const uploads = new s3.CfnBucket(this, 'Uploads', {
      bucketName: Fn.sub('uploads-${StageName}-${AWS::AccountId}-${AWS::Region}'),
      versioningConfiguration: Fn.conditionIf(isProd.logicalId, { Status: 'Enabled' }, Aws.NO_VALUE),
      tags: [{ key: 'owner', value: owner.valueAsString }],
    });
    // Made in production only.
    const audit = new logs.CfnLogGroup(this, 'Audit', {
      logGroupName: Fn.join('/', ['audit', stage.valueAsString, owner.valueAsString]),
      retentionInDays: retention.findInMap(stage.valueAsString, 'days'),
    });
    audit.cfnOptions.condition = isProd;

    const handle = new CfnWaitConditionHandle(this, 'Handle');
    new CfnWaitCondition(this, 'Approval', { handle: handle.ref, timeout: '3600', count: 1 });

    // Of a type without a name of its own, by a function of another stack.
    new CustomResource(this, 'Registration', { serviceToken: Fn.importValue('registry-function-arn') });
    new ssm.CfnParameter(this, 'UploadsName', {
      name: Fn.join('/', ['', 'inputs', stage.valueAsString, 'uploads']),
      type: 'String',
      value: uploads.ref,
    });
  }
}

module.exports = { InputsStack };
