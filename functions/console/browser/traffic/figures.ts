import type { TrafficEntry } from '../../api/types.ts';

export type OutcomeGroup = 'ok' | 'upstream' | 'client' | 'stopped';

/** The outcome's group, for color and filter. */
export function groupOf({ outcome, fault_source: source }: TrafficEntry): OutcomeGroup {
  if (outcome === 'ok') return 'ok';
  if (outcome === 'client_closed') return 'stopped';
  return source === 'client' || source === 'rejected' ? 'client' : 'upstream';
}

/** Tokens per second after the first token. Undefined without a count or for an answer that came at once. */
export function tokensPerSecond({ output_tokens: tokens, ttft_ms: first, total_ms: total }: TrafficEntry): number | undefined {
  if (tokens === undefined || tokens < 2 || first === undefined || total <= first) return undefined;
  return ((tokens - 1) / (total - first)) * 1000;
}

/** The median, or undefined for an empty list. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

export interface Totals {
  readonly count: number;
  readonly finished: number;
  readonly firstTokenMs: number | undefined;
  readonly tokens: number;
  readonly usd: number | undefined;
}

export function totalsOf(entries: readonly TrafficEntry[]): Totals {
  const costs = entries.flatMap(({ cost_usd: usd }) => usd ?? []);
  return {
    count: entries.length,
    finished: entries.filter(({ outcome }) => outcome === 'ok').length,
    firstTokenMs: median(entries.flatMap(({ ttft_ms: ms }) => ms ?? [])),
    tokens: entries.reduce((sum, { input_tokens: input = 0, output_tokens: output = 0 }) => sum + input + output, 0),
    usd: costs.length > 0 ? costs.reduce((sum, usd) => sum + usd, 0) : undefined,
  };
}

export interface AttemptSpan {
  readonly label: string;
  readonly failed: boolean;
  readonly note: string;
  /** Milliseconds since the request arrived. */
  readonly from: number;
  readonly to: number;
}

/** The position of each attempt in the request's time. Without start times they are placed end to end. */
export function attemptSpans({ attempts = [], total_ms: total }: TrafficEntry): AttemptSpan[] {
  let at = 0;
  return attempts.map(({ provider, model, error, status, ms, started_ms: started }) => {
    const from = started ?? Math.min(at, total);
    const to = Math.min(total, ms === undefined ? total : from + ms);
    at = to;
    const note = [error, status !== undefined && `HTTP ${status}`].filter(Boolean).join(', ');
    return { label: `${provider}/${model}`, failed: error !== undefined, note, from, to };
  });
}
