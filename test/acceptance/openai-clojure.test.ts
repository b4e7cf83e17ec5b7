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
  test('2.1, 2.4, 2.5: reads the whole answer, then :done, and its channel closes', async () => {
    const { status, pieces } = await heard(seed('gpt-3.5-turbo'));
    expect(status).toBe(200);
    const { said, ended } = openaiClojure(pieces, 'chat');
    expect(said).toContain('You said “Who won the world series in 2020?”');
    expect(ended).toBe('done');
  });

  test('2.2: a chunk has the keys that its documentation shows', async () => {
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

  test('2.3, 2.12: every event but the last is one line with a map in it', async () => {
    const { raw } = await heard(seed('gpt-3.5-turbo'));
    const lines = raw.split('\n\n').slice(0, -1);
    expect(lines.at(-1)).toBe('data: [DONE]');
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^data: \{.*\}$/);
  });

  test.each(['cut@3', 'error@3', 'eof@3', 'cut@0'])('2.6: the loop ends when the provider fails: %s', async (model) => {
    const started = performance.now();
    const { status, pieces } = await heard(seed(`openai/${model}`));
    if (status === 200) expect(openaiClojure(pieces, 'chat').ended).toBe('told');
    else expect(status).toBe(502);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('2.7: text completions stream too', async () => {
    const { pieces, raw } = await heard(
      { model: 'gpt-3.5-turbo', prompt: 'Once', max_tokens: 50, stream: true },
      '/v1/completions',
    );
    expect(openaiClojure(pieces, 'text')).toMatchObject({ said: expect.stringContaining('“Once”'), ended: 'done' });
    expect(eventsOf(raw)[0]).toMatchObject({ object: 'text_completion', choices: [{ text: expect.any(String) }] });
  });

  test('2.8: the call returns before the last token is made', async () => {
    const answer = await openAnswer(`${paced.served.url}/v1/chat/completions`, seed('openai/gpt-4o'), headers);
    expect(paced.last()?.finished).toBe(false);
    await answer.whole;
  });

  test.each(['こんにちは 🌍 Grüße', 'It ends with [DONE], says [DONE], and goes on'])(
    '2.9, 2.10: text that could be cut or taken for an end comes whole: %s',
    async (said) => {
      const { pieces } = await heard(seed('echo', said));
      expect(openaiClojure(pieces, 'chat')).toEqual({ said, ended: 'done' });
      expect(Buffer.concat(pieces).includes('\r')).toBe(false);
    },
  );

  test('2.11: a provider whose lines end with CR LF is read like the others', async () => {
    const { pieces } = await heard(seed('gemini/echo', 'Hi'));
    expect(openaiClojure(pieces, 'chat')).toEqual({ said: 'Hi', ended: 'done' });
    expect(Buffer.concat(pieces).includes('\r')).toBe(false);
  });

  test('2.14: a bad key is a 401 with an object in it', async () => {
    const answer = await lab.served.post('/v1/chat/completions', seed('echo'), { authorization: 'Bearer no-key-of-the-lab' });
    expect([answer.status, await answer.json()]).toEqual([401, { error: expect.objectContaining({ code: 'invalid_api_key' }) }]);
  });

  test('2.15: an organisation of the caller’s is not the operator’s, and goes to no provider', async () => {
    const answer = await lab.served.post('/v1/chat/completions', seed('gpt-3.5-turbo'), {
      ...headers,
      'openai-organization': 'org-of-the-caller',
    });
    await answer.text();
    expect(lab.last()?.headers).not.toHaveProperty('openai-organization');
  });

  test('2.16: the form of Azure is served, by its path and its header', async () => {
    const path = '/openai/deployments/gpt-3.5-turbo/chat/completions?api-version=2024-06-01';
    const { model: _, ...body } = seed('');
    const answer = await openAnswer(lab.served.url + path, body, { 'api-key': key, 'content-type': 'application/json' });
    await answer.whole;
    expect(openaiClojure(answer.pieces, 'chat')).toMatchObject({ said: expect.stringContaining('world series'), ended: 'done' });
  });

  test('2.17: a retired name stands for what the operator says, and the chunks name what was served', async () => {
    const { raw } = await heard(seed('gpt-3.5-turbo'));
    expect(new Set(eventsOf(raw).map(({ model }) => model))).toEqual(new Set(['gpt-4o']));
  });
});
