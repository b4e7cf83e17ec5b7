import { createOpenAI } from '@ai-sdk/openai';
import { jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { describe, expect, test } from 'vitest';
import { anthropicMessagesUpstream } from '../../../lib/dialects/anthropic-messages/upstream.ts';
import { openaiResponses } from '../../../lib/dialects/openai-responses/client.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { buildFor } from '../../support/build-for.ts';
import { bytesFor } from './wire.ts';

const start: StreamEvent = { type: 'start', id: 'msg_1', model: 'claude' };
const calling: StreamEvent[] = [
  start,
  { type: 'block-start', index: 0, block: { kind: 'reasoning' } },
  { type: 'reasoning-delta', index: 0, text: 'Hm' },
  { type: 'signature-delta', index: 0, signature: 'c2ln' },
  { type: 'block-end', index: 0 },
  { type: 'block-start', index: 1, block: { kind: 'text' } },
  { type: 'text-delta', index: 1, text: 'Let me see' },
  { type: 'block-end', index: 1 },
  { type: 'block-start', index: 2, block: { kind: 'tool', id: 'toolu_1', name: 'weather' } },
  { type: 'tool-delta', index: 2, json: '{"city":"Rome"}' },
  { type: 'block-end', index: 2 },
  { type: 'finish', reason: 'tool-call', rawReason: 'tool_use', usage: { input: 3, output: 2 } },
];
const completionHandler: StreamEvent[] = [
  { ...start, id: 'msg_2' },
  { type: 'block-start', index: 0, block: { kind: 'text' } },
  { type: 'text-delta', index: 0, text: 'Sunny.' },
  { type: 'block-end', index: 0 },
  { type: 'finish', reason: 'stop', rawReason: 'end_turn', usage: { input: 9, output: 1 } },
];

/** The SDK's default provider, answered with one stream after another; and what it sent. */
function sdk(...answers: StreamEvent[][]) {
  const sent: JsonObject[] = [];
  const provider = createOpenAI({
    apiKey: 'key',
    baseURL: 'http://127.0.0.1:9/v1',
    fetch: async (_url, init) => {
      sent.push(JSON.parse(String(init?.body)));
      return new Response(Buffer.from(bytesFor(answers.shift() ?? [])), {
        headers: { 'content-type': openaiResponses.contentType },
      });
    },
  });
  return { model: provider('claude'), sent };
}

const weather = tool({ inputSchema: jsonSchema({ type: 'object' }), execute: async () => 'sunny' });
const stateless = { openai: { store: false } };

describe('the Vercel AI SDK’s default OpenAI provider', () => {
  test('runs tools over several steps; signed reasoning goes back to the model that made it', async () => {
    const { model, sent } = sdk(calling, completionHandler);
    const result = streamText({
      model,
      prompt: 'Weather?',
      tools: { weather },
      stopWhen: stepCountIs(2),
      providerOptions: stateless,
      maxRetries: 0,
    });
    expect(await result.text).toBe('Sunny.');
    const [first] = await result.steps;
    expect(first).toMatchObject({
      text: 'Let me see',
      reasoningText: 'Hm',
      finishReason: 'tool-calls',
      usage: { inputTokens: 3, outputTokens: 2 },
    });

    const second = openaiResponses.parse(sent[1] ?? {});
    expect(buildFor(anthropicMessagesUpstream(), second, 'claude-sonnet-4-5').body.messages).toMatchObject([
      { role: 'user', content: [{ text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
          { type: 'text', text: 'Let me see' },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Rome' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] },
    ]);
  });

  test('is rejected with advice if it refers to something that Sluice does not store', async () => {
    const { model, sent } = sdk(calling, completionHandler);
    const result = streamText({ model, prompt: 'Weather?', tools: { weather }, stopWhen: stepCountIs(2), maxRetries: 0 });
    await result.consumeStream();
    expect(() => openaiResponses.parse(sent[1] ?? {})).toThrow(
      '`input[1]` refers to an item of an earlier response because Sluice stores no responses. ' +
        'Send the item itself. With the Vercel AI SDK, set `providerOptions: { openai: { store: false } }` ' +
        'or use `openai.chat(…)` instead of `openai(…)`.',
    );
  });

  test('raises a mid-stream failure', async () => {
    const error = new SluiceError('upstream_cut', 'The provider cut the stream.');
    const { model } = sdk([...calling.slice(0, 7), { type: 'error', error }]);
    const errors: unknown[] = [];
    const result = streamText({ model, prompt: 'Hi', maxRetries: 0, onError: (event) => void errors.push(event.error) });
    await result.consumeStream();
    expect(JSON.stringify(errors)).toContain('The provider cut the stream.');
  });
});
