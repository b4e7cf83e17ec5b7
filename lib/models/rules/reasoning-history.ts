import type { Message, Part } from '../../stream/request.ts';
import { mapParts, withMessages } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/** Replaces the reasoning of a turn that the server requires and the client didn't keep. */
const lost = 'The reasoning of this turn was not kept.';

/**
 * Keeps the reasoning of earlier turns that the target accepts and drops the rest. If the target requires reasoning
 * next to calls, a turn that lost its own gets a short note instead.
 */
export const reasoningHistory: Rule = (request, { requirements, sameDialect, drop }) => {
  const { reasoningHistory: history = 'accepted', signedReasoning } = requirements;
  const isTaken = (part: Part) => {
    if (part.type === 'redacted-reasoning') return history !== 'refused' && requirements.redactedReasoning !== 'refused';
    if (part.type !== 'reasoning') return true;
    if (history === 'refused') return false;
    return !signedReasoning || part.signature !== undefined;
  };
  const taken = mapParts(request, (part) => {
    if (isTaken(part)) return part;
    if (!sameDialect) drop(part.field);
    return undefined;
  });
  if (history !== 'required') return taken;
  return withMessages(taken, taken.messages.map(withReasoning));
};

function withReasoning(message: Message): Message {
  const call = message.content.find(({ type }) => type === 'tool-call');
  if (!call || message.content.some((part) => part.type === 'reasoning' && part.text !== '')) return message;
  return { ...message, content: [{ field: call.field, type: 'reasoning', text: lost }, ...message.content] };
}
