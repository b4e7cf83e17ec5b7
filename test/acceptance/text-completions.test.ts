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
  test('5.1, 5.12: the script prints the whole text and comes to its end', async () => {
    expect(await heard(seed)).toMatchObject({ said: expect.stringMatching(whole), ended: 'done' });
  });

  test.each(['text/event-stream', 'application/json', '*/*', ''])(
    '5.2: the stream is the same whatever is accepted: %j',
    async (accept) => {
      const { accept: _, ...others } = headers;
      expect(await heard(seed, accept ? { ...others, accept } : others)).toMatchObject({ said: expect.stringMatching(whole) });
    },
  );

  test('5.3: a bad key is a 401 in JSON', async () => {
    const { status, raw } = await heard(seed, { ...headers, authorization: 'Bearer no-key-of-the-lab' });
    expect([status, parsed(raw)]).toEqual([401, { error: expect.objectContaining({ code: 'invalid_api_key' }) }]);
  });

  test('5.4: a retired name stands for what the operator says, and the chunks name what was served', async () => {
    const { raw } = await heard(seed);
    expect(new Set(chunksOf(raw).map(({ model }) => model))).toEqual(new Set(['claude-sonnet-4-5']));
  });

  test('5.5: a prompt is text or texts; of two the second one’s choices have index 1', async () => {
    const said = async (prompt: string | string[]) => {
      const choices = chunksOf((await heard({ ...seed, prompt })).raw).flatMap((chunk) => listOf(chunk.choices));
      return [0, 1].map((at) => choices.flatMap(({ index, text }) => (index === at ? [text] : [])).join(''));
    };
    expect(await said('Hi')).toEqual([expect.stringContaining('“Hi”'), '']);
    expect(await said(['Hi'])).toEqual([expect.stringContaining('“Hi”'), '']);
    expect(await said(['Hi', 'Ho'])).toEqual([expect.stringContaining('“Hi”'), expect.stringContaining('“Ho”')]);
  });

  test('5.6: without max_tokens it is 16, and the end says that they were reached', async () => {
    const { max_tokens: _, ...body } = seed;
    const { raw } = await heard(body);
    expect(lab.last()?.body).toMatchObject({ max_tokens: 16 });
    expect(listOf(chunksOf(raw).at(-1)?.choices)[0]).toMatchObject({ text: '', finish_reason: 'length' });
  });

  test('5.7: temperature 0 is a temperature', async () => {
    await heard(seed);
    expect(lab.last()?.body).toMatchObject({ temperature: 0 });
  });

  test('5.8: without stream it is one object', async () => {
    const { raw } = await heard({ ...seed, stream: false });
    expect(parsed(raw)).toMatchObject({ object: 'text_completion', choices: [{ text: expect.stringMatching(whole) }] });
  });

  test('5.9, 5.10, 5.11: every event has a text, also the last and of a model that chats; then [DONE]', async () => {
    const { raw } = await heard(seed);
    for (const { object, choices } of chunksOf(raw)) {
      expect(object).toBe('text_completion');
      expect(listOf(choices).map(({ text }) => typeof text)).toEqual(['string']);
    }
    expect(raw).not.toContain('role');
    expect(raw.endsWith('\n\ndata: [DONE]\n\n')).toBe(true);
  });

  test('5.13: the pieces come as they are made', async () => {
    const answer = await openAnswer(`${paced.served.url}/v1/completions`, seed, headers);
    await new Promise((resolve) => answer.answer.once('data', resolve));
    expect(paced.last()?.finished).toBe(false);
    await answer.whole;
    expect(answer.pieces.length).toBeGreaterThan(20);
  });

  test('5.14: a failure in the middle raises in the script', async () => {
    const { said, ended, raw } = await heard({ ...seed, model: 'anthropic/cut@3' });
    expect(ended).toBe('raises');
    expect(said).not.toBe('');
    expect(raw).toContain('"code":"upstream_cut"');
  });
});
