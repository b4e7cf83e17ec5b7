import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import { type EmulatedModel, findModel } from './emulated-models.ts';
import type { Exchange } from './exchange.ts';
import { type Answer, answer } from './model.ts';
import type { Noise } from './noise.ts';
import { type FaultBytes, play, type WireEvent } from './play.ts';
import type { Prompt } from './prompt.ts';
import { must, Refusal } from './refusal.ts';

/** The provider-specific part of a call. */
export interface AnswerWriter {
  readonly streamType: string;
  readonly faultBytes: FaultBytes;
  /** Headers of every response. */
  headers(): Record<string, string>;
  events(answer: Answer): Iterable<WireEvent>;
  whole(answer: Answer): JsonObject;
}

/** The prompt for the toy model, and the format of its answer. */
export interface EmulatedRequest {
  readonly prompt: Prompt;
  readonly stream: boolean;
  readonly writer: AnswerWriter;
}

/** The API of one provider. */
export interface EmulatedProvider {
  /** Handles a call. Throws a Refusal, or the connection's error when the client disconnects. */
  handle(exchange: Exchange, noise: Noise, paceMs: number): Promise<void>;
  refuse(exchange: Exchange, refusal: Refusal, noise: Noise): void;
}

/** The bytes of a call. Rejects too many. */
export async function readBytes(exchange: Exchange): Promise<Buffer> {
  const bytes = await exchange.body();
  if (!bytes) throw new Refusal(413, 'Request exceeds the maximum size');
  return bytes;
}

/** The parsed body of a call. Rejects anything that is not a JSON object with `message`. */
export function parseBody(exchange: Exchange, bytes: Buffer, message: string): JsonObject {
  const body = parseObject(bytes, message);
  exchange.call.body = body;
  return body;
}

/** The JSON object in these bytes. Rejects anything else with `message`. */
export function parseObject(bytes: Buffer, message: string): JsonObject {
  const value = parse(bytes);
  must(isObject(value), message);
  return value;
}

function parse(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(bytes.toString()) as Json;
  } catch {
    return undefined;
  }
}

/** The model of a call. Rejects an unknown one with `message`. */
export function modelOf(exchange: Exchange, name: string, message: string): EmulatedModel {
  exchange.call.model = name;
  const model = findModel(name);
  if (!model) throw new Refusal(404, message);
  return model;
}

/**
 * Responds as the model behaves. Throws a Refusal for a model that rejects requests, and when the client disconnects.
 */
export async function respond(
  exchange: Exchange,
  model: EmulatedModel,
  emulatedRequest: EmulatedRequest,
  paceMs: number,
): Promise<void> {
  const { prompt, stream, writer } = emulatedRequest;
  const pace = model.paceMs ?? paceMs;
  const type = stream ? writer.streamType : 'application/json';
  switch (model.early) {
    case 'silent':
      return exchange.silence();
    case 'empty':
      return exchange.answer(200, { ...writer.headers(), 'content-type': type }, '');
    case 'html':
      return exchange.answer(200, { 'content-type': 'text/html; charset=utf-8' }, page);
    case 'status':
      throw new Refusal(model.status ?? 500, '', { ...(model.n !== undefined && { retryAfterSeconds: model.n }) });
  }
  const modelAnswer = answer(prompt, model);
  if (stream) {
    exchange.open(200, { ...writer.headers(), 'content-type': type });
    return play(exchange, writer.events(modelAnswer), writer.faultBytes, model, pace);
  }
  await exchange.wait(pace * modelAnswer.usage.output);
  if (model.fault === 'error') throw new Refusal(500, '');
  const body = JSON.stringify(writer.whole(modelAnswer));
  if (!model.fault) return exchange.answer(200, { ...writer.headers(), 'content-type': type }, body);
  // A whole response has no events to count, so a fault happens in the middle of its bytes.
  exchange.open(200, { ...writer.headers(), 'content-type': type });
  const half = body.length >> 1;
  const halves: WireEvent[] = [
    { kind: 'content', bytes: body.slice(0, half) },
    { kind: 'finish', bytes: body.slice(half) },
  ];
  return play(exchange, halves, { error: '', garbage: '{"' }, { ...model, n: Math.min(model.n ?? 1, 1) }, 0);
}

const page = `<!doctype html>
<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1><p>Something between you and the model.</p></body></html>
`;
