import type { ModelRequest } from '../../stream/request.ts';

/** The output limit of models that reject the gateway's default. */
const mostTokens: readonly (readonly [RegExp, number])[] = [
  [/claude-(v?[12](?!\d)|instant|3-(haiku|sonnet|opus))/, 4096],
  [/amazon\.titan-text-premier/, 3072],
  [/amazon\.titan/, 4096],
  [/amazon\.nova-(micro|lite|pro)/, 5120],
  [/meta\.llama(2|3(-[12])?-\d+b)/, 2048],
  [/mistral\.mixtral/, 4096],
  [/cohere\.command/, 4000],
  [/ai21\./, 4096],
];

/**
 * The request with an output limit that its model accepts, if the client set none and the gateway's default applies.
 * A client's own limit passes unchanged, and Bedrock rejects it if it is too high.
 */
export function withinModel(request: ModelRequest, model: string): ModelRequest {
  const { parameters, spelling } = request;
  const most = mostTokens.find(([pattern]) => pattern.test(model))?.[1];
  if (most === undefined || parameters.maxOutputTokens === undefined || spelling.maxOutputTokens !== undefined) return request;
  return { ...request, parameters: { ...parameters, maxOutputTokens: Math.min(parameters.maxOutputTokens, most) } };
}
