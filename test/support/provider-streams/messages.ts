import type { JsonObject } from '../../../lib/stream/json.ts';
import { type ProviderStream, sseEvent } from './provider-stream.ts';

const messages = (payload: JsonObject & { type: string }) => sseEvent(JSON.stringify(payload), payload.type);

/** Anthropic's Messages. */
export const messagesStream: ProviderStream = {
  name: 'messages',
  kind: 'anthropic',
  model: 'model',
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
  frame: sseEvent,
  failure: (type, message) => messages({ type: 'error', error: { type, message } }),
  refusal: (type, message) => ({ body: JSON.stringify({ type: 'error', error: { type, message } }), headers: [] }),
};
