import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';

let emulator: Emulator;
let client: OpenAI;
beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
  client = new OpenAI({ baseURL: emulator.openaiUrl, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => emulator.close());

type Ask = OpenAI.Responses.ResponseCreateParamsNonStreaming;

const weather: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
};
const thinking: Partial<Ask> = {
  store: false,
  include: ['reasoning.encrypted_content'],
  reasoning: { effort: 'low', summary: 'auto' },
  tools: [weather],
};

describe('the emulated Responses API with the official client', () => {
  test('streams an answer that equals the whole one', async () => {
    const ask: Ask = { model: 'chat', input: 'What is the weather in Rome and Oslo?', ...thinking };
    const streamed = await client.responses.stream({ ...ask, stream: true }).finalResponse();
    const whole = await client.responses.create(ask);
    const outputText = ({ output }: OpenAI.Responses.Response) =>
      output.map((item) => (item.type === 'reasoning' ? item.summary : item.type === 'function_call' ? item.arguments : item));
    expect(outputText(streamed)).toEqual(outputText(whole));
    expect(streamed.output.map(({ type }) => type)).toEqual(['reasoning', 'function_call', 'function_call']);
    expect(streamed.usage).toEqual(whole.usage);
    expect(streamed.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0);
  });

  test('continues from its own encrypted reasoning and results, and rejects changed encrypted reasoning', async () => {
    const input: OpenAI.Responses.ResponseInputItem[] = [{ role: 'user', content: 'What is the weather in Rome?' }];
    const first = await client.responses.create({ model: 'chat', input, ...thinking });
    const results = first.output.flatMap((item): OpenAI.Responses.ResponseInputItem[] =>
      item.type === 'function_call' ? [{ type: 'function_call_output', call_id: item.call_id, output: 'Snow.' }] : [],
    );
    const items = first.output as OpenAI.Responses.ResponseInputItem[];
    const second = await client.responses.create({ model: 'chat', input: [...input, ...items, ...results], ...thinking });
    expect(second.output_text).toContain('“Snow.”');

    const changed = items.map((item) => ('encrypted_content' in item ? { ...item, encrypted_content: 'gAAAAAno' } : item));
    const pending = client.responses.create({ model: 'chat', input: [...input, ...changed, ...results], ...thinking });
    await expect(pending).rejects.toThrow(/could not be verified/);
    const unanswered = client.responses.create({ model: 'chat', input: [...input, ...items], ...thinking });
    await expect(unanswered).rejects.toThrow(/No tool output found for function call/);
  });

  test('calls a custom tool with text, and ignores its own tools', async () => {
    const ask: Ask = {
      model: 'chat',
      input: 'Run it in Rome',
      tools: [{ type: 'custom', name: 'shell', description: 'Runs a command' }, { type: 'web_search' }],
    };
    const { output } = await client.responses.create(ask);
    expect(output).toMatchObject([{ type: 'custom_tool_call', name: 'shell', input: 'Rome' }]);
    const streamed = await client.responses.stream({ ...ask, stream: true }).finalResponse();
    expect(streamed.output).toMatchObject([{ type: 'custom_tool_call', name: 'shell', input: 'Rome' }]);
  });

  test('obeys a schema, reports its limit, and reports a mid-stream failure', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const format = { type: 'json_schema' as const, name: 'place', schema };
    const { output_text: json } = await client.responses.create({ model: 'chat', input: 'In Rome', text: { format } });
    expect(JSON.parse(json)).toEqual({ city: 'Rome' });

    const cut = await client.responses.create({ model: 'chat', input: 'Hello', max_output_tokens: 16 });
    expect(cut).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });

    const failing = client.responses.stream({ model: 'error@2', input: 'Hello' }).finalResponse();
    await expect(failing).rejects.toThrow(/had an error while processing/);
  });
});
