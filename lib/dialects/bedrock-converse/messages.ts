import { isObject, type Json, type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { CacheMark, ModelRequest, Part, Source } from '../../stream/request.ts';
import { lookup } from '../lookup.ts';
import { unsupported } from '../map-parameters.ts';
import { dialectName, documentFormats, imageFormats } from './wire.ts';

/** The conversation as the wire has it. */
export interface Conversation {
  readonly system?: JsonObject[];
  readonly messages: JsonObject[];
}

/** The turns, and system turns in their own place. Throws `unsupported_parameter` for what Converse cannot say. */
export function conversationOf({ messages, dialect }: ModelRequest): Conversation {
  const blocks = new ContentBlocks(dialect === dialectName);
  const isSystem = ({ role }: { role: string }) => role === 'system';
  const system = messages.filter(isSystem).flatMap(({ content }) => content.flatMap((part) => blocks.ofSystem(part)));
  const turns = messages
    .filter((message) => !isSystem(message))
    .map(({ role, content }) => ({ role, content: content.flatMap((part) => blocks.of(part)) }));
  return { ...(system.length > 0 && { system }), messages: turns };
}

/** A mark up to which Bedrock may cache the prompt. */
export function cachePoint({ ttl }: CacheMark): JsonObject {
  return { cachePoint: { type: 'default', ...(ttl && { ttl }) } };
}

class ContentBlocks {
  readonly #own: boolean;
  /** Taken names, each with the last number that was added to it. */
  readonly #documentNames = new Map<string, number>();

  constructor(own: boolean) {
    this.#own = own;
  }

  ofSystem(part: Part): JsonObject[] {
    if (part.type !== 'text' && !this.#own) throw unsupported(part.field);
    return this.of(part);
  }

  /** The blocks for one part: itself, and the mark that follows it. */
  of(part: Part): JsonObject[] {
    const block = this.#block(part);
    return part.cache ? [block, cachePoint(part.cache)] : [block];
  }

  #block(part: Part): JsonObject {
    switch (part.type) {
      case 'text':
        return { text: part.text };
      case 'image':
        return { image: { format: formatOf(part.source, imageFormats, part.field), source: bytesOf(part.source, part.field) } };
      case 'document':
        return {
          document: {
            format: formatOf(part.source, documentFormats, part.field),
            name: this.#documentName(part.name),
            source: bytesOf(part.source, part.field),
          },
        };
      case 'tool-call':
        return { toolUse: { toolUseId: part.id, name: part.name, input: parseJsonObject(part.json) ?? {} } };
      case 'tool-result':
        return {
          toolResult: {
            toolUseId: part.id,
            // A cache mark follows the whole result, never a part of it.
            content: part.content.map((inner) => this.#ofResult(inner)),
            ...(part.failed && { status: 'error' }),
          },
        };
      case 'reasoning': {
        const signature = part.signature && { signature: part.signature };
        return { reasoningContent: { reasoningText: { text: part.text, ...signature } } };
      }
      case 'redacted-reasoning':
        return { reasoningContent: { redactedContent: part.data } };
      case 'passthrough':
        return this.#asItCame(part.value, part.field);
    }
  }

  #ofResult(part: Part): JsonObject {
    const isResult = part.type === 'text' || part.type === 'image' || part.type === 'document';
    if (!isResult && !this.#own) throw unsupported(part.field);
    return this.#block(part);
  }

  /** What only this dialect can say, which goes on where the client speaks it. */
  #asItCame(value: Json, field: string): JsonObject {
    if (this.#own && isObject(value)) return value;
    throw unsupported(field);
  }

  /** Bedrock allows letters, digits, single spaces, hyphens, parentheses and brackets, and each name only once. */
  #documentName(name = ''): string {
    const allowed = name
      .replace(/[^A-Za-z0-9\s()[\]-]+/g, '-')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, maxDocumentName);
    const base = allowed || 'document';
    // Counts on from the last number, because trying every number from the start takes quadratic time.
    let count = this.#documentNames.get(base) ?? 0;
    let unique = base;
    while (this.#documentNames.has(unique)) unique = `${base} (${++count + 1})`;
    this.#documentNames.set(base, count);
    this.#documentNames.set(unique, 0);
    return unique;
  }
}

const maxDocumentName = 180;

function formatOf(source: Source, formats: Readonly<Record<string, string>>, field: string): string {
  const mediaType = source.kind === 'base64' ? source.mediaType : 'text/plain';
  const format = lookup(formats, (mediaType.split(';')[0] ?? '').trim().toLowerCase());
  if (!format) throw unsupported(field);
  return format;
}

/** Converse accepts bytes or an S3 location, never a URL, and Sluice fetches no URLs. */
function bytesOf(source: Source, field: string): JsonObject {
  if (source.kind === 'url') throw unsupported(field);
  return { bytes: source.kind === 'base64' ? source.data : Buffer.from(source.text).toString('base64') };
}
