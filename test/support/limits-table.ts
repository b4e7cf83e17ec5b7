import { dynamodbStore } from '../../lib/access/limits/dynamodb-store.ts';
import type { LimitStore } from '../../lib/access/limits/store.ts';
import type { DynamodbSettings } from '../../lib/aws/dynamodb.ts';
import { type TestTable, testTable } from './dynamodb-table.ts';

/** A DynamoDB on loopback with the table of the limits in it. */
export interface LimitsTable extends TestTable {
  /** What calls of one more environment need. */
  settings(): DynamodbSettings;
  /** The store of one more environment: nothing is shared with the others but the table. */
  store(): LimitStore;
}

export async function limitsTable(): Promise<LimitsTable> {
  const table = await testTable();
  const settings = () => ({ access: table.access(), table: table.table, random: () => 0 });
  return { ...table, settings, store: () => dynamodbStore(settings()) };
}
