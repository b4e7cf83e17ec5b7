import type { UpstreamRequest } from './provider.ts';

/**
 * The betas of Anthropic's API that Bedrock documents. Bedrock rejects a request with any other. Clients such as
 * Claude Code send all of Anthropic's betas as hints.
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
 * Moves the `anthropic-beta` header into the body, limited to the betas that Bedrock knows. Betas that were already
 * in the body were meant for Bedrock. Also removes `anthropic-version`, which Bedrock doesn't accept as a header.
 */
export function betasInBody(request: UpstreamRequest): UpstreamRequest {
  const { 'anthropic-beta': requested = '', 'anthropic-version': _version, ...headers } = request.headers ?? {};
  const known = requested
    .split(',')
    .map((beta) => beta.trim())
    .filter((beta) => knownBetas.has(beta));
  const { anthropic_beta: own } = request.body;
  const betas = new Set([...(Array.isArray(own) ? own : []), ...known]);
  return { ...request, headers, body: { ...request.body, ...(betas.size > 0 && { anthropic_beta: [...betas] }) } };
}
