import type { JsonObject } from '../../lib/stream/json.ts';
import { plainMessages } from '../support/truth/plain-event-stream.ts';
import { plainEvents } from '../support/truth/plain-sse.ts';
import { listOf, objectOf, parsed, textOf } from '../support/truth/truth.ts';

/*
 * How clients make of a stream what they send back: every member that they were given, put together by its place and
 * nothing more, as their SDKs do.
 */

/** The assistant's message of a stream of chunks. */
export function chatMessage(bytes: Uint8Array): JsonObject {
  const message: JsonObject = { role: 'assistant' };
  const calls: JsonObject[] = [];
  const details: JsonObject[] = [];
  for (const { data } of plainEvents(bytes)) {
    for (const { delta } of listOf(objectOf(parsed(data)).choices)) {
      const { role: _, tool_calls, reasoning_details, ...texts } = objectOf(delta);
      for (const [name, value] of Object.entries(texts)) message[name] = textOf(message[name]) + textOf(value);
      details.push(...listOf(reasoning_details));
      for (const { index, ...call } of listOf(tool_calls)) {
        const at = Number(index);
        const { arguments: json, ...named } = objectOf(call.function);
        const before = objectOf(calls[at]?.function);
        const called = { ...before, ...named, arguments: textOf(before.arguments) + textOf(json) };
        calls[at] = { ...calls[at], ...call, function: called };
      }
    }
  }
  return {
    ...message,
    ...(details.length > 0 && { reasoning_details: details }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** The content of a message in Anthropic's manner. */
export function messagesContent(payloads: readonly JsonObject[]): JsonObject[] {
  const blocks: JsonObject[] = [];
  const inputs = new Map<number, string>();
  for (const { type, index, content_block, delta } of payloads) {
    const at = Number(index);
    if (type === 'content_block_start') blocks[at] = objectOf(content_block);
    if (type !== 'content_block_delta') continue;
    const { type: _, partial_json, ...texts } = objectOf(delta);
    if (partial_json !== undefined) inputs.set(at, (inputs.get(at) ?? '') + textOf(partial_json));
    const block = { ...blocks[at] };
    for (const [name, value] of Object.entries(texts)) block[name] = textOf(block[name]) + textOf(value);
    blocks[at] = block;
  }
  for (const [at, json] of inputs) blocks[at] = { ...blocks[at], input: parsed(json || '{}') ?? null };
  return blocks;
}

export function messagesPayloads(bytes: Uint8Array): JsonObject[] {
  return plainEvents(bytes).map(({ data }) => objectOf(parsed(data)));
}

export function invokedPayloads(bytes: Uint8Array): JsonObject[] {
  return plainMessages(bytes).map(({ payload }) => objectOf(parsed(Buffer.from(textOf(payload.bytes), 'base64').toString())));
}

/** The items of a response, as its last event has them. */
export function responseItems(bytes: Uint8Array): JsonObject[] {
  const [last] = messagesPayloads(bytes).slice(-1);
  return listOf(objectOf(last?.response).output);
}

/** The content of a message in Converse's manner. */
export function converseContent(bytes: Uint8Array): JsonObject[] {
  const blocks: JsonObject[] = [];
  const inputs = new Map<number, string>();
  for (const { payload } of plainMessages(bytes)) {
    const { contentBlockIndex, start, delta } = payload;
    const at = Number(contentBlockIndex);
    if (start !== undefined) blocks[at] = objectOf(start);
    if (delta === undefined) continue;
    const { text, toolUse, reasoningContent } = objectOf(delta);
    if (text !== undefined) blocks[at] = { text: textOf(blocks[at]?.text) + textOf(text) };
    if (toolUse !== undefined) inputs.set(at, (inputs.get(at) ?? '') + textOf(objectOf(toolUse).input));
    if (reasoningContent !== undefined) blocks[at] = { reasoningContent: thought(blocks[at], objectOf(reasoningContent)) };
  }
  for (const [at, json] of inputs) {
    const use = objectOf(blocks[at]?.toolUse);
    blocks[at] = { toolUse: { ...use, input: parsed(json || '{}') ?? null } };
  }
  return blocks;
}

function thought(block: JsonObject | undefined, delta: JsonObject): JsonObject {
  if (delta.redactedContent !== undefined) return delta;
  const signedReasoning: JsonObject = { ...objectOf(objectOf(block?.reasoningContent).reasoningText) };
  for (const [name, value] of Object.entries(delta)) signedReasoning[name] = textOf(signedReasoning[name]) + textOf(value);
  return { reasoningText: { text: '', ...signedReasoning } };
}
