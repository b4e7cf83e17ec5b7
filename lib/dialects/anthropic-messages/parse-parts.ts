import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { CacheMark, Part, Source } from '../../stream/request.ts';
import { objectIn, objectsIn, textIn } from '../members.ts';

type PartItself = Part extends infer Each ? (Each extends unknown ? Omit<Each, 'field' | 'cache'> : never) : never;

/** Blocks that the vocabulary has a part for; nothing where one holds what it cannot say (a file's id). */
const readers: Readonly<Record<string, (block: JsonObject, field: string) => PartItself | undefined>> = {
  text: ({ text }) => ({ type: 'text', text: textIn(text) }),
  image: (block) => {
    const source = sourceOf(block.source);
    return source && { type: 'image', source };
  },
  document: (block) => {
    const source = sourceOf(block.source);
    const name = textIn(block.title);
    return source && { type: 'document', source, ...(name && { name }) };
  },
  tool_use: ({ id, name, input }) => ({
    type: 'tool-call',
    id: textIn(id),
    name: textIn(name),
    json: JSON.stringify(objectIn(input)),
  }),
  tool_result: ({ tool_use_id, content, is_error }, field) => ({
    type: 'tool-result',
    id: textIn(tool_use_id),
    content: partsOf(content, `${field}.content`),
    ...(is_error === true && { failed: true }),
  }),
  thinking: ({ thinking, signature }) => ({
    type: 'reasoning',
    text: textIn(thinking),
    // Clients send back `""` for thinking that came from a provider which signs nothing.
    ...(textIn(signature) && { signature: textIn(signature) }),
  }),
  redacted_thinking: ({ data }) => ({ type: 'redacted-reasoning', data: textIn(data) }),
};

/** The parts of a turn, of `system` or of a tool's result: text, or a list of blocks, already found to be so. */
export function partsOf(content: Json | undefined, field: string): Part[] {
  if (typeof content === 'string') return [{ field, type: 'text', text: content }];
  return objectsIn(content).map((block, index) => partOf(block, `${field}[${index}]`));
}

/** The mark on a block, a system text or a tool. */
export function cacheOf(holder: JsonObject): { cache?: CacheMark } {
  if (!isObject(holder.cache_control)) return {};
  const { ttl } = holder.cache_control;
  return { cache: ttl === '5m' || ttl === '1h' ? { ttl } : {} };
}

function partOf(block: JsonObject, field: string): Part {
  const type = textIn(block.type);
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  return { field, ...cacheOf(block), ...(read?.(block, field) ?? { type: 'native', value: block }) };
}

function sourceOf(value: Json | undefined): Source | undefined {
  const { type, media_type, data, url } = objectIn(value);
  if (type === 'base64') return { kind: 'base64', mediaType: textIn(media_type), data: textIn(data) };
  if (type === 'text') return { kind: 'text', text: textIn(data) };
  return type === 'url' ? { kind: 'url', url: textIn(url) } : undefined;
}
