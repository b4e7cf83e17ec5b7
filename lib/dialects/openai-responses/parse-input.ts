import type { Json, JsonObject } from '../../stream/json.ts';
import type { Message, Part } from '../../stream/request.ts';
import { customArguments } from '../custom-input.ts';
import { lenientObjects, lenientText } from '../lenient-fields.ts';
import { sourceOf } from '../source-urls.ts';
import { invalidField } from '../validate-body.ts';
import { decryptReasoning, isEncryptedReasoning } from './encrypted-reasoning.ts';
import type { ResponsesBody } from './schema.ts';
import { referenceRefused } from './stateless.ts';

/** What an item adds to the conversation, and whether it continues the previous turn of the same kind. */
interface Turn {
  readonly kind: 'message' | 'assistant' | 'result';
  readonly role: Message['role'];
  readonly content: Part[];
}

/**
 * The conversation. The model's output is in items of its own. Consecutive ones form one turn, and so do consecutive
 * tool results.
 */
export function parseInput({ input, instructions }: ResponsesBody): Message[] {
  const messages: Message[] = [];
  if (instructions) messages.push({ role: 'system', content: [{ field: 'instructions', type: 'text', text: instructions }] });
  if (typeof input === 'string') {
    return [...messages, { role: 'user', content: [{ field: 'input', type: 'text', text: input }] }];
  }
  let last: Turn['kind'] = 'message';
  for (const [index, item] of (input as JsonObject[]).entries()) {
    const { kind, role, content } = turnOf(item, `input[${index}]`);
    const before = messages.at(-1);
    if (before && kind === last && kind !== 'message') before.content.push(...content);
    else messages.push({ role, content });
    last = kind;
  }
  return messages;
}

function turnOf(item: JsonObject, field: string): Turn {
  const type = lenientText(item.type) || (item.role === undefined ? 'item_reference' : 'message');
  switch (type) {
    case 'message':
      return messageOf(item, field);
    case 'function_call': {
      const json = lenientText(item.arguments).trim() || '{}';
      const call: Part = { field, type: 'tool-call', id: lenientText(item.call_id), name: lenientText(item.name), json };
      return { kind: 'assistant', role: 'assistant', content: [call] };
    }
    case 'custom_tool_call': {
      const json = customArguments(lenientText(item.input));
      const call: Part = {
        field,
        type: 'tool-call',
        id: lenientText(item.call_id),
        name: lenientText(item.name),
        json,
        custom: true,
      };
      return { kind: 'assistant', role: 'assistant', content: [call] };
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const content = partsOf(item.output, `${field}.output`);
      const custom = type === 'custom_tool_call_output' && ({ custom: true } as const);
      const result: Part = { field, type: 'tool-result', id: lenientText(item.call_id), content, ...custom };
      return { kind: 'result', role: 'user', content: [result] };
    }
    case 'reasoning':
      return { kind: 'assistant', role: 'assistant', content: reasoningOf(item, field) };
    case 'item_reference':
      throw referenceRefused(field);
    default: {
      // The type identifies tool results. All other items come from the model or the provider.
      const isResult = type.endsWith('_output') || type.endsWith('_response');
      const content: Part[] = [{ field, type: 'passthrough', value: item }];
      return isResult ? { kind: 'result', role: 'user', content } : { kind: 'assistant', role: 'assistant', content };
    }
  }
}

function messageOf({ role, content }: JsonObject, field: string): Turn {
  const parts = partsOf(content, `${field}.content`);
  if (role === 'assistant') return { kind: 'assistant', role, content: parts };
  return { kind: 'message', role: role === 'user' ? role : 'system', content: parts };
}

/** Reasoning as `encode` gives it away. What we did not encrypt is OpenAI's, and signs the text that comes with it. */
function reasoningOf({ summary, content, encrypted_content: encrypted }: JsonObject, field: string): Part[] {
  const text = [...lenientObjects(summary), ...lenientObjects(content)].map((part) => lenientText(part.text)).join('');
  const shown: Part[] = text ? [{ field, type: 'reasoning', text }] : [];
  if (!isEncryptedReasoning(encrypted)) {
    const openai = lenientText(encrypted);
    if (!openai) return shown;
    return [text ? { field, type: 'reasoning', text, signature: openai } : { field, type: 'redacted-reasoning', data: openai }];
  }
  const sealed = decryptReasoning(lenientText(encrypted));
  if (!sealed) throw invalidField(`${field}.encrypted_content`, 'was modified. Send it exactly as you received it');
  const { signature, redacted } = sealed;
  if (redacted !== undefined) return [...shown, { field, type: 'redacted-reasoning', data: redacted }];
  return signature === undefined ? shown : [{ field, type: 'reasoning', text, signature }];
}

function partsOf(content: Json | undefined, field: string): Part[] {
  if (typeof content === 'string') return [{ field, type: 'text', text: content }];
  return lenientObjects(content).map((part, index) => partOf(part, `${field}[${index}]`));
}

function partOf(part: JsonObject, field: string): Part {
  const type = lenientText(part.type);
  const read = Object.hasOwn(partReaders, type) ? partReaders[type] : undefined;
  return read?.(part, field) ?? { field, type: 'passthrough', value: part };
}

const text = ({ text }: JsonObject, field: string): Part => {
  if (typeof text !== 'string') throw invalidField(`${field}.text`, 'must be a string');
  return { field, type: 'text', text };
};

/** Parts by type. Nothing for a part that only this dialect supports, such as an uploaded file. */
const partReaders: Readonly<Record<string, (part: JsonObject, field: string) => Part | undefined>> = {
  input_text: text,
  output_text: text,
  text,
  refusal: ({ refusal }, field) => ({ field, type: 'text', text: lenientText(refusal) }),
  input_image: ({ image_url: url }, field) => {
    if (url === undefined || url === null) return undefined;
    const source = sourceOf(lenientText(url));
    if (!source) throw invalidField(`${field}.image_url`, 'must be an http(s) URL or a base64 data: URL');
    return { field, type: 'image', source };
  },
  input_file: ({ file_data: data, file_url: url, filename }, field) => {
    const dataOrUrl = lenientText(data) || lenientText(url);
    if (!dataOrUrl) return undefined;
    const source = sourceOf(dataOrUrl) ?? { kind: 'base64', mediaType: 'application/pdf', data: dataOrUrl };
    return { field, type: 'document', source, ...(lenientText(filename) && { name: lenientText(filename) }) };
  },
};
