import { type Json, type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { CacheMark, ModelRequest, Part, Source } from '../../stream/request.ts';
import { unsupported } from '../map-parameters.ts';
import { dialectName } from './wire.ts';

/**
 * The conversation: what the system says first in a place of its own, then the turns. A turn without content is left
 * out. Throws `unsupported_parameter` for a part that can't be said, which names the client's field.
 */
export function buildTurns({ messages, dialect }: ModelRequest): { system?: JsonObject[]; messages: JsonObject[] } {
  const own = dialect === dialectName;
  const turns = messages.map(({ role, content }) => {
    const stray = role === 'system' && !own ? content.find(({ type }) => type !== 'text') : undefined;
    if (stray) throw unsupported(stray.field);
    return { role, content: content.map((part) => withMark(blockOf(part, own), part.cache)) };
  });
  const first = turns.findIndex(({ role }) => role !== 'system');
  const leading = first < 0 ? turns.length : first;
  const system = turns.slice(0, leading).flatMap(({ content }) => content);
  const others = turns.slice(leading).filter(({ content }) => own || content.length > 0);
  return { ...(system.length > 0 && { system }), messages: others };
}

function blockOf(part: Part, own: boolean): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      // Text is no image, whatever a client calls it.
      if (part.source.kind === 'text') throw unsupported(part.field);
      return { type: 'image', source: sourceOf(part.source) };
    case 'document':
      return { type: 'document', source: sourceOf(part.source), ...(part.name && { title: part.name }) };
    case 'tool-call':
      return { type: 'tool_use', id: part.id, name: part.name, input: parseJsonObject(part.json) ?? {} };
    case 'tool-result': {
      const content = part.content.map((inner) => withMark(blockOf(inner, own), inner.cache));
      const failed = part.failed && { is_error: true };
      return { type: 'tool_result', tool_use_id: part.id, ...(content.length > 0 && { content }), ...failed };
    }
    case 'reasoning':
      return { type: 'thinking', thinking: part.text, signature: part.signature ?? '' };
    case 'redacted-reasoning':
      return { type: 'redacted_thinking', data: part.data };
    case 'passthrough':
      return asItCame(part.value, part.field, own);
  }
}

/** What only this dialect can say, which goes on where the client speaks it. */
function asItCame(value: Json, field: string, own: boolean): JsonObject {
  if (own && typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw unsupported(field);
}

function withMark(block: JsonObject, mark: CacheMark | undefined): JsonObject {
  return mark ? { ...block, ...cacheControl(mark) } : block;
}

/** The mark on a block or a tool. */
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
