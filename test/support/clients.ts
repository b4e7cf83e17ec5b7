import type { ErrorKind } from '../../lib/stream/errors.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { CheckedDialect } from './checker/check.ts';
import { plainEvents } from './truth/plain-sse.ts';
import { listOf, objectOf, parsed, textOf } from './truth/truth.ts';

/** What a caller is told of a failure. */
export interface Told {
  /** The dialect's own word for the cause. */
  readonly word: string;
  readonly message: string;
}

/** How the clients of one dialect ask, and where in an answer they find what. */
export interface Client {
  readonly dialect: CheckedDialect;
  readonly path: string;
  readonly body: JsonObject;
  /** The text of an answer in one piece. */
  text(body: JsonObject): string;
  /** The failure that this body is; throws when it has not the dialect's form. */
  failure(body: JsonObject): Told;
  /** The failure inside this stream. */
  inBand(bytes: Uint8Array): Told | undefined;
  /** The word for this kind of failure, and its status before the first byte. */
  word(kind: ErrorKind): string;
  status(kind: ErrorKind): number;
}

/** The table of statuses, by the sentence of the contract that has them; written here once more, and not taken from there. */
const statuses: Partial<Record<ErrorKind, number>> = {
  invalid_request: 400,
  context_length_exceeded: 400,
  content_filter: 400,
  request_too_large: 413,
  rate_limit_exceeded: 429,
  gateway_error: 500,
  provider_auth_error: 502,
  provider_model_not_found: 502,
  provider_secret_unavailable: 503,
  upstream_unreachable: 502,
  upstream_tls_error: 502,
  upstream_redirect: 502,
  upstream_error: 502,
  upstream_empty: 502,
  upstream_cut: 502,
  upstream_protocol_error: 502,
  upstream_missing_finish: 502,
  server_overloaded: 503,
  connect_timeout: 504,
  upstream_timeout: 504,
  upstream_stalled: 504,
  stream_deadline: 504,
};

function statusOf(kind: ErrorKind): number {
  const status = statuses[kind];
  if (!status) throw new Error(`no status is written down for ${kind}`);
  return status;
}

const prompt = 'prompt-canary-77e0d2: tell me something.';

const chat: Client = {
  dialect: 'openai-chat',
  path: '/v1/chat/completions',
  body: { messages: [{ role: 'user', content: prompt }] },
  text: ({ choices }) => textOf(objectOf(listOf(choices)[0]?.message).content),
  failure({ error }) {
    const { message, type, param, code } = objectOf(error);
    if (typeof message !== 'string' || typeof type !== 'string' || param === undefined || code === undefined)
      throw new Error(`no chat error: ${JSON.stringify(error)}`);
    return { word: textOf(code), message };
  },
  inBand: (bytes) => lastFailure(bytes, chat),
  word: (kind) => kind,
  status: statusOf,
};

/** Types of the Messages API; every other kind is an api_error. */
const types: Partial<Record<ErrorKind, string>> = {
  invalid_request: 'invalid_request_error',
  context_length_exceeded: 'invalid_request_error',
  content_filter: 'invalid_request_error',
  request_too_large: 'request_too_large',
  rate_limit_exceeded: 'rate_limit_error',
  server_overloaded: 'overloaded_error',
  connect_timeout: 'timeout_error',
  upstream_timeout: 'timeout_error',
  upstream_stalled: 'timeout_error',
  stream_deadline: 'timeout_error',
};

const messages: Client = {
  dialect: 'anthropic-messages',
  path: '/v1/messages',
  body: { max_tokens: 100, messages: [{ role: 'user', content: prompt }] },
  text: ({ content }) =>
    listOf(content)
      .map(({ text }) => textOf(text))
      .join(''),
  failure({ type, error, request_id }) {
    const { message, type: word } = objectOf(error);
    if (type !== 'error' || typeof message !== 'string' || typeof word !== 'string' || typeof request_id !== 'string')
      throw new Error(`no Messages error: ${JSON.stringify(error)}`);
    return { word, message };
  },
  inBand: (bytes) => lastFailure(bytes, messages),
  word: (kind) => types[kind] ?? 'api_error',
  status: (kind) => (kind === 'server_overloaded' ? 529 : statusOf(kind)),
};

function lastFailure(bytes: Uint8Array, client: Client): Told | undefined {
  const payloads = plainEvents(bytes).map(({ data }) => objectOf(parsed(data)));
  const failure = payloads.findLast(({ error }) => error !== undefined);
  return failure && client.failure(failure);
}

/** Every dialect in which clients ask; a new one is a line here. */
export const clients: readonly Client[] = [chat, messages];
