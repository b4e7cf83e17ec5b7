import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyDigest } from '../../lib/access/keys.ts';
import { dynamodbLog } from '../../lib/streams/dynamodb-log.ts';
import { recordReader } from '../../lib/streams/records.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { type Served, serve } from '../support/serve.ts';

const model = 'demo/openai/echo';
const messages = [{ role: 'user', content: 'my own words' }];
const requests: [name: string, path: string, body: object][] = [
  ['a streamed chat completion', '/v1/chat/completions', { model, messages, stream: true }],
  ['a whole chat completion', '/v1/chat/completions', { model, messages }],
  ['a response with store: true', '/v1/responses', { model, input: 'my own words', store: true }],
  ['a message', '/v1/messages', { model, messages, max_tokens: 100, stream: true }],
  [
    'a Converse stream',
    '/model/demo%2Fopenai%2Fecho/converse-stream',
    { messages: [{ role: 'user', content: [{ text: 'my own words' }] }] },
  ],
];

describe('what is stored', () => {
  let table: TestTable;
  let served: Served;
  beforeAll(async () => {
    table = await testTable();
    const keys = ['open', { id: 'private', sha256: keyDigest('private'), models: ['*'], durability: 'none' as const }];
    served = await serve({ keys, streamLog: dynamodbLog({ access: table.access(), table: table.table, random: () => 0 }) });
  });
  afterAll(async () => {
    await served.close();
    await table.close();
  });

  const ask = async (path: string, body: object, headers: Record<string, string>) => {
    const response = await served.post(path, body, headers);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  };

  test.each(requests)('of %s is nothing if the request or its key says so', async (_, path, body) => {
    const before = await table.keys();
    const ways: Record<string, string>[] = [
      { authorization: 'Bearer private' },
      { authorization: 'Bearer private', 'idempotency-key': 'k' },
      { authorization: 'Bearer open', 'idempotency-key': 'k', 'x-sluice-durability': 'none' },
    ];
    for (const headers of ways) {
      const { status, headers: sent } = await ask(path, body, headers);
      expect([status, sent.get('x-sluice-durability'), sent.has('x-sluice-stream')]).toEqual([200, 'none', false]);
    }
    expect(await table.keys()).toEqual(before);
  });

  test.each(requests)('of %s is gone once the client deletes it', async (_, path, body) => {
    const before = await table.keys();
    const { headers } = await ask(path, body, {
      authorization: 'Bearer open',
      'idempotency-key': `delete ${path}`.replace(/\W/g, ''),
    });
    const id = headers.get('x-sluice-stream');
    await expect.poll(() => table.keys()).not.toEqual(before);
    const url = `${served.url}/v1/streams/${id}?purge=true`;
    const deleted = await fetch(url, { method: 'DELETE', headers: { authorization: 'Bearer open' } });
    expect(await deleted.json()).toEqual({ id, object: 'stream', status: 'deleted' });
    expect(await table.keys()).toEqual(before);
  });

  test('contains neither the prompt of a chat nor the key of the client', async () => {
    const secret = 'a-prompt-that-nobody-else-may-read';
    const { headers } = await ask(
      '/v1/chat/completions',
      { model, messages: [{ role: 'system', content: secret }, ...messages], stream: true },
      { authorization: 'Bearer open' },
    );
    expect(headers.get('x-sluice-stream')).toMatch(/^str_/);
    const items = await Promise.all((await table.keys()).map((key) => table.item(key)));
    const batches = items.flatMap(({ record }) => {
      const bytes = (record as { B?: string } | undefined)?.B;
      const batch = bytes && recordReader()(Buffer.from(bytes, 'base64'));
      return batch ? [batch.events.map((event) => Buffer.from(event).toString()), batch.opening] : [];
    });
    expect(JSON.stringify(batches)).toContain('chat.completion.chunk');
    const all = JSON.stringify([items, batches]);
    expect(all).not.toContain(secret);
    expect(all).not.toContain('Bearer');
    expect(all).not.toContain(keyDigest('open'));
  });
});
