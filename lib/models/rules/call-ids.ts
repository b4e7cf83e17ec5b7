import { portableToolId } from '../../dialects/tool-id.ts';
import type { ModelRequest, Part } from '../../stream/request.ts';
import { mapParts } from '../conversation.ts';
import type { Requirements } from '../requirements.ts';
import type { Rule } from '../rule.ts';
import { digest, shortened } from '../short-text.ts';

/** A call's id as the target takes it. */
function targetCallId(id: string, { callId, maxCallId = Number.POSITIVE_INFINITY }: Requirements): string {
  if (callId === 'nine') return /^[a-zA-Z0-9]{9}$/.test(id) ? id : digest(id).slice(0, 9);
  const safe = callId === 'word' ? portableToolId(id) : id;
  return shortened(safe, maxCallId);
}

/**
 * Calls and their results under ids that the target takes, the same for both. Two calls that have one id (some servers
 * count from 0 in each turn) get two.
 */
export const callIds: Rule = (request, { requirements }) => {
  const { callId, maxCallId } = requirements;
  if (callId === undefined && maxCallId === undefined) return request;
  const taken = new Set<string>();
  const current = new Map<string, string>();
  const ofCall = (id: string) => {
    const given = targetCallId(id, requirements);
    let unique = given;
    for (let count = 2; taken.has(unique); count++)
      unique = targetCallId(`${id}_${count}`, { ...requirements, callId: callId ?? 'word' });
    taken.add(unique);
    current.set(id, unique);
    return unique;
  };
  return mapIds(request, (part) =>
    part.type === 'tool-call' ? ofCall(part.id) : (current.get(part.id) ?? targetCallId(part.id, requirements)),
  );
};

type WithId = Extract<Part, { type: 'tool-call' | 'tool-result' }>;

function mapIds(request: ModelRequest, idOf: (part: WithId) => string): ModelRequest {
  return mapParts(request, (part) => {
    if (part.type !== 'tool-call' && part.type !== 'tool-result') return part;
    const id = idOf(part);
    return id === part.id ? part : { ...part, id };
  });
}
