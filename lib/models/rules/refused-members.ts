import { unsupported, whenMissing } from '../../dialects/map-parameters.ts';
import type { Parameters } from '../../stream/request.ts';
import { spelled, withParameters } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/** The parameters of the vocabulary, by OpenAI's words for them. */
export const parametersByMember: Readonly<Record<string, keyof Parameters>> = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  stop: 'stop',
  frequency_penalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
  logit_bias: 'logitBias',
  seed: 'seed',
  parallel_tool_calls: 'parallelToolCalls',
  reasoning_effort: 'reasoning',
  n: 'choices',
  logprobs: 'logprobs',
  user: 'user',
  metadata: 'metadata',
  store: 'store',
  prompt_cache_key: 'cacheKey',
  verbosity: 'verbosity',
  service_tier: 'serviceTier',
};

/** Drops and lists hints that the target rejects. Throws `unsupported_parameter` for anything more than a hint. */
export const refusedMembers: Rule = (request, { requirements, sameDialect, drop }) => {
  const names = requirements.refuses ?? [];
  const parameters = new Set(
    names.flatMap((name) => (Object.hasOwn(parametersByMember, name) ? [parametersByMember[name]] : [])),
  );
  const given = [...parameters].filter((name) => name !== undefined && request.parameters[name] !== undefined);
  for (const name of given) {
    if (name !== undefined && whenMissing[name] === 'refuse') throw unsupported(spelled(request, name));
    if (name !== undefined) drop(spelled(request, name));
  }
  const without = Object.fromEntries(given.map((name) => [name, undefined]));
  const left = given.length === 0 ? request : withParameters(request, without);
  const members = sameDialect ? names.filter((name) => name in request.body) : [];
  if (members.length === 0) return left;
  for (const name of members) drop(name);
  return { ...left, body: Object.fromEntries(Object.entries(left.body).filter(([name]) => !members.includes(name))) };
};
