import type { Message, ModelRequest } from '../../stream/request.ts';
import { type PartOf, withMessages } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/**
 * Results stand first in the turn behind their calls, whatever the client put between. A call that was interrupted gets
 * a result that says so. Responses alone pairs them by id, wherever they stand.
 */
export const resultOrder: Rule = (request, { dialect }) => {
  if (dialect === 'openai-responses' || isInOrder(request)) return request;
  const results = new Map<string, PartOf<'tool-result'>[]>();
  for (const { content } of request.messages) {
    for (const part of content) if (part.type === 'tool-result') results.set(part.id, [...(results.get(part.id) ?? []), part]);
  }
  const placed = new Set<PartOf<'tool-result'>>();
  const messages: Message[] = [];
  for (const [index, message] of request.messages.entries()) {
    const rest = message.content.filter((part) => part.type !== 'tool-result' || !placed.has(part));
    if (rest.length === message.content.length) messages.push(message);
    else if (rest.length > 0) messages.push({ ...message, content: rest });
    const calls = message.role === 'assistant' ? message.content.filter((part) => part.type === 'tool-call') : [];
    const isLast = index === request.messages.length - 1;
    if (calls.length === 0 || isLast) continue;
    const behind = calls.map((call) => results.get(call.id)?.shift() ?? interrupted(call));
    for (const result of behind) placed.add(result);
    messages.push({ role: 'user', content: behind });
  }
  return withMessages(request, joinResults(messages));
};

function interrupted({ id, field, custom }: PartOf<'tool-call'>): PartOf<'tool-result'> {
  const content = [{ field, type: 'text' as const, text: 'The call was interrupted and has no result.' }];
  return { field, type: 'tool-result', id, content, failed: true, ...(custom && { custom }) };
}

/** A turn of the user's right behind its results belongs to the same turn. */
function joinResults(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    const isBehindResults =
      last?.role === 'user' && message.role === 'user' && last.content.every(({ type }) => type === 'tool-result');
    if (last && isBehindResults) joined[joined.length - 1] = { ...last, content: [...last.content, ...message.content] };
    else joined.push(message);
  }
  return joined;
}

function isInOrder({ messages }: ModelRequest): boolean {
  return messages.every(({ role, content }, index) => {
    const own = content.map(({ type }) => type);
    const firstOther = own.findIndex((type) => type !== 'tool-result');
    if (firstOther >= 0 && own.lastIndexOf('tool-result') > firstOther) return false;
    const calls = role === 'assistant' ? content.filter((part) => part.type === 'tool-call') : [];
    if (calls.length === 0 || index === messages.length - 1) return true;
    const next = messages[index + 1]?.content.filter((part) => part.type === 'tool-result').map(({ id }) => id) ?? [];
    return calls.length === next.length && calls.every(({ id }) => next.includes(id));
  });
}
