import type { Json, JsonObject } from '../../stream/json.ts';
import type { Message, Part } from '../../stream/request.ts';
import { unsupported } from '../map-parameters.ts';
import { urlOf } from '../source-urls.ts';
import { isOpenaiReasoning } from './encrypted-reasoning.ts';

/**
 * Turns as items. Text becomes messages. Calls, their results and reasoning become items of their own, in order.
 * Throws `unsupported_parameter` for a part that this dialect doesn't support.
 *
 * Reasoning is sent back only if OpenAI created it, with the text before its signature. OpenAI rejects the reasoning
 * of other vendors and doesn't need it.
 */
export function buildInput(messages: readonly Message[]): JsonObject[] {
  return messages.flatMap(({ role, content }) => {
    const items: JsonObject[] = [];
    let parts: JsonObject[] = [];
    let thought: JsonObject[] = [];
    const endMessage = () => {
      if (parts.length > 0) items.push({ type: 'message', role, content: parts });
      parts = [];
    };
    for (const part of content) {
      switch (part.type) {
        case 'reasoning':
          endMessage();
          if (part.text) thought.push({ type: 'summary_text', text: part.text });
          if (part.signature === undefined) break;
          if (isOpenaiReasoning(part.signature)) items.push(reasoning(thought, part.signature));
          thought = [];
          break;
        case 'redacted-reasoning':
          endMessage();
          if (isOpenaiReasoning(part.data)) items.push(reasoning([], part.data));
          break;
        case 'tool-call':
          endMessage();
          items.push({ type: 'function_call', call_id: part.id, name: part.name, arguments: part.json });
          break;
        case 'tool-result':
          endMessage();
          items.push({ type: 'function_call_output', call_id: part.id, output: outputOf(part.content) });
          break;
        default:
          parts.push(role === 'assistant' ? outputPart(part) : inputPart(part));
      }
    }
    endMessage();
    return items;
  });
}

function reasoning(summary: JsonObject[], encrypted: string): JsonObject {
  return { type: 'reasoning', summary, encrypted_content: encrypted };
}

function outputPart(part: Part): JsonObject {
  if (part.type !== 'text') throw unsupported(part.field);
  return { type: 'output_text', text: part.text };
}

function inputPart(part: Part): JsonObject {
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
      throw unsupported(part.field);
  }
}

/** The result of a tool, as a plain string if it is only text. This dialect has no flag for a failed tool. */
function outputOf(content: readonly Part[]): Json {
  if (content.every((part) => part.type === 'text')) return content.map(({ text }) => text).join('\n');
  return content.map(inputPart);
}
