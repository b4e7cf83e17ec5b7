import { spelled, withParameters } from '../conversation.ts';
import type { Rule } from '../rule.ts';
import { digest } from '../short-text.ts';

/** The most and the least tokens of an answer. A limit that the client didn't set is ours, and nothing to list. */
export const outputTokens: Rule = (request, { requirements, drop }) => {
  const { maxOutputTokens: most = Number.POSITIVE_INFINITY, minOutputTokens: least = 0 } = requirements;
  const asked = request.parameters.maxOutputTokens;
  if (asked === undefined || (asked <= most && asked >= least)) return request;
  if (asked > most && request.spelling.maxOutputTokens !== undefined) drop(spelled(request, 'maxOutputTokens'));
  return withParameters(request, { maxOutputTokens: Math.max(Math.min(asked, most), least) });
};

/** A user's id that is too long is sent as a digest, which is as good at telling users apart. */
export const userLength: Rule = (request, { requirements, drop }) => {
  const { user } = request.parameters;
  const { maxUser = Number.POSITIVE_INFINITY } = requirements;
  if (user === undefined || user.length <= maxUser) return request;
  drop(spelled(request, 'user'));
  return withParameters(request, { user: digest(user).slice(0, Math.min(maxUser, 64)) });
};
