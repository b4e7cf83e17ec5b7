import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbLog } from '../../lib/streams/dynamodb-log.ts';
import { alice, chat, eventsIn, keys, words } from '../support/durable-gateways.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { hurriedClock } from '../support/hurried-clock.ts';
import { type Served, serve } from '../support/serve.ts';
import { type StoreFate, storeProxy } from '../support/store-proxy.ts';

const path = '/v1/chat/completions';
const text = words(40);
const contentOf = (answer: string) => [...answer.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');
const codeIn = (answer: string) => /"code":"(\w+)"/.exec(answer)?.[1];

let table: TestTable;
/** Reads what is stored when all is over. Its clock is ahead by more than a lease. */
let reader: Served;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  table = await testTable();
  const streamLog = dynamodbLog({ access: table.access(), table: table.table, random: () => 0 });
  reader = await serve({ keys, streamLog, now: () => Date.now() + 40_000 });
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await reader.close();
  await table.close();
});

interface Fault {
  readonly operation: 'PutItem' | 'GetItem' | 'UpdateItem';
  /** The first call of this operation that the fault meets, from 1, and whether it ever ends. */
  readonly from: number;
  readonly forever: boolean;
  readonly fate: StoreFate;
}

/** Begins a stream at a gateway whose store has this fault. The gateway's seconds pass ten times as fast. */
async function streamWith(durability: 'standard' | 'strict', fault: Fault, headers: Record<string, string> = {}) {
  const proxy = await storeProxy(table);
  const clock = hurriedClock(10);
  const gateway = await serve({ config: { streams: { durability } }, keys, streamLog: proxy.log, paceMs: 4, clock });
  closing.push(async () => {
    await gateway.close();
    await proxy.close();
  });
  let calls = 0;
  proxy.fate = (operation) => {
    if (operation !== fault.operation) return 'well';
    const at = ++calls - fault.from;
    // The client of the table repeats a call once by itself.
    return at === 0 || at === 1 || (fault.forever && at > 0) ? fault.fate : 'well';
  };
  const response = await gateway.post(path, chat(text), { ...alice, ...headers });
  const answer = await response.text();
  return { response, answer, events: eventsIn(answer) };
}

const faults: Fault[] = (['throttled', 'down', { delayMs: 400 }] as const).flatMap((fate) =>
  (['PutItem', 'UpdateItem', 'GetItem'] as const).flatMap((operation) =>
    [1, 2, 3, 4].flatMap((from) => [true, false].map((forever) => ({ operation, from, forever, fate }))),
  ),
);
const nameOf = ({ operation, from, forever, fate }: Fault) =>
  `${typeof fate === 'object' ? 'slow' : fate} ${forever ? 'from' : 'at'} ${operation} ${from}`;

describe.each(['standard', 'strict'] as const)('a %s stream', (durability) => {
  test.concurrent.each(faults.map((fault) => [nameOf(fault), fault] as const))(
    'tells the truth if the store is %s (A27, A32)',
    { timeout: 120_000 },
    async (_, fault) => {
      const { response, answer, events } = await streamWith(durability, fault);
      expect(response.status).toBe(200);
      expect(events.at(-1)).toBe('data: [DONE]\n\n');
      const content = contentOf(answer);
      const code = codeIn(answer);
      if (code === undefined) expect(content).toBe(text);
      else expect([text.startsWith(content), code]).toEqual([true, 'streams_unavailable']);
      // Only a strict stream may suffer from a store that fails, and only from one that fails for long.
      if (durability === 'standard' || !fault.forever) expect(code).toBeUndefined();

      const id = response.headers.get('x-sluice-stream');
      if (id === null) {
        expect(response.headers.get('x-sluice-durability')).toBe('none');
        return;
      }
      const stored = await (await fetch(`${reader.url}/v1/streams/${id}`, { headers: alice })).text();
      const end = codeIn(stored);
      if (end === undefined) expect(eventsIn(stored)).toEqual(events);
      else {
        expect(['streams_unavailable', 'producer_lost']).toContain(end);
        expect(text.startsWith(contentOf(stored))).toBe(true);
        // What a client of a strict stream has seen is stored.
        if (durability === 'strict') expect(contentOf(stored).startsWith(content)).toBe(true);
      }
    },
  );
});

/** The operations that a reader uses. A reader that follows a stream writes only to say that it does. */
const readerFaults = (['throttled', 'down', { delayMs: 400 }] as const).flatMap((fate) =>
  (['BatchGetItem', 'GetItem', 'UpdateItem'] as const).flatMap((operation) =>
    [1, 2, 4].map((from) => ({ operation, from, fate })),
  ),
);

describe('a reader on another gateway', () => {
  test.concurrent.each(readerFaults.map((fault) => [nameOf({ ...fault, forever: true } as Fault), fault] as const))(
    'hears the truth if its store is %s (A27, A32)',
    { timeout: 60_000 },
    async (_, { operation, from, fate }) => {
      const proxy = await storeProxy(table);
      const producer = await serve({
        keys,
        paceMs: 10,
        streamLog: dynamodbLog({ access: table.access(), table: table.table, random: () => 0 }),
      });
      const reading = await serve({ keys, streamLog: proxy.log });
      closing.push(async () => {
        await Promise.all([producer.close(), reading.close()]);
        await proxy.close();
      });
      const response = await producer.post(path, chat(text), alice);
      let calls = 0;
      proxy.fate = (called) => (called === operation && ++calls >= from ? fate : 'well');
      const url = `${reading.url}/v1/streams/${response.headers.get('x-sluice-stream')}`;
      const [original, answer] = await Promise.all([
        response.text(),
        fetch(url, { headers: alice }).then(async (read) => ({ status: read.status, text: await read.text() })),
      ]);
      const isWhole = typeof fate === 'object' || operation === 'UpdateItem';
      // It may be through before the fault begins.
      if (isWhole || codeIn(answer.text) === undefined)
        expect([answer.status, eventsIn(answer.text)]).toEqual([200, eventsIn(original)]);
      else {
        expect([200, 503]).toContain(answer.status);
        expect(codeIn(answer.text)).toBe('streams_unavailable');
        expect(original.startsWith(eventsIn(answer.text).slice(0, -2).join(''))).toBe(true);
        if (answer.status === 200) expect(eventsIn(answer.text).at(-1)).toBe('data: [DONE]\n\n');
      }
    },
  );
});

describe('a request with an idempotency key', () => {
  test.concurrent.each(['throttled', 'down'] as const)('is refused if the store is %s when it claims', async (fate) => {
    const fault: Fault = { operation: 'PutItem', from: 1, forever: true, fate };
    const { response, answer } = await streamWith('standard', fault, { 'idempotency-key': `claim-${fate}` });
    expect([response.status, codeIn(answer)]).toEqual([503, 'streams_unavailable']);
  });
});
