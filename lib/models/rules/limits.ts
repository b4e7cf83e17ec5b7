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

/** Addresses and telephone numbers, as Anthropic looks for them in a user's id. */
const personal = /^([^\s@]+@[^\s@]+\.[^\s@]+|\+?[\d\s().-]{7,})$/;

/** A user's id that is too long, or too personal, is sent as a digest. That is as good at telling users apart. */
export const userLength: Rule = (request, { requirements, drop }) => {
  const { user } = request.parameters;
  const { maxUser = Number.POSITIVE_INFINITY, opaqueUser = false } = requirements;
  if (user === undefined || (user.length <= maxUser && !(opaqueUser && personal.test(user)))) return request;
  drop(spelled(request, 'user'));
  return withParameters(request, { user: digest(user).slice(0, Math.min(maxUser, 64)) });
};
