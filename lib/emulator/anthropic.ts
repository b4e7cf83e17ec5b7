import type { JsonObject } from '../stream/json.ts';
import { readMessagesRequest } from './anthropic-request.ts';
import { emulatedModels, isRealModel } from './emulated-models.ts';
import type { Exchange } from './exchange.ts';
import { type Answer, argumentsOf, countPrompt, type Part } from './model.ts';
import type { Noise } from './noise.ts';
import type { WireEvent } from './play.ts';
import { must, Refusal } from './refusal.ts';
import { type AnswerWriter, type EmulatedProvider, modelOf, parseBody, readBytes, respond } from './serve.ts';
import { signThinking } from './signature.ts';
import { checkStrictly } from './strict/check.ts';

/** Anthropic's messages, token counts and model list, as on api.anthropic.com. Accepts any key. */
export const anthropic: EmulatedProvider = { handle, refuse };

async function handle(exchange: Exchange, noise: Noise, paceMs: number): Promise<void> {
  const { call } = exchange;
  const { headers, method } = call;
  const [path] = call.path.split('?');
  if (!headers['x-api-key'] && !/^Bearer \S/.test(headers.authorization ?? ''))
    throw new Refusal(401, 'x-api-key header is required');
  must(headers['anthropic-version'], 'anthropic-version: header is required');
  if (method === 'GET' && path === '/v1/models') return exchange.answer(200, heads(noise), JSON.stringify(listing()));
  const counted = path === '/v1/messages/count_tokens';
  if (method !== 'POST' || !(counted || path === '/v1/messages')) throw new Refusal(404, 'Not Found');
  const body = parseBody(exchange, await readBytes(exchange), 'The request body is not valid JSON: expected a JSON object');
  must(typeof body.model === 'string', 'model: Field required');
  const model = modelOf(exchange, body.model, '');
  must(counted || body.max_tokens !== undefined, 'max_tokens: Field required');
  const stream = body.stream === true;
  if (call.strict && isRealModel(body.model)) checkStrictly({ api: 'messages', model: body.model, body, stream });
  if (body.thread) throw new Refusal(400, 'thread: the embedded provider keeps no conversations', { code: threadUnsupported });
  const prompt = readMessagesRequest(body);
  if (counted) return exchange.answer(200, heads(noise), JSON.stringify({ input_tokens: countPrompt(prompt) }));
  const emulatedRequest = { prompt, stream, writer: new MessagesWriter(body.model, noise) };
  await respond(exchange, model, emulatedRequest, paceMs);
}

function heads(noise: Noise): Record<string, string> {
  return { 'content-type': 'application/json', 'request-id': requestId(noise) };
}

function requestId(noise: Noise): string {
  return `req_011${noise.text(21)}`;
}

function listing(): JsonObject {
  const data = emulatedModels.map(({ name, does }) => ({
    type: 'model',
    id: name,
    display_name: does,
    created_at: '2026-01-01T00:00:00Z',
  }));
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

/** The code by which Anthropic's SDKs continue with whole conversations. */
const threadUnsupported = 'thread_unsupported_request';

/** Anthropic's error for each status. */
const refusals: Record<number, { type: string; message: string }> = {
  400: { type: 'invalid_request_error', message: 'messages.0: Input does not match the expected shape.' },
  401: { type: 'authentication_error', message: 'invalid x-api-key' },
  404: { type: 'not_found_error', message: '' },
  413: { type: 'request_too_large', message: '' },
  429: { type: 'rate_limit_error', message: "This request would exceed your organization's rate limit. Please try again later." },
  500: { type: 'api_error', message: 'Internal server error' },
  503: { type: 'overloaded_error', message: 'Overloaded' },
};

function refuse(exchange: Exchange, { status, message, code, retryAfterSeconds }: Refusal, noise: Noise): void {
  const usual = refusals[status];
  const error = {
    type: usual?.type ?? 'api_error',
    message: message || usual?.message || `model: ${exchange.call.model}`,
    ...(code === threadUnsupported && { details: { error_code: code, unsupported: ['thread'] } }),
  };
  const headers = heads(noise);
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  exchange.answer(status, headers, JSON.stringify({ type: 'error', error, request_id: headers['request-id'] }));
}

const stops: Record<Answer['end'], string> = { end: 'end_turn', stop: 'stop_sequence', length: 'max_tokens', tool: 'tool_use' };

/** How Claude sends an answer in the Messages API. */
export class MessagesWriter implements AnswerWriter {
  readonly streamType = 'text/event-stream; charset=utf-8';
  readonly faultBytes;
  readonly #noise: Noise;
  readonly #id: string;
  readonly #model: string;

  constructor(model: string, noise: Noise) {
    this.#model = model;
    this.#noise = noise;
    this.#id = `msg_01${noise.text(22)}`;
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: requestId(noise) };
    this.faultBytes = {
      // An error has no padding.
      error: `event: error\ndata: ${JSON.stringify(error)}\n\n`,
      garbage:
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"bro\n\n',
    };
  }

  headers(): Record<string, string> {
    return heads(this.#noise);
  }

  *events(answer: Answer): Generator<WireEvent> {
    const message = { ...this.#message(), usage: { ...inputUsage(answer), output_tokens: 1, service_tier: 'standard' } };
    yield this.#event('envelope', { type: 'message_start', message });
    for (const [index, part] of answer.parts.entries()) yield* this.#block(part, index);
    yield this.#event('finish', {
      type: 'message_delta',
      delta: { stop_reason: stops[answer.end], stop_sequence: answer.stopSequence ?? null, stop_details: null },
      usage: { ...inputUsage(answer), output_tokens: answer.usage.output },
    });
    yield this.#event('done', { type: 'message_stop' });
  }

  whole(answer: Answer): JsonObject {
    return {
      ...this.#message(),
      content: answer.parts.map((part) => wholeBlock(part, this.#noise)),
      stop_reason: stops[answer.end],
      stop_sequence: answer.stopSequence ?? null,
      usage: { ...inputUsage(answer), output_tokens: answer.usage.output, service_tier: 'standard' },
    };
  }

  #message(): JsonObject {
    const nothingYet = { content: [], stop_reason: null, stop_sequence: null, stop_details: null };
    return { model: this.#model, id: this.#id, type: 'message', role: 'assistant', ...nothingYet };
  }

  *#block(part: Part, index: number): Generator<WireEvent> {
    const start = this.#event(part.kind === 'tool' ? 'content' : 'envelope', {
      type: 'content_block_start',
      index,
      content_block: emptyBlock(part, this.#noise),
    });
    const delta = (kind: WireEvent['kind'], delta: JsonObject) =>
      this.#event(kind, { type: 'content_block_delta', index, delta });
    yield start;
    if (index === 0) yield { kind: 'envelope', bytes: 'event: ping\ndata: {"type": "ping"}\n\n' };
    // A call without arguments has this single empty delta.
    if (part.kind === 'tool') yield delta('envelope', { type: 'input_json_delta', partial_json: '' });
    for (const token of part.tokens) yield delta('content', deltas[part.kind](token));
    if (part.kind === 'reasoning') {
      yield delta('envelope', { type: 'signature_delta', signature: signThinking(part.tokens.join('')) });
    }
    yield this.#event('envelope', { type: 'content_block_stop', index });
  }

  /** Anthropic pads its JSON before the last brace, so that lengths don't reveal words. */
  #event(kind: WireEvent['kind'], event: JsonObject & { type: string }): WireEvent {
    const json = JSON.stringify(event);
    const data = `${json.slice(0, -1)}${' '.repeat(this.#noise.below(16))}}`;
    return { kind, bytes: `event: ${event.type}\ndata: ${data}\n\n` };
  }
}

const deltas: Record<Part['kind'], (token: string) => JsonObject> = {
  text: (text) => ({ type: 'text_delta', text }),
  reasoning: (thinking) => ({ type: 'thinking_delta', thinking }),
  tool: (json) => ({ type: 'input_json_delta', partial_json: json }),
};

function emptyBlock(part: Part, noise: Noise): JsonObject {
  if (part.kind === 'text') return { type: 'text', text: '' };
  if (part.kind === 'reasoning') return { type: 'thinking', thinking: '', signature: '' };
  return { type: 'tool_use', id: `toolu_01${noise.text(22)}`, name: part.name ?? '', input: {} };
}

function wholeBlock(part: Part, noise: Noise): JsonObject {
  const joined = part.tokens.join('');
  const empty = emptyBlock(part, noise);
  if (part.kind === 'text') return { ...empty, text: joined };
  if (part.kind === 'reasoning') return { ...empty, thinking: joined, signature: signThinking(joined) };
  return { ...empty, input: argumentsOf(part) };
}

function inputUsage({ usage }: Answer): JsonObject {
  return { input_tokens: usage.input, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
}
