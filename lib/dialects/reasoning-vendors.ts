import type { StreamEvent } from '../stream/events.ts';
import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import type { Message, ModelRequest, Part } from '../stream/request.ts';

/*
 * Models of other vendors reject signed or encrypted reasoning, and its format doesn't show who created it. So a
 * client whose dialect belongs to another vendor gets it with a vendor prefix. When it comes back, it goes only to
 * that vendor, without the prefix.
 */

/** The vendor whose reasoning each dialect carries unchanged. */
const vendors: Readonly<Record<string, string>> = {
  'anthropic-messages': 'anthropic',
  // Of the models there, only Claude accepts any.
  'bedrock-converse': 'anthropic',
  gemini: 'google',
  'openai-responses': 'openai',
  // OpenRouter doesn't report the vendor, so it goes back only to providers of this dialect.
  'openai-chat': 'chat',
};

/** The events for a client of this dialect. Stateful, one per answer. */
export function markReasoning(clients: string, providers: string): (event: StreamEvent) => StreamEvent {
  const vendor = vendors[providers];
  if (vendor === undefined || vendor === vendors[clients]) return (event) => event;
  let marked = -1;
  return (event) => {
    if (event.type === 'block-start' && event.block.kind === 'redacted-reasoning')
      return { ...event, block: { ...event.block, data: mark(event.block.data, vendor) } };
    // A signature may arrive in pieces.
    if (event.type !== 'signature-delta' || event.signature === '' || event.index === marked) return event;
    marked = event.index;
    return { ...event, signature: mark(event.signature, vendor) };
  };
}

/**
 * The request for a provider of this dialect. Reasoning of its own models loses the prefix, reasoning of others is
 * removed. Also returns the fields of what was removed.
 */
export function keepOwnReasoning(request: ModelRequest, providers: string): { request: ModelRequest; left: string[] } {
  const { dialect, messages, body } = request;
  const passthrough = providers === dialect;
  const left: string[] = [];
  const own = (part: Part): Part[] => {
    if (!isReasoning(part)) return [part];
    const { vendor = vendors[dialect], made } = readMark(opaqueOf(part));
    const isOwn = made === '' ? !(passthrough && signsAll.has(dialect)) : vendor === vendors[providers];
    if (isOwn) return [withOpaque(part, made)];
    left.push(part.field);
    return [];
  };
  if (!messages.some(({ content }) => content.some(isReasoning))) return { request, left };
  const kept = messages.map((message): Message => ({ ...message, content: message.content.flatMap(own) }));
  // The client's own body passes unchanged, except for reasoning of other vendors.
  const filteredBody = passthrough && left.length > 0 ? withoutForeignReasoning(body) : body;
  return { request: { ...request, messages: kept, body: filteredBody }, left };
}

/** In these dialects, reasoning without a signature only comes from models that sign none. */
const signsAll: ReadonlySet<string> = new Set(['anthropic-messages']);

/**
 * The prefix uses base64 characters and has a length that keeps the value valid base64, because some clients decode
 * it.
 */
function mark(made: string, vendor: string): string {
  const padding = '/'.repeat(4 - (`sluice/${vendor}/`.length % 4));
  return `sluice/${padding}${vendor}/${made}`;
}

function readMark(opaque: string): { vendor?: string; made: string } {
  const [, vendor, made] = /^sluice\/+([a-z]+)\/(.*)$/s.exec(opaque) ?? [];
  return vendor === undefined || made === undefined ? { made: opaque } : { vendor, made };
}

type ReasoningPart = Extract<Part, { type: 'reasoning' | 'redacted-reasoning' }>;

function isReasoning(part: Part): part is ReasoningPart {
  return part.type === 'reasoning' || part.type === 'redacted-reasoning';
}

/** The opaque data of this part. Nothing for unsigned reasoning. */
function opaqueOf(part: ReasoningPart): string {
  return part.type === 'reasoning' ? (part.signature ?? '') : part.data;
}

function withOpaque(part: ReasoningPart, opaque: string): Part {
  if (part.type === 'redacted-reasoning') return { ...part, data: opaque };
  return opaque === '' ? part : { ...part, signature: opaque };
}

/**
 * The body without the reasoning of other vendors. A turn that holds nothing else is removed, because providers reject
 * a turn without content. The turns around it are merged, because turns have to alternate.
 */
function withoutForeignReasoning(body: JsonObject): JsonObject {
  const kept = withoutForeign(body);
  if (!isObject(kept) || !Array.isArray(kept.messages)) return isObject(kept) ? kept : body;
  const before = Array.isArray(body.messages) ? body.messages : [];
  const messages: Json[] = [];
  let joins = false;
  for (const [at, message] of kept.messages.entries()) {
    const last = messages.at(-1);
    if (isEmptied(message, before[at])) joins = true;
    else if (joins && isObject(message) && isObject(last) && last.role === message.role) {
      // The lists are copies, so they may grow.
      const content = blocksOf(last);
      content.push(...blocksOf(message));
      messages[messages.length - 1] = { ...last, content };
    } else {
      joins = false;
      messages.push(message);
    }
  }
  return { ...kept, messages };
}

function isEmptied(message: Json, before: Json | undefined): boolean {
  if (!isObject(message) || !isObject(before)) return false;
  return blocksOf(message).length === 0 && blocksOf(before).length > 0;
}

/** Messages may have a string instead of blocks. */
function blocksOf({ content }: JsonObject): Json[] {
  if (Array.isArray(content)) return content;
  return typeof content === 'string' ? [{ type: 'text', text: content }] : [];
}

/** The value without the reasoning of other vendors in its lists. */
function withoutForeign(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.filter((item) => !isForeign(item)).map((item) => withoutForeign(item) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutForeign(member)]));
}

/** Members that hold opaque reasoning in any of these dialects. */
const opaqueMembers: ReadonlySet<string> = new Set(['signature', 'data', 'redactedContent']);

/** True for a block or detail whose reasoning has a vendor prefix or no signature. */
function isForeign(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  if (value.type === 'thinking' && !value.signature) return true;
  return Object.entries(value).some(([name, member]) => {
    if (typeof member === 'string') return opaqueMembers.has(name) && readMark(member).vendor !== undefined;
    return isForeign(member) || (name === 'reasoningText' && isObject(member) && !member.signature);
  });
}
