import type { Message, ModelRequest, Part } from '../../stream/request.ts';
import { withAlternatingTurns, withMessages } from '../conversation.ts';
import type { Rule } from '../rule.ts';

const text = (value: string): Part[] => [{ field: 'messages', type: 'text', text: value }];

/** Instructions come first, or into the first user turn if the model has no place for them. */
export const systemFirst: Rule = (request, { requirements }) => {
  const { system } = requirements;
  if (system === undefined) return request;
  const instructions = request.messages.filter(({ role }) => role === 'system');
  if (instructions.length === 0) return request;
  const others = request.messages.filter(({ role }) => role !== 'system');
  const content = instructions.flatMap((message) => message.content);
  if (system === 'in-user-turn') {
    const [first, ...rest] = others;
    if (first?.role !== 'user') return { ...request, messages: [{ role: 'user', content }, ...others] };
    return { ...request, messages: [{ role: 'user', content: [...content, ...first.content] }, ...rest] };
  }
  const isFirst = request.messages.findLastIndex(({ role }) => role === 'system') === instructions.length - 1;
  return isFirst ? request : { ...request, messages: [{ role: 'system', content }, ...others] };
};

/** The user's turn is first, and also last unless the model continues its own turn. */
export const userTurns: Rule = (request, { requirements }) => {
  const { firstTurn, lastTurn } = requirements;
  let messages = request.messages;
  const first = messages.findIndex(({ role }) => role !== 'system');
  if (firstTurn === 'user' && messages[first]?.role === 'assistant') {
    messages = [...messages.slice(0, first), { role: 'user', content: text('Continue.') }, ...messages.slice(first)];
  }
  const last = messages.at(-1);
  if (lastTurn === 'user' && last?.role === 'assistant' && !isMarkedPrefix(request)) {
    messages = [...messages, { role: 'user', content: text('Continue from where your last message ends.') }];
  }
  return withMessages(request, messages);
};

/** Mistral's own flag for a turn that the model continues. */
function isMarkedPrefix({ body }: ModelRequest): boolean {
  const last = Array.isArray(body.messages) ? body.messages.at(-1) : undefined;
  return typeof last === 'object' && last !== null && !Array.isArray(last) && last.prefix === true;
}

/** Adjacent turns of one role become one turn, with tool results first. */
export const alternatingTurns: Rule = (request, { requirements }) => {
  return requirements.alternating ? withAlternatingTurns(request) : request;
};

/** What the user adds to a tool's result comes after a short turn of the model. */
export const afterResults: Rule = (request, { requirements }) => {
  if (requirements.afterResults !== 'assistant') return request;
  const messages = request.messages.flatMap((message, index): Message[] => {
    const results = message.content.filter(({ type }) => type === 'tool-result');
    const others = message.content.filter(({ type }) => type !== 'tool-result');
    const next = request.messages[index + 1];
    const between: Message = { role: 'assistant', content: text('I have the result.') };
    if (results.length === 0) return [message];
    if (others.length > 0) return [{ ...message, content: results }, between, { ...message, content: others }];
    return next?.role === 'user' ? [message, between] : [message];
  });
  return withMessages(request, messages);
};

/** Where a turn may not hold both, results are text where there is text beside them, and text beside calls is left out. */
export const mixedTurns: Rule = (request, { requirements }) => {
  if (requirements.mixedTurns !== false) return request;
  const messages = request.messages.flatMap((message): Message[] => {
    const isCall = ({ type }: Part) => type === 'tool-call' || type === 'tool-result';
    const own = message.content.filter(isCall);
    const others = message.content.filter((part) => !isCall(part));
    if (own.length === 0 || others.length === 0) return [message];
    if (message.role === 'assistant') return [{ ...message, content: own }];
    const between: Message = { role: 'assistant', content: text('I have the result.') };
    return [{ ...message, content: own }, between, { ...message, content: others }];
  });
  return withMessages(request, messages);
};
