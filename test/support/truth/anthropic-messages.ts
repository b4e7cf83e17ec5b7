import type { FinishReason } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { plainEvents } from './plain-sse.ts';
import { countsOf, listOf, nothing, objectOf, parsed, sumOf, type ToolDraft, type Truth, textOf, toolOf } from './truth.ts';

const reasons: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-call',
  refusal: 'refusal',
};

/** A stream of Anthropic's Messages API. What the provider does by itself (searches, code) is no tool call. */
export function anthropicMessagesTruth(bytes: Uint8Array): Truth {
  return anthropicTruth(plainEvents(bytes).map(({ data }) => objectOf(parsed(data))));
}

/** The same from payloads that are already taken out of their wire. */
export function anthropicTruth(payloads: readonly JsonObject[]): Truth {
  const truth = nothing();
  const drafts = new Map<unknown, ToolDraft>();
  let counts: JsonObject = {};

  for (const payload of payloads) {
    if (payload.type === 'error') {
      truth.error = { message: textOf(objectOf(payload.error).message) };
      break;
    }
    if (payload.type === 'message_stop') break;
    if (payload.type === 'message_start') {
      const message = objectOf(payload.message);
      counts = { ...counts, ...given(message.usage) };
      // A turn that only hands on calls of the provider's own code has them whole in its start.
      for (const block of listOf(message.content)) addBlock(truth, drafts, block.id, block);
    }
    if (payload.type === 'content_block_start') addBlock(truth, drafts, payload.index, objectOf(payload.content_block));
    if (payload.type === 'content_block_delta') {
      const delta = objectOf(payload.delta);
      if (delta.type === 'text_delta') truth.text += textOf(delta.text);
      if (delta.type === 'thinking_delta') truth.reasoning += textOf(delta.thinking);
      if (delta.type === 'signature_delta') truth.signatures.push(textOf(delta.signature));
      const draft = drafts.get(payload.index);
      if (delta.type === 'input_json_delta' && draft) draft.json += textOf(delta.partial_json);
    }
    if (payload.type === 'message_delta') {
      const raw = textOf(objectOf(payload.delta).stop_reason);
      if (raw) truth.finish = { raw, reason: reasons[raw] ?? 'other' };
      counts = { ...counts, ...given(payload.usage) };
    }
  }

  truth.tools = [...drafts.values()].map(toolOf);
  truth.complete = !truth.error && truth.finish.raw !== undefined;
  truth.usage = countsOf({
    input: sumOf(counts.input_tokens, counts.cache_read_input_tokens, counts.cache_creation_input_tokens),
    output: counts.output_tokens,
    cacheRead: counts.cache_read_input_tokens,
    cacheWrite: counts.cache_creation_input_tokens,
    reasoning: objectOf(counts.output_tokens_details).thinking_tokens,
  });
  return truth;
}

function addBlock(truth: Truth, drafts: Map<unknown, ToolDraft>, key: unknown, block: JsonObject): void {
  if (block.type === 'text') truth.text += textOf(block.text);
  if (block.type === 'thinking') truth.reasoning += textOf(block.thinking);
  if (block.type === 'redacted_thinking') truth.redacted.push(textOf(block.data));
  if (block.type === 'tool_use') {
    const whole = Object.keys(objectOf(block.input)).length > 0 ? JSON.stringify(block.input) : '';
    drafts.set(key, { id: textOf(block.id), name: textOf(block.name), json: whole });
  }
}

function given(usage: unknown): JsonObject {
  return Object.fromEntries(Object.entries(objectOf(usage)).filter(([, count]) => count !== null));
}
