import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { CacheMark, Part, Source } from '../../stream/request.ts';
import { lenientObject, lenientObjects, lenientText } from '../lenient-fields.ts';

type PartItself = Part extends infer Each ? (Each extends unknown ? Omit<Each, 'field' | 'cache'> : never) : never;

/** Blocks with a part in the vocabulary. Nothing for content that it doesn't cover (a file id). */
const readers: Readonly<Record<string, (block: JsonObject, field: string) => PartItself | undefined>> = {
  text: ({ text }) => ({ type: 'text', text: lenientText(text) }),
  image: (block) => {
    const source = sourceOf(block.source);
    return source && { type: 'image', source };
  },
  document: (block) => {
    const source = sourceOf(block.source);
    const name = lenientText(block.title);
    return source && { type: 'document', source, ...(name && { name }) };
  },
  tool_use: ({ id, name, input }) => ({
    type: 'tool-call',
    id: lenientText(id),
    name: lenientText(name),
    json: JSON.stringify(lenientObject(input)),
  }),
  tool_result: ({ tool_use_id, content, is_error }, field) => ({
    type: 'tool-result',
    id: lenientText(tool_use_id),
    content: partsOf(content, `${field}.content`),
    ...(is_error === true && { failed: true }),
  }),
  thinking: ({ thinking, signature }) => ({
    type: 'reasoning',
    text: lenientText(thinking),
    // Clients send back `""` for thinking from a provider that signs nothing.
    ...(lenientText(signature) && { signature: lenientText(signature) }),
  }),
  redacted_thinking: ({ data }) => ({ type: 'redacted-reasoning', data: lenientText(data) }),
};

/** The parts of a turn, of `system` or of a tool result: a string or a list of blocks, already validated. */
export function partsOf(content: Json | undefined, field: string): Part[] {
  if (typeof content === 'string') return [{ field, type: 'text', text: content }];
  return lenientObjects(content).map((block, index) => partOf(block, `${field}[${index}]`));
}

/** The cache mark of a block, a system text or a tool. */
export function cacheOf(holder: JsonObject): { cache?: CacheMark } {
  if (!isObject(holder.cache_control)) return {};
  const { ttl } = holder.cache_control;
  return { cache: ttl === '5m' || ttl === '1h' ? { ttl } : {} };
}

function partOf(block: JsonObject, field: string): Part {
  const type = lenientText(block.type);
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  return { field, ...cacheOf(block), ...(read?.(block, field) ?? { type: 'passthrough', value: block }) };
}

function sourceOf(value: Json | undefined): Source | undefined {
  const { type, media_type, data, url } = lenientObject(value);
  if (type === 'base64') return { kind: 'base64', mediaType: lenientText(media_type), data: lenientText(data) };
  if (type === 'text') return { kind: 'text', text: lenientText(data) };
  return type === 'url' ? { kind: 'url', url: lenientText(url) } : undefined;
}
