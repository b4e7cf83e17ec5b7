import type { JsonObject } from '../../../lib/stream/json.ts';

/** Chat chunks with these deltas, and one that finishes. */
export function chatChunks(deltas: readonly JsonObject[], finish: string): JsonObject[] {
  const chunk = (delta: JsonObject, reason: string | null = null): JsonObject => ({
    id: 'chatcmpl-7',
    object: 'chat.completion.chunk',
    created: 7,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  return [...deltas.map((delta) => chunk(delta)), chunk({}, finish)];
}

/** A stream of Responses with one custom tool call. */
export function responsesEvents(call: JsonObject): JsonObject[] {
  const item = { ...call, status: 'completed' };
  const response = (status: string, more: JsonObject = {}): JsonObject => ({
    id: 'resp_7',
    object: 'response',
    created_at: 7,
    status,
    model: 'm',
    output: [],
    ...more,
  });
  const at = { item_id: call.id ?? null, output_index: 0 };
  const events: JsonObject[] = [
    { type: 'response.created', response: response('in_progress') },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', input: '' } },
    { type: 'response.custom_tool_call_input.delta', ...at, delta: call.input ?? null },
    { type: 'response.custom_tool_call_input.done', ...at, input: call.input ?? null },
    { type: 'response.output_item.done', output_index: 0, item },
    {
      type: 'response.completed',
      response: response('completed', { output: [item], usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 } }),
    },
  ];
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

/** A chunk of Gemini's that ends its stream. */
export function geminiChunk(parts: JsonObject[], finishReason: string, more: JsonObject = {}): JsonObject {
  return {
    candidates: [{ content: { role: 'model', parts }, finishReason, index: 0, ...more }],
    usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 30, totalTokenCount: 34 },
  };
}
