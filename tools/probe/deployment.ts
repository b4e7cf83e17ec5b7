import type { DialectName } from '../../lib/client/index.ts';

/** What is probed: a base URL, and with what. */
export interface Deployment {
  /** Without `/v1` and without a slash at its end. */
  readonly url: string;
  readonly key: string;
  /** The model to ask; left out, the first that is listed. */
  readonly model?: string;
}

/** How one family of clients asks, as far as a probe must know. */
export interface Family {
  readonly name: string;
  readonly dialect: DialectName;
  path(model: string): string;
  body(model: string, prompt: string): object;
}

const maxTokens = 200;

/** The families that a base URL may serve; a dev server serves all of them, a function URL one. */
export const families: readonly Family[] = [
  {
    name: 'openai',
    dialect: 'chat',
    path: () => '/v1/chat/completions',
    body: (model, content) => ({ model, max_completion_tokens: maxTokens, messages: [{ role: 'user', content }] }),
  },
  {
    name: 'anthropic',
    dialect: 'messages',
    path: () => '/v1/messages',
    body: (model, content) => ({ model, max_tokens: maxTokens, messages: [{ role: 'user', content }] }),
  },
  {
    name: 'bedrock',
    dialect: 'converse',
    path: (model) => `/model/${encodeURIComponent(model)}/converse-stream`,
    body: (modelId, text) => ({
      modelId,
      inferenceConfig: { maxTokens },
      messages: [{ role: 'user', content: [{ text }] }],
    }),
  },
];

/** A request of the probe; gives up after 30 s. Throws what `fetch` throws. */
export function ask({ url }: Deployment, path: string, { key, body }: { key?: string; body?: string } = {}): Promise<Response> {
  return fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    ...(body !== undefined && { body }),
  });
}
