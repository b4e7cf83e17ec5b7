import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { CacheMark, Message, Part } from '../../stream/request.ts';
import { customArguments } from '../custom-input.ts';
import { sourceOf } from '../source-urls.ts';
import { invalidField } from '../validate-body.ts';
import type { ChatBody, ChatMessage, ContentPart } from './schema.ts';

/**
 * The conversation. Prediction Guard allows a single string for all of it. Tool results are separate messages here
 * and become parts of a user turn. Consecutive results form one turn.
 */
export function parseMessages(input: ChatBody['messages']): Message[] {
  if (typeof input === 'string') return [{ role: 'user', content: [{ field: 'messages', type: 'text', text: input }] }];
  const messages: Message[] = [];
  let results: Message | undefined;
  input.forEach((message, index) => {
    const field = `messages[${index}]`;
    if (message.role === 'tool') {
      if (!results) {
        results = { role: 'user', content: [] };
        messages.push(results);
      }
      results.content.push(toolResult(message, field));
    } else {
      results = undefined;
      messages.push(turn(message, field));
    }
  });
  return messages;
}

function turn(message: ChatMessage, field: string): Message {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: required(message, field) };
    case 'assistant':
      return { role: 'assistant', content: assistantContent(message, field) };
    case 'function':
      return { role: 'user', content: [{ field, type: 'passthrough', value: message as Json }] };
    default:
      return { role: 'user', content: required(message, field) };
  }
}

function assistantContent(message: ChatMessage, field: string): Part[] {
  const parts: Part[] = [...reasoning(message, field), ...content(message, field)];
  if (message.refusal) parts.push({ field: `${field}.refusal`, type: 'text', text: message.refusal });
  message.tool_calls?.forEach(({ id, function: called, ...rest }, index) => {
    const at = `${field}.tool_calls[${index}]`;
    const custom = isObject(rest.custom) ? rest.custom : undefined;
    if (custom && typeof custom.name === 'string') {
      const json = customArguments(typeof custom.input === 'string' ? custom.input : '');
      parts.push({ field: at, type: 'tool-call', id, name: custom.name, json, custom: true });
    } else if (!called) parts.push({ field: at, type: 'passthrough', value: { id, ...rest } as Json });
    else parts.push({ field: at, type: 'tool-call', id, name: called.name, json: called.arguments?.trim() || '{}' });
  });
  if (message.function_call)
    parts.push({ field: `${field}.function_call`, type: 'passthrough', value: message.function_call as Json });
  return parts;
}

/**
 * Reasoning in the form that `encode` writes: its text in `reasoning_content`, signatures and opaque reasoning in
 * `reasoning_details`. These are in OpenRouter's format, which may also hold the text.
 */
function reasoning(message: ChatMessage, field: string): Part[] {
  const at = `${field}.reasoning_content`;
  const whole = message.reasoning_content || message.reasoning || '';
  const details = message.reasoning_details ?? [];
  let text = details.some((detail) => detail.text) ? '' : whole;
  const parts: Part[] = [];
  details.forEach((detail, index) => {
    const field = `${at.slice(0, -'content'.length)}details[${index}]`;
    if (typeof detail.data === 'string') parts.push({ field, type: 'redacted-reasoning', data: detail.data });
    if (typeof detail.text === 'string') text += detail.text;
    // The text belongs to the first signature. The other signatures cover text that was not shown.
    if (typeof detail.signature === 'string' && detail.signature) {
      parts.push({ field, type: 'reasoning', text, signature: detail.signature });
      text = '';
    }
  });
  return text ? [{ field: at, type: 'reasoning', text }, ...parts] : parts;
}

function toolResult(message: ChatMessage, field: string): Part {
  if (!message.tool_call_id) throw invalidField(`${field}.tool_call_id`, 'is required in a message of role `tool`');
  const { cache_control: mark, ...unmarked } = message;
  const cache = cacheMark({ cache_control: mark });
  return { field, type: 'tool-result', id: message.tool_call_id, content: content(unmarked, field), ...(cache && { cache }) };
}

function required(message: ChatMessage, field: string): Part[] {
  if (message.content === undefined || message.content === null) throw invalidField(`${field}.content`, 'is required');
  return content(message, field);
}

function content(message: ChatMessage, field: string): Part[] {
  const at = `${field}.content`;
  if (!message.content) return [];
  // A mark on the message is one on its last part.
  const whole = cacheMark(message);
  if (typeof message.content === 'string')
    return [{ field: at, type: 'text', text: message.content, ...(whole && { cache: whole }) }];
  const last = message.content.length - 1;
  return message.content.map((part, index) => {
    const cache = cacheMark(part) ?? (index === last ? whole : undefined);
    return { ...parsePart(part, `${at}[${index}]`), ...(cache && { cache }) };
  });
}

function parsePart(part: ContentPart, field: string): Part {
  const read = Object.hasOwn(partReaders, part.type) ? partReaders[part.type] : undefined;
  return read?.(part as JsonObject, field) ?? { field, type: 'passthrough', value: part as Json };
}

/** Parts by type. Nothing for a part that only this dialect supports, such as an uploaded file. */
const partReaders: Readonly<Record<string, (part: JsonObject, field: string) => Part | undefined>> = {
  text: ({ text }, field) => {
    if (typeof text !== 'string') throw invalidField(`${field}.text`, 'must be a string');
    return { field, type: 'text', text };
  },
  refusal: ({ refusal }, field) => (typeof refusal === 'string' ? { field, type: 'text', text: refusal } : undefined),
  image_url: ({ image_url: image }, field) => {
    const url = isObject(image) ? image.url : image;
    const source = typeof url === 'string' ? sourceOf(url) : undefined;
    if (!source) throw invalidField(`${field}.image_url.url`, 'must be an http(s) URL or a base64 data: URL');
    return { field, type: 'image', source };
  },
  file: ({ file }, field) => {
    if (!isObject(file) || typeof file.file_data !== 'string') return undefined;
    const source = sourceOf(file.file_data) ?? { kind: 'base64', mediaType: 'application/pdf', data: file.file_data };
    return { field, type: 'document', source, ...(typeof file.filename === 'string' && { name: file.filename }) };
  },
};

/** Anthropic's mark, which OpenRouter's and LiteLLM's clients set on parts, messages and tools. */
export function cacheMark(holder: { readonly [name: string]: unknown }): CacheMark | undefined {
  const { cache_control: mark } = holder;
  if (!isObject(mark)) return undefined;
  return mark.ttl === '5m' || mark.ttl === '1h' ? { ttl: mark.ttl } : {};
}
