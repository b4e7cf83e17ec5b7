/** The counted amounts. Money is in whole billionths of a dollar, so that sums are exact. */
export type Counted = 'requests' | 'tokens' | 'nanodollars';
export type Amounts = Partial<Record<Counted, number>>;

/** A time span in which the requests of a key are counted together. Times are milliseconds since 1970. */
export interface Window {
  readonly keyId: string;
  readonly span: 'minute' | 'day';
  readonly start: number;
  readonly end: number;
}

export interface Tally {
  readonly accepted: boolean;
  /** The sums of the window. They don't include the amounts if those were rejected. */
  readonly totals: Amounts;
}

/** The right to one of a key's concurrent requests. It expires, so that a crashed process doesn't keep it. */
export interface Lease {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Stores the usage counters behind limits. Each call is atomic. */
export interface LimitStore {
  /** Adds all amounts if no sum then exceeds its limit, otherwise none. An amount without a limit is always added. */
  add(window: Window, amounts: Amounts, limits: Amounts): Promise<Tally>;
  /** Adds amounts, which may be negative, regardless of the limits. */
  correct(window: Window, amounts: Amounts): Promise<void>;
  /** Acquires a lease if fewer than `most` are active at `now`. */
  take(keyId: string, lease: Lease, most: number, now: number): Promise<boolean>;
  /** Releases it. Does nothing if it no longer exists. */
  release(keyId: string, lease: Lease): Promise<void>;
}

export function countedIn(amounts: Amounts): (readonly [Counted, number])[] {
  return Object.entries(amounts) as [Counted, number][];
}
