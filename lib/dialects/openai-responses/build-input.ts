import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { Message, ModelRequest, Part } from '../../stream/request.ts';
import { customInput } from '../custom-input.ts';
import { unsupported } from '../map-parameters.ts';
import { urlOf } from '../source-urls.ts';
import { isOpenaiReasoning } from './encrypted-reasoning.ts';
import { dialectName } from './wire.ts';

/**
 * Turns as items. Text becomes messages. Calls, their results and reasoning become items of their own, in order.
 * Throws `unsupported_parameter` for a part that this dialect doesn't support.
 *
 * Reasoning is sent back only if OpenAI created it, with the text before its signature. OpenAI rejects the reasoning
 * of other vendors and doesn't need it.
 */
export function buildInput({ messages, dialect }: Pick<ModelRequest, 'messages' | 'dialect'>): JsonObject[] {
  const own = dialect === dialectName;
  return messages.flatMap((message) => itemsOf(message, own));
}

function itemsOf({ role, content }: Message, own: boolean): JsonObject[] {
  const items: JsonObject[] = [];
  let said: JsonObject[] = [];
  let place = '';
  let thought: JsonObject[] = [];
  const endMessage = () => {
    if (said.length > 0) items.push({ type: 'message', role, content: said });
    said = [];
  };
  for (const part of content) {
    switch (part.type) {
      case 'reasoning':
        endMessage();
        if (part.text) thought.push({ type: 'summary_text', text: part.text });
        if (part.signature === undefined) break;
        if (own || isOpenaiReasoning(part.signature)) items.push(reasoning(thought, part.signature));
        thought = [];
        break;
      case 'redacted-reasoning':
        endMessage();
        if (own || isOpenaiReasoning(part.data)) items.push(reasoning([], part.data));
        break;
      case 'tool-call':
        endMessage();
        items.push(callOf(part));
        break;
      case 'tool-result':
        endMessage();
        items.push(resultOf(part, own));
        break;
      default:
        // Two items of the client's stay two.
        if (own && itemOf(part) !== place) endMessage();
        place = itemOf(part);
        if (own && part.type === 'passthrough' && part.field === place && isObject(part.value)) items.push(part.value);
        else said.push(role === 'assistant' ? answered(part, own) : given(part, own));
    }
  }
  endMessage();
  return items;
}

/** The item of the client's body that a part comes from: `input[3]`. */
function itemOf({ field }: Part): string {
  return /^input\[\d+\]/.exec(field)?.[0] ?? '';
}

function reasoning(summary: JsonObject[], encrypted: string): JsonObject {
  return { type: 'reasoning', summary, encrypted_content: encrypted };
}

/** A custom tool takes its text as it is. */
function callOf({ id, name, json, custom }: Extract<Part, { type: 'tool-call' }>): JsonObject {
  if (custom) return { type: 'custom_tool_call', call_id: id, name, input: customInput(json) };
  return { type: 'function_call', call_id: id, name, arguments: json };
}

function resultOf({ id, content, custom }: Extract<Part, { type: 'tool-result' }>, own: boolean): JsonObject {
  return { type: custom ? 'custom_tool_call_output' : 'function_call_output', call_id: id, output: outputOf(content, own) };
}

function answered(part: Part, own: boolean): JsonObject {
  if (part.type === 'text') return { type: 'output_text', text: part.text };
  return asItCame(part, own);
}

function given(part: Part, own: boolean): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return { type: 'input_image', image_url: urlOf(part.source, part.field) };
    case 'document': {
      const { source, name } = part;
      if (source.kind === 'text') return { type: 'input_text', text: source.text };
      if (source.kind === 'url') return { type: 'input_file', file_url: source.url };
      return { type: 'input_file', filename: name ?? 'document', file_data: urlOf(source, part.field) };
    }
    default:
      return asItCame(part, own);
  }
}

/** What only this dialect can say, which goes on where the client speaks it. */
function asItCame(part: Part, own: boolean): JsonObject {
  if (own && part.type === 'passthrough' && isObject(part.value)) return part.value;
  throw unsupported(part.field);
}

/** What a tool gave: plain text where it is nothing else. This dialect has no mark for a tool that failed. */
function outputOf(content: readonly Part[], own: boolean): Json {
  if (content.every((part) => part.type === 'text')) return content.map(({ text }) => text).join('\n');
  return content.map((part) => given(part, own));
}
