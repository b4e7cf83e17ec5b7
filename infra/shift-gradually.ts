import { Duration, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { StackConfig } from '../lib/config/stack-schema.ts';

/** How CodeDeploy moves traffic to a new version, by the words of the configuration. */
const configs = {
  canary: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  linear: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
} as const satisfies Record<Exclude<StackConfig['shift'], 'off'>, unknown>;

/**
 * Moves the alias to a new version step by step. If the new version's invocations fail meanwhile, CodeDeploy moves it
 * back and the deployment fails.
 */
export function shiftGradually(scope: Construct, alias: Alias, shift: keyof typeof configs): void {
  const errors = alias.metricErrors({ period: Duration.minutes(1), statistic: 'Sum' }).createAlarm(scope, 'ShiftAlarm', {
    alarmDescription: 'Invocations fail while a deployment moves traffic to a new version. CodeDeploy then moves it back.',
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  const group = new LambdaDeploymentGroup(scope, 'Shift', { alias, deploymentConfig: configs[shift], alarms: [errors] });
  Validations.of(group).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
    reason: 'AWS maintains this policy for exactly this use. CodeDeploy assumes the role, and no function can.',
  });
}
