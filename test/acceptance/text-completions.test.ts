import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type Lab, openLab } from '../features/lab.ts';
import { openAnswer } from '../functions/read-answer.ts';
import { sseclient } from '../support/readers/sseclient.ts';
import { plainEvents } from '../support/truth/plain-sse.ts';
import { listOf, objectOf, parsed } from '../support/truth/truth.ts';

/* A script over `requests` and sseclient-py, of which only the URL and the key change, read by that client's own rule. */

const key = 'client-key-of-the-lab';
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'text/event-stream' };
let lab: Lab;
let paced: Lab;
beforeAll(async () => {
  const models = { 'text-davinci-003': 'anthropic/claude-sonnet-4-5' };
  lab = await openLab({ keys: [key], models });
  paced = await openLab({ keys: [key], models, paceMs: 30 });
});
afterAll(async () => {
  await lab.close();
  await paced.close();
});

const seed: JsonObject = { model: 'text-davinci-003', prompt: 'What is Python?', max_tokens: 100, temperature: 0, stream: true };
const whole = /^You said “What is Python\?”.*a real one\.$/;

async function heard(body: JsonObject, more: Record<string, string> = headers) {
  const answer = await openAnswer(`${lab.served.url}/v1/completions`, body, more);
  const raw = await answer.whole;
  return { ...sseclient(answer.pieces, 'text'), raw, status: answer.status };
}

const chunksOf = (raw: string) =>
  plainEvents(Buffer.from(raw)).flatMap(({ data }) => (data === '[DONE]' ? [] : [objectOf(parsed(data))]));

describe('requests and sseclient', () => {
  test('the script prints the whole text and ends (5.1, 5.12)', async () => {
    expect(await heard(seed)).toMatchObject({ said: expect.stringMatching(whole), ended: 'done' });
  });

  test.each(['text/event-stream', 'application/json', '*/*', ''])(
    'streams the same bytes for any accept header: %j (5.2)',
    async (accept) => {
      const { accept: _, ...others } = headers;
      expect(await heard(seed, accept ? { ...others, accept } : others)).toMatchObject({ said: expect.stringMatching(whole) });
    },
  );

  test('returns a 401 in JSON for a bad key (5.3)', async () => {
    const { status, raw } = await heard(seed, { ...headers, authorization: 'Bearer no-key-of-the-lab' });
    expect([status, parsed(raw)]).toEqual([401, { error: expect.objectContaining({ code: 'invalid_api_key' }) }]);
  });

  test('maps a retired name as configured, and names the served model in the chunks (5.4)', async () => {
    const { raw } = await heard(seed);
    expect(new Set(chunksOf(raw).map(({ model }) => model))).toEqual(new Set(['claude-sonnet-4-5']));
  });

  test('accepts one prompt or several, and gives the second one’s choices index 1 (5.5)', async () => {
    const said = async (prompt: string | string[]) => {
      const choices = chunksOf((await heard({ ...seed, prompt })).raw).flatMap((chunk) => listOf(chunk.choices));
      return [0, 1].map((at) => choices.flatMap(({ index, text }) => (index === at ? [text] : [])).join(''));
    };
    expect(await said('Hi')).toEqual([expect.stringContaining('“Hi”'), '']);
    expect(await said(['Hi'])).toEqual([expect.stringContaining('“Hi”'), '']);
    expect(await said(['Hi', 'Ho'])).toEqual([expect.stringContaining('“Hi”'), expect.stringContaining('“Ho”')]);
  });

  test('defaults max_tokens to 16, and reports that the limit was reached (5.6)', async () => {
    const { max_tokens: _, ...body } = seed;
    const { raw } = await heard(body);
    expect(lab.last()?.body).toMatchObject({ max_tokens: 16 });
    expect(listOf(chunksOf(raw).at(-1)?.choices)[0]).toMatchObject({ text: '', finish_reason: 'length' });
  });

  test('keeps a temperature of 0 (5.7)', async () => {
    await heard(seed);
    expect(lab.last()?.body).toMatchObject({ temperature: 0 });
  });

  test('returns one object without stream (5.8)', async () => {
    const { raw } = await heard({ ...seed, stream: false });
    expect(parsed(raw)).toMatchObject({ object: 'text_completion', choices: [{ text: expect.stringMatching(whole) }] });
  });

  test('has a text in every event, also the last and for chat models, then [DONE] (5.9, 5.10, 5.11)', async () => {
    const { raw } = await heard(seed);
    for (const { object, choices } of chunksOf(raw)) {
      expect(object).toBe('text_completion');
      expect(listOf(choices).map(({ text }) => typeof text)).toEqual(['string']);
    }
    expect(raw).not.toContain('role');
    expect(raw.endsWith('\n\ndata: [DONE]\n\n')).toBe(true);
  });

  test('delivers pieces as the provider sends them (5.13)', async () => {
    const answer = await openAnswer(`${paced.served.url}/v1/completions`, seed, headers);
    await new Promise((resolve) => answer.answer.once('data', resolve));
    expect(paced.last()?.finished).toBe(false);
    await answer.whole;
    expect(answer.pieces.length).toBeGreaterThan(20);
  });

  test('raises a mid-stream failure in the script (5.14)', async () => {
    const { said, ended, raw } = await heard({ ...seed, model: 'anthropic/cut@3' });
    expect(ended).toBe('raises');
    expect(said).not.toBe('');
    expect(raw).toContain('"code":"upstream_cut"');
  });
});
