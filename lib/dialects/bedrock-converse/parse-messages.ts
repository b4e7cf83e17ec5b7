import type { Json, JsonObject } from '../../stream/json.ts';
import type { CacheMark, Message, Part, Source } from '../../stream/request.ts';
import { lenientObject, lenientObjects, lenientText } from '../lenient-fields.ts';
import { lookup } from '../lookup.ts';
import { documentFormats, imageFormats } from './wire.ts';

type PartItself = Part extends infer Each ? (Each extends unknown ? Omit<Each, 'field' | 'cache'> : never) : never;

/** The conversation, beginning with the content of `system`. */
export function messagesOf({ system, messages }: JsonObject): Message[] {
  const first: Message[] = system === undefined ? [] : [{ role: 'system', content: partsOf(system, 'system') }];
  const turns = lenientObjects(messages).map(
    ({ role, content }, index): Message => ({
      role: role === 'assistant' || role === 'system' ? role : 'user',
      content: partsOf(content, `messages[${index}].content`),
    }),
  );
  return [...first, ...turns];
}

/** The cache mark in a cache point. */
export function cacheOf(block: JsonObject): CacheMark | undefined {
  if (block.cachePoint === undefined) return undefined;
  const { ttl } = lenientObject(block.cachePoint);
  return ttl === '5m' || ttl === '1h' ? { ttl } : {};
}

/** A cache point is a separate block here, and a mark on the previous part elsewhere. A part must precede it. */
function partsOf(content: Json | undefined, field: string): Part[] {
  const parts: Part[] = [];
  for (const [index, block] of lenientObjects(content).entries()) {
    const cache = cacheOf(block);
    const last = parts.at(-1);
    if (!cache) parts.push(partOf(block, `${field}[${index}]`));
    else if (last) last.cache = cache;
  }
  return parts;
}

function partOf(block: JsonObject, field: string): Part {
  for (const [name, value] of Object.entries(block)) {
    const read = lookup(readers, name);
    const part = value === undefined || value === null ? undefined : read?.(value, `${field}.${name}`);
    if (part) return { field, ...part };
  }
  return { field, type: 'passthrough', value: block };
}

/**
 * Blocks with a part in the vocabulary, by their single member. Nothing for content that it doesn't cover (an S3
 * location).
 */
const readers: Readonly<Record<string, (value: Json, field: string) => PartItself | undefined>> = {
  text: (text) => ({ type: 'text', text: lenientText(text) }),
  image: (image) => {
    const { format, source } = lenientObject(image);
    const { bytes } = lenientObject(source);
    const mediaType = mediaTypeOf(imageFormats, format);
    return mediaType && typeof bytes === 'string'
      ? { type: 'image', source: { kind: 'base64', mediaType, data: bytes } }
      : undefined;
  },
  document: (document) => {
    const { format, name, source } = lenientObject(document);
    const parsedSource = documentSource(lenientObject(source), format);
    return parsedSource && { type: 'document', source: parsedSource, ...(lenientText(name) && { name: lenientText(name) }) };
  },
  toolUse: (use) => {
    const { toolUseId, name, input, type } = lenientObject(use);
    if (type === serverTool) return undefined;
    return { type: 'tool-call', id: lenientText(toolUseId), name: lenientText(name), json: JSON.stringify(lenientObject(input)) };
  },
  toolResult: (result, field) => {
    const { toolUseId, content, status, type } = lenientObject(result);
    if (typeof type === 'string' && type !== 'tool_result') return undefined;
    return {
      type: 'tool-result',
      id: lenientText(toolUseId),
      content: resultsOf(content, `${field}.content`),
      ...(status === 'error' && { failed: true }),
    };
  },
  reasoningContent: (reasoning) => {
    const { reasoningText, redactedContent } = lenientObject(reasoning);
    if (typeof redactedContent === 'string') return { type: 'redacted-reasoning', data: redactedContent };
    const { text, signature } = lenientObject(reasoningText);
    return { type: 'reasoning', text: lenientText(text), ...(lenientText(signature) && { signature: lenientText(signature) }) };
  },
  // Text with its sources. Only the text matters in the history.
  citationsContent: (cited) => ({
    type: 'text',
    text: lenientObjects(lenientObject(cited).content)
      .map(({ text }) => lenientText(text))
      .join(''),
  }),
};

/** Marks a call that Bedrock made and answered itself. */
const serverTool = 'server_tool_use';

function resultsOf(content: Json | undefined, field: string): Part[] {
  return lenientObjects(content).map((block, index) => {
    const place = `${field}[${index}]`;
    return block.json === undefined ? partOf(block, place) : { field: place, type: 'text', text: JSON.stringify(block.json) };
  });
}

function documentSource({ bytes, text, content }: JsonObject, format: Json | undefined): Source | undefined {
  const mediaType = mediaTypeOf(documentFormats, format);
  if (typeof bytes === 'string' && mediaType) return { kind: 'base64', mediaType, data: bytes };
  if (typeof text === 'string') return { kind: 'text', text };
  if (!Array.isArray(content)) return undefined;
  const chunks = lenientObjects(content).map((chunk) => lenientText(chunk.text));
  return { kind: 'text', text: chunks.join('\n\n') };
}

function mediaTypeOf(formats: Readonly<Record<string, string>>, format: Json | undefined): string | undefined {
  return Object.entries(formats).find(([, known]) => known === format)?.[0];
}
