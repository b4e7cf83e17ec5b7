import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dynamodbStore } from '../../lib/access/limits/dynamodb-store.ts';
import type { LimitStore } from '../../lib/access/limits/store.ts';
import { type AwsAccess, awsAccess } from '../../lib/aws/access.ts';
import { awsJsonCall } from '../../lib/aws/json-call.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { hurriedClock } from './hurried-clock.ts';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: { createTableMs: number }) => Server;

const table = 'limits';

/** A busy machine may take its time over hundreds of calls at once: deadlines come twenty times as late. */
const clock = hurriedClock(1 / 20);

/** A DynamoDB on loopback with the table of the limits in it. */
export interface LimitsTable {
  /** What a function's environment says of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The store of one more environment: nothing is shared with the others but the table. */
  store(): LimitStore;
  /** The item of this key, as DynamoDB has it. */
  item(pk: string): Promise<JsonObject>;
  close(): Promise<void>;
}

export async function limitsTable(): Promise<LimitsTable> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const environment = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret-of-anyone',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    SLUICE_TABLE: table,
  };
  const access = awsAccess(environment, clock);
  await createTable(access);
  return {
    environment,
    store: () => dynamodbStore({ access: awsAccess(environment, clock), table, random: () => 0 }),
    async item(pk) {
      const { Item } = await ask(access, 'GetItem', { TableName: table, Key: { pk: { S: pk } } });
      return (Item ?? {}) as JsonObject;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function createTable(access: AwsAccess): Promise<void> {
  await ask(access, 'CreateTable', {
    TableName: table,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  for (;;) {
    const { Table } = await ask(access, 'DescribeTable', { TableName: table });
    if ((Table as JsonObject).TableStatus === 'ACTIVE') return;
  }
}

function ask(access: AwsAccess, operation: string, body: JsonObject): Promise<JsonObject> {
  return awsJsonCall(access, { service: 'dynamodb', operation, body, timeoutMs: 10_000 });
}
