import { isObject, type JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Part } from '../../stream/request.ts';
import { customInput } from '../custom-input.ts';
import { unsupported } from '../map-parameters.ts';
import { urlOf } from '../source-urls.ts';
import { dialectName } from './wire.ts';

type PartOf<Type extends Part['type']> = Extract<Part, { type: Type }>;

/**
 * Messages from the vocabulary. Reasoning stands in `reasoningFields`. Throws `unsupported_parameter` for a part that
 * this dialect has no word for.
 */
export function buildMessages({ messages, dialect }: ModelRequest, reasoningFields: readonly string[]): JsonObject[] {
  const own = dialect === dialectName;
  return messages.flatMap(({ role, content }) => {
    if (role === 'system') return [systemMessage(content)];
    return role === 'user' ? userMessages(content, own) : assistantMessages(content, reasoningFields, own);
  });
}

function systemMessage(content: readonly Part[]): JsonObject {
  const texts = content.map((part) => {
    if (part.type !== 'text') throw unsupported(part.field);
    return part;
  });
  if (texts.some(({ cache }) => cache))
    return { role: 'system', content: texts.map((part) => marked(part, { type: 'text', text: part.text })) };
  return { role: 'system', content: texts.map(({ text }) => text).join('\n\n') };
}

/** Results of tools are messages of their own, before what the user adds. */
function userMessages(content: readonly Part[], own: boolean): JsonObject[] {
  const results = content.filter((part) => part.type === 'tool-result');
  const parts = content.filter((part) => part.type !== 'tool-result');
  const [first] = parts;
  const alone = parts.length === 1 && first?.type === 'text' && !first.cache ? first.text : undefined;
  return [
    ...results.map((result) => toolMessage(result, own)),
    ...(first ? [{ role: 'user', content: alone ?? parts.map((part) => marked(part, userPart(part, own))) }] : []),
  ];
}

/** This dialect has no flag for a failed tool. The text of the result has to say it. */
function toolMessage(result: PartOf<'tool-result'>, own: boolean): JsonObject {
  const { id, content, cache } = result;
  const texts = content.flatMap((part) => (part.type === 'text' && !part.cache ? [part.text] : []));
  const plain = texts.length === content.length && !cache;
  const parts = content.map((part) => marked(part, userPart(part, own)));
  return marked(result, { role: 'tool', tool_call_id: id, content: plain ? texts.join('\n') : parts });
}

/** Anthropic's mark, which servers of this dialect that cache take over. */
function marked({ cache }: Pick<Part, 'cache'>, wire: JsonObject): JsonObject {
  return cache ? { ...wire, cache_control: { type: 'ephemeral', ...cache } } : wire;
}

function userPart(part: Part, own: boolean): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return { type: 'image_url', image_url: { url: urlOf(part.source, part.field) } };
    case 'document':
      if (part.source.kind === 'text') return { type: 'text', text: part.source.text };
      if (part.source.kind === 'url') throw unsupported(part.field);
      return { type: 'file', file: { filename: part.name ?? 'document', file_data: urlOf(part.source, part.field) } };
    case 'passthrough':
      if (own && isObject(part.value)) return part.value;
      throw unsupported(part.field);
    default:
      throw unsupported(part.field);
  }
}

/** Reasoning goes back only to a provider that takes it; to others it is no part of what was said. */
function assistantMessages(content: readonly Part[], reasoningFields: readonly string[], own: boolean): JsonObject[] {
  let text = '';
  let reasoning = '';
  const details: JsonObject[] = [];
  const calls: JsonObject[] = [];
  for (const part of content) {
    switch (part.type) {
      case 'text':
        text += part.text;
        break;
      case 'reasoning':
        reasoning += part.text;
        details.push({ type: 'reasoning.text', text: part.text, ...(part.signature && { signature: part.signature }) });
        break;
      case 'redacted-reasoning':
        details.push({ type: 'reasoning.encrypted', data: part.data });
        break;
      case 'tool-call':
        calls.push(callOf(part));
        break;
      default:
        if (own && part.type === 'passthrough' && isObject(part.value)) calls.push(part.value);
        else throw unsupported(part.field);
    }
  }
  const fields = reasoningFields.flatMap((name): [string, JsonObject[] | string][] => {
    if (name === 'reasoning_details') return details.length > 0 ? [[name, details]] : [];
    return reasoning ? [[name, reasoning]] : [];
  });
  if (text === '' && calls.length === 0 && !own) return [];
  return [
    {
      role: 'assistant',
      ...(text !== '' && { content: text }),
      ...Object.fromEntries(fields),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
  ];
}

/** A custom tool takes its text as it is. */
function callOf({ id, name, json, custom }: PartOf<'tool-call'>): JsonObject {
  if (!custom) return { id, type: 'function', function: { name, arguments: json } };
  return { id, type: 'custom', custom: { name, input: customInput(json) } };
}
