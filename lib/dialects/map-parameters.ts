import { SluiceError } from '../stream/errors.ts';
import { isObject, type JsonObject, membersOf } from '../stream/json.ts';
import type { ModelRequest, Parameters } from '../stream/request.ts';

/**
 * What happens to a parameter that a provider's dialect doesn't support. `refuse`: it changes the answer, so the
 * request fails with a 400 that names it. `drop`: it is a hint, so it is dropped and listed in `x-sluice-dropped`.
 */
export const whenMissing: Record<keyof Parameters, 'refuse' | 'drop'> = {
  maxOutputTokens: 'drop',
  temperature: 'drop',
  topP: 'drop',
  topK: 'drop',
  stop: 'refuse',
  frequencyPenalty: 'drop',
  presencePenalty: 'drop',
  logitBias: 'drop',
  seed: 'drop',
  tools: 'refuse',
  toolChoice: 'refuse',
  parallelToolCalls: 'drop',
  reasoning: 'drop',
  responseFormat: 'refuse',
  choices: 'refuse',
  logprobs: 'refuse',
  modalities: 'refuse',
  webSearch: 'refuse',
  legacyFunctions: 'refuse',
  textCompletion: 'refuse',
  inputChecks: 'refuse',
  outputChecks: 'refuse',
  guardrail: 'refuse',
  user: 'drop',
  metadata: 'drop',
  store: 'drop',
  cacheKey: 'drop',
  verbosity: 'drop',
  serviceTier: 'drop',
  includeThinking: 'drop',
};

/** How a dialect writes each parameter: the members to add to the body, or `undefined` for an unsupported value. */
export type ParameterWriters = {
  [Name in keyof Parameters]?: (value: NonNullable<Parameters[Name]>, request: ModelRequest) => JsonObject | undefined;
};

/**
 * The body members for the request's parameters, with nested objects merged, and the client's names of the dropped
 * ones. Throws `unsupported_parameter` for a parameter that must not be dropped.
 */
export function mapParameters(request: ModelRequest, writers: ParameterWriters): { fields: JsonObject; dropped: string[] } {
  const fields: JsonObject = {};
  const dropped = [...request.unknown];
  for (const name of Object.keys(request.parameters) as (keyof Parameters)[]) {
    const value = request.parameters[name];
    if (value === undefined) continue;
    // The table and the values have the same keys, which the compiler can't follow through the loop.
    const write = writers[name] as ((value: unknown, request: ModelRequest) => JsonObject | undefined) | undefined;
    const written = write?.(value, request);
    if (written) merge(fields, written);
    else if (whenMissing[name] === 'drop') dropped.push(request.spelling[name] ?? name);
    else throw unsupported(request.spelling[name] ?? name);
  }
  return { fields, dropped };
}

/** The error for a field that changes the answer and isn't supported by the chosen provider. */
export function unsupported(field: string): SluiceError {
  return new SluiceError(
    'unsupported_parameter',
    `\`${field}\` is not supported by the provider that serves this model. Leave it out, or choose a model whose provider supports it.`,
    { param: field },
  );
}

function merge(into: JsonObject, from: JsonObject): void {
  for (const [name, value] of membersOf(from)) {
    const present = into[name];
    if (isObject(present) && isObject(value)) merge(present, value);
    else into[name] = value;
  }
}

/** The body with further members, objects merged. The body itself stays as it is. */
export function withMembers(body: JsonObject, members: readonly JsonObject[] = []): JsonObject {
  if (members.length === 0) return body;
  const merged = structuredClone(body);
  for (const more of members) merge(merged, structuredClone(more));
  return merged;
}
