import type { TrafficEntry } from '../../api/types.ts';

export type OutcomeGroup = 'ok' | 'upstream' | 'client' | 'stopped';

/** Who ended a request, for its colour and its filter. */
export function groupOf({ outcome, fault_source: source }: TrafficEntry): OutcomeGroup {
  if (outcome === 'ok') return 'ok';
  if (outcome === 'client_closed') return 'stopped';
  return source === 'client' || source === 'rejected' ? 'client' : 'upstream';
}

/** Tokens a second after the first one; nothing where the provider counted none or said all at once. */
export function tokensPerSecond({ output_tokens: tokens, ttft_ms: first, total_ms: total }: TrafficEntry): number | undefined {
  if (tokens === undefined || tokens < 2 || first === undefined || total <= first) return undefined;
  return ((tokens - 1) / (total - first)) * 1000;
}

/** The middle value; nothing of nothing. */
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
  /** From the request's arrival, in milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** Where each attempt lies in the request's time. Without start times they are laid end to end before the answer's end. */
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
