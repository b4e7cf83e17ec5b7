import { isObject, type JsonObject } from '../stream/json.ts';
import { emulatedModels, isRealModel } from './emulated-models.ts';
import type { Exchange } from './exchange.ts';
import { readGenerateRequest } from './gemini-request.ts';
import { type Answer, argumentsOf, countPrompt, type Part } from './model.ts';
import type { Noise } from './noise.ts';
import type { WireEvent } from './play.ts';
import { must, Refusal } from './refusal.ts';
import { type AnswerWriter, type EmulatedProvider, modelOf, parseBody, readBytes, respond } from './serve.ts';
import { signCall, signThinking } from './signature.ts';
import { checkStrictly } from './strict/check.ts';

/** Gemini's generateContent, streamed and whole, and its model list. Accepts any key. Signs its calls. */
export const gemini: EmulatedProvider = { handle, refuse };

const heads = { 'content-type': 'application/json; charset=UTF-8', vary: 'Origin, X-Origin, Referer' };

const noKey = `Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of \
API consumer identity to call this API.`;

async function handle(exchange: Exchange, noise: Noise, paceMs: number): Promise<void> {
  const { method, path, headers, strict } = exchange.call;
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const key = headers['x-goog-api-key'] || searchParams.get('key') || /^Bearer (\S)/.exec(headers.authorization ?? '')?.[1];
  if (!key) throw new Refusal(403, noKey);
  if (method === 'GET' && pathname === '/v1beta/models') return exchange.answer(200, heads, JSON.stringify(listing(), null, 2));
  const [, encoded, operation] =
    /^\/v1beta\/models\/([^/:]+):(streamGenerateContent|generateContent|countTokens)$/.exec(pathname) ?? [];
  if (method !== 'POST' || encoded === undefined) throw new Refusal(404, 'Requested entity was not found.');
  const stream = operation === 'streamGenerateContent';
  must(!stream || searchParams.get('alt') === 'sse', 'The embedded Gemini streams with alt=sse only.');
  const body = parseBody(exchange, await readBytes(exchange), 'Invalid JSON payload received. Expected an object.');
  const name = decodeURIComponent(encoded);
  const model = modelOf(exchange, name, '');
  const counted = operation === 'countTokens' ? countedRequest(body) : body;
  if (strict && isRealModel(name)) checkStrictly({ api: 'gemini', model: name, body: counted, stream });
  const prompt = readGenerateRequest(counted, name);
  if (operation === 'countTokens')
    return exchange.answer(200, heads, JSON.stringify({ totalTokens: countPrompt(prompt) }, null, 2));
  await respond(exchange, model, { prompt, stream, writer: new GeminiVoice(name, noise) }, paceMs);
}

/** CountTokens accepts only the turns, or a whole request that repeats its model. */
function countedRequest({ generateContentRequest: request, contents }: JsonObject): JsonObject {
  must(!isObject(request) || contents === undefined, 'Only one of contents and generate_content_request may be set.');
  if (!isObject(request)) return { contents: contents ?? [] };
  const { model: _model, ...counted } = request;
  return counted;
}

function listing(): JsonObject {
  const models = emulatedModels.map(({ name, does }) => ({
    name: `models/${name}`,
    version: '001',
    displayName: name,
    description: does,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    thinking: true,
  }));
  return { models };
}

/** Google's error for each status. A wrong key is a bad request there. */
const refusals: Record<number, { status: string; message: string; code?: number; reason?: string }> = {
  400: { status: 'INVALID_ARGUMENT', message: 'Request contains an invalid argument.' },
  401: {
    status: 'INVALID_ARGUMENT',
    message: 'API key not valid. Please pass a valid API key.',
    code: 400,
    reason: 'API_KEY_INVALID',
  },
  403: { status: 'PERMISSION_DENIED', message: '' },
  404: { status: 'NOT_FOUND', message: '' },
  429: { status: 'RESOURCE_EXHAUSTED', message: 'You exceeded your current quota, please check your plan and billing details.' },
  500: { status: 'INTERNAL', message: 'An internal error has occurred. Please retry.' },
  503: { status: 'UNAVAILABLE', message: 'The model is overloaded. Please try again later.' },
};

/** The wait is in the body, not in a header. */
function refuse(exchange: Exchange, { status, message, retryAfterSeconds }: Refusal): void {
  const usual = refusals[status];
  const unknown = `models/${exchange.call.model} is not found for API version v1beta, or is not supported for generateContent.`;
  const code = usual?.code ?? status;
  const details = [
    ...(usual?.reason
      ? [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: usual.reason, domain: 'googleapis.com' }]
      : []),
    ...(retryAfterSeconds === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` }]),
  ];
  const error = {
    code,
    message: message || usual?.message || unknown,
    status: usual?.status ?? 'INVALID_ARGUMENT',
    ...(details.length > 0 && { details }),
  };
  exchange.answer(code, heads, `${JSON.stringify({ error }, null, 2)}\n`);
}

const finishes: Record<Answer['end'], string> = { end: 'STOP', stop: 'STOP', length: 'MAX_TOKENS', tool: 'STOP' };

class GeminiVoice implements AnswerWriter {
  readonly streamType = 'text/event-stream';
  readonly faultBytes;
  readonly #noise: Noise;
  readonly #model: string;
  readonly #id: string;

  constructor(model: string, noise: Noise) {
    this.#model = model;
    this.#noise = noise;
    this.#id = noise.text(22);
    const error = { code: 500, message: 'An internal error has occurred. Please retry.', status: 'INTERNAL' };
    this.faultBytes = {
      // A failure is outside any event.
      error: `${JSON.stringify({ error }, null, 2).replaceAll('\n', '\r\n')}\r\n`,
      garbage: 'data: {"candidates": [{"content": {"parts": [{"text": "bro\r\n\r\n',
    };
  }

  headers(): Record<string, string> {
    return heads;
  }

  /** The counts grow with the chunks. The chunk with the finishReason is the last one. */
  *events(answer: Answer): Generator<WireEvent> {
    let sent = 0;
    let thought = 0;
    const chunk = (kind: WireEvent['kind'], part: JsonObject, more: JsonObject = {}): WireEvent => ({
      kind,
      bytes: `data: ${JSON.stringify(this.#response([part], more, { ...answer.usage, reasoning: thought, output: sent + thought }))}\r\n\r\n`,
    });
    for (const part of parts(answer)) {
      if (part.kind === 'tool') {
        sent += part.tokens.length;
        yield chunk('content', this.#call(part, isFirstCall(part, answer)));
        continue;
      }
      for (const token of part.tokens) {
        if (part.kind === 'reasoning') thought++;
        else sent++;
        yield chunk('content', textPart(part, token));
      }
    }
    yield chunk('finish', closing(answer), { finishReason: finishes[answer.end] });
  }

  whole(answer: Answer): JsonObject {
    const made = parts(answer).map((part) =>
      part.kind === 'tool' ? this.#call(part, isFirstCall(part, answer)) : textPart(part, part.tokens.join('')),
    );
    const end = answer.parts.some(({ kind }) => kind === 'tool') ? [] : [closing(answer)];
    return this.#response([...made, ...end], { finishReason: finishes[answer.end] }, answer.usage);
  }

  /** With several calls at once, only the first one is signed. */
  #call(part: Part, signed: boolean): JsonObject {
    const name = part.name ?? '';
    const args = argumentsOf(part);
    return {
      functionCall: { name, args, id: this.#noise.text(8).toLowerCase() },
      ...(signed && { thoughtSignature: signCall(name, args) }),
    };
  }

  #response(parts: JsonObject[], more: JsonObject, { input, output, reasoning }: Answer['usage']): JsonObject {
    return {
      candidates: [{ content: { parts, role: 'model' }, ...more, index: 0 }],
      usageMetadata: {
        promptTokenCount: input,
        candidatesTokenCount: output - reasoning,
        totalTokenCount: input + output,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
        ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
      },
      modelVersion: this.#model,
      responseId: this.#id,
    };
  }
}

/** The parts to send. Leaves out a call that the token limit cut. */
function parts({ parts, end }: Answer): readonly Part[] {
  return end === 'length' && parts.at(-1)?.kind === 'tool' ? parts.slice(0, -1) : parts;
}

function isFirstCall(part: Part, answer: Answer): boolean {
  return answer.parts.find(({ kind }) => kind === 'tool') === part;
}

function textPart(part: Part, text: string): JsonObject {
  return part.kind === 'reasoning' ? { text, thought: true } : { text };
}

/** The last part is empty. If no call was signed, it has the signature of the reasoning. */
function closing({ parts }: Answer): JsonObject {
  const thoughts = parts.flatMap((part) => (part.kind === 'reasoning' ? part.tokens : [])).join('');
  const signed = thoughts !== '' && !parts.some(({ kind }) => kind === 'tool');
  return { text: '', ...(signed && { thoughtSignature: signThinking(thoughts) }) };
}
