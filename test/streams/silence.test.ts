import { describe, expect, test } from 'vitest';
import { alice, chat, durableGateways, eventsIn } from '../support/durable-gateways.ts';
import { hurriedClock } from '../support/hurried-clock.ts';

const timeouts = { firstContent: '600s', idle: '600s' };

describe('a reader of a stream that is silent', () => {
  test.each([
    ['Responses, by comments', '/v1/responses', { model: 'demo/openai/echo', stream: true, input: 'one two' }, true],
    ['chat completions, by stored heartbeats', '/v1/chat/completions', chat('one two'), false],
  ])('hears of %s that its connection is alive', async (_, path, body, hasComments) => {
    // A minute passes while the provider makes a token.
    const gateways = await durableGateways('memory', { clock: hurriedClock(100), paceMs: 600, config: { timeouts } });
    try {
      const response = await gateways.a.post(path, body, alice);
      const id = response.headers.get('x-sluice-stream');
      const reading = fetch(`${gateways.b.url}/v1/streams/${id}`, { headers: alice });
      const log = fetch(`${gateways.b.url}/v1/streams/${id}/log?live=sse`, { headers: alice });
      const texts = [response, reading, log].map(async (answer) => (await answer).text());
      const [original = '', read = '', logged = ''] = await Promise.all(texts);
      expect(logged).toMatch(/^: waiting\n\n/m);
      expect(eventsIn(read)).toEqual(eventsIn(original));
      expect(/^: waiting\n\n/m.test(read)).toBe(hasComments);
      if (!hasComments) expect(eventsIn(read).filter((event) => event.includes('"delta":{}')).length).toBeGreaterThan(1);
    } finally {
      await gateways.close();
    }
  });
});
