import type { ErrorKind } from '../../lib/stream/errors.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { CheckedDialect } from './checker/check.ts';
import { plainMessages } from './truth/plain-event-stream.ts';
import { plainEvents } from './truth/plain-sse.ts';
import { listOf, objectOf, parsed, textOf } from './truth/truth.ts';

/** What a client receives of a failure. */
export interface Told {
  /** The dialect's own word for the cause. */
  readonly word: string;
  readonly message: string;
}

/** How the clients of one dialect ask, and where in an answer they find what. */
export interface Client {
  readonly dialect: CheckedDialect;
  /** A request: its path and its body. */
  ask(model: string, stream: boolean, said?: string): { path: string; body: JsonObject };
  /** The text of an answer in one piece. */
  text(body: JsonObject): string;
  /** The failure that this answer is; throws when it has not the dialect's form. */
  failure(body: JsonObject, headers: Headers): Told;
  /** The failure inside this stream. */
  inBand(bytes: Uint8Array): Told | undefined;
  /** The word for this kind of failure, and its status, before the first byte. */
  word(kind: ErrorKind): string;
  status(kind: ErrorKind): number;
  /** The word for it inside a stream. */
  streamWord(kind: ErrorKind): string;
  /** What fills silence; nothing where the dialect has no way to. */
  readonly heartbeat: RegExp | undefined;
}

/** The word that the prompt holds, which may be in no line of the log. */
export const promptCanary = 'prompt-canary-77e0d2';
const prompt = `${promptCanary}: tell me something.`;

/** The status of each kind, written here once more and not taken from the product. */
const statuses: Partial<Record<ErrorKind, number>> = {
  invalid_request: 400,
  context_length_exceeded: 400,
  content_filter: 400,
  request_too_large: 413,
  rate_limit_exceeded: 429,
  gateway_error: 500,
  provider_auth_error: 502,
  provider_model_not_found: 404,
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

export function statusOf(kind: ErrorKind): number {
  const status = statuses[kind];
  if (!status) throw new Error(`no status is written down for ${kind}`);
  return status;
}

const conversation = (said: string) => [{ role: 'user', content: said }];

/** OpenAI's error object, the same in all of its dialects. */
function openaiFailure({ error }: JsonObject): Told {
  const { message, type, param, code } = objectOf(error);
  if (typeof message !== 'string' || typeof type !== 'string' || param === undefined || code === undefined)
    throw new Error(`no error of OpenAI's: ${JSON.stringify(error)}`);
  return { word: textOf(code), message };
}

function anthropicFailure({ type, error, request_id }: JsonObject): Told {
  const { message, type: word } = objectOf(error);
  if (type !== 'error' || typeof message !== 'string' || typeof word !== 'string' || typeof request_id !== 'string')
    throw new Error(`no error of Anthropic's: ${JSON.stringify(error)}`);
  return { word, message };
}

/** The last event that has an error. */
function lastFailure(bytes: Uint8Array, failure: (payload: JsonObject) => Told): Told | undefined {
  const payloads = plainEvents(bytes).map(({ data }) => objectOf(parsed(data)));
  const found = payloads.findLast(({ error }) => error !== undefined);
  return found && failure(found);
}

const openai = {
  failure: openaiFailure,
  inBand: (bytes: Uint8Array) => lastFailure(bytes, openaiFailure),
  word: (kind: ErrorKind) => kind,
  streamWord: (kind: ErrorKind) => kind,
  status: statusOf,
};

const chat: Client = {
  ...openai,
  dialect: 'openai-chat',
  ask: (model, stream, said = prompt) => ({
    path: '/v1/chat/completions',
    body: { model, stream, messages: conversation(said) },
  }),
  text: ({ choices }) => textOf(objectOf(listOf(choices)[0]?.message).content),
  heartbeat: /"delta":\{\},"finish_reason":null/,
};

const completions: Client = {
  ...openai,
  dialect: 'openai-completions',
  ask: (model, stream, said = prompt) => ({ path: '/v1/completions', body: { model, stream, prompt: said, max_tokens: 100 } }),
  text: ({ choices }) => textOf(listOf(choices)[0]?.text),
  heartbeat: /"text":"",[^\n]*"finish_reason":null/,
};

const responses: Client = {
  ...openai,
  dialect: 'openai-responses',
  ask: (model, stream, said = prompt) => ({ path: '/v1/responses', body: { model, stream, input: said } }),
  text: ({ output }) =>
    listOf(output)
      .flatMap(({ content }) => listOf(content))
      .map(({ text }) => textOf(text))
      .join(''),
  heartbeat: /event: response.in_progress|^:/m,
};

/** Types of Anthropic's errors; every other kind is an api_error. */
const types: Partial<Record<ErrorKind, string>> = {
  invalid_request: 'invalid_request_error',
  context_length_exceeded: 'invalid_request_error',
  content_filter: 'invalid_request_error',
  request_too_large: 'request_too_large',
  provider_model_not_found: 'not_found_error',
  rate_limit_exceeded: 'rate_limit_error',
  server_overloaded: 'overloaded_error',
  connect_timeout: 'timeout_error',
  upstream_timeout: 'timeout_error',
  upstream_stalled: 'timeout_error',
  stream_deadline: 'timeout_error',
};

const anthropic = {
  failure: anthropicFailure,
  inBand: (bytes: Uint8Array) => lastFailure(bytes, anthropicFailure),
  word: (kind: ErrorKind) => types[kind] ?? 'api_error',
  streamWord: (kind: ErrorKind) => types[kind] ?? 'api_error',
  status: (kind: ErrorKind) => (kind === 'server_overloaded' ? 529 : statusOf(kind)),
  heartbeat: /event: ping/,
};

const messages: Client = {
  ...anthropic,
  dialect: 'anthropic-messages',
  ask: (model, stream, said = prompt) => ({
    path: '/v1/messages',
    body: { model, stream, max_tokens: 100, messages: conversation(said) },
  }),
  text: ({ content }) =>
    listOf(content)
      .map(({ text }) => textOf(text))
      .join(''),
};

const complete: Client = {
  ...anthropic,
  dialect: 'anthropic-complete',
  ask: (model, stream, said = prompt) => ({
    path: '/v1/complete',
    body: { model, stream, max_tokens_to_sample: 100, prompt: `\n\nHuman: ${said}\n\nAssistant:` },
  }),
  text: ({ completion }) => textOf(completion),
};

/** Exceptions of Bedrock's runtime, their statuses, and what they are called in a stream. */
const exceptions: Partial<Record<ErrorKind, readonly [name: string, status: number, inStream: string]>> = {
  provider_model_not_found: ['ResourceNotFoundException', 404, 'validationException'],
  rate_limit_exceeded: ['ThrottlingException', 429, 'throttlingException'],
  server_overloaded: ['ModelErrorException', 424, 'serviceUnavailableException'],
  provider_secret_unavailable: ['ModelErrorException', 424, 'internalServerException'],
  connect_timeout: ['ModelTimeoutException', 408, 'internalServerException'],
  upstream_timeout: ['ModelTimeoutException', 408, 'modelStreamErrorException'],
  upstream_stalled: ['ModelTimeoutException', 408, 'modelStreamErrorException'],
  stream_deadline: ['ModelTimeoutException', 408, 'internalServerException'],
};

function exceptionOf(kind: ErrorKind): readonly [name: string, status: number, inStream: string] {
  const usual = kind.startsWith('upstream_') ? 'modelStreamErrorException' : 'internalServerException';
  const own = exceptions[kind];
  if (own) return own;
  return statusOf(kind) < 500 ? ['ValidationException', 400, 'validationException'] : ['ModelErrorException', 424, usual];
}

const converse: Client = {
  dialect: 'bedrock-converse',
  ask: (model, stream, said = prompt) => ({
    path: `/model/${model}/${stream ? 'converse-stream' : 'converse'}`,
    body: { messages: [{ role: 'user', content: [{ text: said }] }] },
  }),
  text: ({ output }) =>
    listOf(objectOf(objectOf(output).message).content)
      .map(({ text }) => textOf(text))
      .join(''),
  failure({ message }, headers) {
    const word = headers.get('x-amzn-errortype');
    if (typeof message !== 'string' || word === null) throw new Error(`no exception: ${word} ${message}`);
    return { word, message };
  },
  inBand(bytes) {
    const failure = plainMessages(bytes).findLast(({ headers }) => headers['message-type'] === 'exception');
    return failure && { word: failure.headers['exception-type'] ?? '', message: textOf(failure.payload.message) };
  },
  word: (kind) => exceptionOf(kind)[0],
  status: (kind) => exceptionOf(kind)[1],
  streamWord: (kind) => exceptionOf(kind)[2],
  heartbeat: undefined,
};

/** Bedrock's InvokeModel with a body for Claude: another body and another answer, the same failures. */
const invoke: Client = {
  ...converse,
  dialect: 'bedrock-invoke',
  ask: (model, stream, said = prompt) => ({
    path: `/model/${model}/${stream ? 'invoke-with-response-stream' : 'invoke'}`,
    body: { anthropic_version: 'bedrock-2023-05-31', max_tokens: 100, messages: conversation(said) },
  }),
  text: messages.text,
};

/** Every dialect in which clients ask; a new one is a line here. */
export const clients: readonly Client[] = [chat, completions, responses, messages, complete, converse, invoke];

/** The client of this dialect. */
export function clientOf(dialect: CheckedDialect): Client {
  const client = clients.find((one) => one.dialect === dialect);
  if (!client) throw new Error(`no client asks in ${dialect}`);
  return client;
}
