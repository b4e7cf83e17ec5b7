import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../lib/access/limits/memory-store.ts';
import { takeSource } from '../../lib/http/stream-response.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { answerOf, chat, limited, noon, path } from '../support/limited.ts';
import { settled } from '../support/manual-clock.ts';
import type { Step } from '../support/script-provider.ts';

describe('a limit of concurrent streams', () => {
  /** Continues until it gets the command to end. */
  const going = () => {
    const gate = Promise.withResolvers<void>();
    const [start, block, text, ...rest] = answerOf({ input: 1, output: 1 });
    return { end: gate.resolve, steps: [start, block, text, { wait: gate.promise }, ...rest] as Step[] };
  };

  test('counts requests in progress, streamed or not, and nothing else', async () => {
    const { end, steps } = going();
    const { post } = limited({ limits: { concurrentStreams: 2 }, scripts: [steps] });
    const stream = await post(path, chat({ stream: true }));
    const whole = post(path, chat());
    await settled();
    const refused = await post(path, chat());
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain('This API key may have at most 2 requests in progress.');
    expect(refused.headers.get('retry-after')).toBe('1');
    end();
    await Promise.all([stream.text(), whole]);
    await settled();
    expect((await post(path, chat())).status).toBe(200);
  });

  test.each<[how: string, steps: Step[], body: JsonObject]>([
    ['fails before its first byte', [new SluiceError('upstream_error', 'No.')], chat()],
    ['is cut', [...answerOf({}).slice(0, 3), new SluiceError('upstream_cut', 'Cut.')], chat({ stream: true })],
    ['fails by a fault of our own', [new TypeError('oops')], chat({ stream: true })],
    ['ends well', answerOf({ input: 1, output: 1 }), chat({ stream: true })],
  ])('is released after an answer that %s', async (_, steps, body) => {
    const { post } = limited({ limits: { concurrentStreams: 1 }, scripts: [steps] });
    for (let count = 0; count < 5; count++) {
      const answer = await post(path, body);
      await answer.text();
      await settled();
      expect(answer.status).not.toBe(429);
    }
  });

  test('is released after a client disconnects', async () => {
    const { steps } = going();
    const { post } = limited({ limits: { concurrentStreams: 1 }, scripts: [steps] });
    for (let count = 0; count < 3; count++) {
      const answer = await post(path, chat({ stream: true }));
      expect(answer.status).toBe(200);
      const reader = answer.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      await settled();
    }
  });

  test('is released once the longest answer would be over, even if its environment was killed', async () => {
    let now = noon;
    const store = memoryStore();
    const environment = () => limited({ store, limits: { concurrentStreams: 1 }, now: () => now, scripts: [going().steps] });
    const killed = environment();
    expect((await killed.post(path, chat({ stream: true }))).status).toBe(200);
    const other = environment();
    now = noon + 840_000;
    expect((await other.post(path, chat({ stream: true }))).status).toBe(429);
    now = noon + 840_000 + 60_000;
    expect((await other.post(path, chat({ stream: true }))).status).toBe(200);
  });
});

test.each([
  ['streamed', chat({ stream: true }), [answerOf({ input: 1, output: 1 })], 200],
  ['whole', chat(), [answerOf({ input: 1, output: 1 })], 200],
  ['failed', chat(), [[new SluiceError('upstream_error', 'No.')]], 502],
])('a host that may freeze has received the background work when the answer is written: %s', async (_, body, scripts, status) => {
  const { post } = limited({ limits: { concurrentStreams: 1 }, scripts });
  for (let count = 0; count < 3; count++) {
    const work: Promise<unknown>[] = [];
    const answer = await post(path, body, { host: { waitUntil: (one) => work.push(one) } });
    expect(answer.status).toBe(status);
    await takeSource(answer)?.source({ write: () => undefined, end: () => {} });
    expect(work).toHaveLength(1);
    await Promise.all(work);
  }
});
