import { SluiceError } from '../stream/errors.ts';
import { isObject, type JsonObject, membersOf } from '../stream/json.ts';
import type { ModelRequest, Parameters } from '../stream/request.ts';

/**
 * What happens to a parameter that a provider's dialect has no word for. `refuse`: it changes what the answer is, so
 * the call is a 400 that names it. `drop`: a hint; it is left out and listed in `x-sluice-dropped`.
 */
const whenMissing: Record<keyof Parameters, 'refuse' | 'drop'> = {
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

/** How a dialect writes each parameter: the members to add to the body, or `undefined` for a value it cannot say. */
export type ParameterWriters = {
  [Name in keyof Parameters]?: (value: NonNullable<Parameters[Name]>, request: ModelRequest) => JsonObject | undefined;
};

/**
 * The body's members for the request's parameters, nested objects merged, and the caller's names of what was left out.
 * Throws `unsupported_parameter` for what may not be left out.
 */
export function mapParameters(request: ModelRequest, writers: ParameterWriters): { fields: JsonObject; dropped: string[] } {
  const fields: JsonObject = {};
  const dropped = [...request.unknown];
  for (const name of Object.keys(request.parameters) as (keyof Parameters)[]) {
    const value = request.parameters[name];
    if (value === undefined) continue;
    // The table is keyed by the same names as the values, which the compiler cannot follow through the loop.
    const write = writers[name] as ((value: unknown, request: ModelRequest) => JsonObject | undefined) | undefined;
    const written = write?.(value, request);
    if (written) merge(fields, written);
    else if (whenMissing[name] === 'drop') dropped.push(request.spelling[name] ?? name);
    else throw unsupported(request.spelling[name] ?? name);
  }
  return { fields, dropped };
}

/** The refusal of a field that changes the answer and that the chosen provider cannot carry. */
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
