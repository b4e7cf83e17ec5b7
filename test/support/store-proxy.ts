import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awsAccess } from '../../lib/aws/access.ts';
import { dynamodbLog } from '../../lib/streams/dynamodb-log.ts';
import type { StreamLog } from '../../lib/streams/stream-log.ts';
import { processClock } from '../../lib/time/clock.ts';
import type { TestTable } from './dynamodb-table.ts';

export type StoreFate = 'well' | 'throttled' | 'down' | { readonly delayMs: number };

/** Stands between a gateway and its table: counts what calls cost, and makes them fail. */
export interface StoreProxy {
  readonly log: StreamLog;
  /** Calls by operation, and the write units that DynamoDB counted for them. */
  readonly calls: Readonly<Record<string, number>>;
  readonly writeUnits: number;
  /** Items that were read, found or not. DynamoDB counts at least one unit for each. */
  readonly itemsRead: number;
  /** What happens to a call from now on. */
  fate: (operation: string) => StoreFate;
  reset(): void;
  close(): Promise<void>;
}

export async function storeProxy(table: TestTable): Promise<StoreProxy> {
  let calls: Record<string, number> = {};
  let writeUnits = 0;
  let itemsRead = 0;
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const fate = proxy.fate(operation);
    if (fate === 'down') return request.socket.destroy();
    if (fate === 'throttled') {
      response.writeHead(400).end(JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException' }));
      return;
    }
    if (typeof fate === 'object') await new Promise((resolve) => setTimeout(resolve, fate.delayMs));
    // The gateway has given up meanwhile, and the table may be closed.
    if (request.socket.destroyed) return;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    delete headers['content-length'];
    const body = JSON.parse(Buffer.concat(pieces).toString());
    const isWrite = ['PutItem', 'UpdateItem', 'DeleteItem'].includes(operation);
    const sent = JSON.stringify(isWrite ? { ...body, ReturnConsumedCapacity: 'TOTAL' } : body);
    const answer = await fetch(table.endpoint, { method: 'POST', headers, body: sent }).catch(() => undefined);
    if (!answer) return request.socket.destroy();
    const text = await answer.text();
    calls[operation] = (calls[operation] ?? 0) + 1;
    itemsRead += itemsAskedFor(operation, body);
    if (isWrite && answer.ok) writeUnits += JSON.parse(text).ConsumedCapacity.CapacityUnits;
    response.writeHead(answer.status).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const access = awsAccess({ ...table.environment, AWS_ENDPOINT_URL_DYNAMODB: endpoint }, processClock());
  const proxy: StoreProxy = {
    log: dynamodbLog({ access, table: table.table, random: () => 0 }),
    get calls() {
      return calls;
    },
    get writeUnits() {
      return writeUnits;
    },
    get itemsRead() {
      return itemsRead;
    },
    fate: () => 'well',
    reset() {
      calls = {};
      writeUnits = 0;
      itemsRead = 0;
      proxy.fate = () => 'well';
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

function itemsAskedFor(operation: string, body: { RequestItems?: Record<string, { Keys: unknown[] }> }): number {
  if (operation === 'GetItem') return 1;
  const tables = operation === 'BatchGetItem' ? Object.values(body.RequestItems ?? {}) : [];
  return tables.reduce((sum, { Keys }) => sum + Keys.length, 0);
}
