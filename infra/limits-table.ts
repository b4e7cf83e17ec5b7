import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/** Exactly what the limits do with their table. */
export const limitsTableActions = ['dynamodb:GetItem', 'dynamodb:UpdateItem'];

/** Where requests, tokens, streams and money of each key are counted for all functions. Counts go with the stack. */
export function createLimitsTable(scope: Construct): Table {
  return new Table(scope, 'Limits', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
