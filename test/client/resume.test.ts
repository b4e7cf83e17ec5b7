import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnswerEvent, DialectName, RawEvent } from '../../lib/client/index.ts';
import { alice, type DurableGateways, durableGateways, words } from '../support/durable-gateways.ts';
import { extent } from '../support/extent.ts';
import { randomFrom } from '../support/random.ts';
import { ask, bodyOf, dialectNames, read, textOnly } from './ask.ts';

let gateways: DurableGateways;
beforeAll(async () => {
  gateways = await durableGateways('memory', { paceMs: 2 });
});
afterAll(() => gateways.close());

/** A `fetch` whose connections break after these numbers of bytes, and which changes the gateway each time. */
function breakingFetch(cuts: readonly number[], isClean: boolean) {
  const seen = { requests: 0, streamId: '', broken: 0 };
  const breaking: typeof fetch = async (url, init) => {
    const target = seen.requests++ % 2 === 0 ? String(url) : String(url).replace(gateways.a.url, gateways.b.url);
    const response = await fetch(target, init);
    seen.streamId ||= response.headers.get('x-sluice-stream') ?? '';
    const cut = cuts[seen.requests - 1];
    if (cut === undefined || !response.body) return response;
    let left = cut;
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        controller.enqueue(value.subarray(0, left));
        left -= value.length;
        if (left > 0) return;
        seen.broken++;
        await reader.cancel();
        if (isClean) controller.close();
        else controller.error(new TypeError('network error'));
      },
    });
    return new Response(body, response);
  };
  return { seen, breaking };
}

/** The client takes these from the request and the response of Converse. They differ between the original and a stored stream. */
const withoutId = (event: AnswerEvent) => (event.type === 'start' ? { ...event, id: '', model: '' } : event);

describe.each(dialectNames)('an answer in %s', (dialect: DialectName) => {
  const models = textOnly.has(dialect) ? ['anthropic/echo'] : ['anthropic/echo', 'anthropic/reasoning', 'openai/tools'];

  test('has every event once, wherever its connections break', { timeout: 300_000 }, async () => {
    const next = randomFrom(dialect);
    let reconnections = 0;
    for (let run = 0; run < extent({ full: 50, reduced: 8 }); run++) {
      const model = `demo/${models[run % models.length]}`;
      const calls = gateways.calls();
      const cuts = Array.from({ length: 1 + Math.floor(next() * 4) }, () => 1 + Math.floor(next() * 1500));
      const { seen, breaking } = breakingFetch(cuts, run % 2 === 0);
      const raw: RawEvent[] = [];
      const answer = ask(gateways.a.url, dialect, model, {
        body: bodyOf(dialect, model, words(25)),
        headers: alice,
        fetch: breaking,
        resume: { delayMs: 1 },
        onRaw: (one) => raw.push(one),
      });
      const events: AnswerEvent[] = [];
      for await (const event of answer) events.push(event);

      const stored = await fetch(`${gateways.b.url}/v1/streams/${seen.streamId}`, { headers: alice });
      const whole: AnswerEvent[] = [];
      const wholeRaw: RawEvent[] = [];
      const again = read(dialect, Buffer.from(await stored.arrayBuffer()), undefined, { onRaw: (one) => wholeRaw.push(one) });
      for await (const event of again) whole.push(event);
      const reconnected = events.filter(({ type }) => type === 'reconnected');
      const label = `${model}, cut after ${cuts.join(', ')} bytes`;
      const others = events.filter(({ type }) => type !== 'reconnected').map(withoutId);
      expect(others, label).toEqual(whole.map(withoutId));
      expect(
        raw.map(({ data }) => data),
        label,
      ).toEqual(wholeRaw.map(({ data }) => data));
      expect((await answer.answer()).events, label).toBe(whole.length);
      expect(gateways.calls() - calls, label).toBe(1);
      // A clean end after the last byte that matters needs no second connection.
      expect(reconnected.length, label).toBeLessThanOrEqual(seen.broken);
      expect(reconnected.length, label).toBe(seen.requests - 1);
      reconnections += reconnected.length;
    }
    expect(reconnections).toBeGreaterThan(0);
  });

  test('is an error where its connection breaks, with resume: false', async () => {
    const { seen, breaking } = breakingFetch([200], false);
    const answer = ask(gateways.a.url, dialect, 'demo/anthropic/echo', {
      body: bodyOf(dialect, 'demo/anthropic/echo', words(25)),
      headers: alice,
      fetch: breaking,
      resume: false,
    });
    await expect(answer.text()).rejects.toMatchObject({ code: 'stream_cut', status: undefined });
    expect(seen.requests).toBe(1);
  });
});

test('stops an answer on the server with cancel()', async () => {
  const model = 'demo/anthropic/echo';
  const aborts = gateways.aborts();
  const answer = ask(gateways.a.url, 'chat', model, { body: bodyOf('chat', model, words(3000)), headers: alice });
  const reading = (async () => {
    for await (const { type } of answer) if (type === 'text-delta') await answer.cancel();
  })();
  await expect(reading).rejects.toMatchObject({ code: 'closed' });
  await expect.poll(() => gateways.aborts() - aborts, { timeout: 10_000 }).toBe(1);
}, 20_000);
