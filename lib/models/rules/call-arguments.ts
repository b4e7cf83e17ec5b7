import { parseJsonObject } from '../../stream/json.ts';
import { mapParts } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/**
 * Arguments of earlier calls that are no JSON object, because the answer was cut off, are moved under a key of their own, as
 * Anthropic advises. Servers read them, and would refuse every later turn.
 */
export const callArguments: Rule = (request, { requirements }) => {
  if (requirements.callArguments === 'any') return request;
  return mapParts(request, (part) => {
    if (part.type !== 'tool-call' || parseJsonObject(part.json)) return part;
    return { ...part, json: part.json.trim() === '' ? '{}' : JSON.stringify({ INVALID_JSON: part.json }) };
  });
};
