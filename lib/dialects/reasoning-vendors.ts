import type { StreamEvent } from '../stream/events.ts';
import { isObject, type Json } from '../stream/json.ts';
import type { Message, ModelRequest, Part } from '../stream/request.ts';

/*
 * What a model signs or seals of its thoughts is refused by the models of every other maker, and its form does not tell
 * who made it. So a caller whose dialect is another maker's is given it with a mark, and what comes back goes to its
 * maker without the mark, and to nobody else.
 */

/** Whose reasoning stands in each dialect as it was made. */
const makers: Readonly<Record<string, string>> = {
  'anthropic-messages': 'anthropic',
  // Of the models there Claude alone takes any back.
  'bedrock-converse': 'anthropic',
  gemini: 'google',
  'openai-responses': 'openai',
  // OpenRouter's, which does not say whose it is: it goes back to providers of this dialect alone.
  'openai-chat': 'chat',
};

/** The events as a caller of this dialect is given them. State for one answer. */
export function markReasoning(callers: string, providers: string): (event: StreamEvent) => StreamEvent {
  const maker = makers[providers];
  if (maker === undefined || maker === makers[callers]) return (event) => event;
  let marked = -1;
  return (event) => {
    if (event.type === 'block-start' && event.block.kind === 'redacted-reasoning')
      return { ...event, block: { ...event.block, data: mark(event.block.data, maker) } };
    // A signature may come in pieces.
    if (event.type !== 'signature-delta' || event.signature === '' || event.index === marked) return event;
    marked = event.index;
    return { ...event, signature: mark(event.signature, maker) };
  };
}

/**
 * The request as a provider of this dialect may see it: the reasoning that its models made unmarked, that of others
 * left out, and the fields of what was left out.
 */
export function keepOwnReasoning(request: ModelRequest, providers: string): { request: ModelRequest; left: string[] } {
  const { dialect, messages, body } = request;
  const passthrough = providers === dialect;
  const left: string[] = [];
  const own = (part: Part): Part[] => {
    if (!isReasoning(part)) return [part];
    const { maker = makers[dialect], made } = readMark(opaqueOf(part));
    const isOwn = made === '' ? !(passthrough && signsAll.has(dialect)) : maker === makers[providers];
    if (isOwn) return [withOpaque(part, made)];
    left.push(part.field);
    return [];
  };
  if (!messages.some(({ content }) => content.some(isReasoning))) return { request, left };
  const kept = messages.map((message): Message => ({ ...message, content: message.content.flatMap(own) }));
  // A caller's own words go on as they came, but for thoughts that are not of a maker whose dialect this is.
  const said = passthrough && left.length > 0 ? withoutForeign(body) : body;
  return { request: { ...request, messages: kept, body: isObject(said) ? said : body }, left };
}

/** In these dialects no thought is without a signature, but for those of models that sign none. */
const signsAll: ReadonlySet<string> = new Set(['anthropic-messages']);

/** The mark is of base64's characters and of a length that keeps base64 what it is: some clients read it as bytes. */
function mark(made: string, maker: string): string {
  const padding = '/'.repeat(4 - (`sluice/${maker}/`.length % 4));
  return `sluice/${padding}${maker}/${made}`;
}

function readMark(opaque: string): { maker?: string; made: string } {
  const [, maker, made] = /^sluice\/+([a-z]+)\/(.*)$/s.exec(opaque) ?? [];
  return maker === undefined || made === undefined ? { made: opaque } : { maker, made };
}

type ReasoningPart = Extract<Part, { type: 'reasoning' | 'redacted-reasoning' }>;

function isReasoning(part: Part): part is ReasoningPart {
  return part.type === 'reasoning' || part.type === 'redacted-reasoning';
}

/** What only its maker can read of this part; nothing of thoughts that nobody signed. */
function opaqueOf(part: ReasoningPart): string {
  return part.type === 'reasoning' ? (part.signature ?? '') : part.data;
}

function withOpaque(part: ReasoningPart, opaque: string): Part {
  if (part.type === 'redacted-reasoning') return { ...part, data: opaque };
  return opaque === '' ? part : { ...part, signature: opaque };
}

/** The value without what others thought in its lists. */
function withoutForeign(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.filter((item) => !isForeign(item)).map((item) => withoutForeign(item) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutForeign(member)]));
}

/** Members in which any of these dialects has something opaque. */
const opaqueMembers: ReadonlySet<string> = new Set(['signature', 'data', 'redactedContent']);

/** Is this a block, a detail or the like of thoughts that are marked, or that nobody signed? */
function isForeign(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  if (value.type === 'thinking' && !value.signature) return true;
  return Object.entries(value).some(([name, member]) => {
    if (typeof member === 'string') return opaqueMembers.has(name) && readMark(member).maker !== undefined;
    return isForeign(member) || (name === 'reasoningText' && isObject(member) && !member.signature);
  });
}
