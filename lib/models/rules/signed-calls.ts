import type { Message, Part } from '../../stream/request.ts';
import { withMessages } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/** Google's word for a call whose signature is lost: another model made it, or the client's software doesn't keep any. */
const lostSignature = 'skip_thought_signature_validator';

/**
 * The first call of a turn is signed. A client that keeps signatures apart from their places (OpenAI's) gives them before
 * all else, so a call that has none takes the last one before it.
 */
export const signedCalls: Rule = (request, { requirements }) => {
  if (!requirements.signedCalls) return request;
  return withMessages(
    request,
    request.messages.map((message) => (message.role === 'assistant' ? signed(message) : message)),
  );
};

function signed(message: Message): Message {
  const { content } = message;
  const call = content.findIndex(({ type }) => type === 'tool-call');
  const before = content[call - 1];
  const part = content[call];
  if (!part || (before && isSigned(before))) return message;
  const giver = content.slice(0, call).findLastIndex(isSigned);
  const given = content[giver];
  const signature = given?.type === 'reasoning' ? (given.signature ?? lostSignature) : lostSignature;
  const placed = content.flatMap((one, index): Part[] => {
    if (index === call) return [{ field: part.field, type: 'reasoning', text: '', signature }, part];
    if (index !== giver || one.type !== 'reasoning') return [one];
    return one.text === '' ? [] : [{ field: one.field, type: 'reasoning', text: one.text }];
  });
  return { ...message, content: placed };
}

function isSigned(part: Part): boolean {
  return part.type === 'reasoning' && part.signature !== undefined;
}
