import type { DialectName } from '../../../lib/client/index.ts';

/** What a person has put together on the page. */
export interface Wanted {
  readonly model: string;
  readonly prompt: string;
  readonly system: string;
  readonly maxTokens: number;
  /** Offer the weather tool. */
  readonly withTool: boolean;
}

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  required: ['city'],
};
const tool = { name: 'get_weather', description: 'The weather in a city, now' };

/** The request in each dialect, as its own clients write it; `tools` says whether the dialect has any. */
export const requests: Record<DialectName, { readonly label: string; readonly tools: boolean; body(wanted: Wanted): object }> = {
  chat: {
    label: 'OpenAI chat completions',
    tools: true,
    body: ({ model, prompt, system, maxTokens, withTool }) => ({
      model,
      messages: [...(system ? [{ role: 'system', content: system }] : []), { role: 'user', content: prompt }],
      max_completion_tokens: maxTokens,
      ...(withTool && { tools: [{ type: 'function', function: { ...tool, parameters: schema } }] }),
    }),
  },
  responses: {
    label: 'OpenAI Responses',
    tools: true,
    body: ({ model, prompt, system, maxTokens, withTool }) => ({
      model,
      input: prompt,
      ...(system && { instructions: system }),
      max_output_tokens: maxTokens,
      store: false,
      ...(withTool && { tools: [{ type: 'function', ...tool, parameters: schema, strict: false }] }),
    }),
  },
  messages: {
    label: 'Anthropic Messages',
    tools: true,
    body: ({ model, prompt, system, maxTokens, withTool }) => ({
      model,
      max_tokens: maxTokens,
      ...(system && { system }),
      messages: [{ role: 'user', content: prompt }],
      ...(withTool && { tools: [{ ...tool, input_schema: schema }] }),
    }),
  },
  converse: {
    label: 'Bedrock Converse',
    tools: true,
    body: ({ model, prompt, system, maxTokens, withTool }) => ({
      modelId: model,
      ...(system && { system: [{ text: system }] }),
      messages: [{ role: 'user', content: [{ text: prompt }] }],
      inferenceConfig: { maxTokens },
      ...(withTool && { toolConfig: { tools: [{ toolSpec: { ...tool, inputSchema: { json: schema } } }] } }),
    }),
  },
  completions: {
    label: 'OpenAI text completions',
    tools: false,
    body: ({ model, prompt, maxTokens }) => ({ model, prompt, max_tokens: maxTokens }),
  },
  complete: {
    label: 'Anthropic text completion',
    tools: false,
    body: ({ model, prompt, maxTokens }) => ({
      model,
      prompt: `\n\nHuman: ${prompt}\n\nAssistant:`,
      max_tokens_to_sample: maxTokens,
    }),
  },
};
