import type { Upstream } from './answers.ts';
import type { Row } from './rows.ts';
import { modelOf, type Shape } from './shape.ts';

export const clientKey = 'a-key-of-the-bench';

export interface ClientRequest {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const system = 'You are a helpful assistant. Answer in plain words, and say so when you do not know.';
const question = 'What is a sluice, and what was it used for before there were pumps? Name two that still stand.';

/** A short conversation in each client dialect. */
const requests: Record<Upstream, (model: string) => ClientRequest> = {
  openai: (model) => ({
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${clientKey}` },
    body: JSON.stringify({
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: question },
      ],
      max_completion_tokens: 8192,
      temperature: 0.7,
      stream: true,
      stream_options: { include_usage: true },
    }),
  }),
  anthropic: (model) => ({
    path: '/v1/messages',
    headers: { 'x-api-key': clientKey, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model,
      max_tokens: 8192,
      temperature: 0.7,
      system,
      messages: [{ role: 'user', content: question }],
      stream: true,
    }),
  }),
  bedrock: (model) => ({
    path: `/model/${encodeURIComponent(model)}/converse-stream`,
    headers: { authorization: `Bearer ${clientKey}` },
    body: JSON.stringify({
      system: [{ text: system }],
      messages: [{ role: 'user', content: [{ text: question }] }],
      inferenceConfig: { maxTokens: 8192, temperature: 0.7 },
    }),
  }),
};

/** The request for an answer of this shape through this row. */
export function requestFor(row: Row, shape: Shape): ClientRequest {
  const model = modelOf(shape);
  return requests[row.client](row.through !== 'gateway' ? model : `${row.upstream}/${model}`);
}
