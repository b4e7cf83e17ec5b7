import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedClients } from '../support/readers/seeds.ts';
import { type Served, serve } from '../support/serve.ts';
import { providers } from './dialects.ts';
import { openAnswer } from './read-answer.ts';

let served: Served;
beforeAll(async () => {
  served = await serve({ paceMs: 1 });
});
afterAll(() => served.close());

/** The members of a request as these clients send them, nulls of the Python one included. */
const userText = 'Say [DONE] and wörld 😀';
const options = { stream: true, temperature: 1, max_tokens: 300, stop: null, tools: null, logit_bias: null };

describe.each(seedClients)('$name, over the network', ({ read, kind, path, onFailure }) => {
  const readAnswer = async (model: string) => {
    const prompt = kind === 'chat' ? { messages: [{ role: 'user', content: userText }] } : { prompt: userText };
    const hearing = await openAnswer(served.url + path, { model, ...options, ...prompt });
    await hearing.whole;
    expect(hearing.status).toBe(200);
    return read(hearing.pieces, kind);
  };

  test.each(providers)('reads an answer of %s', async (provider) => {
    expect(await readAnswer(`${provider}/echo`)).toEqual({ said: userText, ended: 'done' });
  });

  test('reads an answer that the provider cut as a failure', async () => {
    expect((await readAnswer('demo/openai/cut@3')).ended).toBe(onFailure);
  });
});
