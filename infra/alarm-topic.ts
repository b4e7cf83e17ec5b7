import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { StackConfig } from '../lib/config/stack-schema.ts';

/**
 * Who hears of alarms: the topic that the configuration names, or one of the stack's own for the address that it names.
 * `undefined` where it names neither: then alarms are seen in the console only.
 */
export function alarmTopic(
  scope: Construct,
  { alarmEmail, alarmTopic: arn }: Pick<StackConfig, 'alarmEmail' | 'alarmTopic'>,
): ITopic | undefined {
  if (arn !== undefined) return Topic.fromTopicArn(scope, 'AlarmTopic', arn);
  if (alarmEmail === undefined) return undefined;
  const topic = new Topic(scope, 'AlarmTopic', { displayName: 'Sluice', enforceSSL: true });
  topic.addSubscription(new EmailSubscription(alarmEmail));
  // A topic with a policy, here the one that wants TLS, no longer has the default one that lets CloudWatch in.
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
