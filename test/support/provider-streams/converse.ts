import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { ProviderStream } from './provider-stream.ts';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** A message of Amazon's event stream, written by Amazon's own codec. */
export function awsMessage(headers: Record<string, string>, payload: string | Uint8Array): Buffer {
  const all = { ...headers, ':content-type': 'application/json' };
  return Buffer.from(
    codec.encode({
      headers: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { type: 'string' as const, value }])),
      body: typeof payload === 'string' ? fromUtf8(payload) : payload,
    }),
  );
}

const named = (event: string, payload: string | Uint8Array) =>
  awsMessage({ ':message-type': 'event', ':event-type': event }, payload);
const converse = (event: string, payload: JsonObject) => named(event, JSON.stringify(payload));

/** Bedrock's ConverseStream. */
export const converseStream: ProviderStream = {
  name: 'converse',
  kind: 'bedrock',
  model: 'model',
  wire: 'aws-event-stream',
  contentType: 'application/vnd.amazon.eventstream',
  envelope: converse('messageStart', { role: 'assistant' }),
  text: (words) => converse('contentBlockDelta', { contentBlockIndex: 0, delta: { text: words } }),
  tool: (name, ...json) =>
    Buffer.concat([
      converse('contentBlockStart', { contentBlockIndex: 1, start: { toolUse: { toolUseId: 'tooluse_1', name } } }),
      ...json.map((input) => converse('contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input } } })),
    ]),
  stop: {
    finish: Buffer.concat([
      converse('contentBlockStop', { contentBlockIndex: 0 }),
      converse('messageStop', { stopReason: 'end_turn' }),
    ]),
    usage: converse('metadata', { usage: { inputTokens: 7, outputTokens: 5, totalTokens: 12 }, metrics: { latencyMs: 1 } }),
    terminator: Buffer.alloc(0),
  },
  frame: (payload, event = 'contentBlockDelta') => named(event, payload),
  failure: (type, message) => awsMessage({ ':message-type': 'exception', ':exception-type': type }, JSON.stringify({ message })),
  refusal: (type, message) => ({ body: JSON.stringify({ message }), headers: [`x-amzn-errortype: ${type}`] }),
};
