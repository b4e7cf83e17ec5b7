import { SluiceError } from '../../stream/errors.ts';
import { type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { CacheMark, Message, Part, Source } from '../../stream/request.ts';
import { unsupported } from '../map-parameters.ts';
import { portableToolId } from '../tool-id.ts';

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: JsonObject[];
}

/**
 * The conversation as the API requires it: all system text in one place, adjacent turns of one role joined, tool
 * results first in their turn, nothing empty. Throws `unsupported_parameter` for an unsupported part, and
 * `invalid_request` for call arguments that are not a JSON object. Both have the client's field name.
 */
export function buildTurns(messages: readonly Message[]): { system?: JsonObject[]; messages: JsonObject[] } {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const { role, content } of messages) {
    const stray = role === 'system' ? content.find(({ type }) => type !== 'text') : undefined;
    if (stray) throw unsupported(stray.field);
    const blocks = content.flatMap(blocksOf);
    const last = turns.at(-1);
    if (role === 'system') system.push(...blocks);
    else if (last?.role === role) last.content.push(...blocks);
    else if (blocks.length > 0) turns.push({ role, content: blocks });
  }
  return {
    ...(system.length > 0 && { system }),
    messages: turns.map(({ role, content }) => ({ role, content: role === 'user' ? resultsFirst(content) : content })),
  };
}

/** The block for this part. None for empty text, which the API rejects, and for hints. */
function blocksOf(part: Part): JsonObject[] {
  const block = blockOf(part);
  return block ? [{ ...block, ...cacheControl(part.cache) }] : [];
}

function blockOf(part: Part): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      return part.text === '' ? undefined : { type: 'text', text: part.text };
    case 'image':
      // Plain text is not an image.
      if (part.source.kind === 'text') throw unsupported(part.field);
      return { type: 'image', source: sourceOf(part.source) };
    case 'document':
      return { type: 'document', source: sourceOf(part.source), ...(part.name && { title: part.name }) };
    case 'tool-call':
      return { type: 'tool_use', id: portableToolId(part.id), name: part.name, input: inputOf(part.json, part.field) };
    case 'tool-result': {
      const content = part.content.flatMap(blocksOf);
      const failed = part.failed && { is_error: true };
      return { type: 'tool_result', tool_use_id: portableToolId(part.id), ...(content.length > 0 && { content }), ...failed };
    }
    case 'reasoning':
      // The API would reject unsigned thinking and doesn't need it.
      return part.signature ? { type: 'thinking', thinking: part.text, signature: part.signature } : undefined;
    case 'redacted-reasoning':
      return { type: 'redacted_thinking', data: part.data };
    case 'passthrough':
      throw unsupported(part.field);
  }
}

/** The cache mark of a block or a tool. */
export function cacheControl(mark: CacheMark | undefined): JsonObject {
  return mark ? { cache_control: { type: 'ephemeral', ...mark } } : {};
}

function sourceOf(source: Source): JsonObject {
  switch (source.kind) {
    case 'base64':
      return { type: 'base64', media_type: source.mediaType, data: source.data };
    case 'text':
      return { type: 'text', media_type: 'text/plain', data: source.text };
    case 'url':
      return { type: 'url', url: source.url };
  }
}

/** If a provider streams no arguments, clients have `""` and send it back. */
function inputOf(json: string, field: string): JsonObject {
  const input = json.trim() === '' ? {} : parseJsonObject(json);
  if (input) return input;
  throw new SluiceError('invalid_request', `\`${field}\` has arguments that are not a JSON object.`, { param: field });
}

function resultsFirst(content: JsonObject[]): JsonObject[] {
  const isResult = ({ type }: JsonObject) => type === 'tool_result';
  return [...content.filter(isResult), ...content.filter((block) => !isResult(block))];
}
