import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serve } from '../support/serve.ts';

/* The Vercel AI SDK's default OpenAI provider over several steps, as its users write it: nothing is kept here. */

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

const weather = tool({
  description: 'The weather in a city',
  inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }),
  execute: async () => 'Rain, 11 degrees',
});

/** Models that call their tool at once; that say something first; that think first, and sign it. */
const models = { silent: 'demo/openai/chat', talking: 'demo/anthropic/tools', thinking: 'demo/anthropic/reasoning' };

const openai = () => createOpenAI({ baseURL: `${served.url}/v1`, apiKey: 'any key' });

const optionsFor = (model: Parameters<typeof generateText>[0]['model']) => ({
  model,
  prompt: 'What is the weather in Paris?',
  tools: { weather },
  stopWhen: stepCountIs(2),
  maxRetries: 0,
});

/** What a developer finds in the log: the message of the error that the SDK raises. */
async function raised(promise: PromiseLike<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(APICallError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ statusCode: 400 });
  return (error as Error).message;
}

const advice =
  /^`input\[1\]` refers to an item of an earlier response because Sluice stores no responses\. Send the item itself\. With the Vercel AI SDK, set `providerOptions: \{ openai: \{ store: false \} \}` or use `openai\.chat\(…\)` instead of `openai\(…\)`\./;

describe('a tool loop in the AI SDK', () => {
  test('works without settings if the model calls its tool without text first', async () => {
    const { steps, text } = await generateText(optionsFor(openai()(models.silent)));
    expect(steps).toHaveLength(2);
    expect(text).toContain('“Rain, 11 degrees”');
  });

  test.each([models.talking, models.thinking])('names the required setting if %s sends text first', async (model) => {
    expect(await raised(generateText(optionsFor(openai()(model))))).toMatch(advice);
    const errors: unknown[] = [];
    const streamed = streamText({ ...optionsFor(openai()(model)), onError: ({ error }) => void errors.push(error) });
    await streamed.consumeStream();
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(advice) })]);
  });

  test.each([models.silent, models.talking, models.thinking])('works with that setting: %s', async (model) => {
    const providerOptions = { openai: { store: false } };
    const streamed = streamText({ ...optionsFor(openai()(model)), providerOptions });
    expect(await streamed.text).toContain('“Rain, 11 degrees”');
    expect(await streamed.steps).toHaveLength(2);
  });

  test.each([models.silent, models.talking, models.thinking])('works with chat completions: %s', async (model) => {
    const { steps, text } = await generateText(optionsFor(openai().chat(model)));
    expect(steps).toHaveLength(2);
    expect(text).toContain('“Rain, 11 degrees”');
  });
});
