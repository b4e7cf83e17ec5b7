import type { Json, JsonObject } from '../stream/json.ts';
import { emulatedModels, isRealModel } from './emulated-models.ts';
import type { Exchange } from './exchange.ts';
import type { Answer, Part } from './model.ts';
import type { Noise } from './noise.ts';
import { CompletionWriter, readCompletionRequest } from './openai-completions.ts';
import { failureInStream, heads } from './openai-heads.ts';
import { type ChatRequest, readChatRequest } from './openai-request.ts';
import { ResponsesWriter } from './openai-responses.ts';
import { readResponsesRequest } from './openai-responses-request.ts';
import type { WireEvent } from './play.ts';
import { must, Refusal } from './refusal.ts';
import {
  type AnswerWriter,
  type EmulatedProvider,
  type EmulatedRequest,
  modelOf,
  parseBody,
  readBytes,
  respond,
} from './serve.ts';
import { chatServers } from './strict/chat-servers.ts';
import { checkStrictly, type StrictCall } from './strict/check.ts';

/**
 * OpenAI's chat completions, text completions, responses and model list, as on api.openai.com. Accepts any Bearer
 * key.
 */
export const openai: EmulatedProvider = { handle, refuse };

const badJson = `We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library \
correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)`;

const noKey = `You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth \
(i.e. Authorization: Bearer YOUR_KEY).`;

const notChat = `This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use \
v1/completions?`;

async function handle(exchange: Exchange, noise: Noise, paceMs: number): Promise<void> {
  const { call } = exchange;
  const path = call.path.replace(/^\/servers\/[^/]+|\?.*$/g, '');
  if (!/^Bearer \S/.test(call.headers.authorization ?? '')) throw new Refusal(401, noKey);
  if (call.method === 'GET' && path === '/v1/models') return exchange.answer(200, heads(noise), JSON.stringify(listing()));
  await answerOpenai(exchange, path, await readBytes(exchange), noise, paceMs);
}

/** Answers a request for one of OpenAI's APIs. The caller has checked its key. */
export async function answerOpenai(exchange: Exchange, path: string, bytes: Buffer, noise: Noise, paceMs: number): Promise<void> {
  const { call } = exchange;
  const api = Object.hasOwn(apis, path) ? apis[path] : undefined;
  if (call.method !== 'POST' || !api) throw new Refusal(404, `Invalid URL (${call.method} ${path})`);
  const body = parseBody(exchange, bytes, badJson);
  const { model: name } = body;
  must(typeof name === 'string', 'you must provide a model parameter');
  const model = modelOf(exchange, name, '');
  if (call.strict && isRealModel(name))
    checkStrictly({ ...call, api: api.name, model: name, body, stream: body.stream === true });
  await respond(exchange, model, api.read(name, body, noise), paceMs);
}

interface Api {
  readonly name: StrictCall['api'];
  readonly read: (model: string, body: JsonObject, noise: Noise) => EmulatedRequest;
}

const apis: Readonly<Record<string, Api>> = {
  '/v1/chat/completions': { name: 'chat', read: chat },
  '/v1/completions': { name: 'completions', read: completion },
  '/v1/responses': { name: 'responses', read: response },
};

function chat(model: string, body: JsonObject, noise: Noise): EmulatedRequest {
  if (/^(davinci|babbage)-/.test(model)) throw new Refusal(404, notChat, { param: 'model' });
  const request = readChatRequest(body);
  return { prompt: request.prompt, stream: request.stream, writer: new ChatWriter(model, request, noise) };
}

function completion(model: string, body: JsonObject, noise: Noise): EmulatedRequest {
  const request = readCompletionRequest(body);
  return { prompt: request.prompt, stream: request.stream, writer: new CompletionWriter(model, request, noise) };
}

function response(model: string, body: JsonObject, noise: Noise): EmulatedRequest {
  const request = readResponsesRequest(body);
  return { prompt: request.prompt, stream: request.stream, writer: new ResponsesWriter(model, request, noise) };
}

function listing(): JsonObject {
  const data = emulatedModels.map(({ name }) => ({
    id: name,
    object: 'model',
    created: 1700000000,
    owned_by: 'demo',
  }));
  return { object: 'list', data };
}

/** OpenAI's error for each status: type, code and, if the request doesn't determine it, the message. */
const refusals: Record<number, { type: string; code: string | null; message: string }> = {
  400: { type: 'invalid_request_error', code: null, message: 'Your request was malformed.' },
  401: {
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message: 'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.',
  },
  404: { type: 'invalid_request_error', code: 'model_not_found', message: '' },
  413: { type: 'invalid_request_error', code: null, message: 'The request is too large.' },
  429: { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached for requests. Please try again later.' },
  500: { type: 'server_error', code: null, message: 'The server had an error while processing your request. Sorry about that!' },
  503: { type: 'server_error', code: null, message: 'The engine is currently overloaded, please try again later.' },
};

function refuse(exchange: Exchange, { status, message, param, code, retryAfterSeconds }: Refusal, noise: Noise): void {
  const usual = refusals[status];
  const unknown = `The model \`${exchange.call.model}\` does not exist or you do not have access to it.`;
  const error = {
    message: message || usual?.message || unknown,
    type: usual?.type ?? 'server_error',
    param: param ?? null,
    // The code is the usual one for a status. A refusal with its own message has another.
    code: code ?? (message ? null : (usual?.code ?? null)),
  };
  const own = chatServers[exchange.call.server ?? '']?.error?.(error.message, error.code, status);
  const headers = { ...heads(noise), ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }) };
  exchange.answer(status, headers, JSON.stringify(own ?? { error }, null, 4));
}

/** A call with its content so far, under the name of its type. */
function calledTool({ name = '', freeform }: Part, input: string): JsonObject {
  return freeform
    ? { type: 'custom', custom: { name, input: input } }
    : { type: 'function', function: { name, arguments: input } };
}

const finishes: Record<Answer['end'], string> = { end: 'stop', stop: 'stop', length: 'length', tool: 'tool_calls' };

class ChatWriter implements AnswerWriter {
  readonly streamType = 'text/event-stream; charset=utf-8';
  readonly faultBytes;
  readonly #request: ChatRequest;
  readonly #noise: Noise;
  readonly #id: string;
  readonly #created = Math.floor(Date.now() / 1000);
  readonly #model: string;

  constructor(model: string, request: ChatRequest, noise: Noise) {
    this.#model = model;
    this.#request = request;
    this.#noise = noise;
    this.#id = `chatcmpl-${noise.text(29)}`;
    this.faultBytes = {
      error: failureInStream,
      garbage: `data: {"id":"${this.#id}","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"bro\n\n`,
    };
  }

  headers(): Record<string, string> {
    return heads(this.#noise);
  }

  *events(answer: Answer): Generator<WireEvent> {
    const all = Array.from({ length: this.#request.choices }, (_, index) => [...this.#choice(answer, index)]);
    // Several choices take turns, token by token.
    const length = all[0]?.length ?? 0;
    for (let turn = 0; turn < length; turn++) {
      for (const choice of all) yield* choice.slice(turn, turn + 1);
    }
    if (this.#request.includeUsage) yield { kind: 'finish', bytes: this.#chunk([], this.#usage(answer)) };
    yield { kind: 'done', bytes: 'data: [DONE]\n\n' };
  }

  whole(answer: Answer): JsonObject {
    const choices = Array.from({ length: this.#request.choices }, (_, index) => ({
      index,
      message: this.#message(answer),
      logprobs: this.#logprobs(answer.parts.flatMap((part) => (part.kind === 'text' ? part.tokens : []))),
      finish_reason: finishes[answer.end],
    }));
    return {
      id: this.#id,
      object: 'chat.completion',
      created: this.#created,
      model: this.#model,
      choices,
      usage: this.#usage(answer),
      service_tier: 'default',
      system_fingerprint: 'fp_demo',
    };
  }

  *#choice({ parts, end }: Answer, index: number): Generator<WireEvent> {
    const chunk = (
      kind: WireEvent['kind'],
      delta: JsonObject,
      finish: string | null = null,
      tokens: string[] = [],
    ): WireEvent => ({
      kind,
      bytes: this.#chunk([{ index, delta, logprobs: this.#logprobs(tokens), finish_reason: finish }]),
    });
    const calls = parts.filter((part) => part.kind === 'tool');
    // A lone call is named in the first chunk. Several calls, or one after text, get chunks of their own.
    const lone = parts.length === 1 && calls.length === 1 ? calls[0] : undefined;
    if (lone) yield chunk('content', { role: 'assistant', content: null, tool_calls: [this.#opening(lone, 0)], refusal: null });
    else if (calls.length === parts.length && calls.length > 0) yield chunk('envelope', { role: 'assistant', content: null });
    else yield chunk('envelope', { role: 'assistant', content: '', refusal: null });
    for (const part of parts) {
      if (part.kind === 'text') for (const token of part.tokens) yield chunk('content', { content: token }, null, [token]);
      // OpenAI itself hides its reasoning, but compatible servers send it.
      if (part.kind === 'reasoning') for (const token of part.tokens) yield chunk('content', { reasoning_content: token });
      if (part.kind !== 'tool') continue;
      const position = calls.indexOf(part);
      if (!lone) yield chunk('content', { tool_calls: [this.#opening(part, position)] });
      for (const token of part.tokens.length > 0 ? part.tokens : ['{}']) {
        const piece = part.freeform ? { custom: { input: token } } : { function: { arguments: token } };
        yield chunk('content', { tool_calls: [{ index: position, ...piece }] });
      }
    }
    yield chunk('finish', {}, finishes[end]);
  }

  #opening(part: Part, index: number): JsonObject {
    return { index, id: `call_${this.#noise.text(24)}`, ...calledTool(part, '') };
  }

  #chunk(choices: Json[], usage: Json = null): string {
    const chunk = {
      id: this.#id,
      object: 'chat.completion.chunk',
      created: this.#created,
      model: this.#model,
      service_tier: 'default',
      system_fingerprint: 'fp_demo',
      choices,
      ...(this.#request.includeUsage && { usage }),
      ...(this.#request.obfuscation && { obfuscation: this.#noise.text(1 + this.#noise.below(12)) }),
    };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  }

  #message({ parts }: Answer): JsonObject {
    const joined = (kind: Part['kind']) => {
      const tokens = parts.flatMap((part) => (part.kind === kind ? part.tokens : []));
      return tokens.length > 0 ? tokens.join('') : undefined;
    };
    const calls = parts.filter((part) => part.kind === 'tool');
    const reasoning = joined('reasoning');
    return {
      role: 'assistant',
      content: joined('text') ?? (calls.length > 0 ? null : ''),
      refusal: null,
      annotations: [],
      ...(reasoning !== undefined && { reasoning_content: reasoning }),
      ...(calls.length > 0 && {
        tool_calls: calls.map((part) => ({
          id: `call_${this.#noise.text(24)}`,
          ...calledTool(part, part.tokens.join('') || '{}'),
        })),
      }),
    };
  }

  #logprobs(tokens: readonly string[]): Json {
    if (!this.#request.logprobs || tokens.length === 0) return null;
    const content = tokens.map((token) => ({ token, logprob: -0.25, bytes: [...Buffer.from(token)], top_logprobs: [] }));
    return { content, refusal: null };
  }

  #usage({ usage: { input, output, reasoning } }: Answer): JsonObject {
    const completion = output * this.#request.choices;
    return {
      prompt_tokens: input,
      completion_tokens: completion,
      total_tokens: input + completion,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: reasoning * this.#request.choices,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    };
  }
}
