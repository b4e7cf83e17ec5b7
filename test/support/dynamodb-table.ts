import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type AwsAccess, awsAccess } from '../../lib/aws/access.ts';
import { awsJsonCall } from '../../lib/aws/json-call.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { hurriedClock } from './hurried-clock.ts';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: { createTableMs: number }) => Server;

const table = 'sluice';

/** A busy machine may take its time over hundreds of calls at once: deadlines come twenty times as late. */
const slowClock = hurriedClock(1 / 20);

/** A DynamoDB on loopback with the one table of a deployment in it. */
export interface TestTable {
  readonly table: string;
  readonly endpoint: string;
  /** The environment variables of a function for it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The access of one more environment: nothing is shared with the others but the table. */
  access(clock?: Clock): AwsAccess;
  /** The item of this key, as DynamoDB has it. */
  item(pk: string): Promise<JsonObject>;
  /** The keys of all items. */
  keys(): Promise<string[]>;
  close(): Promise<void>;
}

export async function testTable(): Promise<TestTable> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret-of-anyone',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    SLUICE_TABLE: table,
  };
  const access = awsAccess(environment, slowClock);
  await createTable(access);
  return {
    table,
    endpoint,
    environment,
    access: (clock = slowClock) => awsAccess(environment, clock),
    async item(pk) {
      const { Item } = await ask(access, 'GetItem', { TableName: table, Key: { pk: { S: pk } } });
      return (Item ?? {}) as JsonObject;
    },
    async keys() {
      const { Items } = await ask(access, 'Scan', { TableName: table });
      return (Items as { pk: { S: string } }[]).map(({ pk }) => pk.S);
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
