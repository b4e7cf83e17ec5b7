import type { JsonObject } from '../../stream/json.ts';
import type { Message, Part } from '../../stream/request.ts';
import { unsupported } from '../map-parameters.ts';
import { urlOf } from '../source-urls.ts';
import type { OpenaiChatQuirks } from './quirks.ts';

type PartOf<Type extends Part['type']> = Extract<Part, { type: Type }>;

/**
 * Builds messages from the vocabulary. Instructions are one message at the start, because many chat templates reject
 * them elsewhere. Throws `unsupported_parameter` for a part that this dialect doesn't support.
 */
export function buildMessages(messages: readonly Message[], quirks: OpenaiChatQuirks): JsonObject[] {
  const instructions = messages.filter(({ role }) => role === 'system').flatMap(({ content }) => content.map(instruction));
  return [
    ...(instructions.length > 0 ? [{ role: 'system', content: instructions.join('\n\n') }] : []),
    ...messages.flatMap(({ role, content }) => {
      if (role === 'system') return [];
      return role === 'user' ? userMessages(content) : assistantMessages(content, quirks);
    }),
  ];
}

function instruction(part: Part): string {
  if (part.type !== 'text') throw unsupported(part.field);
  return part.text;
}

/** Tool results are separate messages that only hold text. Their images follow in the user message. */
function userMessages(content: readonly Part[]): JsonObject[] {
  const results = content.filter((part) => part.type === 'tool-result');
  const shown = results.flatMap((result) => result.content.filter((part) => part.type !== 'text'));
  const parts = [...shown, ...content.filter((part) => part.type !== 'tool-result')].map(userPart);
  const [first] = parts;
  const alone = parts.length === 1 && first?.type === 'text' ? first.text : parts;
  return [
    ...results.map((result) => ({ role: 'tool', tool_call_id: result.id, content: resultText(result) })),
    ...(first ? [{ role: 'user', content: alone }] : []),
  ];
}

/** This dialect has no flag for a failed tool, so the result text has to show it. */
function resultText({ content }: PartOf<'tool-result'>): string {
  return content
    .filter((part) => part.type === 'text')
    .map(({ text }) => text)
    .join('\n');
}

function userPart(part: Part): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return { type: 'image_url', image_url: { url: urlOf(part.source, part.field) } };
    case 'document':
      if (part.source.kind === 'text') return { type: 'text', text: part.source.text };
      if (part.source.kind === 'url') throw unsupported(part.field);
      return { type: 'file', file: { filename: part.name ?? 'document', file_data: urlOf(part.source, part.field) } };
    default:
      throw unsupported(part.field);
  }
}

/** Reasoning is sent back only to a provider that accepts it. Other providers don't need it. */
function assistantMessages(content: readonly Part[], { reasoningFields = [] }: OpenaiChatQuirks): JsonObject[] {
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
        calls.push({ id: part.id, type: 'function', function: { name: part.name, arguments: part.json } });
        break;
      default:
        throw unsupported(part.field);
    }
  }
  const fields = reasoningFields.flatMap((name): [string, JsonObject[] | string][] => {
    if (name === 'reasoning_details') return details.length > 0 ? [[name, details]] : [];
    return reasoning ? [[name, reasoning]] : [];
  });
  if (text === '' && calls.length === 0) return [];
  return [
    {
      role: 'assistant',
      ...(text !== '' && { content: text }),
      ...Object.fromEntries(fields),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
  ];
}
