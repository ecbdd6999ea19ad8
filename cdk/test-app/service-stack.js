// A public, load-balanced service on Fargate, as a pipeline without the bootstrap's roles deploys it.

'use strict';

const { Stack, aws_ec2: ec2, aws_ecr: ecr, aws_ecs: ecs, aws_ecs_patterns: patterns } = require('aws-cdk-lib');

class ServiceStack extends Stack {
  // Else they are looked up in the account.
  get availabilityZones() {
    return ['eu-west-1a', 'eu-west-1b'];
  }

  constructor(scope, id, props) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    // The pipeline pushes the image before it deploys.
    const images = ecr.Repository.fromRepositoryName(this, 'Images', 'shop');
    new patterns.ApplicationLoadBalancedFargateService(this, 'Service', {
      cluster,
      taskImageOptions: { image: ecs.ContainerImage.fromEcrRepository(images) },
    });
  }
}

module.exports = { ServiceStack };
