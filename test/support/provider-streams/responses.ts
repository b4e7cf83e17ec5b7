import type { JsonObject } from '../../../lib/stream/json.ts';
import { type ProviderStream, sseEvent } from './provider-stream.ts';

const event = (payload: JsonObject & { type: string }) => sseEvent(JSON.stringify(payload), payload.type);
const response = (status: string, more: JsonObject = {}) => ({
  response: { id: 'resp_theirs', object: 'response', model: 'theirs', status, output: [], ...more },
});
const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const usage = { input_tokens: 7, output_tokens: 5, total_tokens: 12 };

/** OpenAI's Responses, the only API of some of its models. Nothing follows the finish. */
export const responsesStream: ProviderStream = {
  name: 'responses',
  kind: 'openai',
  model: 'o1-pro-model',
  wire: 'sse',
  contentType: 'text/event-stream; charset=utf-8',
  envelope: Buffer.concat([
    event({ type: 'response.created', ...response('in_progress') }),
    event({ type: 'response.in_progress', ...response('in_progress') }),
    event({
      type: 'response.output_item.added',
      output_index: 0,
      item: { type: 'message', id: 'msg_1', role: 'assistant', status: 'in_progress', content: [] },
    }),
    event({ type: 'response.content_part.added', ...place, part: { type: 'output_text', text: '', annotations: [] } }),
  ]),
  text: (words) => event({ type: 'response.output_text.delta', ...place, delta: words }),
  tool: (name, ...json) =>
    Buffer.concat([
      event({
        type: 'response.output_item.added',
        output_index: 1,
        item: { type: 'function_call', id: 'fc_1', call_id: 'call_1', name, arguments: '' },
      }),
      ...json.map((delta) => event({ type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta })),
    ]),
  stop: {
    finish: event({ type: 'response.completed', ...response('completed', { usage }) }),
    usage: Buffer.alloc(0),
    terminator: Buffer.alloc(0),
  },
  frame: sseEvent,
  failure: (type, message) => event({ type: 'error', error: { type, code: type, message, param: null } }),
  refusal: (type, message) => ({ body: JSON.stringify({ error: { message, type, param: null, code: type } }), headers: [] }),
};
