import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { keysAreInTable, needsTable } from '../lib/config/key-store.ts';
import type { Config } from '../lib/config/schema.ts';

/** A part of the configuration that needs the table, and exactly the operations that its code calls. */
interface TableUse {
  readonly wanted: (config: Config) => boolean;
  readonly actions: readonly string[];
}

export const tableUses = {
  limits: { wanted: ({ limits }) => limits.store === 'dynamodb', actions: ['GetItem', 'UpdateItem'] },
  // `npm run keys` writes the records with the operator's own credentials. Functions only note when a key was used.
  keys: { wanted: keysAreInTable, actions: ['GetItem', 'UpdateItem'] },
  streams: {
    wanted: ({ streams }) => streams?.store === 'dynamodb',
    actions: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
  },
} as const satisfies Record<string, TableUse>;

/** What the functions may do with the table: nothing but what the configuration needs. */
export function tableActions(config: Config): string[] {
  const actions = Object.values(tableUses).flatMap((use) => (use.wanted(config) ? use.actions : []));
  return [...new Set(actions)].sort().map((action) => `dynamodb:${action}`);
}

/**
 * The one table of the stack, for everything that environments share. Counts end with the stack. Client keys must not:
 * a table that holds them stays when the stack is deleted.
 */
export function createTable(scope: Construct, config: Config): Table | undefined {
  if (!needsTable(config)) return undefined;
  return new Table(scope, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: keysAreInTable(config) ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
  });
}
