import { verifySigV4 } from '../access/sigv4.ts';
import type { JsonObject } from '../stream/json.ts';
import { writeAwsEventStream } from '../wire/aws-event-stream.ts';
import { countedTokens } from './bedrock-count-tokens.ts';
import { invoked } from './bedrock-invoke.ts';
import { readConverseRequest } from './bedrock-request.ts';
import { credentials } from './credentials.ts';
import { isRealModel } from './emulated-models.ts';
import type { Exchange } from './exchange.ts';
import { type Answer, argumentsOf, type Part } from './model.ts';
import type { Noise } from './noise.ts';
import { answerOpenai } from './openai.ts';
import type { WireEvent } from './play.ts';
import { Refusal } from './refusal.ts';
import { type AnswerWriter, type EmulatedProvider, modelOf, parseBody, readBytes, respond } from './serve.ts';
import { signThinking } from './signature.ts';
import { checkStrictly } from './strict/check.ts';

/**
 * Bedrock's Converse and Invoke, whole and streamed, and CountTokens. Accepts any Bearer key. Signatures must use
 * `credentials`.
 */
export const bedrock: EmulatedProvider = { handle, refuse };

const badJson = 'Malformed input request, please reformat your input and try again.';

async function handle(exchange: Exchange, noise: Noise, paceMs: number): Promise<void> {
  const { method, path, strict } = exchange.call;
  const [, openaiPath] = /^\/openai(\/v1\/[^?]+)/.exec(path) ?? [];
  if (openaiPath !== undefined) {
    const bytes = await readBytes(exchange);
    authenticate(exchange, bytes);
    return answerOpenai(exchange, openaiPath, bytes, noise, paceMs);
  }
  const [, encoded, operation] = operations.exec(path) ?? [];
  if (method !== 'POST' || encoded === undefined) throw new Refusal(404, '', { code: 'UnknownOperationException' });
  const bytes = await readBytes(exchange);
  authenticate(exchange, bytes);
  const name = decoded(encoded);
  const model = modelOf(exchange, name, '');
  const body = parseBody(exchange, bytes, badJson);
  if (operation === 'count-tokens') return exchange.answer(200, heads(noise), JSON.stringify(countedTokens(name, body)));
  const stream = operation?.endsWith('stream') === true;
  const api = operation?.startsWith('invoke') ? 'invoke' : 'converse';
  if (strict && isRealModel(name)) checkStrictly({ api, model: name, body, stream });
  const writer = new ConverseVoice(noise);
  const emulatedRequest =
    api === 'invoke'
      ? invoked(name, body, noise, () => heads(noise), writer.faultBytes)
      : { prompt: readConverseRequest(body, name), writer };
  await respond(exchange, model, { ...emulatedRequest, stream }, paceMs);
}

const operations = /^\/model\/([^/?]+)\/(converse|converse-stream|count-tokens|invoke|invoke-with-response-stream)(?:\?|$)/;

function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new Refusal(400, 'The provided model identifier is invalid.');
  }
}

const maxSkewMs = 5 * 60_000;

function authenticate({ call }: Exchange, body: Buffer): void {
  const { method, headers } = call;
  if (/^Bearer \S/.test(headers.authorization ?? '')) return;
  const [path = '', query = ''] = call.path.split('?');
  const verdict = verifySigV4(
    { method, path, query, headers, body },
    { secretFor: (id) => (id === credentials.accessKeyId ? credentials.secretAccessKey : undefined), now: Date.now(), maxSkewMs },
  );
  if ('refusal' in verdict) {
    const { code, message } = verdict.refusal;
    throw new Refusal(code === 'IncompleteSignatureException' ? 400 : 403, message, { code });
  }
  if (verdict.service === 'bedrock') return;
  throw new Refusal(403, "Credential should be scoped to correct service: 'bedrock'.", { code: 'InvalidSignatureException' });
}

function heads(noise: Noise): Record<string, string> {
  const id = 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => noise.below(16).toString(16));
  return { 'content-type': 'application/json', 'x-amzn-requestid': id };
}

interface Exception {
  readonly code: string;
  readonly message: string;
  /** Where Bedrock responds with another status than the requested one. */
  readonly status?: number;
}

/** Bedrock's error for each status. It has no 401. */
const refusals: Record<number, Exception> = {
  400: { code: 'ValidationException', message: 'The provided model identifier is invalid.' },
  401: { code: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.', status: 403 },
  403: { code: 'AccessDeniedException', message: "You don't have access to the model with the specified model ID." },
  404: {
    code: 'ResourceNotFoundException',
    message: 'Could not resolve the foundation model from the provided model identifier.',
  },
  429: { code: 'ThrottlingException', message: 'Too many requests, please wait before trying again.' },
  500: {
    code: 'InternalServerException',
    message: 'The system encountered an unexpected error during processing. Try your request again.',
  },
  503: { code: 'ServiceUnavailableException', message: 'Bedrock is unable to process your request.' },
};

/** The exception name is in a header. Bedrock sends no Retry-After. */
function refuse(exchange: Exchange, { status, code, message }: Refusal, noise: Noise): void {
  const usual = refusals[status];
  const type = `${code ?? usual?.code ?? 'ValidationException'}:http://internal.amazon.com/coral/com.amazon.bedrock/`;
  const headers = { ...heads(noise), 'x-amzn-errortype': type };
  exchange.answer(usual?.status ?? status, headers, JSON.stringify({ message: message || usual?.message }));
}

const stops: Record<Answer['end'], string> = { end: 'end_turn', stop: 'stop_sequence', length: 'max_tokens', tool: 'tool_use' };

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

class ConverseVoice implements AnswerWriter {
  readonly streamType = 'application/vnd.amazon.eventstream';
  readonly faultBytes;
  readonly #noise: Noise;
  readonly #startedAt = Date.now();

  constructor(noise: Noise) {
    this.#noise = noise;
    const failure = {
      message: 'The system encountered an unexpected error during processing. Try your request again.',
      originalMessage: 'The model broke down.',
      originalStatusCode: 500,
    };
    // A malformed message has a wrong checksum.
    const garbage = Buffer.from(this.#bytes('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'bro' } }));
    garbage.writeUInt8(garbage.readUInt8(garbage.length - 1) ^ 0xff, garbage.length - 1);
    this.faultBytes = {
      error: writeAwsEventStream({ event: 'modelStreamErrorException', data: JSON.stringify(failure), failure: true }),
      garbage,
    };
  }

  headers(): Record<string, string> {
    return heads(this.#noise);
  }

  *events(answer: Answer): Generator<WireEvent> {
    yield this.#event('envelope', 'messageStart', { role: 'assistant' });
    for (const [index, part] of answer.parts.entries()) yield* this.#block(part, index);
    yield this.#event('finish', 'messageStop', { stopReason: stops[answer.end] });
    yield this.#event('done', 'metadata', this.#metadata(answer));
  }

  whole(answer: Answer): JsonObject {
    const content = answer.parts.map((part) => wholeBlock(part, this.#noise));
    return { output: { message: { role: 'assistant', content } }, stopReason: stops[answer.end], ...this.#metadata(answer) };
  }

  #metadata({ usage: { input, output } }: Answer): JsonObject {
    const usage = { inputTokens: input, outputTokens: output, serverToolUsage: {}, totalTokens: input + output };
    return { metrics: { latencyMs: Date.now() - this.#startedAt }, usage };
  }

  /** Only a tool block is announced. Text and reasoning begin with their first delta. */
  *#block(part: Part, contentBlockIndex: number): Generator<WireEvent> {
    const delta = (kind: WireEvent['kind'], delta: JsonObject) =>
      this.#event(kind, 'contentBlockDelta', { contentBlockIndex, delta });
    if (part.kind === 'tool') {
      const toolUse = { name: part.name ?? '', toolUseId: toolUseId(this.#noise) };
      yield this.#event('content', 'contentBlockStart', { contentBlockIndex, start: { toolUse } });
    }
    for (const token of part.tokens) yield delta('content', deltas[part.kind](token));
    if (part.kind === 'reasoning') {
      yield delta('envelope', { reasoningContent: { signature: signThinking(part.tokens.join('')) } });
    }
    yield this.#event('envelope', 'contentBlockStop', { contentBlockIndex });
  }

  #event(kind: WireEvent['kind'], event: string, payload: JsonObject): WireEvent {
    return { kind, bytes: this.#bytes(event, payload) };
  }

  /**
   * Each payload is padded with a `p` of some length, so that lengths don't reveal words. Members are sorted by name.
   */
  #bytes(event: string, payload: JsonObject): Uint8Array {
    const padded = { ...payload, p: alphabet.slice(0, 1 + this.#noise.below(alphabet.length)) };
    const ordered = Object.fromEntries(Object.entries(padded).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    return Buffer.from(writeAwsEventStream({ event, data: JSON.stringify(ordered) }));
  }
}

const deltas: Record<Part['kind'], (token: string) => JsonObject> = {
  text: (text) => ({ text }),
  reasoning: (text) => ({ reasoningContent: { text } }),
  tool: (input) => ({ toolUse: { input } }),
};

function toolUseId(noise: Noise): string {
  return `tooluse_${noise.text(22)}`;
}

function wholeBlock(part: Part, noise: Noise): JsonObject {
  const joined = part.tokens.join('');
  if (part.kind === 'text') return { text: joined };
  if (part.kind === 'reasoning')
    return { reasoningContent: { reasoningText: { text: joined, signature: signThinking(joined) } } };
  return { toolUse: { toolUseId: toolUseId(noise), name: part.name ?? '', input: argumentsOf(part) } };
}
