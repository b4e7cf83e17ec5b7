import type { Allowance } from '../../stream/allowances.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { Reservation, Spent } from './reservation.ts';
import type { Amounts, Counted, LimitStore, Tally, Window } from './store.ts';

const lengths = { minute: 60_000, day: 86_400_000 } as const;

/** One request of one key at one time, and its counters. */
export interface Counting {
  readonly store: LimitStore;
  readonly keyId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A request and the tokens that it may use, counted in the minute of its arrival. */
export function minuteReservation(counting: Counting, limits: Amounts, tokens: number): Reservation {
  const { store, now } = counting;
  const window = windowAt(counting, 'minute');
  const amounts: Amounts = { requests: 1, tokens };
  return {
    async reserve() {
      const tally = await store.add(window, amounts, limits);
      const left = (name: 'requests' | 'tokens') => allowance(tally, name, limits, window, now());
      const [requests, tokensLeft] = [left('requests'), left('tokens')];
      return {
        allowances: { ...(requests && { requests }), ...(tokensLeft && { tokens: tokensLeft }) },
        ...(!tally.accepted && { refusal: rateLimited(tally, limits, tokens, window.end - now()) }),
      };
    },
    async settle(spent) {
      if (spent === 'refused') await correct(counting, window, { requests: -1, tokens: -tokens });
      else if (limits.tokens !== undefined)
        await correct(counting, window, { tokens: used(spent.tokens, tokens, spent) - tokens });
    },
  };
}

/** The maximum cost of an answer in dollars, counted in the day (UTC) of the request. */
export function dayReservation(counting: Counting, dollars: number, usd: number): Reservation {
  const { store } = counting;
  const window = windowAt(counting, 'day');
  const reserved = Math.ceil(usd * 1e9);
  return {
    async reserve() {
      const tally = await store.add(window, { nanodollars: reserved }, { nanodollars: Math.floor(dollars * 1e9) });
      return tally.accepted ? {} : { refusal: overBudget(tally, dollars, usd) };
    },
    async settle(spent) {
      const known = spent === 'refused' || spent.usd === undefined ? undefined : Math.round(spent.usd * 1e9);
      const nanodollars = spent === 'refused' ? 0 : used(known, reserved, spent);
      await correct(counting, window, { nanodollars: nanodollars - reserved });
    },
  };
}

/**
 * The usage of a request: what is known or reserved, plus the full reservation for each attempt without reported
 * usage.
 */
function used(known: number | undefined, reserved: number, { unreported = 0 }: Spent): number {
  return (known ?? reserved) + unreported * reserved;
}

/** A past window has no effect any more, so it stays unchanged. */
async function correct({ store, now }: Counting, window: Window, amounts: Amounts): Promise<void> {
  const isNothing = Object.values(amounts).every((amount) => amount === 0);
  if (!isNothing && now() < window.end) await store.correct(window, amounts);
}

function windowAt({ keyId, now }: Counting, span: Window['span']): Window {
  const start = Math.floor(now() / lengths[span]) * lengths[span];
  return { keyId, span, start, end: start + lengths[span] };
}

function allowance({ totals }: Tally, name: Counted, limits: Amounts, { end }: Window, now: number): Allowance | undefined {
  const limit = limits[name];
  if (limit === undefined) return undefined;
  return { limit, remaining: Math.max(0, limit - (totals[name] ?? 0)), resetMs: Math.max(0, end - now), resetAt: end };
}

function rateLimited({ totals }: Tally, limits: Amounts, tokens: number, waitMs: number): SluiceError {
  const details = { retryAfterMs: waitMs };
  const { requests: mostRequests, tokens: mostTokens = 0 } = limits;
  if (mostRequests !== undefined && (totals.requests ?? 0) >= mostRequests) {
    return new SluiceError(
      'key_rate_limit_exceeded',
      `This API key may send ${mostRequests} requests a minute. Try again in ${seconds(waitMs)}.`,
      details,
    );
  }
  const may = `This request may use up to ${tokens} tokens (prompt plus maximum output)`;
  const message =
    tokens > mostTokens
      ? `${may}, but this API key is limited to ${mostTokens} a minute. Lower the output limit.`
      : `${may}, but only ${Math.max(0, mostTokens - (totals.tokens ?? 0))} of this API key's ${mostTokens} tokens a minute are left. Try again in ${seconds(waitMs)}, or lower the output limit.`;
  return new SluiceError('key_rate_limit_exceeded', message, details);
}

function overBudget({ totals }: Tally, dollars: number, usd: number): SluiceError {
  const left = Math.max(0, dollars - (totals.nanodollars ?? 0) / 1e9);
  return new SluiceError(
    'key_budget_exceeded',
    `This request may cost up to ${usd.toFixed(4)} USD, but only ${left.toFixed(4)} of this API key's ${dollars} USD a day are left. The next day begins at 00:00 UTC.`,
  );
}

function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1000)} s`;
}
