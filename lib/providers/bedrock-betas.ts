import { messagesHosts } from '../models/messages-hosts.ts';
import type { UpstreamRequest } from './provider.ts';

/** The betas of Anthropic's that Bedrock knows. It refuses a request that names any other. */
const knownBetas: ReadonlySet<string> = new Set(messagesHosts.bedrock?.betas);

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
