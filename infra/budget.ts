import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import type { StackConfig } from '../lib/config/stack-schema.ts';

/**
 * Notifies when the bill of a month exceeds 80 % of `stack.monthlyBudget`, and when the forecast exceeds all of it.
 * This is the bill of the whole account, because model costs don't carry the tags of the stack.
 */
export function createBudget(scope: Construct, { monthlyBudget, alarmEmail, alarmTopic }: StackConfig): void {
  if (monthlyBudget === undefined) return;
  const subscribers = [
    ...(alarmEmail ? [{ subscriptionType: 'EMAIL', address: alarmEmail }] : []),
    ...(alarmTopic ? [{ subscriptionType: 'SNS', address: alarmTopic }] : []),
  ];
  const notice = (notificationType: string, threshold: number) => ({
    notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
    subscribers,
  });
  new CfnBudget(scope, 'Budget', {
    budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: monthlyBudget, unit: 'USD' } },
    notificationsWithSubscribers: [notice('ACTUAL', 80), notice('FORECASTED', 100)],
  });
}
