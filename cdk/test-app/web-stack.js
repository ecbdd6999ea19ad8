// Containers: roles that are passed to a service, a service-linked role, and a key that other resources use.

'use strict';

const {
  Duration,
  RemovalPolicy,
  Stack,
  aws_ecr: ecr,
  aws_ecs: ecs,
  aws_iam: iam,
  aws_kms: kms,
  aws_logs: logs,
  aws_s3: s3,
} = require('aws-cdk-lib');

class WebStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);

    const key = new kms.Key(this, 'Key', {
      alias: 'web-prod',
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
    });
    new s3.Bucket(this, 'Uploads', { encryption: s3.BucketEncryption.KMS, encryptionKey: key });
    const images = new ecr.Repository(this, 'Images', {
      repositoryName: 'web-prod/app',
      imageScanOnPush: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    // An account's first cluster needs the service-linked role of ECS.
    new ecs.CfnCluster(this, 'Cluster', { clusterName: 'web-prod', capacityProviders: ['FARGATE'] });
    const task = new ecs.FargateTaskDefinition(this, 'Task', { cpu: 256, memoryLimitMiB: 512 });
    task.addContainer('app', {
      image: ecs.ContainerImage.fromEcrRepository(images),
      logging: ecs.LogDriver.awsLogs({
        streamPrefix: 'app',
        logGroup: new logs.LogGroup(this, 'AppLogs', { retention: logs.RetentionDays.ONE_WEEK, encryptionKey: key }),
      }),
    });
    task.addToTaskRolePolicy(new iam.PolicyStatement({ actions: ['s3:ListAllMyBuckets'], resources: ['*'] }));
  }
}

module.exports = { WebStack };
