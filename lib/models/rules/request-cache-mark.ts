import type { JsonObject } from '../../stream/json.ts';
import { isObject } from '../../stream/json.ts';
import type { CacheMark, Message, ModelRequest, Part } from '../../stream/request.ts';
import { withMessages } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/**
 * Anthropic's `cache_control` of a whole request marks its last block. A target that only has marks on blocks gets it
 * there. A target without marks doesn't, and the field is dropped and listed like any other.
 */
export const requestCacheMark: Rule = (request, { requirements, sameDialect }) => {
  const mark = request.body.cache_control;
  const { cacheMarks = 'everywhere', refusesFields = [] } = requirements;
  if (!isObject(mark) || cacheMarks === 'nowhere') return request;
  if (sameDialect && !refusesFields.includes('cache_control')) return request;
  const { cache_control: _, ...body } = request.body;
  const unknown = request.unknown.filter((field) => field !== 'cache_control');
  return markLast({ ...request, body, unknown }, markOf(mark));
};

function markOf({ ttl }: JsonObject): CacheMark {
  return ttl === '5m' || ttl === '1h' ? { ttl } : {};
}

function markLast(request: ModelRequest, cache: CacheMark): ModelRequest {
  const { messages } = request;
  const at = messages.findLastIndex(({ content }) => content.some(takesMark));
  return withMessages(
    request,
    messages.map((message, index) => (index === at ? withMark(message, cache) : message)),
  );
}

function withMark(message: Message, cache: CacheMark): Message {
  const last = message.content.findLastIndex(takesMark);
  const content = message.content.map((part, index) => (index === last ? { cache, ...part } : part));
  return { ...message, content };
}

/** Reasoning and blank text take no mark. */
function takesMark(part: Part): boolean {
  if (part.type === 'reasoning' || part.type === 'redacted-reasoning') return false;
  return part.type !== 'text' || part.text.trim() !== '';
}
