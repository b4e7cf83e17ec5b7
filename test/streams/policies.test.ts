import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyDigest } from '../../lib/access/keys.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import { alice, eventsIn, words } from '../support/durable-gateways.ts';
import { type ObedientProvider, obedientProvider } from '../support/obedient-provider.ts';
import { type Served, serve } from '../support/serve.ts';

const text = words(20);
const tokens = Math.ceil(text.length / 4);
const path = '/v1/chat/completions';

let provider: ObedientProvider;
let one: Served;
let other: Served;
beforeAll(async () => {
  provider = await obedientProvider(text, 1);
  const streamLog = memoryLog();
  const lab = { kind: 'openai-compatible', baseUrl: provider.url, key: { env: 'LAB_KEY' } } as const;
  const models: ConfigInput['models'] = {
    continued: { targets: ['lab/m', 'lab/n'], continue: 'text' },
    failing: { targets: ['demo/openai/status-503', 'lab/m'], retries: 1 },
    hedged: { targets: ['demo/openai/silent', 'lab/m'], hedgeAfter: '50ms' },
    lone: { targets: ['lab/m'] },
  };
  const limits = { requestsPerMinute: 1000, concurrentStreams: 500 };
  const keys = [
    { id: 'alice', sha256: keyDigest('key-of-alice'), models: ['*'], limits },
    { id: 'few', sha256: keyDigest('key-of-few'), models: ['*'], limits: { requestsPerMinute: 3, concurrentStreams: 1 } },
  ];
  const options = { config: { providers: { lab }, models }, environment: { LAB_KEY: 'key' }, keys, streamLog };
  [one, other] = await Promise.all([serve(options), serve(options)]);
});
afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
  await provider.close();
});

const contentOf = (answer: string) => [...answer.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');
const ask = (model: string, prompt: string) => ({ model, stream: true, messages: [{ role: 'user', content: prompt }] });
const read = async (id: string | null, headers: Record<string, string> = alice) =>
  eventsIn(await (await fetch(`${other.url}/v1/streams/${id}`, { headers })).text());

/** A stream of one gateway, and the same stream as the other gateway reads it again. */
async function streamed(model: string, prompt: string) {
  const response = await one.post(path, ask(model, prompt), alice);
  const events = eventsIn(await response.text());
  expect(await read(response.headers.get('x-sluice-stream'))).toEqual(events);
  const [line] = await one.logged(response);
  return { events, content: contentOf(events.join('')), line };
}

describe('a durable stream', () => {
  test('continues after a cut at each of its tokens, and is stored as it was delivered (A11)', async () => {
    const before = provider.sent.length;
    const cuts = Array.from({ length: tokens - 1 }, (_, at) => at + 1);
    await Promise.all(
      cuts.map(async (cut) => {
        const { events, content, line } = await streamed('continued', `cut@${cut}`);
        expect(content, `cut@${cut}`).toBe(text);
        expect(events.filter((event) => event.includes('[DONE]'))).toHaveLength(1);
        expect(line).toMatchObject({ outcome: 'ok', usage_source: 'estimated' });
      }),
    );
    expect(provider.sent.length - before).toBe(2 * cuts.length);
  });

  test('ends in an error after a cut if nothing can continue it, and so does every reader', async () => {
    const { events, content } = await streamed('lone', 'cut@5');
    expect(content).toBe(text.slice(0, 20));
    expect(events.at(-2)).toContain('"code":"upstream_cut"');
  });

  test.each(['failing', 'hedged'])('of a route that is %s is stored once, from the target that served it', async (model) => {
    const { content, line } = await streamed(model, 'Count.');
    expect(content).toBe(text);
    expect(line).toMatchObject({ provider: 'lab', stream_role: 'created' });
  });

  test('reserves the limits of its key once, and readers and repetitions reserve none', async () => {
    const few = { authorization: 'Bearer key-of-few', 'idempotency-key': 'few' };
    const first = await one.post(path, ask('lone', 'Count.'), few);
    // While it runs, it takes the only place that the key has.
    const second = await other.post(path, ask('lone', 'Count.'), few);
    expect([first.status, second.status]).toEqual([200, 200]);
    await Promise.all([first.text(), second.text()]);
    for (let again = 0; again < 5; again++) {
      const repeated = await one.post(path, ask('lone', 'Count.'), few);
      expect(repeated.status).toBe(200);
      await repeated.text();
      expect((await read(first.headers.get('x-sluice-stream'), few)).at(-1)).toBe('data: [DONE]\n\n');
    }
    const { authorization } = few;
    // The place is free again, and two of the three requests a minute are left.
    const statuses: number[] = [];
    for (let next = 0; next < 3; next++) {
      const response = await one.post(path, ask('lone', `Count ${next}.`), { authorization });
      await response.text();
      statuses.push(response.status);
    }
    expect(statuses).toEqual([200, 200, 429]);
  });
});
