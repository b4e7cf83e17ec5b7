import type { JsonObject } from '../../../lib/stream/json.ts';
import { plainMessages } from './plain-event-stream.ts';
import { plainEvents } from './plain-sse.ts';
import { listOf, objectOf, parsed, textOf } from './truth.ts';
import type { Format } from './truth-of.ts';

/** What an answer holds, in the order in which each begins; a refusal is text here. */
export interface OutlineEntry {
  readonly kind: 'text' | 'reasoning' | 'redacted' | 'tool';
  /** The text, or the arguments. */
  said: string;
  /** Of a call: nothing more comes. */
  ended: boolean;
}

/** The order of things in an answer, read in the plainest way: more of the same joins what came last, calls go by their key. */
class Outline {
  readonly entries: OutlineEntry[] = [];
  readonly #calls = new Map<unknown, OutlineEntry>();

  say(kind: 'text' | 'reasoning' | 'redacted', said: string): void {
    const last = this.entries.at(-1);
    if (said === '') return;
    if (last?.kind === kind) last.said += said;
    else this.entries.push({ kind, said, ended: true });
  }

  open(key: unknown): void {
    if (this.#calls.has(key)) return;
    const call: OutlineEntry = { kind: 'tool', said: '', ended: false };
    this.entries.push(call);
    this.#calls.set(key, call);
  }

  more(key: unknown, json: string): void {
    const call = this.#calls.get(key);
    if (call) call.said += json;
  }

  /** All arguments, for a provider that sends them only at the end. */
  whole(key: unknown, json: string): void {
    const call = this.#calls.get(key);
    if (call?.said === '') call.said = json;
  }

  end(key: unknown): void {
    const call = this.#calls.get(key);
    if (call) call.ended = true;
  }

  /**
   * For wires that mark no ends. A call has ended when its arguments are whole. A call without arguments has ended when
   * a later entry has content. Before that its arguments can still arrive.
   */
  endWhole(): void {
    const lastWithContent = this.entries.findLastIndex(({ said }) => said.trim() !== '');
    this.entries.forEach((entry, at) => {
      entry.ended ||= entry.said.trim() === '' ? at < lastWithContent : parsed(entry.said) !== undefined;
    });
  }
}

/** The outline of the first choice of a stream in this format; nothing for the formats that have only text. */
export function outlineOf(format: Format, bytes: Uint8Array): OutlineEntry[] {
  const outline = new Outline();
  readers[format]?.(outline, bytes);
  return outline.entries;
}

const payloadsOf = (bytes: Uint8Array) => plainEvents(bytes).map(({ data }) => objectOf(parsed(data)));

const readers: Partial<Record<Format, (outline: Outline, bytes: Uint8Array) => void>> = {
  'openai-chat': chat,
  'openai-responses': responses,
  'anthropic-messages': (outline, bytes) => messages(outline, payloadsOf(bytes)),
  'bedrock-invoke': (outline, bytes) =>
    messages(
      outline,
      plainMessages(bytes).map(({ payload }) => objectOf(parsed(Buffer.from(textOf(payload.bytes), 'base64').toString()))),
    ),
  'bedrock-converse': converse,
  gemini,
};

function chat(outline: Outline, bytes: Uint8Array): void {
  for (const choice of payloadsOf(bytes).flatMap(({ choices }) => listOf(choices))) {
    if (choice.index !== 0) continue;
    const { content, refusal, reasoning_content, reasoning_details, tool_calls } = objectOf(choice.delta);
    outline.say('reasoning', textOf(reasoning_content));
    outline.say('text', textOf(content) || textOf(refusal));
    for (const { data } of listOf(reasoning_details)) outline.say('redacted', textOf(data));
    for (const { index, ...call } of listOf(tool_calls)) {
      outline.open(index);
      outline.more(index, textOf(objectOf(call.function).arguments));
    }
  }
  outline.endWhole();
}

function responses(outline: Outline, bytes: Uint8Array): void {
  for (const { type, output_index: key, item, delta, arguments: json, summary_index } of payloadsOf(bytes)) {
    const { type: itemType, encrypted_content, summary } = objectOf(item);
    const isCall = itemType === 'function_call';
    if (type === 'response.output_text.delta' || type === 'response.refusal.delta') outline.say('text', textOf(delta));
    if (
      type === 'response.reasoning_summary_text.delta' ||
      (type === 'response.reasoning_text.delta' && summary_index === undefined)
    )
      outline.say('reasoning', textOf(delta));
    if (type === 'response.output_item.added' && isCall) outline.open(key);
    if (type === 'response.function_call_arguments.delta') outline.more(key, textOf(delta));
    if (type === 'response.function_call_arguments.done') outline.whole(key, textOf(json));
    if (type === 'response.output_item.done' && isCall) outline.end(key);
    if (type === 'response.output_item.done' && itemType === 'reasoning' && listOf(summary).length === 0)
      outline.say('redacted', textOf(encrypted_content));
  }
}

function messages(outline: Outline, payloads: readonly JsonObject[]): void {
  for (const { type, index, content_block, delta } of payloads) {
    const { type: kind, data } = objectOf(content_block);
    const { text, thinking, partial_json } = objectOf(delta);
    if (kind === 'tool_use') outline.open(index);
    outline.say('redacted', textOf(data));
    outline.say('text', textOf(text));
    outline.say('reasoning', textOf(thinking));
    outline.more(index, textOf(partial_json));
    if (type === 'content_block_stop') outline.end(index);
  }
}

function converse(outline: Outline, bytes: Uint8Array): void {
  for (const { headers, payload } of plainMessages(bytes)) {
    const { contentBlockIndex: key, start, delta } = payload;
    const { text, toolUse, reasoningContent } = objectOf(delta);
    const { text: thought, redactedContent } = objectOf(reasoningContent);
    if (objectOf(start).toolUse) outline.open(key);
    outline.say('text', textOf(text));
    outline.say('reasoning', textOf(thought));
    outline.say('redacted', textOf(redactedContent));
    outline.more(key, textOf(objectOf(toolUse).input));
    if (headers['event-type'] === 'contentBlockStop') outline.end(key);
  }
}

function gemini(outline: Outline, bytes: Uint8Array): void {
  let calls = 0;
  for (const { candidates } of payloadsOf(bytes)) {
    for (const { text, thought, functionCall } of listOf(objectOf(listOf(candidates)[0]?.content).parts)) {
      outline.say(thought === true ? 'reasoning' : 'text', textOf(text));
      if (!functionCall) continue;
      outline.open(calls);
      outline.more(calls, JSON.stringify(objectOf(functionCall).args ?? {}));
      outline.end(calls++);
    }
  }
}
