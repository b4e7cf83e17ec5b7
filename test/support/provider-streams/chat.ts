import type { JsonObject } from '../../../lib/stream/json.ts';
import { type ProviderStream, sseEvent } from './provider-stream.ts';

const chatChunk = (delta: JsonObject, finish: string | null = null) => ({
  id: 'chatcmpl-theirs',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'theirs',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const chat = (payload: JsonObject) => sseEvent(JSON.stringify(payload));

/** Chat completions, as OpenAI and everyone who copied it sends them. */
export const chatStream: ProviderStream = {
  name: 'chat',
  kind: 'openai-compatible',
  model: 'model',
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
    terminator: sseEvent('[DONE]'),
  },
  frame: sseEvent,
  failure: (type, message) => chat({ error: { message, type, param: null, code: type } }),
  refusal: (type, message) => ({ body: JSON.stringify({ error: { message, type, param: null, code: type } }), headers: [] }),
};
