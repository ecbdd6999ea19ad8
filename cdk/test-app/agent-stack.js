// Most of what an application of queues and functions has, and the properties that need permissions of their own.

'use strict';

const {
  Aws,
  CustomResource,
  Duration,
  Fn,
  RemovalPolicy,
  Stack,
  Tags,
  aws_dynamodb: dynamodb,
  aws_iam: iam,
  aws_lambda: lambda,
  aws_logs: logs,
  aws_s3: s3,
  aws_secretsmanager: secretsmanager,
  aws_sqs: sqs,
  aws_ssm: ssm,
} = require('aws-cdk-lib');

const { AlertsStack } = require('./alerts-stack');

class AgentStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);

    const queue = new sqs.Queue(this, 'Tasks', { encryption: sqs.QueueEncryption.SQS_MANAGED });
    const table = new dynamodb.Table(this, 'TaskTable', {
      partitionKey: { name: 'task_id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expires',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Its objects are removed by a custom resource of the library, whose code is an asset.
    const artifacts = new s3.Bucket(this, 'Artifacts', {
      versioned: true,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(90) }],
      autoDeleteObjects: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A secret's name follows its logical ID, not the stack.
    const token = new secretsmanager.Secret(this, 'JiraIntegrationToken');

    const worker = this.worker({ TABLE: table.tableName, BUCKET: artifacts.bucketName });
    table.grantReadWriteData(worker);
    artifacts.grantReadWrite(worker);
    token.grantRead(worker);
    queue.grantConsumeMessages(worker);

    const live = new lambda.Alias(this, 'Live', {
      aliasName: 'live',
      version: worker.currentVersion,
      provisionedConcurrentExecutions: 1,
    });
    const source = new lambda.EventSourceMapping(this, 'TasksToWorker', {
      target: live,
      eventSourceArn: queue.queueArn,
      batchSize: 1,
    });
    Tags.of(source).add('component', 'worker');

    new ssm.StringParameter(this, 'QueueUrl', {
      parameterName: Fn.sub('/${AWS::StackName}/queue-url'),
      simpleName: false,
      stringValue: queue.queueUrl,
    });
    new CustomResource(this, 'Seed', {
      resourceType: 'Custom::Seed',
      serviceToken: worker.functionArn,
      properties: { Table: table.tableName },
    });
    new AlertsStack(this, 'Alerts', { queue });
  }

  // A function with its log group, and a role that a permissions boundary limits.
  worker(environment) {
    const logGroup = new logs.LogGroup(this, 'WorkerLogs', {
      logGroupName: Fn.join('', ['/aws/lambda/', Aws.STACK_NAME, '-worker']),
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'WorkerRole', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole')],
      permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(this, 'Boundary', 'workload-boundary'),
    });
    return new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => ({});'),
      currentVersionOptions: { removalPolicy: RemovalPolicy.DESTROY },
      environment,
      logGroup,
      role,
    });
  }
}

module.exports = { AgentStack };
