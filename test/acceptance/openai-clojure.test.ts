import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type Lab, openLab } from '../features/lab.ts';
import { openAnswer, type PartialAnswer } from '../functions/read-answer.ts';
import { openaiClojure } from '../support/readers/openai-clojure.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';

/* openai-clojure, of whose options only `:api-endpoint` changes, read by its own rule. */

const key = 'client-key-of-the-lab';
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'application/json' };
let lab: Lab;
let paced: Lab;
beforeAll(async () => {
  lab = await openLab({ keys: [key], models: { 'gpt-3.5-turbo': 'openai/gpt-4o', echo: 'anthropic/echo' } });
  paced = await openLab({ keys: [key], paceMs: 20 });
});
afterAll(async () => {
  await lab.close();
  await paced.close();
});

const seed = (model: string, content = 'Who won the world series in 2020?') => ({
  model,
  messages: [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content },
  ],
  stream: true,
});

async function heard(body: JsonObject, path = '/v1/chat/completions'): Promise<PartialAnswer & { raw: string }> {
  const hearing = await openAnswer(lab.served.url + path, body, headers);
  return Object.assign(hearing, { raw: await hearing.whole });
}

/** The events that the consumer is given before `:done`. */
function eventsOf(raw: string): JsonObject[] {
  return raw.split('\n\n').flatMap((event) => (event.includes('{') ? [objectOf(parsed(event.slice(event.indexOf('{'))))] : []));
}

describe('openai-clojure', () => {
  test('reads the whole answer, then :done, and closes its channel (2.1, 2.4, 2.5)', async () => {
    const { status, pieces } = await heard(seed('gpt-3.5-turbo'));
    expect(status).toBe(200);
    const { said, ended } = openaiClojure(pieces, 'chat');
    expect(said).toContain('You said “Who won the world series in 2020?”');
    expect(ended).toBe('done');
  });

  test('receives chunks with the documented keys (2.2)', async () => {
    const events = eventsOf((await heard(seed('gpt-3.5-turbo'))).raw);
    expect(events[1]).toMatchObject({
      id: expect.any(String),
      object: 'chat.completion.chunk',
      created: expect.any(Number),
      model: 'gpt-4o',
      choices: [{ delta: { content: 'You' }, index: 0, finish_reason: null }],
    });
    expect(Number.isInteger(events[1]?.created)).toBe(true);
  });

  test('receives one line with one map in each event except the last (2.3, 2.12)', async () => {
    const { raw } = await heard(seed('gpt-3.5-turbo'));
    const lines = raw.split('\n\n').slice(0, -1);
    expect(lines.at(-1)).toBe('data: [DONE]');
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^data: \{.*\}$/);
  });

  test.each(['cut@3', 'error@3', 'eof@3', 'cut@0'])('ends its loop when the provider fails: %s (2.6)', async (model) => {
    const started = performance.now();
    const { status, pieces } = await heard(seed(`openai/${model}`));
    if (status === 200) expect(openaiClojure(pieces, 'chat').ended).toBe('told');
    else expect(status).toBe(502);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('streams text completions too (2.7)', async () => {
    const { pieces, raw } = await heard(
      { model: 'gpt-3.5-turbo', prompt: 'Once', max_tokens: 50, stream: true },
      '/v1/completions',
    );
    expect(openaiClojure(pieces, 'text')).toMatchObject({ said: expect.stringContaining('“Once”'), ended: 'done' });
    expect(eventsOf(raw)[0]).toMatchObject({ object: 'text_completion', choices: [{ text: expect.any(String) }] });
  });

  test('returns from the call before the last token exists (2.8)', async () => {
    const answer = await openAnswer(`${paced.served.url}/v1/chat/completions`, seed('openai/gpt-4o'), headers);
    expect(paced.last()?.finished).toBe(false);
    await answer.whole;
  });

  test.each(['こんにちは 🌍 Grüße', 'It ends with [DONE], says [DONE], and goes on'])(
    'receives text intact that could be split or mistaken for an end: %s (2.9, 2.10)',
    async (said) => {
      const { pieces } = await heard(seed('echo', said));
      expect(openaiClojure(pieces, 'chat')).toEqual({ said, ended: 'done' });
      expect(Buffer.concat(pieces).includes('\r')).toBe(false);
    },
  );

  test('reads a provider that ends lines with CR LF like any other (2.11)', async () => {
    const { pieces } = await heard(seed('gemini/echo', 'Hi'));
    expect(openaiClojure(pieces, 'chat')).toEqual({ said: 'Hi', ended: 'done' });
    expect(Buffer.concat(pieces).includes('\r')).toBe(false);
  });

  test('gets a 401 with an object for a bad key (2.14)', async () => {
    const answer = await lab.served.post('/v1/chat/completions', seed('echo'), { authorization: 'Bearer no-key-of-the-lab' });
    expect([answer.status, await answer.json()]).toEqual([401, { error: expect.objectContaining({ code: 'invalid_api_key' }) }]);
  });

  test('doesn’t forward the client’s organization to any provider (2.15)', async () => {
    const answer = await lab.served.post('/v1/chat/completions', seed('gpt-3.5-turbo'), {
      ...headers,
      'openai-organization': 'org-of-the-caller',
    });
    await answer.text();
    expect(lab.last()?.headers).not.toHaveProperty('openai-organization');
  });

  test('accepts Azure’s path and header (2.16)', async () => {
    const path = '/openai/deployments/gpt-3.5-turbo/chat/completions?api-version=2024-06-01';
    const { model: _, ...body } = seed('');
    const answer = await openAnswer(lab.served.url + path, body, { 'api-key': key, 'content-type': 'application/json' });
    await answer.whole;
    expect(openaiClojure(answer.pieces, 'chat')).toMatchObject({ said: expect.stringContaining('world series'), ended: 'done' });
  });

  test('maps a retired name as configured, and names the served model in the chunks (2.17)', async () => {
    const { raw } = await heard(seed('gpt-3.5-turbo'));
    expect(new Set(eventsOf(raw).map(({ model }) => model))).toEqual(new Set(['gpt-4o']));
  });
});
