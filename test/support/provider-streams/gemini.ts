import type { JsonObject } from '../../../lib/stream/json.ts';
import { type ProviderStream, sseEvent } from './provider-stream.ts';

const chunk = (members: JsonObject) =>
  sseEvent(JSON.stringify({ ...members, modelVersion: 'theirs', responseId: 'gemini-theirs' }));
const candidate = (parts: JsonObject[], more: JsonObject = {}) => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
});

/** Google's numbers for its words. */
const codes: Record<string, number> = { RESOURCE_EXHAUSTED: 429, INTERNAL: 500, UNAVAILABLE: 503, INVALID_ARGUMENT: 400 };

/** Google's Gemini. A tool call arrives whole, and nothing follows the finish. */
export const geminiStream: ProviderStream = {
  name: 'gemini',
  kind: 'gemini',
  model: 'model',
  wire: 'sse',
  contentType: 'text/event-stream',
  envelope: chunk({ usageMetadata: { promptTokenCount: 7 } }),
  text: (words) => chunk(candidate([{ text: words }])),
  tool: (name, ...json) => chunk(candidate([{ functionCall: { name, args: JSON.parse(json.join('') || '{}') } }])),
  stop: {
    finish: chunk({
      ...candidate([{ text: '' }], { finishReason: 'STOP' }),
      usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 5, totalTokenCount: 12 },
    }),
    usage: Buffer.alloc(0),
    terminator: Buffer.alloc(0),
  },
  frame: sseEvent,
  failure: (status, message) => sseEvent(JSON.stringify({ error: { code: codes[status] ?? 500, message, status } })),
  refusal: (status, message) => ({ body: JSON.stringify({ error: { message, status } }), headers: [] }),
};
