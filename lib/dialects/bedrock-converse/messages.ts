import { SluiceError } from '../../stream/errors.ts';
import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { CacheMark, Message, Part, Source } from '../../stream/request.ts';
import { lookup } from '../lookup.ts';
import { unsupported } from '../map-parameters.ts';
import { portableToolId } from '../tool-id.ts';
import type { ModelFamily } from './model-family.ts';
import { documentFormats, imageFormats } from './wire.ts';

/** The conversation in this API, and the fields that were left out of it. */
export interface Conversation {
  readonly system: JsonObject[];
  readonly messages: JsonObject[];
  readonly dropped: string[];
}

/**
 * The turns, alternating as Bedrock requires. Adjacent turns of one role are joined and system turns are collected
 * separately. Leaves out blank text, which Bedrock rejects, and turns that contain nothing else. Throws
 * `unsupported_parameter` for a part that Converse doesn't support, and `invalid_request` for arguments that are not
 * an object.
 */
export function conversationOf(messages: readonly Message[], family: ModelFamily): Conversation {
  const blocks = new ContentBlocks(family);
  const turns: { role: string; content: JsonObject[] }[] = [];
  const system: JsonObject[] = [];
  for (const { role, content } of messages) {
    if (role === 'system') {
      system.push(...content.flatMap((part) => blocks.ofSystem(part)));
      continue;
    }
    const written = content.flatMap((part) => blocks.of(part));
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...written);
    else if (written.length > 0) turns.push({ role, content: written });
  }
  return { system, messages: turns.map(({ role, content }) => ({ role, content })), dropped: blocks.dropped };
}

/** A mark up to which Bedrock may cache the prompt. */
export function cachePoint({ ttl }: CacheMark): JsonObject {
  return { cachePoint: { type: 'default', ...(ttl && { ttl }) } };
}

class ContentBlocks {
  readonly dropped: string[] = [];
  readonly #family: ModelFamily;
  /** Taken names, each with the last number that was added to it. */
  readonly #documentNames = new Map<string, number>();

  constructor(family: ModelFamily) {
    this.#family = family;
  }

  ofSystem(part: Part): JsonObject[] {
    if (part.type !== 'text') throw unsupported(part.field);
    return this.of(part);
  }

  /** The blocks of one part: the part itself, if it has content, and the cache mark after it. */
  of(part: Part): JsonObject[] {
    const block = this.#block(part);
    if (!block) return [];
    return part.cache && this.#family.cachePoints !== 'nowhere' ? [block, cachePoint(part.cache)] : [block];
  }

  #block(part: Part): JsonObject | undefined {
    switch (part.type) {
      case 'text':
        return part.text.trim() === '' ? undefined : { text: part.text };
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
        return { toolUse: { toolUseId: portableToolId(part.id), name: part.name, input: inputOf(part.json, part.field) } };
      case 'tool-result':
        return {
          toolResult: {
            toolUseId: portableToolId(part.id),
            content: part.content.flatMap((inner) => this.#ofResult(inner)),
            ...(part.failed && { status: 'error' }),
          },
        };
      case 'reasoning':
        if (!part.signature || !this.#family.takesReasoning) return this.#drop(part);
        return { reasoningContent: { reasoningText: { text: part.text, signature: part.signature } } };
      case 'redacted-reasoning':
        return this.#family.takesReasoning ? { reasoningContent: { redactedContent: part.data } } : this.#drop(part);
      case 'passthrough':
        throw unsupported(part.field);
    }
  }

  #ofResult(part: Part): JsonObject[] {
    if (part.type !== 'text' && part.type !== 'image' && part.type !== 'document') throw unsupported(part.field);
    // A cache mark goes after the whole result or nowhere.
    const block = this.#block(part);
    return block ? [block] : [];
  }

  /** Reasoning that can't be sent back is left out. The model doesn't need it. */
  #drop(part: Part): undefined {
    this.dropped.push(part.field);
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

/** A call without arguments may have an empty string. */
function inputOf(json: string, field: string): JsonObject {
  if (json.trim() === '') return {};
  let input: Json = null;
  try {
    input = JSON.parse(json) as Json;
  } catch {
    // Invalid JSON is not an object either.
  }
  if (isObject(input)) return input;
  throw new SluiceError('invalid_request', `The arguments of the tool call in \`${field}\` are not a JSON object.`, {
    param: field,
  });
}

function formatOf(source: Source, formats: Readonly<Record<string, string>>, field: string): string {
  const mediaType = source.kind === 'base64' ? source.mediaType : 'text/plain';
  const format = lookup(
    formats,
    (mediaType.split(';')[0] ?? '')
      .trim()
      .toLowerCase()
      .replace(/^image\/jpg$/, 'image/jpeg'),
  );
  if (!format) throw unsupported(field);
  return format;
}

/** Converse accepts bytes or an S3 location, never a URL, and Sluice fetches no URLs. */
function bytesOf(source: Source, field: string): JsonObject {
  if (source.kind === 'url') throw unsupported(field);
  return { bytes: source.kind === 'base64' ? source.data : Buffer.from(source.text).toString('base64') };
}
