import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import type { StackConfig } from '../lib/config/stack-schema.ts';

/**
 * Tells when the bill of a month passes four fifths of `stack.monthlyBudget`, and when it is likely to pass all of it. It
 * is the bill of the whole account: what models cost carries no tag of the stack.
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
