/** What is counted. Money is in whole billionths of a dollar, so that sums are exact. */
export type Counted = 'requests' | 'tokens' | 'nanodollars';
export type Amounts = Partial<Record<Counted, number>>;

/** A span of time in which a key's requests are counted together. Times are milliseconds since 1970. */
export interface Window {
  readonly keyId: string;
  readonly span: 'minute' | 'day';
  readonly start: number;
  readonly end: number;
}

export interface Tally {
  readonly accepted: boolean;
  /** The sums of the window now; without the amounts where they were not accepted. */
  readonly totals: Amounts;
}

/** The right to one of a key's concurrent answers. It ends by itself, so that nobody who dies keeps it. */
export interface Lease {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Where the sums behind limits are kept. Each call is one step that no other call comes between. */
export interface LimitStore {
  /** Adds the amounts, all of them where no sum passes its limit then, else none. An amount without a limit is just added. */
  add(window: Window, amounts: Amounts, limits: Amounts): Promise<Tally>;
  /** Adds amounts, which may be negative, whatever the limits are. */
  correct(window: Window, amounts: Amounts): Promise<void>;
  /** Takes a lease where the key has fewer than `most` that have not ended by `now`. */
  take(keyId: string, lease: Lease, most: number, now: number): Promise<boolean>;
  /** Gives it back; nothing happens where it is gone already. */
  release(keyId: string, lease: Lease): Promise<void>;
}

export function countedIn(amounts: Amounts): (readonly [Counted, number])[] {
  return Object.entries(amounts) as [Counted, number][];
}
