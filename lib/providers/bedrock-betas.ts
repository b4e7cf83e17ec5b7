import type { UpstreamRequest } from './provider.ts';

/**
 * The betas of Anthropic's API that Bedrock documents; it refuses a call that names any other. Clients such as Claude
 * Code name all that Anthropic itself has, as hints to whoever knows them.
 */
const knownBetas: ReadonlySet<string> = new Set([
  'computer-use-2024-10-22',
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'token-efficient-tools-2025-02-19',
  'interleaved-thinking-2025-05-14',
  'output-128k-2025-02-19',
  'dev-full-thinking-2025-05-14',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'effort-2025-11-24',
  'tool-search-tool-2025-10-19',
  'tool-examples-2025-10-29',
]);

/**
 * The call with its `anthropic-beta` header as the body's field, as far as Bedrock knows the betas; those that stand in
 * the body were meant for Bedrock. It takes no `anthropic-version` header either.
 */
export function betasInBody(request: UpstreamRequest): UpstreamRequest {
  const { 'anthropic-beta': asked = '', 'anthropic-version': _version, ...headers } = request.headers ?? {};
  const known = asked
    .split(',')
    .map((beta) => beta.trim())
    .filter((beta) => knownBetas.has(beta));
  const { anthropic_beta: own } = request.body;
  const betas = new Set([...(Array.isArray(own) ? own : []), ...known]);
  return { ...request, headers, body: { ...request.body, ...(betas.size > 0 && { anthropic_beta: [...betas] }) } };
}
