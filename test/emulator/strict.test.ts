import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../lib/emulator/refusal.ts';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { checkStrictly, type StrictCall } from '../../lib/emulator/strict/check.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { claudeRows, openaiRows, otherRows, type StrictRow, smallest } from './strict-rows.ts';

function callOf(at: string, more: JsonObject, stream = false): StrictCall {
  const [api = '', model = '', server] = at.split(' ');
  const own = api as StrictCall['api'];
  return {
    api: own,
    model,
    stream,
    ...(server && { server: server.slice(1) }),
    body: { ...(['chat', 'completions', 'responses', 'messages'].includes(api) && { model }), ...smallest[own], ...more },
  };
}

function refusalOf(call: StrictCall): Refusal | undefined {
  try {
    checkStrictly(call);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown;
    throw thrown;
  }
}

const titled = (rows: readonly StrictRow[]) => rows.map((row) => ({ ...row, title: `${row.at}: ${row.says}` }));

describe.each([
  ['OpenAI and servers like it', openaiRows],
  ['Claude', claudeRows],
  ['other models', otherRows],
])('%s', (_name, rows) => {
  it.each(titled(rows))('rejects $title', ({ at, refused, says }) => {
    const refusal = refusalOf(callOf(at, refused));
    expect(refusal?.message).toContain(says);
    expect(refusal?.status).toBeGreaterThanOrEqual(400);
  });

  it.each(titled(rows))('accepts the rest of $title', ({ at, instead = {} }) => {
    expect(refusalOf(callOf(at, instead))?.message).toBeUndefined();
  });
});

describe('tools of models that can’t stream them', () => {
  const toolConfig = { tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }] };

  it('rejects them with ConverseStream', () => {
    expect(refusalOf(callOf('converse us.meta.llama4-maverick', { toolConfig }, true))?.message).toContain('in streaming mode');
  });

  it('accepts them with Converse', () => {
    expect(refusalOf(callOf('converse us.meta.llama4-maverick', { toolConfig }))).toBeUndefined();
  });
});

describe('the embedded providers', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator({ paceMs: 0, strict: true });
  });
  afterAll(() => emulator.close());

  const post = async (url: string, body: JsonObject) => {
    const headers = { authorization: 'Bearer any', 'x-api-key': 'any', 'x-goog-api-key': 'any' };
    const version: Record<string, string> = url.endsWith('/messages') ? { 'anthropic-version': '2023-06-01' } : {};
    const answer = await fetch(url, { method: 'POST', headers: { ...headers, ...version }, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as JsonObject };
  };

  it('reject in the provider’s own form', async () => {
    const chat = smallest.chat;
    const openai = await post(`${emulator.openaiUrl}/chat/completions`, { ...chat, model: 'gpt-5', temperature: 0.2 });
    expect(openai).toMatchObject({ status: 400, body: { error: { param: 'temperature', code: 'unsupported_value' } } });
    const mistral = await post(`${emulator.serverUrl('mistral')}/chat/completions`, {
      ...chat,
      model: 'mistral-large',
      user: 'u',
    });
    expect(mistral).toMatchObject({
      status: 422,
      body: { object: 'error', message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'user'] }] } },
    });
    const xai = await post(`${emulator.serverUrl('xai')}/chat/completions`, { ...chat, model: 'grok-4', tool_choice: 'auto' });
    expect(xai).toMatchObject({
      status: 400,
      body: { error: 'A tool_choice was set on the request but no tools were specified.' },
    });
    const claude = await post(`${emulator.anthropicUrl}/v1/messages`, {
      ...smallest.messages,
      model: 'claude-opus-4-8',
      top_k: 5,
    });
    expect(claude).toMatchObject({ status: 400, body: { error: { message: '`top_k` is deprecated for this model.' } } });
    const llama = await post(`${emulator.bedrockUrl}/model/llama-4/converse`, {
      ...smallest.converse,
      inferenceConfig: { stopSequences: ['x'] },
    });
    expect(llama).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("doesn't support the stopSequences field") },
    });
    const gemini = await post(`${emulator.geminiUrl}/models/gemini-2.5-pro:generateContent`, {
      ...smallest.gemini,
      generationConfig: { thinkingConfig: { thinkingBudget: 0 } },
    });
    expect(gemini).toMatchObject({ status: 400, body: { error: { status: 'INVALID_ARGUMENT' } } });
  });

  it('apply none of these rules to the demo models', async () => {
    const answer = await post(`${emulator.openaiUrl}/chat/completions`, { ...smallest.chat, model: 'fast', top_k: 5 });
    expect(answer.status).toBe(200);
  });
});
