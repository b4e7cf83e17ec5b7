import type { JsonObject } from '../stream/json.ts';
import type { ModelRequest } from '../stream/request.ts';

/** What an operator allows, in tokens. */
export interface OutputTokens {
  /** For a request that names no limit. */
  readonly default: number;
  /** The most that a request may name. */
  readonly limit: number;
}

/**
 * Other servers' names for the output limit (TGI, llama.cpp, vLLM, Llama on Bedrock). A client's dialect doesn't know
 * them, but its body reaches servers that do. `options` is Ollama's.
 */
const aliases: ReadonlySet<string> = new Set([
  'maxTokens',
  'max_gen_len',
  'max_length',
  'max_new_tokens',
  'max_output_tokens',
  'max_tokens_to_sample',
  'min_new_tokens',
  'min_tokens',
  'n_predict',
  'num_predict',
]);

/** The request with an output cap: the client's, never above the operator's, or the default if the client sent none. */
export function withOutputCap(request: ModelRequest, { default: unset, limit }: OutputTokens): ModelRequest {
  const maxOutputTokens = Math.min(request.parameters.maxOutputTokens ?? unset, limit);
  const body = limit === Number.POSITIVE_INFINITY ? request.body : lowered(request.body, limit);
  return { ...request, body, parameters: { ...request.parameters, maxOutputTokens } };
}

/** The body with every alias lowered to the limit. A negative number means no limit to some servers. */
function lowered(body: JsonObject, limit: number): JsonObject {
  const members = Object.entries(body).map(([name, value]) => {
    if (name === 'options' && typeof value === 'object' && value !== null && !Array.isArray(value))
      return [name, lowered(value, limit)];
    if (!aliases.has(name) || typeof value !== 'number' || (value >= 0 && value <= limit)) return [name, value];
    return [name, limit];
  });
  return Object.fromEntries(members);
}
