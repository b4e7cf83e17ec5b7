import type { ModelRequest } from '../../stream/request.ts';
import { spelled, withParameters } from '../conversation.ts';
import type { Requirements } from '../requirements.ts';
import type { Rule } from '../rule.ts';

const sampled = ['temperature', 'topP', 'topK'] as const;

/** What else counts as sampling for OpenAI's reasoning models. */
const andMore = ['frequencyPenalty', 'presencePenalty', 'logitBias', 'logprobs'] as const;

/** Parameters of sampling, as far as the model takes them. They are hints: what it doesn't take is left out and listed. */
export const sampling: Rule = (request, { requirements, dialect, sameDialect, drop, add }) => {
  const { parameters } = request;
  const refused = refusedSampling(request, requirements, sameDialect && dialect === 'anthropic-messages').filter(
    (name) => parameters[name] !== undefined,
  );
  for (const name of refused) if (!isDefault(request, name)) drop(spelled(request, name));
  const left =
    refused.length === 0 ? request : withParameters(request, Object.fromEntries(refused.map((name) => [name, undefined])));
  const { maxTemperature, topK: form } = requirements;
  const { topK } = left.parameters;
  if (topK !== undefined && form !== undefined) {
    if (form === 'refused') drop(spelled(request, 'topK'));
    else add(form(topK));
    return clamped(withParameters(left, { topK: undefined }));
  }
  return clamped(left);
  function clamped(given: ModelRequest): ModelRequest {
    const { temperature } = given.parameters;
    if (maxTemperature === undefined || temperature === undefined || temperature <= maxTemperature) return given;
    drop(spelled(request, 'temperature'));
    return withParameters(given, { temperature: maxTemperature });
  }
};

type Name = (typeof sampled)[number] | (typeof andMore)[number];

function refusedSampling(
  request: ModelRequest,
  { sampling, thinksByDefault = false }: Requirements,
  sameDialect: boolean,
): readonly Name[] {
  const { reasoning, temperature } = request.parameters;
  // The least that a model can think is thinking all the same.
  const thinks = reasoning ? (reasoning.enabled || reasoning.effort !== undefined) && !reasoning.effortOnly : thinksByDefault;
  switch (sampling) {
    case 'none':
      return sampled;
    case 'without-thinking':
      return thinks ? [...sampled, ...andMore] : [];
    case 'one': {
      // A client of Claude's own dialect knows which go together.
      if (sameDialect) return [];
      if (thinks) return sampled;
      return temperature === undefined ? [] : ['topP'];
    }
    default:
      return [];
  }
}

/** A default of the dialect's that the client didn't write: there is nothing to list. */
function isDefault({ spelling, body }: ModelRequest, name: Name): boolean {
  const given = spelling[name] ?? '';
  return given !== '' && !given.includes('.') && body.model !== undefined && body[given] === undefined;
}
