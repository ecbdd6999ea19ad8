// A nested stack: its template is an asset of the parent, and the queue's name reaches it as a parameter.

'use strict';

const { NestedStack, aws_cloudwatch: cloudwatch, aws_cloudwatch_actions: actions, aws_sns: sns } = require('aws-cdk-lib');

class AlertsStack extends NestedStack {
  constructor(scope, id, { queue }) {
    super(scope, id);

    const topic = new sns.Topic(this, 'Topic', { displayName: 'Tasks that wait' });
    const alarm = new cloudwatch.Alarm(this, 'Backlog', {
      metric: queue.metricApproximateNumberOfMessagesVisible(),
      threshold: 100,
      evaluationPeriods: 3,
    });
    alarm.addAlarmAction(new actions.SnsAction(topic));
  }
}

module.exports = { AlertsStack };
