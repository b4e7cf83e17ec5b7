import type { Allowance, Allowances } from '../../stream/allowances.ts';

/** The remaining key limits in Anthropic's headers. The time of the reset is in RFC 3339. */
export function limitHeaders({ requests, tokens }: Allowances): Record<string, string> {
  return { ...(requests && headersOf('requests', requests)), ...(tokens && headersOf('tokens', tokens)) };
}

function headersOf(name: string, { limit, remaining, resetAt }: Allowance): Record<string, string> {
  return {
    [`anthropic-ratelimit-${name}-limit`]: String(limit),
    [`anthropic-ratelimit-${name}-remaining`]: String(remaining),
    [`anthropic-ratelimit-${name}-reset`]: new Date(resetAt).toISOString().replace('.000Z', 'Z'),
  };
}
