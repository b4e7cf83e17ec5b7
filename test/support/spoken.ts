import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import type { ProviderKind } from '../../lib/providers/records.ts';
import type { JsonObject } from '../../lib/stream/json.ts';

/** What providers of one kind write on the wire, frame by frame, for servers that say them well, badly or in part. */
export interface Spoken {
  readonly kind: ProviderKind;
  readonly wire: 'sse' | 'aws-event-stream';
  readonly contentType: string;
  /** What comes before the first content. */
  readonly envelope: Buffer;
  text(words: string): Buffer;
  /** One tool call: its opening, then its arguments. */
  tool(name: string, ...json: string[]): Buffer;
  /** The end of an answer, in parts: the model's own stop, usage that follows it, what ends the stream. */
  readonly stop: { readonly finish: Buffer; readonly usage: Buffer; readonly terminator: Buffer };
  /** A frame of this payload, whatever it is; `event` where the wire names its frames. */
  frame(payload: string | Uint8Array, event?: string): Buffer;
  /** A failure that the provider tells of in the stream. */
  failure(type: string, message: string): Buffer;
  /** The body of a refusal; `type` is the provider's own word for it. */
  refusal(type: string, message: string): { body: string; headers: string[] };
}

/** A whole answer of these texts. */
export function wholeAnswer(spoken: Spoken, ...texts: string[]): Buffer[] {
  const { finish, usage, terminator } = spoken.stop;
  return [spoken.envelope, ...texts.map((words) => spoken.text(words)), finish, usage, terminator];
}

const data = (payload: string | Uint8Array, event?: string) =>
  Buffer.concat([Buffer.from(event ? `event: ${event}\ndata: ` : 'data: '), Buffer.from(payload), Buffer.from('\n\n')]);

const chatChunk = (delta: JsonObject, finish: string | null = null) => ({
  id: 'chatcmpl-theirs',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'theirs',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const chat = (payload: JsonObject) => data(JSON.stringify(payload));

const openai: Spoken = {
  kind: 'openai',
  wire: 'sse',
  contentType: 'text/event-stream',
  envelope: chat(chatChunk({ role: 'assistant', content: '' })),
  text: (words) => chat(chatChunk({ content: words })),
  tool: (name, ...json) =>
    Buffer.concat([
      chat(
        chatChunk({
          tool_calls: [
            { index: 0, id: 'call_1', type: 'function', function: { name, arguments: json.length === 0 ? '{}' : '' } },
          ],
        }),
      ),
      ...json.map((piece) => chat(chatChunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] }))),
    ]),
  stop: {
    finish: chat(chatChunk({}, 'stop')),
    usage: chat({ ...chatChunk({}), choices: [], usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 } }),
    terminator: data('[DONE]'),
  },
  frame: data,
  failure: (type, message) => chat({ error: { message, type, param: null, code: type } }),
  refusal: (type, message) => ({ body: JSON.stringify({ error: { message, type, param: null, code: type } }), headers: [] }),
};

const messages = (payload: JsonObject & { type: string }) => data(JSON.stringify(payload), payload.type);

const anthropic: Spoken = {
  kind: 'anthropic',
  wire: 'sse',
  contentType: 'text/event-stream; charset=utf-8',
  envelope: Buffer.concat([
    messages({
      type: 'message_start',
      message: {
        id: 'msg_theirs',
        type: 'message',
        role: 'assistant',
        model: 'theirs',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 7, output_tokens: 1 },
      },
    }),
    messages({ type: 'ping' }),
    messages({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  ]),
  text: (words) => messages({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } }),
  tool: (name, ...json) =>
    Buffer.concat([
      messages({ type: 'content_block_stop', index: 0 }),
      messages({ type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'toolu_1', name, input: {} } }),
      ...json.map((piece) =>
        messages({ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: piece } }),
      ),
    ]),
  stop: {
    finish: Buffer.concat([
      messages({ type: 'content_block_stop', index: 0 }),
      messages({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 5 },
      }),
    ]),
    usage: Buffer.alloc(0),
    terminator: messages({ type: 'message_stop' }),
  },
  frame: data,
  failure: (type, message) => messages({ type: 'error', error: { type, message } }),
  refusal: (type, message) => ({ body: JSON.stringify({ type: 'error', error: { type, message } }), headers: [] }),
};

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

const bedrock: Spoken = {
  kind: 'bedrock',
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

/** One for each way in which a provider of HTTP can speak; a new one is a line here. */
export const spokenKinds: readonly Spoken[] = [openai, anthropic, bedrock];
