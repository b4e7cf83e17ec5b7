import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { StackConfig } from '../lib/config/stack-schema.ts';

/**
 * The recipient of alarms: the configured topic, or a topic of the stack for the configured address. `undefined` if
 * neither is set. Alarms are then only visible in the AWS console.
 */
export function alarmTopic(
  scope: Construct,
  { alarmEmail, alarmTopic: arn }: Pick<StackConfig, 'alarmEmail' | 'alarmTopic'>,
): ITopic | undefined {
  if (arn !== undefined) return Topic.fromTopicArn(scope, 'AlarmTopic', arn);
  if (alarmEmail === undefined) return undefined;
  const topic = new Topic(scope, 'AlarmTopic', { displayName: Stack.of(scope).stackName, enforceSSL: true });
  topic.addSubscription(new EmailSubscription(alarmEmail));
  // A topic with its own policy (here for TLS) loses the default policy that allows CloudWatch to publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  return topic;
}
