import type { DialectName } from '../../lib/client/index.ts';

/** What to probe: a base URL, a key and a model. */
export interface Deployment {
  /** Without `/v1` and without a trailing slash. */
  readonly url: string;
  readonly key: string;
  /** The model to use. Default: the first listed model. */
  readonly model?: string;
}

/** The requests of one client family, as far as the probe needs them. */
export interface Family {
  readonly name: string;
  readonly dialect: DialectName;
  path(model: string): string;
  body(model: string, prompt: string): object;
}

const maxTokens = 200;

/** The families that a base URL may serve. A dev server serves all of them, a function URL one. */
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

/** Sends a request of the probe with a timeout of 30 s. Throws what `fetch` throws. */
export function sendRequest(
  { url }: Deployment,
  path: string,
  { key, body }: { key?: string; body?: string } = {},
): Promise<Response> {
  return fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    ...(body !== undefined && { body }),
  });
}
