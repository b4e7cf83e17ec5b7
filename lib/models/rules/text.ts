import type { Part } from '../../stream/request.ts';
import { mapContent, mapParts, withMessages } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/** Drops blank text if the target rejects it, and a turn that has nothing else. */
export const blankText: Rule = (request, { requirements, sameDialect }) => {
  if (requirements.blankText !== 'dropped') return request;
  const replace = (part: Part): Part | undefined => {
    if (part.type === 'text') return part.text.trim() === '' ? undefined : part;
    if (part.type !== 'tool-result') return part;
    const content = mapContent(part.content, replace);
    return content === part.content ? part : { ...part, content };
  };
  // The last turn may be an empty one of the model's, in its own dialect.
  const last = request.messages.at(-1);
  return mapParts(request, (part, message) =>
    sameDialect && message === last && message.role === 'assistant' && message.content.length === 1 ? part : replace(part),
  );
};

/** A turn that the model is to continue doesn't end in white space. */
export const trailingSpace: Rule = (request, { requirements }) => {
  const last = request.messages.at(-1);
  const part = last?.content.at(-1);
  if (requirements.trailingSpace !== 'dropped' || last?.role !== 'assistant' || part?.type !== 'text') return request;
  const trimmed = part.text.trimEnd();
  if (trimmed === part.text) return request;
  return withMessages(request, [
    ...request.messages.slice(0, -1),
    { ...last, content: [...last.content.slice(0, -1), { ...part, text: trimmed }] },
  ]);
};
