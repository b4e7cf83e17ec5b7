import { mapParts } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/**
 * Claude Code's accounting text at the start of its instructions. It changes with every request, so it breaks every
 * prefix cache, and Bedrock refuses it. It means something to Anthropic alone.
 */
export const billingHeader: Rule = (request, { requirements }) => {
  if (requirements.billingHeader !== 'dropped') return request;
  return mapParts(request, (part, { role }) =>
    role === 'system' && part.type === 'text' && part.text.startsWith('x-anthropic-billing-header:') ? undefined : part,
  );
};
