import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/** Exactly the operations that limits need. */
export const limitsTableActions = ['dynamodb:GetItem', 'dynamodb:UpdateItem'];

/** Counts requests, tokens, streams and cost of each key for all functions. The counts are deleted with the stack. */
export function createLimitsTable(scope: Construct): Table {
  return new Table(scope, 'Limits', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
