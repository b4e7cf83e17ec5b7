import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import { alice, chat, eventsIn, keys, words } from '../support/durable-gateways.ts';
import { type Served, serve } from '../support/serve.ts';

const text = words(60);
let one: Served;
/** Its store has lost all records from the second on. */
let other: Served;
beforeAll(async () => {
  const log = memoryLog();
  one = await serve({ keys, streamLog: log, paceMs: 10 });
  const lossy: typeof log = {
    ...log,
    read: async (address, position, most) => (await log.read(address, position, most)).slice(0, Math.max(0, 1 - position)),
  };
  other = await serve({ keys, streamLog: lossy });
});
afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
});

describe('a finished stream whose store has lost a record', () => {
  const finished = async (headers: Record<string, string> = {}) => {
    const response = await one.post('/v1/chat/completions', chat(text), { ...alice, ...headers });
    await response.text();
    return response.headers.get('x-sluice-stream');
  };
  const read = (id: string | null, rest = '') => fetch(`${other.url}/v1/streams/${id}${rest}`, { headers: alice });

  test('ends in an error for its readers, and for a request that is sent again', async () => {
    const id = await finished({ 'idempotency-key': 'gap' });
    const again = await other.post('/v1/chat/completions', chat(text), { ...alice, 'idempotency-key': 'gap' });
    for (const response of [await read(id), again]) {
      const events = eventsIn(await response.text());
      expect(events.at(-2)).toContain('"code":"streams_unavailable"');
      expect(events.at(-1)).toBe('data: [DONE]\n\n');
      expect(events.join('')).not.toContain('"finish_reason":"stop"');
    }
  });

  test('is not found behind the gap, and its log is never said to be closed', async () => {
    const id = await finished();
    expect((await read(id, '?after=100')).status).toBe(404);
    const log = await (await read(id, '/log?live=sse')).text();
    expect(log).toContain('event: data');
    expect(log).not.toContain('streamClosed');
    expect((await read(id, '/log?live=long-poll&offset=999')).status).toBe(404);
  });
});
