import type { Allowance, Allowances } from '../../stream/allowances.ts';

/** The remaining key limits in OpenAI's headers. The time until reset is a duration: `23s`. */
export function limitHeaders({ requests, tokens }: Allowances): Record<string, string> {
  return { ...(requests && headersOf('requests', requests)), ...(tokens && headersOf('tokens', tokens)) };
}

function headersOf(name: string, { limit, remaining, resetMs }: Allowance): Record<string, string> {
  return {
    [`x-ratelimit-limit-${name}`]: String(limit),
    [`x-ratelimit-remaining-${name}`]: String(remaining),
    [`x-ratelimit-reset-${name}`]: `${Math.ceil(resetMs / 1000)}s`,
  };
}
