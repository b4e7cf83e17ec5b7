import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../lib/access/limits/memory-store.ts';
import type { LimitStore } from '../../lib/access/limits/store.ts';
import { chat, limited, path } from '../support/limited.ts';
import { settled } from '../support/manual-clock.ts';

describe('a limit store that is unreachable', () => {
  const broken = (fails: (call: keyof LimitStore) => boolean): LimitStore => {
    const store = memoryStore();
    const names = ['add', 'correct', 'take', 'release'] as const;
    const guarded = names.map((name) => [
      name,
      (...given: never[]) =>
        fails(name) ? Promise.reject(new Error('no table')) : (store[name] as (...all: never[]) => unknown)(...given),
    ]);
    return Object.fromEntries(guarded) as LimitStore;
  };
  const limits = { requestsPerMinute: 10, tokensPerMinute: 10_000, concurrentStreams: 2 };

  test('rejects keys with limits, and no others', async () => {
    const { post, provider, log } = limited({ limits, store: broken(() => true) });
    const answer = await post(path, chat());
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: 'limits_unavailable' } });
    expect(provider.calls).toHaveLength(0);
    expect(JSON.parse(log[0] ?? '')).toMatchObject({
      outcome: 'limits_unavailable',
      fault_source: 'gateway',
      cause: 'Error: no table',
    });
    expect((await post(path, chat(), { key: 'key-of-free' })).status).toBe(200);
  });

  test('in part keeps nothing that it reserved', async () => {
    let isDown = true;
    const { post } = limited({ limits, store: broken((call) => isDown && call === 'take') });
    for (let count = 0; count < 20; count++) expect((await post(path, chat())).status).toBe(503);
    isDown = false;
    expect((await post(path, chat())).headers.get('x-ratelimit-remaining-requests')).toBe('9');
  });

  test('at the end of an answer is reported in the log, and not to the client', async () => {
    const { post, log } = limited({ limits, store: broken((call) => call === 'release') });
    const answer = await post(path, chat({ stream: true }));
    expect(await answer.text()).toContain('data: [DONE]');
    await settled();
    expect(log.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'limits', error: 'Error: no table' }),
    );
  });
});
